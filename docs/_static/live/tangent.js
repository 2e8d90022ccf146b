/** Tangent: the slope of the loss under the finger, and what descent would make of it. */

import { arrow } from "./arrow.js";
import { make } from "./controls.js";
import { LiveFigure } from "./element.js";
import { LOSSES } from "./losses.js";
import { Plot, draw, handle, put, tappable } from "./plot.js";
import { choice, fixed, number } from "./state.js";

/** Height in rem, in a wide column and in a narrow one: kept free before the figure wakes. */
export const height = [28.125, 25.25];

const titles = (table) =>
  Object.fromEntries(Object.entries(table).map(([name, { title }]) => [name, title]));

export const parameters = {
  y: number("Output y", -2, -4, 4, 0.02, (y) => fixed(y, 2)),
  loss: choice("Loss", titles(LOSSES), "article"),
};

// Slopes that are as good as none, and half of the length of the tangent in outputs.
const LEVEL = 0.02;
const REACH = 0.6;

class Tangent extends LiveFigure {
  constructor() {
    super(parameters);
  }

  build(stage) {
    this.plot = new Plot(this.picture(), [18, 14]);
    const { plot } = this;
    this.curve = draw(plot.inside, "path", { class: "live-line live-input" });
    this.tangent = draw(plot.inside, "path", { class: "live-line live-predicted" });
    this.way = draw(plot.inside, "path", { class: "live-arrow", "stroke-width": 2.5 });
    const move = (y) => this.set({ y: Math.round(Math.min(Math.max(y, -4), 4) * 50) / 50 });
    this.moveHandle = handle(plot, move);
    tappable(plot, move);
    this.told = make("p", { className: "live-verdict" });
    this.furnish(stage, { under: [this.told], controls: ["y"], more: ["loss"] });
  }

  update(changed) {
    if (changed.has("loss")) this.layout();
    else this.#drawMoment();
  }

  layout() {
    const { plot } = this;
    const { value, heights } = LOSSES[this.state.loss];
    plot.frame([-4, 4], heights, { yLabel: "loss ℓ(y)", xLabel: "output y", yCount: 4 });
    put(this.curve, { d: plot.curve(value, 241) });
    this.#drawMoment();
  }

  #drawMoment() {
    const { plot, state: { y } } = this;
    const { value, slope: slopeOf } = LOSSES[this.state.loss];
    const [height, slope] = [value(y), slopeOf(y)];
    // Where the loss is higher than the picture, the knob waits at its edge.
    const [x0, y0] = [plot.x(y), Math.max(plot.y(height), plot.y1)];
    const end = (side) => `${plot.x(y + side * REACH)} ${plot.y(height + side * REACH * slope)}`;
    put(this.tangent, { d: `M${end(-1)}L${end(1)}` });
    const level = Math.abs(slope) < LEVEL;
    put(this.way, { d: level ? "" : arrow(x0, y0 - 26, x0 - Math.sign(slope) * 34, y0 - 26, 0) });
    this.moveHandle(y, y0);
    const way = level ? "almost level: descent would hardly move" : `descent would go ${slope > 0 ? "left" : "right"}`;
    this.told.textContent = `At y = ${fixed(y, 2)} the loss is ${fixed(height, 3)} and its slope ${fixed(slope, 3)}: ${way}.`;
  }

  describe() {
    const named = parameters.loss.show(this.state.loss);
    return `The loss over the output (${named}), and its tangent. ${this.told.textContent}`;
  }
}

customElements.define("live-tangent", Tangent);
