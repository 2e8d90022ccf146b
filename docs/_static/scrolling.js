// A box that scrolls can be focused, and says what it is, so that keyboards can scroll it; a box
// that fits takes no part in the order of focus.
const NAMES = { ".equation": "Equation", ".table-wrapper": "Table", pre: "Code" };

const observer = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const scrolls =
      target.scrollWidth > target.clientWidth || target.scrollHeight > target.clientHeight;
    if (!scrolls) {
      for (const attribute of ["tabindex", "role", "aria-label"]) target.removeAttribute(attribute);
      continue;
    }
    const kind = Object.keys(NAMES).find((selector) => target.matches(selector));
    target.setAttribute("tabindex", "0");
    target.setAttribute("role", "group");
    target.setAttribute("aria-label", NAMES[kind]);
  }
});
for (const box of document.querySelectorAll(Object.keys(NAMES).join())) observer.observe(box);
