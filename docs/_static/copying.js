// What is copied reads like something typed in a mail: equations as characters, code without prompts.
(() => {
  const ACCENTS = { ˉ: "\u0304", "‾": "\u0304", "^": "\u0302" };
  const SPACED = /^[=<>≠≤≥≈∈→⟶←≪≫∼+−±⋅]$/;
  const group = (text) => (/^(.|\w+)$/u.test(text) ? text : `(${text})`);
  const script = (text) => (/^.$/u.test(text) ? text : `{${text.replaceAll(" ", "")}}`);

  // An operator between two terms has room; a sign before a term has none.
  const append = (text, part) => {
    const before = text.trimEnd();
    const between = SPACED.test(part) && before && !/[(,=<>≠≤≥≈→←+−±⋅]$/.test(before);
    return between ? `${before} ${part} ` : text + part;
  };

  // Characters of an element of MathML.
  const write = (node) => {
    if (!node.children.length)
      return node.textContent.replace(/[\u200b\u2061]/g, "").replace(/\s/g, " ");
    const parts = Array.from(node.children, write);
    const [first, second, third] = parts;
    switch (node.localName) {
      case "msub":
      case "munder":
        return `${first}_${script(second)}`;
      case "msup":
        return second === "′" ? first + second : `${first}^${script(second)}`;
      case "msubsup":
      case "munderover":
        return `${first}_${script(second)}^${script(third)}`;
      case "mover":
        return ACCENTS[second] ? first + ACCENTS[second] : `${first}^${script(second)}`;
      case "mfrac":
        return `${group(first)}/${group(second)} `;
      case "msqrt":
        return `√${group(parts.join(""))}`;
      case "mtable":
        return parts.join("\n");
    }
    return parts.reduce(append, "");
  };

  document.addEventListener("copy", (event) => {
    const selection = getSelection();
    if (!selection.rangeCount) return;
    const range = selection.getRangeAt(0).cloneRange();
    // An equation is copied whole, wherever in it the selection begins or ends.
    const around = ({ parentElement }) => parentElement.closest("span.math, .equation");
    const [first, last] = [range.startContainer, range.endContainer].map(around);
    if (first) range.setStartBefore(first);
    if (last) range.setEndAfter(last);
    const copy = document.createElement("div");
    copy.append(range.cloneContents());
    if (!copy.querySelector("math")) return;
    for (const equation of copy.querySelectorAll(".katex")) {
      // The last part of an equation stands apart, beside the mark that follows; it has no words.
      const math = equation.querySelector("math");
      equation.textContent = math ? write(math).trim() : "";
      equation.style.whiteSpace = "pre-line";
    }
    for (const part of copy.querySelectorAll(".gp, .headerlink, button")) part.remove();
    // Only in the page it has lines.
    document.body.append(copy);
    event.clipboardData.setData("text/plain", copy.innerText);
    copy.remove();
    event.preventDefault();
  });
})();
