// A long list of check boxes: choose all that are shown, and see how many are chosen of how many that may be.
const form = document.querySelector("form[data-choose]");

if (form) {
  const most = Number(form.dataset.choose);
  const boxes = [...form.querySelectorAll("input[type=checkbox][name=people]:not(:disabled)")];
  const count = form.querySelector("[data-chosen]");
  const say = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    count.textContent = (chosen > most ? count.dataset.tooMany : count.dataset.chosen).replace("0000", chosen);
    count.classList.toggle("is-too-many", chosen > most);
  };
  const choose = (wanted) => {
    for (const box of boxes) if (!wanted || !box.closest("li").hidden) box.checked = wanted;
    say();
  };
  form.querySelector("[data-choose-all]").addEventListener("click", () => choose(true));
  form.querySelector("[data-choose-none]").addEventListener("click", () => choose(false));
  form.addEventListener("change", say);
  for (const part of document.querySelectorAll("[data-needs-script]")) part.hidden = false;
  say();
}
