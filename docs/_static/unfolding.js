// A long page is drawn before all of it is laid out: see early.js. Here the rest follows, a few blocks
// at a time, from the top on. Who scrolls or follows a link meanwhile waits for all of it, so that
// nothing moves under them.
(() => {
  if (!document.documentElement.classList.contains("unfolding")) return;
  let folded;
  const unfold = (milliseconds) => {
    folded ??= Array.from(document.querySelectorAll("article section > *")).filter(
      (block) => getComputedStyle(block).contentVisibility === "auto",
    );
    const end = performance.now() + milliseconds;
    while (folded.length && performance.now() < end) {
      const block = folded.shift();
      block.style.contentVisibility = "visible";
      block.getBoundingClientRect();
    }
    if (folded.length) setTimeout(unfold, 0, milliseconds);
  };
  const unfoldAll = () => unfold(Infinity);
  document.addEventListener("click", unfoldAll, { capture: true, once: true });
  document.addEventListener("scroll", unfoldAll, { once: true });
  setTimeout(unfold, 0, 5);
})();
