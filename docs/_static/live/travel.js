/** Travel: one walk by stochastic gradient descent, step by step, on the surface that each step sees. */

import { arrow } from "./arrow.js";
import { button } from "./controls.js";
import { LiveFigure } from "./element.js";
import { article, linspace, loss, risk } from "./math.js";
import { Plot, clipping, draggable, draw, handle, pathThrough, put } from "./plot.js";
import { choice, fixed, listed, logarithmic, number, plain, whole } from "./state.js";
import { epochOrders, walk } from "./walks.js";

/** Height in rem, in a wide column and in a narrow one: kept free before the figure wakes. */
export const height = [39.75, 39.75];

export const parameters = {
  order: choice("Order of the inputs", {
    sorted: "sorted, as in the article",
    reversed: "reversed",
    reshuffled: "reshuffled every pass",
    replacement: "drawn with replacement",
  }, "sorted"),
  eta: logarithmic("Learning rate η", 0.01, 0.001, 1),
  start: number("Start w₀", article.start, -2, 2, 0.005),
  batch: listed("Batch size", 1, [1, 2, 3, 5, 10, 20, 50, 100]),
  passes: listed("Passes over the data", 1, [1, 2, 5, 10, 20, 50, 100, 200]),
  inputs: listed("Number of inputs", article.inputs.length, [2, 3, 5, 10, 20, 50, 100]),
  from: number("First input", article.inputs.at(0), -5, 5, 0.5),
  to: number("Last input", article.inputs.at(-1), -5, 5, 0.5),
  seed: whole("Seed of the random order", 1, 0, 999),
  speed: logarithmic("Steps a second", 15, 1, 1000),
  step: whole("Step", 0, 0, 20000),
};

const OF_A_MOMENT = new Set(["step", "speed"]);
const LONGEST = 60;
const VIEWS = [0.7, 1, 1.5, 2, 3, 5, 8, 12, 20, 50, 100];

class Travel extends LiveFigure {
  constructor() {
    super(parameters);
  }

  build(stage) {
    this.weight = this.readout("Weight w", "walker");
    this.loss = this.readout("Loss of this input", "input");
    this.risk = this.readout("Risk, all inputs", "risk");
    const plots = this.picture();
    this.surface = new Plot(plots, [15, 12], { bottom: 6 });
    this.trail = new Plot(plots, [13, 11]);
    this.#drawParts();

    const { state } = this;
    const last = () => this.walk.batches.length;
    const scrubber = this.control("step", {
      get last() {
        return last();
      },
      show: (step) => `${step} of ${last()}`,
    });
    const batch = this.control("batch", {
      show: (size) => (this.#seesAll(size) ? "all: gradient descent" : plain(Math.min(size, this.state.inputs))),
    });
    this.furnish(stage, {
      buttons: [
        this.playButton(),
        button("One step", () => this.#go(1)),
      ],
      controls: [scrubber, "order"],
      more: [button("To the start", () => this.#go(-Infinity)), "eta", batch, "start", "passes", "from", "to", "inputs", "seed", "speed"],
    });
  }

  #drawParts() {
    const { surface, trail } = this;
    this.origins = [surface, trail].map((plot) => draw(plot.inside, "line", { class: "live-guide" }));
    this.riskCurve = draw(surface.inside, "path", { class: "live-line live-risk" });
    this.lossCurve = draw(surface.inside, "path", { class: "live-line live-input" });
    this.plumb = draw(surface.inside, "line", { class: "live-plumb" });
    this.arrow = draw(surface.inside, "path", { class: "live-arrow", "stroke-width": 2.25 });
    this.riskDot = draw(surface.inside, "circle", { r: 5, class: "live-dot live-risk" });
    this.dot = draw(surface.inside, "circle", { r: 6, class: "live-dot live-walker" });
    this.lossLabel = draw(surface.above, "text", { class: "live-label live-input" });
    this.riskLabel = draw(surface.above, "text", { class: "live-label live-risk" });
    this.past = clipping(trail.svg);
    this.path = draw(draw(trail.inside, "g", { "clip-path": this.past.url }), "path", { class: "live-trail" });
    this.place = draw(trail.inside, "circle", { r: 5, class: "live-dot live-walker" });
    // A drag stays within what is seen, so that the axes keep still under it.
    const from = (value) => {
      const start = Math.round(Math.min(Math.max(value, surface.left), surface.right) * 200) / 200;
      this.set({ start: Math.min(Math.max(start, -2), 2), step: 0 });
    };
    this.moveHandle = handle(trail, from);
    this.grip = draw(surface.above, "circle", { r: 24, class: "live-grip" });
    draggable(this.grip, surface, from);
  }

  update(changed) {
    const { state } = this;
    if ([...changed].some((name) => !OF_A_MOMENT.has(name))) {
      this.inputs = linspace(state.from, state.to, state.inputs);
      const orders = epochOrders(state.order, state.inputs, state.passes, state.seed);
      state.batch = Math.min(state.batch, state.inputs);
      this.walk = walk(state.start, this.inputs, state.eta, state.batch, orders);
      state.step = Math.min(state.step, this.walk.batches.length);
      this.layout();
    } else {
      state.step = Math.min(state.step, this.walk.batches.length);
      this.#drawMoment();
    }
  }

  layout() {
    const { surface, trail, inputs, state } = this;
    const { weights, batches } = this.walk;
    const farthest = weights.reduce((far, w) => Math.max(far, Math.abs(w)), 0);
    const view = VIEWS.find((edge) => edge >= farthest) ?? farthest;
    surface.frame([-view, view], [-1, 0.5], { yLabel: "loss", xTicks: false, yCount: 4 });
    trail.frame([-view, view], [batches.length, 0], { yLabel: "step", xLabel: "weight w", yCount: 4 });
    put(this.riskCurve, { d: surface.curve((w) => risk(w, inputs)) });
    this.origins.forEach((line, i) => {
      const plot = [surface, trail][i];
      const x = plot.x(state.start);
      put(line, { x1: x, x2: x, y1: plot.y0, y2: plot.y1 });
    });
    const labels = surface.x1 - surface.x0 < 400 ? [15, 33] : [15, 15];
    put(this.lossLabel, { x: surface.x0 + 8, y: surface.y1 + labels[0] });
    const riskAnchor = labels[0] === labels[1]
      ? { x: surface.x1 - 4, "text-anchor": "end" }
      : { x: surface.x0 + 8, "text-anchor": "start" };
    put(this.riskLabel, { y: surface.y1 + labels[1], ...riskAnchor });
    this.riskLabel.textContent = `risk: mean of all ${inputs.length} inputs`;
    const d = pathThrough(this.#thinned(weights));
    put(this.path, { d });
    this.moveHandle(state.start, trail.y1);
    this.shown = undefined;
    this.#drawMoment();
  }

  /** The trail in pixels: where there are more steps than rows of pixels, the extremes of each row. */
  #thinned(weights) {
    const { trail } = this;
    const rows = Math.ceil(trail.y0 - trail.y1);
    const stride = Math.max(1, Math.floor(weights.length / rows));
    const points = [];
    for (let first = 0; first < weights.length; first += stride) {
      const row = weights.slice(first, first + stride);
      const ends = stride > 2 ? [Math.min(...row), Math.max(...row)] : row;
      ends.forEach((w, i) => points.push(trail.x(w), trail.y(first + (stride > 2 ? 0 : i))));
    }
    return points;
  }

  #drawMoment() {
    const { surface, trail, inputs, walk: { weights, batches }, state: { step } } = this;
    const batch = batches[Math.max(step - 1, 0)];
    const xs = Array.from(batch, (i) => inputs[i]);
    const height = xs.length === 1 ? (w) => loss(w * xs[0]) : (w) => risk(w, xs);
    const w = weights[step];
    const current = height(w);
    const average = risk(w, inputs);
    if (this.shown !== batch) {
      put(this.lossCurve, { d: surface.curve(height) });
      this.lossLabel.textContent = this.#batchName(batch, "loss of ");
      this.shown = batch;
    }
    const x = surface.x(w);
    const y = surface.y(current);
    put(this.dot, { cx: x, cy: y });
    put(this.grip, { cx: x, cy: y });
    put(this.riskDot, { cx: x, cy: surface.y(average) });
    put(this.plumb, { x1: x, x2: x, y1: y, y2: surface.y0 });
    const before = weights[Math.max(step - 1, 0)];
    put(this.arrow, { d: arrow(surface.x(before), surface.y(height(before)), x, y, 6) });
    put(this.past.rect, { x: 0, width: trail.width, y: 0, height: trail.y(step) });
    put(this.place, { cx: x, cy: trail.y(step) });
    this.weight.show(fixed(w, 4));
    this.loss.show(fixed(current, 4));
    this.risk.show(fixed(average, 4));
    this.loss.name.textContent = batch.length === 1 ? "Loss of this input" : "Loss of this batch";
  }

  /** Whether a batch of this size holds every input. Draws with replacement miss some. */
  #seesAll(size) {
    return size >= this.state.inputs && this.state.order !== "replacement";
  }

  #batchName(batch, prefix) {
    if (this.#seesAll(batch.length)) return `${prefix}all inputs`;
    if (batch.length > 1) return `${prefix}these ${batch.length} inputs`;
    return `${prefix}input ${batch[0] + 1}, x = ${fixed(this.inputs[batch[0]], 2)}`;
  }

  #go(steps) {
    this.pause();
    const { step } = this.state;
    this.set({ step: Math.min(Math.max(step + steps, 0), this.walk.batches.length) });
    this.say(this.describe());
  }

  play() {
    if (this.state.step === this.walk.batches.length) this.state.step = 0;
    this.clock = 0;
    super.play();
  }

  frame(seconds) {
    const { state } = this;
    const last = this.walk.batches.length;
    // However long the walk, it is over within a minute.
    this.clock += seconds * Math.max(state.speed, last / LONGEST);
    const steps = Math.min(Math.floor(this.clock), last - state.step);
    if (steps > 0) {
      this.clock -= steps;
      this.show({ step: state.step + steps });
    }
    return state.step < last;
  }

  describe() {
    const { step } = this.state;
    const batch = this.walk.batches[Math.max(step - 1, 0)];
    const [w, current, average] = [this.weight, this.loss, this.risk].map(({ text }) => text());
    return `Step ${step} of ${this.walk.batches.length}, ${this.#batchName(batch, "")}: `
      + `weight ${w}, loss ${current}, risk ${average}.`;
  }
}

customElements.define("live-travel", Travel);
