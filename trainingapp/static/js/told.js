// After an action what it says has the focus: it is read out, and in sight, wherever on the page it stands. The browser
// goes to the part that the address names first, and takes the focus with it.
addEventListener("load", () => setTimeout(() => document.querySelector(".flash, .told")?.focus()));
