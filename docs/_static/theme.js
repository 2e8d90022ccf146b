// Before anything is drawn: the reader's choice of theme, and the buttons that need JavaScript.
let theme = null;
try {
  theme = localStorage.getItem("theme");
} catch {
  // Storage may be forbidden.
}
document.body.dataset.theme = theme ?? "auto";
document.documentElement.classList.remove("no-js");
