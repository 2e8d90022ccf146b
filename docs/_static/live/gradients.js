/** Gradients: at one weight every input pulls another way; batches of inputs agree better. */

import { arrow } from "./arrow.js";
import { drawBatches } from "./draws.js";
import { LiveFigure } from "./element.js";
import { article, gradient, linspace, loss, risk, riskGradient } from "./math.js";
import { Plot, draw, handle, put } from "./plot.js";
import { fixed, listed, logarithmic, number, plain, whole } from "./state.js";

/** Height in rem, in a wide column and in a narrow one: kept free before the figure wakes. */
export const height = [39.75, 39.75];

export const parameters = {
  w: number("Weight w₀", article.start, -0.7, 0.7, 0.005),
  batch: listed("Batch size", 1, [1, 2, 3, 5, 10, 20, 50, 100]),
  inputs: listed("Number of inputs", 10, [2, 3, 5, 10, 20, 50, 100]),
  eta: logarithmic("Learning rate η", 0.05, 0.001, 0.3),
  seed: whole("Seed of the drawn batches", 1, 0, 999),
};

const BATCHES = 2000;
// No input of at most 5 has a steeper loss.
const STEEPEST = 6;
const BINS = 96;

class Gradients extends LiveFigure {
  constructor() {
    super(parameters);
  }

  build(stage) {
    this.mean = this.readout("Mean of the batches", "walker");
    this.slope = this.readout("Slope of the risk", "risk");
    this.spread = this.readout("Spread of the batches", "input");
    const plots = this.picture();
    this.surfaces = new Plot(plots, [17, 14]);
    this.histogram = new Plot(plots, [11, 9]);
    this.#drawParts();
    const batch = this.control("batch", {
      show: (size) => (size < this.state.inputs ? plain(size) : "all"),
    });
    this.furnish(stage, { controls: ["w", batch], more: ["inputs", "eta", "seed"] });
  }

  #drawParts() {
    const { surfaces, histogram } = this;
    this.curves = draw(surfaces.inside, "g");
    this.riskCurve = draw(surfaces.inside, "path", { class: "live-line live-risk" });
    this.guide = draw(surfaces.inside, "line", { class: "live-guide" });
    this.arrows = draw(surfaces.inside, "path", { class: "live-arrow" });
    this.riskLabel = draw(surfaces.above, "text", { class: "live-label live-risk" });
    this.riskLabel.textContent = "risk: the mean of all curves";
    this.curveLabel = draw(surfaces.above, "text", { class: "live-label live-input" });
    this.moveHandle = handle(surfaces, (value) => {
      this.set({ w: Math.round(Math.min(Math.max(value, -0.7), 0.7) * 200) / 200 });
    });
    this.bars = draw(histogram.inside, "path", { class: "live-bars live-input" });
    this.rug = draw(histogram.inside, "path", { class: "live-rug" });
    this.slopeLine = draw(histogram.inside, "path", { class: "live-line live-risk" });
    this.meanLine = draw(histogram.inside, "path", { class: "live-mean" });
    this.meanLabel = draw(histogram.above, "text", { class: "live-label live-walker" });
  }

  update(changed) {
    const { state } = this;
    if (changed.has("inputs")) this.inputs = linspace(-5, 5, state.inputs);
    this.size = Math.min(state.batch, state.inputs);
    if (["inputs", "batch", "seed"].some((name) => changed.has(name))) {
      this.drawn = drawBatches(state.inputs, this.size, BATCHES, state.seed);
    }
    if (changed.has("inputs")) this.layout();
    else this.#drawMoment();
  }

  layout() {
    const { surfaces, inputs } = this;
    surfaces.frame([-0.7, 0.7], [-1, 0.5], { yLabel: "loss", xLabel: "weight w", yCount: 4 });
    this.curves.replaceChildren();
    inputs.forEach((x, i) => {
      const curve = draw(this.curves, "path", { class: "live-line live-one-of-many" });
      curve.style.setProperty("--live-share", `${Math.round((100 * i) / (inputs.length - 1))}%`);
      put(curve, { d: surfaces.curve((w) => loss(w * x), 81) });
    });
    put(this.riskCurve, { d: surfaces.curve((w) => risk(w, inputs)) });
    put(this.curveLabel, { x: surfaces.x0 + 8, y: surfaces.y1 + 15 });
    put(this.riskLabel, { x: surfaces.x0 + 8, y: surfaces.y1 + 33 });
    this.curveLabel.textContent = `loss of each of ${inputs.length} inputs`;
    this.share = undefined;
    this.#drawMoment();
  }

  #drawMoment() {
    const { surfaces, inputs, state: { w, eta } } = this;
    const gradients = inputs.map((x) => gradient(w, x));
    const x = surfaces.x(w);
    put(this.guide, { x1: x, x2: x, y1: surfaces.y0, y2: surfaces.y1 });
    const arrows = Array.from(inputs, (input, i) => {
      const moved = w - eta * gradients[i];
      return arrow(x, surfaces.y(loss(w * input)), surfaces.x(moved), surfaces.y(loss(moved * input)), 0);
    });
    put(this.arrows, { d: arrows.join(""), "stroke-width": inputs.length > 20 ? 1 : 2.25 });
    this.moveHandle(w, surfaces.y0);
    this.#drawHistogram(gradients);
  }

  /** The means of the drawn batches; of batches of one, the gradients themselves. */
  #batchMeans(gradients) {
    const { drawn, size } = this;
    if (size === 1) return gradients;
    const means = new Float64Array(BATCHES);
    for (let i = 0; i < drawn.length; i += 1) means[Math.floor(i / size)] += gradients[drawn[i]] / size;
    return means;
  }

  #drawHistogram(gradients) {
    const { histogram, inputs, state } = this;
    const means = this.#batchMeans(gradients);
    const bins = new Uint16Array(BINS);
    let sum = 0;
    for (const value of means) {
      sum += value;
      bins[Math.floor(((value + STEEPEST) / (2 * STEEPEST)) * BINS)] += 1;
    }
    const mean = sum / means.length;
    const spread = Math.sqrt(means.reduce((total, value) => total + (value - mean) ** 2, 0) / means.length);
    const slope = riskGradient(state.w, inputs);

    // The tallest bar leaves room above it.
    const tallest = (1.1 * Math.max(...bins)) / means.length;
    const share = [0.1, 0.2, 0.5, 1].find((edge) => edge >= tallest) ?? 1.2;
    const scale = this.size === 1 ? 1 : share;
    if (this.share !== `${scale} ${this.size === 1}`) {
      this.share = `${scale} ${this.size === 1}`;
      const whose = this.size === 1 ? "gradients" : "batch means";
      histogram.frame([-STEEPEST, STEEPEST], [0, share * 100], {
        yLabel: this.size === 1 ? "every gradient" : `% of ${whose}`, xLabel: "gradient at w₀", yCount: this.size === 1 ? 0 : 2,
      });
    }
    const width = (histogram.x1 - histogram.x0) / BINS;
    let bars = "";
    bins.forEach((count, bin) => {
      // Single gradients are few: each is a mark of its own.
      if (count === 0 || this.size === 1) return;
      const left = histogram.x0 + bin * width;
      bars += `M${left.toFixed(1)} ${histogram.y0}V${histogram.y((100 * count) / means.length).toFixed(1)}h${width.toFixed(1)}V${histogram.y0}`;
    });
    put(this.bars, { d: bars });
    const ticks = Array.from(gradients, (g) => `M${histogram.x(g).toFixed(1)} ${histogram.y0}v${this.size === 1 ? -30 : -7}`);
    put(this.rug, { d: ticks.join("") });
    put(this.slopeLine, { d: `M${histogram.x(slope)} ${histogram.y0}V${histogram.y1}` });
    put(this.meanLine, { d: `M${histogram.x(mean)} ${histogram.y0}V${histogram.y1}` });
    const equals = this.size === 1 || this.size === inputs.length ? "=" : "≈";
    this.meanLabel.textContent = `mean ${equals} slope${histogram.width < 420 ? "" : " of the risk"}`;
    const side = 2 * histogram.x(mean) > histogram.x0 + histogram.x1 ? -1 : 1;
    put(this.meanLabel, {
      x: histogram.x(mean) + 7 * side, y: histogram.y1 + 14, "text-anchor": side < 0 ? "end" : "start",
    });
    this.mean.show(fixed(mean, 3));
    this.slope.show(fixed(slope, 3));
    this.spread.show(fixed(spread, 3));
    this.mean.name.textContent = this.size === 1 ? "Mean of the gradients" : `Mean of ${BATCHES} batches`;
    this.spread.name.textContent = this.size === 1 ? "Spread of the gradients" : "Spread of the batches";
  }

  describe() {
    const { inputs, w } = this.state;
    return `At weight ${fixed(w, 3)}, batches of ${this.size} of ${inputs} inputs: mean ${this.mean.text()}, `
      + `slope of the risk ${this.slope.text()}, spread ${this.spread.text()}.`;
  }
}

customElements.define("live-gradients", Gradients);
