// Whoever comes from the search sees what was found marked: whole words, in the text of the part that
// was found, not in code or equations; until Escape, a click, or another page.
(() => {
  let sought = null;
  try {
    sought = sessionStorage.getItem("sought");
    sessionStorage.removeItem("sought");
  } catch {
    // Storage may be forbidden.
  }
  if (!sought || !window.Highlight) return;

  const words = new Set(sought.split(" "));
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const part = target?.matches("dt") ? target.nextElementSibling : target;
  const text = document.createTreeWalker(
    part ?? document.querySelector("article"),
    NodeFilter.SHOW_TEXT,
  );
  const ranges = [];
  while (text.nextNode()) {
    const { data, parentElement } = text.currentNode;
    if (!parentElement.closest("p, li, dd, td")) continue;
    if (parentElement.closest("pre, code, .katex, button")) continue;
    for (const { 0: word, index } of data.matchAll(/[\p{L}\p{M}\p{N}]+/gu)) {
      if (!words.has(word.toLowerCase())) continue;
      const range = new Range();
      range.setStart(text.currentNode, index);
      range.setEnd(text.currentNode, index + word.length);
      ranges.push(range);
    }
  }
  CSS.highlights.set("sought", new Highlight(...ranges));

  const away = new AbortController();
  const clear = () => {
    CSS.highlights.delete("sought");
    away.abort();
  };
  document.addEventListener("click", clear, { signal: away.signal });
  document.addEventListener("keydown", ({ key }) => key === "Escape" && clear(), {
    signal: away.signal,
  });
})();
