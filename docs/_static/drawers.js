// Escape shuts the drawers of a narrow window, and gives the focus back to what opened them.
document.addEventListener("keydown", ({ key }) => {
  if (key !== "Escape") return;
  for (const drawer of document.querySelectorAll(".sidebar-toggle:checked")) {
    drawer.click(); // It tells of the change, as a box does not that is unticked by a script.
    drawer.focus();
  }
});
