// Before anything is drawn: the reader's choice of theme, and the buttons that need JavaScript.
let theme = null;
try {
  theme = localStorage.getItem("theme");
} catch {
  // Storage may be forbidden.
}
document.documentElement.classList.remove("no-js");
// It stands before the style sheet, for which a later one would wait, and the page with it. So there
// is no body yet.
new MutationObserver((_, observer) => {
  if (!document.body) return;
  observer.disconnect();
  document.body.dataset.theme = theme ?? "auto";
}).observe(document.documentElement, { childList: true });
// A drawer is open while its box is ticked; browsers without :has() are told so.
document.addEventListener("change", ({ target }) => {
  if (target.matches(".sidebar-toggle")) document.body.classList.toggle(target.id, target.checked);
});
// All other scripts wait until the page has been drawn once: its text and pictures come first.
const { late } = document.currentScript.dataset;
if (late) {
  // What is far below the first screen is laid out when that has been drawn, by unfolding.js; but not
  // where the browser is on its way down there.
  const [visit] = performance.getEntriesByType("navigation");
  if (visit?.type === "navigate" && !location.hash) {
    document.documentElement.classList.add("unfolding");
  }
  const fetchLate = () => {
    const script = document.createElement("script");
    script.src = late;
    document.head.append(script);
  };
  document.addEventListener("DOMContentLoaded", () => {
    // That a frame has been asked for is too early: what is fetched then still delays the paint.
    if (window.PerformanceObserver?.supportedEntryTypes?.includes("paint")) {
      new PerformanceObserver((_, observer) => {
        observer.disconnect();
        fetchLate();
      }).observe({ type: "paint", buffered: true });
    } else {
      requestAnimationFrame(() => requestAnimationFrame(fetchLate));
    }
  });
}
