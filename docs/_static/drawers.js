// Escape shuts the drawers of a narrow window, and gives the focus back to what opened them.
document.addEventListener("keydown", ({ key }) => {
  if (key !== "Escape") return;
  for (const drawer of document.querySelectorAll(".sidebar-toggle:checked")) {
    drawer.checked = false;
    drawer.focus();
  }
});
