// The reader's choice of theme, before anything is drawn. Storage may be forbidden.
let theme = null;
try {
  theme = localStorage.getItem("theme");
} catch {}
document.body.dataset.theme = theme ?? "auto";
