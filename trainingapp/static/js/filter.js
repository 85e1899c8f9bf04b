// Filters the catalogue while one types or chooses: fetches the same page and takes over its results and its address.
const form = document.querySelector("form.filters");
const results = () => document.querySelector("[data-results]");
let waiting;
let running;

function address() {
  const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value.trim()));
  return query.size ? `${form.action}?${query}` : form.action;
}

async function show(url) {
  running?.abort();
  running = new AbortController();
  try {
    const response = await fetch(url, { signal: running.signal });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.querySelector("[data-results]");
    if (!response.ok || !fresh) return;
    results().replaceChildren(...fresh.childNodes);
    history.replaceState(null, "", url);
  } catch (error) {
    if (error.name !== "AbortError") form.submit();
  }
}

function later(pause) {
  clearTimeout(waiting);
  waiting = setTimeout(() => show(address()), pause);
}

if (form && results()) {
  results().setAttribute("aria-live", "polite");
  form.addEventListener("input", (event) => later(event.target.type === "search" ? 300 : 0));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    later(0);
  });
}
