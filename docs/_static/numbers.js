// Cards of the numbers in the text: name, value in full, interval, and the code that computed it.
// A number is a link to that code, and stays one. A mouse that rests on it, the focus of a keyboard,
// and the first tap of a finger open its card; Escape, or turning elsewhere, closes it.
// Of the numbers of a paragraph or table, Tab stops at one; arrow keys lead to the others.
(() => {
  const files = new Map();
  const card = document.createElement("aside");
  card.className = "number-card";
  card.setAttribute("aria-label", "Where the number comes from");
  let open = null;
  let timer = 0;

  const read = (url) => {
    if (!files.has(url)) files.set(url, fetch(url).then((answer) => answer.json()));
    return files.get(url);
  };

  // The scripts that run here can be changed here, too.
  const runs = (name) => {
    const { not } = document.querySelector("script[data-not]")?.dataset ?? {};
    return not !== undefined && !not.split(" ").includes(name.split(".")[0]);
  };

  // What the file of the script tells of the number behind a link.
  const find = async (link) => {
    const [page, fragment] = link.href.split("#number-");
    const { title, numbers } = await read(page.replace(/html$/, "numbers.json"));
    const key = decodeURIComponent(fragment);
    const cell = link.closest("td");
    const { code, line, rows } = numbers[key];
    const number = rows ? rows[cell.parentElement.sectionRowIndex][cell.cellIndex] : numbers[key];
    const name = `${page.match(/plot_(\w+)\.html$/)[1]}.${key}`;
    return { ...number, code, title, name, change: runs(name) && `${page}#edit=${line}` };
  };

  const add = (kind, text) => {
    const part = document.createElement(kind);
    part.textContent = text;
    card.append(part);
    return part;
  };
  const minus = (number) => String(number).replaceAll("-", "−");
  const short = (number) => minus(Number(number.toPrecision(6)));

  const fill = (link, { name, value, low, high, method, code, title, change }) => {
    card.replaceChildren();
    add("code", name);
    add("strong", minus(value));
    if (method) add("p", `95 % interval: ${short(low)} to ${short(high)} (${method})`);
    const lines = add("pre", "");
    lines.className = "highlight";
    lines.innerHTML = code;
    add("a", `The script: ${title}`).href = link.href;
    if (change) add("a", "Change it").href = change;
  };

  const place = (link) => {
    document.body.append(card);
    const [line] = link.getClientRects();
    const below = line.bottom + 6;
    const fits = below + card.offsetHeight < innerHeight || line.top < card.offsetHeight;
    const top = fits ? below : line.top - card.offsetHeight - 6;
    const left = Math.max(8, Math.min(line.left, document.body.clientWidth - card.offsetWidth - 8));
    card.style.top = `${top + scrollY}px`;
    card.style.left = `${left + scrollX}px`;
  };

  const show = async (link) => {
    open = link;
    const number = await find(link);
    if (open !== link) return;
    fill(link, number);
    place(link);
  };
  const hide = () => {
    clearTimeout(timer);
    open = null;
    card.remove();
  };
  const soon = (act, delay) => {
    clearTimeout(timer);
    timer = setTimeout(act, delay);
  };
  const numberAt = (event) => event.target.closest?.("a.number");
  const inCard = (node) => node instanceof Node && card.contains(node);

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    const link = numberAt(event);
    if (link && link !== open) soon(() => show(link).catch(hide), 150);
    else if (link || inCard(event.target)) clearTimeout(timer);
    else if (!open || document.activeElement !== open) soon(hide, 250);
  });
  document.addEventListener("focusin", (event) => {
    const link = numberAt(event);
    if (link?.matches(":focus-visible")) show(link).catch(hide);
    else if (!inCard(event.target)) hide();
  });
  document.addEventListener("click", (event) => {
    const link = numberAt(event);
    if (link && event.pointerType === "touch" && link !== open) {
      event.preventDefault();
      show(link).catch(() => link.ownerDocument.defaultView.location.assign(link.href));
    } else if (!link && !inCard(event.target)) hide();
  });

  const groups = new Map();
  for (const link of document.querySelectorAll("a.number")) {
    const block = link.closest("table") ?? link.closest("p, li, dd, figcaption") ?? document.body;
    if (groups.has(block)) link.tabIndex = -1;
    else groups.set(block, []);
    groups.get(block).push(link);
    link.numbers = groups.get(block);
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
    const { numbers } = numberAt(event) ?? {};
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const next = step && numbers?.[numbers.indexOf(event.target) + step];
    if (!next) return;
    event.preventDefault();
    for (const link of numbers) link.tabIndex = link === next ? 0 : -1;
    next.focus();
  });
})();
