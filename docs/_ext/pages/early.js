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
// section, even that waits.
const LATER = ":is(section, .live-figure) ~ section";
const BLOCK = ":not(h2, h3, section, details, .live-figure)";
const FAR = `article :is(section > :nth-child(n + 7), ${LATER} > *, ${LATER} > blockquote > div > *)${BLOCK}`;
const BELOW_A_FIGURE = `article .live-figure ~ section > ${BLOCK}`;
const LATER_SECTIONS = "article section ~ section";
const WAITS = "{ content-visibility: hidden; contain-intrinsic-block-size: auto 12rem }";
const PUT_OFF = `${FAR} { content-visibility: auto; contain-intrinsic-block-size: auto 12rem }
  ${BELOW_A_FIGURE} ${WAITS}
  @media (width < 32em) and (height < 60em) { ${LATER_SECTIONS} ${WAITS} }`;
const { late, long } = document.currentScript.dataset;
const [visit] = performance.getEntriesByType("navigation");
const sheet = document.createElement("style");
if (long && visit?.type === "navigate" && !location.hash) {
  sheet.textContent = PUT_OFF;
  document.head.append(sheet);
}
let waiting;
let prepared = 0;
const unfold = (milliseconds) => {
  if (!sheet.isConnected) return;
  waiting ??= Array.from(document.querySelectorAll([FAR, BELOW_A_FIGURE, LATER_SECTIONS]));
  const end = performance.now() + milliseconds;
  // What is put off is laid out for who asks for a place in it, and not painted yet, but for the
  // first few blocks, which may be in sight.
  const place = document.createRange();
  for (; prepared < waiting.length && performance.now() < end; prepared += 1) {
    if (prepared < 6) waiting[prepared].style.contentVisibility = "visible";
    place.setStart(waiting[prepared], 0);
    place.collapse(true);
    place.getBoundingClientRect();
  }
  if (prepared < waiting.length) setTimeout(unfold, 0, milliseconds);
  else reveal();
};
// Then all of it is shown from the top on, in a few frames.
const reveal = () => {
  for (const block of waiting.splice(0, 12)) block.style.contentVisibility = "visible";
  if (waiting.length) requestAnimationFrame(() => setTimeout(reveal));
  else sheet.remove();
};
// Who scrolls or follows a link meanwhile waits for all of it, so that nothing moves under them.
const unfoldAll = () => sheet.remove();
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
    // Each font that comes lays out again what is there. So the small ones of the style sheet are made
    // ready, and those on their way waited for, but not long.
    for (const face of document.fonts) {
      if (/_(AMS|Size)/.test(face.family) && !face.unicodeRange.startsWith("U+0-")) face.load();
    }
    const patience = new Promise((resolve) => setTimeout(resolve, 200));
    Promise.race([document.fonts.ready, patience]).then(() => setTimeout(unfold, 0, 2));
  };
  // That a frame has been asked for is too early: what is fetched then still delays the paint.
  if (window.PerformanceObserver?.supportedEntryTypes?.includes("paint")) {
    new PerformanceObserver((_, observer) => {
      observer.disconnect();
      goOn();
    }).observe({ type: "paint", buffered: true });
  } else {
    requestAnimationFrame(() => requestAnimationFrame(goOn));
  }
});
