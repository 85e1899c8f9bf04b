// A double click does nothing twice: a form that is on its way is not sent again.
// Forms that answer with a file leave the page standing; they carry data-repeatable.
const sent = new Set();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || "repeatable" in form.dataset) return;
  if (sent.has(form)) {
    event.preventDefault();
    return;
  }
  sent.add(form);
  event.submitter?.setAttribute("aria-busy", "true");
});

addEventListener("pageshow", () => {
  for (const form of sent) form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
  sent.clear();
});
