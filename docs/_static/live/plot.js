/** Axes in the look of the static figures, as SVG in the page's own pixels. */

const NAMESPACE = "http://www.w3.org/2000/svg";

/** An SVG element with attributes, at the end of its parent. */
export function draw(parent, tag, attributes = {}) {
  const element = document.createElementNS(NAMESPACE, tag);
  put(element, attributes);
  parent.append(element);
  return element;
}

/** Set attributes. */
export function put(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
}

/** A path through points, given as alternating coordinates in pixels. */
export function pathThrough(points) {
  let path = "";
  for (let i = 0; i < points.length; i += 2) {
    path += `${i ? "L" : "M"}${points[i].toFixed(1)} ${points[i + 1].toFixed(1)}`;
  }
  return path;
}

/** A path of dots, given as alternating coordinates: each is a line of no length with round ends. */
export function dotsAt(points) {
  let path = "";
  for (let i = 0; i < points.length; i += 2) {
    path += `M${points[i].toFixed(1)} ${points[i + 1].toFixed(1)}h0`;
  }
  return path;
}

let clips = 0;

/** A rectangle that clips: what refers to its `url` is seen only inside `rect`. */
export function clipping(svg) {
  clips += 1;
  const id = `live-clip-${clips}`;
  return { rect: draw(draw(svg, "clipPath", { id }), "rect"), url: `url(#${id})` };
}

/** Round numbers within a range, about `count` of them. */
export function ticks(low, high, count) {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return Array.from({ length: last - first + 1 }, (_, i) => {
    const value = (first + i) * step;
    return { value, text: value.toFixed(digits).replace("-", "−") };
  });
}

// Sizes of boxes, and how much larger than usual the reader wants text, until the task ends: all are
// read before one box is drawn in.
const sizes = new Map();

/** A pair of axes. `x` and `y` turn values into pixels. */
export class Plot {
  margin = { left: 44, right: 10, top: 24, bottom: 38 };

  /** Heights are in rem, in a wide column and in a narrow one. */
  constructor(parent, [wide, narrow], margin) {
    Object.assign(this.margin, margin);
    this.box = document.createElement("div");
    this.box.className = "live-plot";
    this.box.style.setProperty("--tall", `${wide}rem`);
    this.box.style.setProperty("--tall-narrow", `${narrow}rem`);
    parent.append(this.box);
    this.svg = draw(this.box, "svg", { "aria-hidden": "true" });
    this.axes = draw(this.svg, "g");
    this.clip = clipping(this.svg);
    this.inside = draw(this.svg, "g", { "clip-path": this.clip.url });
    this.above = draw(this.svg, "g");
  }

  /**
   * Take the size of the box, and draw axes over these ranges. A range may run downwards. `marks`
   * gives what is written beside an axis.
   */
  frame([left, right], [bottom, top], { xLabel, yLabel, xTicks = true, yCount = 5, marks = ticks } = {}) {
    const { box, margin } = this;
    if (!sizes.has(box)) {
      const scale = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
      for (const each of box.parentNode.children) {
        sizes.set(each, [each.clientWidth, each.clientHeight, scale]);
      }
      queueMicrotask(() => sizes.clear());
    }
    const [width, height, scale] = sizes.get(box);
    Object.assign(this, { left, right, bottom, top, width, height, scale });
    this.x0 = margin.left * scale;
    this.x1 = width - margin.right * scale;
    this.y0 = height - margin.bottom * scale;
    this.y1 = margin.top * scale;
    put(this.svg, { viewBox: `0 0 ${width} ${height}`, width, height });
    put(this.clip.rect, { x: this.x0, y: this.y1, width: this.x1 - this.x0, height: this.y0 - this.y1 });
    this.axes.replaceChildren();
    const text = (x, y, content, attributes) => {
      if (content) draw(this.axes, "text", { x, y, ...attributes }).textContent = content;
    };
    for (const { value, text: shown } of marks(left, right, width / scale < 420 ? 5 : 8)) {
      const x = this.x(value);
      draw(this.axes, "line", { x1: x, x2: x, y1: this.y0, y2: this.y1, class: "live-grid" });
      if (xTicks) text(x, this.y0 + 17 * scale, shown, { "text-anchor": "middle" });
    }
    const yTicks = yCount ? marks(Math.min(bottom, top), Math.max(bottom, top), yCount) : [];
    for (const { value, text: shown } of yTicks) {
      const y = this.y(value);
      draw(this.axes, "line", { x1: this.x0, x2: this.x1, y1: y, y2: y, class: "live-grid" });
      text(this.x0 - 6 * scale, y + 4 * scale, shown, { "text-anchor": "end" });
    }
    const side = yCount ? `${this.y1}V` : "";
    draw(this.axes, "path", { d: `M${this.x0} ${side}${this.y0}H${this.x1}`, class: "live-spine" });
    text(this.x0, this.y1 - 9 * scale, yLabel, { class: "live-axis" });
    text(this.x1, this.y0 + (xTicks ? 32 : 16) * scale, xLabel, { class: "live-axis", "text-anchor": "end" });
  }

  /** Take the size of the box without axes. */
  bare([left, right], [bottom, top]) {
    this.frame([left, right], [bottom, top], { xTicks: false, yCount: 0 });
    this.axes.replaceChildren();
  }

  x(value) {
    return this.x0 + ((value - this.left) / (this.right - this.left)) * (this.x1 - this.x0);
  }

  y(value) {
    return this.y0 + ((value - this.bottom) / (this.top - this.bottom)) * (this.y1 - this.y0);
  }

  /** The value under a place on the screen. */
  valueAt(clientX) {
    const x = clientX - this.svg.getBoundingClientRect().left;
    return this.left + ((x - this.x0) / (this.x1 - this.x0)) * (this.right - this.left);
  }

  /** The path of a function over the whole x axis. */
  curve(height, count = 161) {
    return pathThrough(Array.from({ length: count }, (_, i) => {
      const value = this.left + ((this.right - this.left) * i) / (count - 1);
      return [this.x(value), this.y(height(value))];
    }).flat());
  }

  /** The path of the ground under a curve, down to the x axis. */
  ground(curve) {
    return `${curve}V${this.y0}H${this.x0}Z`;
  }

  /** A text that stands at a place of its own; `kind` is one or more class names. */
  label(kind, content = "") {
    const text = draw(this.above, "text", { class: `live-label ${kind}` });
    text.textContent = content;
    return text;
  }
}

/** Let a reader drag an element along x: `move(value)` is called on the way. */
export function draggable(element, plot, move) {
  element.classList.add("live-draggable");
  element.onpointerdown = (event) => {
    event.preventDefault();
    element.setPointerCapture(event.pointerId);
    element.onpointermove = ({ clientX }) => move(plot.valueAt(clientX));
  };
  element.onpointerup = element.onpointercancel = () => {
    element.onpointermove = null;
  };
}

/** A knob that can be dragged along x; what it returns puts it to its place. */
export function handle(plot, move, kind = "live-walker") {
  const group = draw(plot.above, "g", { class: `live-handle ${kind}` });
  draw(group, "circle", { r: 24, class: "live-grip" });
  draw(group, "circle", { r: 8, class: "live-knob" });
  draw(group, "path", { d: "M-13-4-17 0l4 4M13-4l4 4-4 4" });
  draggable(group, plot, move);
  return (value, y) => put(group, { transform: `translate(${plot.x(value)} ${y})` });
}

/** Call `move(value)` when a reader taps the plot; a swipe over it scrolls the page. */
export function tappable(plot, move) {
  plot.box.classList.add("live-tappable");
  plot.box.onclick = ({ clientX }) => {
    const value = plot.valueAt(clientX);
    if (value >= Math.min(plot.left, plot.right) && value <= Math.max(plot.left, plot.right)) move(value);
  };
}
