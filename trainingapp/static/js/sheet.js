// The attendance sheet (form[data-sheet]): a button that fills in whoever is not marked yet, one step of undo in its
// place, a running count, and one number of minutes at a time: tapped or typed. Without scripts the same button saves the sheet with
// everybody present, and two numbers are asked about.
for (const form of document.querySelectorAll("form[data-sheet]")) {
  const people = [...form.querySelectorAll("fieldset[id^=mark-]")];
  const count = form.querySelector("[data-count]");
  const fill = form.querySelector("[data-mark-all]");
  const undo = form.querySelector("[data-undo]");
  const open = form.dataset.sheet;
  let before = null;

  const state = () => people.map((person) => person.querySelector("input:checked")?.value ?? open);
  const usual = (person) => person.querySelector("input").value; // each person's first choice is the usual one
  const set = (person, value) => {
    for (const input of person.querySelectorAll("input")) input.checked = input.value === value;
  };
  const show = () => {
    const marked = state().filter((value) => value !== open).length;
    if (count) count.textContent = count.dataset.count.replace("0000", marked).replace("1111", people.length);
    undo.hidden = before === null;
    fill.hidden = before !== null;
  };

  form.addEventListener("click", (event) => {
    const all = event.target.closest("[data-mark-all]");
    if (!all && !event.target.closest("[data-undo]")) return;
    event.preventDefault();
    const now = state();
    const values = all ? people.map((person, index) => (now[index] === open ? usual(person) : now[index])) : before;
    before = all ? now : null;
    people.forEach((person, index) => set(person, values[index]));
    form.dispatchEvent(new Event("input", { bubbles: true }));
    show();
    (all ? undo : fill).focus();
  });
  form.addEventListener("input", ({ target }) => {
    const minutes = target.closest(".sheet-missed");
    if (!minutes) return;
    if (target.type === "number") minutes.querySelector("input[type=radio][value='']").checked = true;
    else minutes.querySelector("input[type=number]").value = "";
  });
  form.addEventListener("change", show);
  show();
}
