// The modules of live figures come when the page has been drawn: its text and pictures are first.
afterPaint(() => {
  for (const { dataset } of document.querySelectorAll("[data-module]")) import(dataset.module);
});
