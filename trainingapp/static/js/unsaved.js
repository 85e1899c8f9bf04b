// A long form (data-unsaved) that was typed into is not left behind without a question.
let typed = false;

document.addEventListener("input", (event) => {
  if (event.target.closest("form[data-unsaved]")) typed = true;
});

document.addEventListener("submit", (event) => {
  if (!event.defaultPrevented && event.target.matches("form[data-unsaved]")) typed = false;
});

addEventListener("beforeunload", (event) => {
  if (typed) event.preventDefault();
});
