// The account menu closes when one clicks elsewhere or presses Escape.
const menus = [...document.querySelectorAll("details.account")];

document.addEventListener("click", (event) => {
  for (const menu of menus) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus.filter((each) => each.open)) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// An error summary takes the focus, so that it is read out and its links are next.
document.querySelector(".form-errors")?.focus();
