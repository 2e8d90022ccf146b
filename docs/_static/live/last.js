/** Last: the sweep over sorted inputs may end anywhere, and the "result" is whatever comes last. */

import { make } from "./controls.js";
import { LiveFigure } from "./element.js";
import { article, loss, risk } from "./math.js";
import { Plot, draggable, draw, pathThrough, put, tappable } from "./plot.js";
import { fixed, whole } from "./state.js";
import { walk } from "./walks.js";

/** Height in rem, in a wide column and in a narrow one: kept free before the figure wakes. */
export const height = [38, 37.25];

const { inputs: INPUTS, start: START } = article;
const COUNT = INPUTS.length;

export const parameters = {
  last: whole("Which input comes last", COUNT, 1, COUNT, (place) => `x = ${fixed(INPUTS[place - 1], 2)}`),
};

const LEARNING_RATE = 0.01;

/** Where the sweep ends if it begins behind the input at this place, and goes round to it. */
export function endOf(place) {
  const order = Uint16Array.from({ length: COUNT }, (_, i) => (place + i) % COUNT);
  return walk(START, INPUTS, LEARNING_RATE, 1, [order]).weights.at(-1);
}

class Last extends LiveFigure {
  constructor() {
    super(parameters);
    this.ends = Array.from(INPUTS, (_, i) => endOf(i + 1));
  }

  build(stage) {
    const plots = this.picture();
    this.loss = this.readout("Last loss", "input");
    this.risk = this.readout("Risk, all inputs", "risk");
    this.surface = new Plot(plots, [13, 11]);
    this.results = new Plot(plots, [11, 10]);
    const { surface, results } = this;
    this.riskCurve = draw(surface.inside, "path", { class: "live-line live-risk" });
    this.lossCurve = draw(surface.inside, "path", { class: "live-line live-input" });
    this.riskDot = draw(surface.inside, "circle", { r: 6, class: "live-dot live-risk" });
    this.lossDot = draw(surface.inside, "circle", { r: 6, class: "live-dot live-input" });
    this.name = surface.label("live-input");
    this.riskName = surface.label("live-risk live-ending", "risk");
    this.losses = draw(results.inside, "path", { class: "live-line live-input" });
    this.risks = draw(results.inside, "path", { class: "live-line live-risk" });
    this.here = draw(results.inside, "line", { class: "live-guide" });
    this.resultDots = ["input", "risk"].map((kind) => draw(results.inside, "circle", { r: 5, class: `live-dot live-${kind}` }));
    this.grip = draw(results.above, "g", { class: "live-handle live-walker" });
    draw(this.grip, "circle", { r: 24, class: "live-grip" });
    draw(this.grip, "circle", { r: 8, class: "live-knob" });
    draw(this.grip, "path", { d: "M-13-4-17 0l4 4M13-4l4 4-4 4" });
    const nearest = (x) => this.set({ last: Math.min(Math.max(Math.round(((x + 5) / 10) * (COUNT - 1)) + 1, 1), COUNT) });
    draggable(this.grip, results, nearest);
    tappable(results, nearest);
    this.told = make("p", { className: "live-verdict" });
    this.furnish(stage, { under: [this.told], controls: ["last"] });
  }

  update() {
    if (this.surface.width) this.#drawMoment();
    else this.layout();
  }

  layout() {
    const { surface, results, ends } = this;
    surface.frame([-0.8, 0.4], [-0.95, 0.3], { yLabel: "loss", xLabel: "weight w at the end", yCount: 4 });
    results.frame([-5.3, 5.3], [-1.05, 0.3], { yLabel: "what each last input leaves", xLabel: "last input x", yCount: 4 });
    put(this.riskCurve, { d: surface.curve((w) => risk(w, INPUTS)) });
    const line = (height) => pathThrough(ends.flatMap((w, i) => [results.x(INPUTS[i]), results.y(height(w, i))]));
    put(this.losses, { d: line((w, i) => loss(w * INPUTS[i])) });
    put(this.risks, { d: line((w) => risk(w, INPUTS)) });
    put(this.name, { x: surface.x0 + 8, y: surface.y1 + 15 * surface.scale });
    put(this.riskName, { x: surface.x1 - 4, y: surface.y1 + 15 * surface.scale });
    this.#drawMoment();
  }

  #drawMoment() {
    const { surface, results, ends, state: { last } } = this;
    const x = INPUTS[last - 1];
    const w = ends[last - 1];
    const heights = [loss(w * x), risk(w, INPUTS)];
    put(this.lossCurve, { d: surface.curve((weight) => loss(weight * x)) });
    put(this.lossDot, { cx: surface.x(w), cy: surface.y(heights[0]) });
    put(this.riskDot, { cx: surface.x(w), cy: surface.y(heights[1]) });
    this.name.textContent = `loss of the last input, x = ${fixed(x, 2)}`;
    const place = results.x(x);
    put(this.here, { x1: place, x2: place, y1: results.y0, y2: results.y1 });
    this.resultDots.forEach((dot, i) => put(dot, { cx: place, cy: results.y(heights[i]) }));
    put(this.grip, { transform: `translate(${place} ${results.y0})` });
    this.loss.show(fixed(heights[0], 4));
    this.risk.show(fixed(heights[1], 4));
    this.told.textContent = `The sweep ends with x = ${fixed(x, 2)}, at w = ${fixed(w, 3)}.`;
  }

  describe() {
    return `${this.told.textContent} The last loss is ${this.loss.text()}, the risk ${this.risk.text()}.`;
  }
}

customElements.define("live-last", Last);
