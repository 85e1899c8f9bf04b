// Asks before a form with data-confirm is sent, in our own words: the consequence, and the button's own verb.
const dialog = document.getElementById("confirm");
const yes = dialog?.querySelector("[value=yes]");
const usual = yes?.textContent;
const agreed = new WeakSet();

// The words of a button, without what only screen readers get.
const verb = (button) =>
  [...(button?.childNodes ?? [])].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data.trim()).join("");

function ask(form, submitter, question) {
  document.getElementById("confirm-text").textContent = question;
  yes.textContent = verb(submitter) || usual;
  yes.classList.toggle("button-danger", submitter?.classList.contains("button-danger") ?? false);
  dialog.returnValue = "no";
  dialog.onclose = () => {
    if (dialog.returnValue !== "yes") return;
    agreed.add(form);
    form.requestSubmit(submitter);
  };
  dialog.showModal();
}

dialog?.addEventListener("click", (event) => {
  const answer = event.target.closest("button");
  if (answer) dialog.close(answer.value);
});

document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  const question = submitter?.dataset.confirm ?? form.dataset.confirm;
  if (!question || !dialog?.showModal || agreed.delete(form)) return;
  event.preventDefault();
  ask(form, submitter, question);
}, true);
