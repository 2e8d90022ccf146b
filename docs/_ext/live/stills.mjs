// Draws a live figure as a still picture: the module of the figure runs on a page of almost nothing.
//
// Reads a request from the standard input: the module's address, the figure's name, its state, its
// anchor, the numbers that a script tells for it, and the widths of the columns. Writes for each width
// a description, a picture, whether its parts stand side by side, and the texts that prose may show.

import { text } from "node:stream/consumers";
import simplify from "simplify-js";

const request = JSON.parse(await text(process.stdin));
const NARROW = 34 * 16;
const GAP = 16;
// By how many pixels a line may pass beside a point of it: every point of it travels.
const UNSEEN = 0.3;

let width;

const escaped = (value) =>
  String(value).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
// Half a pixel is more than an eye sees, and every digit of a path travels.
const rounded = (value) => String(value).replace(/-?\d+\.\d+/g, (number) => Math.round(2 * number) / 2);

/** A line through the points that it needs, each given by how far it is from the one before, as that is shorter. */
function shortened(line) {
  const numbers = line.match(/[^ML ]+/g).map(Number);
  const all = Array.from({ length: numbers.length / 2 }, (_, i) => ({ x: numbers[2 * i], y: numbers[2 * i + 1] }));
  const points = simplify(all, UNSEEN, true).flatMap(({ x, y }) => [Math.round(2 * x), Math.round(2 * y)]);
  const shown = (halves) => String(halves / 2);
  const start = `M${shown(points[0])} ${shown(points[1])}l`;
  const moves = points.slice(2).map((coordinate, i) => shown(coordinate - points[i]));
  return start + moves.join(" ").replaceAll(" -", "-");
}

const compact = (path) => path.replace(/M[-\d.]+ [-\d.]+(L[-\d.]+ [-\d.]+)+/g, shortened);

class Style {
  values = new Map();

  setProperty(name, value) {
    this.values.set(name, value);
  }

  toString() {
    return Array.from(this.values, ([name, value]) => `${name}:${value}`).join(";");
  }
}

class Element {
  tag = "";
  attributes = new Map();
  children = [];
  dataset = {};
  style = new Style();
  classList = { add: (...names) => this.setAttribute("class", [this.className, ...names].join(" ").trim()) };

  get className() {
    return this.attributes.get("class") ?? "";
  }

  set className(names) {
    this.attributes.set("class", names);
  }

  get firstChild() {
    return this.children[0];
  }

  get lastChild() {
    return this.children.at(-1);
  }

  get clientWidth() {
    return this.parentNode?.isPair ? (width - GAP) / 2 : width;
  }

  /** Whether what it holds stands side by side, as the style sheet says. */
  get isPair() {
    return width >= NARROW && this.className.split(" ").includes("live-pair");
  }

  get clientHeight() {
    const name = width < NARROW ? "--tall-narrow" : "--tall";
    return parseFloat(this.style.values.get(name)) * 16;
  }

  set textContent(content) {
    this.children = content === "" ? [] : [content];
  }

  get textContent() {
    return this.children.map((child) => child.textContent ?? child).join("");
  }

  setAttribute(name, value) {
    this.attributes.set(name, value);
  }

  removeAttribute(name) {
    this.attributes.delete(name);
  }

  append(...children) {
    for (const child of children) if (child instanceof Element) child.parentNode = this;
    this.children.push(...children);
  }

  appendChild(child) {
    this.append(child);
    return child;
  }

  replaceChildren(...children) {
    this.children = [];
    this.append(...children);
  }

  remove() {
    this.parentNode.children.splice(this.parentNode.children.indexOf(this), 1);
  }

  toggleAttribute() {}

  querySelector() {
    return null;
  }

  getBoundingClientRect() {
    return { left: 0, top: 0, width, height: this.clientHeight };
  }

  addEventListener() {}

  toString() {
    const attributes = Array.from(this.attributes, ([name, value]) => {
      const short = rounded(name === "d" ? compact(value) : value);
      return ` ${name}="${escaped(short)}"`;
    });
    if (this.style.values.size) attributes.push(` style="${this.style}"`);
    const content = this.children.map((child) => (typeof child === "string" ? escaped(child) : child));
    return `<${this.tag}${attributes.join("")}>${content.join("")}</${this.tag}>`;
  }
}

class Watcher {
  constructor(told) {
    this.told = told;
  }

  observe() {
    // What is watched for coming on screen is there.
    if (this instanceof IntersectionObserver) this.told([{ isIntersecting: true }]);
  }

  disconnect() {}
}

const defined = new Map();
const created = (tag) => Object.assign(new Element(), { tag });

Object.assign(globalThis, {
  HTMLElement: Element,
  ResizeObserver: class extends Watcher {},
  MutationObserver: class extends Watcher {},
  IntersectionObserver: class extends Watcher {},
  customElements: { define: (name, element) => defined.set(name, element) },
  // Nothing moves in a still.
  matchMedia: () => ({ matches: true, addEventListener() {} }),
  getComputedStyle: () => ({ fontSize: "16px", color: "rgb(0, 0, 0)" }),
  addEventListener() {},
  location: { hash: "", search: "", pathname: "" },
  history: {},
  document: {
    body: new Element(),
    documentElement: new Element(),
    createElement: created,
    createElementNS: (_, tag) => created(tag),
    addEventListener() {},
  },
});

/** The elements of a tree that have a role. */
function* ofRole(element, role) {
  if (!(element instanceof Element)) return;
  if (element.role === role) yield element;
  for (const child of element.children) yield* ofRole(child, role);
}

const { parameters } = await import(request.module);

/** What the figure shows of its parameters, and the texts that it writes, by their names. */
function told(figure) {
  const texts = {};
  for (const [name, part] of Object.entries(figure)) {
    if (part?.text instanceof Function) texts[name] = part.text();
    else if (typeof part?.children?.[0] === "string") texts[name] = part.textContent;
  }
  for (const [name, parameter] of Object.entries(parameters)) texts[name] = parameter.show(figure.state[name]);
  return texts;
}

function still(columnWidth, kind) {
  width = columnWidth;
  const figure = new (defined.get(`live-${request.figure}`))();
  Object.assign(figure, { tag: "div", id: request.anchor });
  Object.assign(figure.dataset, { state: request.state, numbers: request.numbers });
  figure.connectedCallback();
  const [picture] = ofRole(figure, "img");
  const markup = picture.children.join("").replaceAll("live-clip-", `still-${request.anchor}-${kind}-`);
  return { description: figure.describe(), markup, pair: picture.isPair, told: told(figure) };
}

const kinds = Object.entries(request.widths);
console.log(JSON.stringify(Object.fromEntries(kinds.map(([kind, each]) => [kind, still(each, kind)]))));
