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
// Of a long page, what is far below the first screen is laid out when that has been drawn, a few blocks
// at a time from the top on; but not where the browser is on its way down there. The browser looks
// ahead itself by more than a screen. Below a figure that opens a page, and on a phone below the first
// section, even that waits: these rules outweigh the first, which counts for less by :where().
const FIRM = "h2, h3, section, .live-figure";
const BLOCK = `:not(${FIRM})`;
const FAR = `article :where(section > :nth-child(n + 7), section ~ section > *)${BLOCK}`;
const BELOW_A_FIGURE = `article .live-figure ~ section > ${BLOCK}`;
const BELOW_A_SECTION = `article section ~ section > ${BLOCK}`;
const AUTO = "{ content-visibility: auto; contain-intrinsic-block-size: auto 12rem }";
const WAITS = "{ visibility: hidden; content-visibility: hidden; contain-intrinsic-block-size: auto 12rem }";
const { equations, late, long } = document.currentScript.dataset;
// The fonts of equations come in the style sheet, and are there a moment after it. A page that was
// drawn before would move.
if (equations) {
  const veil = document.createElement("style");
  veil.textContent = "body { visibility: hidden }";
  document.head.append(veil);
  const lift = () => veil.remove();
  const arrived = ({ target }) => {
    if (target.rel !== "stylesheet") return;
    const inSheet = Array.from(document.fonts).filter(({ unicodeRange }) => !unicodeRange.startsWith("U+0-"));
    const patience = new Promise((resolve) => setTimeout(resolve, 200));
    Promise.race([Promise.all(inSheet.map((face) => face.load())), patience]).then(lift, lift);
  };
  for (const type of ["load", "error"]) document.addEventListener(type, arrived, true);
  // By then all is there, and somebody may use the keyboard.
  addEventListener("load", lift, { once: true });
}
const [visit] = performance.getEntriesByType("navigation");
const sheet = document.createElement("style");
if (long && visit?.type === "navigate" && !location.hash) {
  sheet.textContent = `${FAR} ${AUTO} ${BELOW_A_FIGURE} ${WAITS} @media (width < 32em) { ${BELOW_A_SECTION} ${WAITS} }`;
  document.head.append(sheet);
}
let waiting;
const unfold = (milliseconds) => {
  if (!sheet.isConnected) return;
  waiting ??= Array.from(document.querySelectorAll([FAR, BELOW_A_FIGURE]));
  const end = performance.now() + milliseconds;
  while (waiting.length && performance.now() < end) {
    const block = waiting.shift();
    block.style.contentVisibility = block.style.visibility = "visible";
    block.getBoundingClientRect();
  }
  if (waiting.length) setTimeout(unfold, 0, milliseconds);
  else sheet.remove();
};
// Who scrolls or follows a link meanwhile waits for all of it, so that nothing moves under them; what
// they have come to stays where it is.
const unfoldAll = () => {
  if (!sheet.isConnected) return;
  const top = (part) => part.getBoundingClientRect().top;
  const seen = Array.from(document.querySelectorAll(`article :is(${FIRM})`)).find((part) => top(part) > -1);
  const before = seen && top(seen);
  sheet.remove();
  if (seen && top(seen) !== before) scrollBy({ top: top(seen) - before, behavior: "instant" });
};
document.addEventListener("click", unfoldAll, { capture: true, once: true });
document.addEventListener("scroll", unfoldAll, { once: true });
addEventListener("beforeprint", unfoldAll, { once: true });
// All other scripts wait until the page has been drawn once: its text and pictures come first.
document.addEventListener("DOMContentLoaded", () => {
  const goOn = () => {
    if (late) {
      const script = document.createElement("script");
      script.src = late;
      document.head.append(script);
    }
    if (!sheet.isConnected) return;
    // Each font that comes lays out again what is there. So those on their way are waited for, but not
    // long.
    const patience = new Promise((resolve) => setTimeout(resolve, 200));
    Promise.race([document.fonts.ready, patience]).then(() => setTimeout(unfold, 0, 5));
  };
  // That a frame has been asked for is too early: what is fetched then still delays the paint.
  if (window.PerformanceObserver?.supportedEntryTypes?.includes("paint")) {
    new PerformanceObserver((list, observer) => {
      if (!list.getEntriesByName("first-contentful-paint").length) return;
      observer.disconnect();
      goOn();
    }).observe({ type: "paint", buffered: true });
  } else {
    requestAnimationFrame(() => requestAnimationFrame(goOn));
  }
});
