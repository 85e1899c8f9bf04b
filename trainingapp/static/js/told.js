// After an action what it says has the focus: it is read out, and in sight, wherever on the page it stands.
document.querySelector(".flash")?.focus();
