// The language changes, the place on the page stays: remembered as a share, since Russian is longer.
const KEY = "scroll-share";
const room = () => document.documentElement.scrollHeight - innerHeight;

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form.language") || event.defaultPrevented) return;
  sessionStorage.setItem(KEY, JSON.stringify([location.pathname, room() > 0 ? scrollY / room() : 0]));
});

const kept = sessionStorage.getItem(KEY);
if (kept) {
  sessionStorage.removeItem(KEY);
  const [path, share] = JSON.parse(kept);
  if (path === location.pathname) scrollTo({ top: share * room(), behavior: "instant" });
}
