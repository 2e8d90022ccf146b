// What measures the page waits until it has been drawn once: measuring would lay it out earlier.
const afterPaint = (run) => {
  document.addEventListener("DOMContentLoaded", () => requestAnimationFrame(() => setTimeout(run)));
};
