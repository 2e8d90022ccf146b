/** Cloud: walkers dropped at a minimum spread to the width that the law of the cloud gives them. */

import { button, make } from "./controls.js";
import { LiveFigure } from "./element.js";
import { spread } from "./estimates.js";
import { article, descended, gradient } from "./math.js";
import { Plot, draw, pathThrough, put } from "./plot.js";
import { fixed, listed, logarithmic, whole } from "./state.js";
import { Crowd } from "./walks.js";

/** Height in rem, in a wide column and in a narrow one: kept free before the figure wakes. */
export const height = [37, 38.875];

export const parameters = {
  eta: logarithmic("Learning rate η", 0.002, 0.0005, 0.01),
  batch: listed("Batch size b", 1, [1, 2, 3, 5, 7, 10]),
  seed: whole("Seed of the draws", 1, 0, 999),
};

const { inputs: INPUTS } = article;
const WALKERS = 2000;
// Times are counted as ηak: after one of them a walker has forgotten most of where it was.
const OPENING = 0.4;
const [WINDOW, POINT] = [4, 0.02];
const TIMES_A_SECOND = 0.4;
// Gradients in one frame: about 1.5 ms of them.
const WORK = 60000;
// Half of the weights that are seen, around the minimum, and the spreads that an axis may end with.
const REACH = 0.14;
const WIDEST = [0.01, 0.02, 0.05, 0.1];
// Bars to a spread of the law, and how high the picture is, where the bell is 1.
const [BARS, TALLEST] = [3, 1.4];

/** The left minimum, with the curvature and the noise there. */
export function survey() {
  let best = article.start;
  for (let step = 0; step < 60; step += 1) best = descended(best, INPUTS, 0.1);
  const slope = (by) => INPUTS.reduce((sum, x) => sum + gradient(best + by, x), 0) / INPUTS.length;
  return {
    best,
    curvature: (slope(1e-4) - slope(-1e-4)) / 2e-4,
    noise: INPUTS.reduce((sum, x) => sum + gradient(best, x) ** 2, 0) / INPUTS.length,
  };
}

const VALLEY = survey();

/** The variance in the long run, by the law. */
export const law = (eta, batch) => (eta * VALLEY.noise) / (2 * VALLEY.curvature * batch);

/** The variance one step later, in a parabola with this noise. */
export const spreadOn = (variance, eta, batch) =>
  (1 - eta * VALLEY.curvature) ** 2 * variance + (eta * eta * VALLEY.noise) / batch;

/** Walkers that are all dropped at the minimum, and draw with replacement. */
export class Cloud {
  constructor(seed, walkers = WALKERS) {
    this.crowd = new Crowd(walkers, VALLEY.best, INPUTS, 0, 1, "replacement", seed);
    Object.assign(this, { steps: 0, time: 0, predicted: 0 });
    this.points = [{ time: 0, predicted: 0, value: 0, low: 0, high: 0 }];
  }

  step(eta, batch) {
    const { crowd } = this;
    // Each batch is new: none is cut by the end of an epoch.
    Object.assign(crowd, { learningRate: eta, batchSize: batch, drawn: 0 });
    crowd.step();
    this.predicted = spreadOn(this.predicted, eta, batch);
    this.steps += 1;
    this.time += eta * VALLEY.curvature;
    if (this.time - this.points.at(-1).time >= POINT) this.#keep();
  }

  /** The spread that is measured, with its interval. */
  measured() {
    return spread(this.crowd.weights);
  }

  #keep() {
    this.points.push({ time: this.time, predicted: Math.sqrt(this.predicted), ...this.measured() });
    if (this.points[0].time < this.time - WINDOW) this.points.shift();
  }
}

class CloudFigure extends LiveFigure {
  constructor() {
    super(parameters);
  }

  build(stage) {
    const plots = this.picture();
    this.measured = this.readout("Measured spread", "walker");
    this.predicted = this.readout("Predicted by now", "predicted");
    this.law = this.readout("The law, in the end", "plain");
    this.shape = new Plot(plots, [11, 9]);
    this.width = new Plot(plots, [12, 10]);
    const { shape, width } = this;
    this.bars = draw(shape.inside, "path", { class: "live-bars live-walker" });
    this.bell = draw(shape.inside, "path", { class: "live-line live-predicted" });
    this.bellName = shape.label("live-predicted live-ending", "the law");
    this.interval = draw(width.inside, "path", { class: "live-shade live-walker" });
    this.path = draw(width.inside, "path", { class: "live-nudge live-walker" });
    this.growth = draw(width.inside, "path", { class: "live-line live-predicted" });
    this.end = draw(width.inside, "path", { class: "live-line live-dashed live-predicted" });
    this.names = ["predicted", "walker"].map((kind) => width.label(`live-${kind}`, kind === "walker" ? "measured" : kind));
    this.told = make("p", { className: "live-verdict" });
    this.furnish(stage, {
      under: [this.told],
      controls: ["eta", "batch"],
      buttons: [this.playButton(), button("Put all back", () => this.#putBack())],
      more: ["seed"],
    });
  }

  update(changed) {
    if (changed.has("seed")) this.#drop(this.cloud ? 0 : OPENING);
    // A hand that changes the walk sees it answer. An address brings a seed, and waits.
    else if (changed.size && !this.playing) this.play();
    if (this.shape.width) this.#drawMoment();
    else this.layout();
  }

  reopen() {
    this.#drop(OPENING);
    this.#drawMoment();
  }

  #drop(time) {
    this.cloud = new Cloud(this.state.seed);
    while (this.cloud.time < time) this.#step();
  }

  #step() {
    this.cloud.step(this.state.eta, this.state.batch);
  }

  #putBack() {
    this.pause();
    this.#drop(0);
    this.set({});
    this.#drawMoment();
    this.say(this.describe());
  }

  layout() {
    const { shape, width } = this;
    const { best } = VALLEY;
    shape.frame([best - REACH, best + REACH], [0, TALLEST], { yLabel: "how many walkers", xLabel: "weight w", yCount: 0 });
    put(this.bellName, { x: shape.x1 - 4, y: shape.y1 + 14 * shape.scale });
    this.widest = undefined;
    this.#drawMoment();
  }

  /** An axis that holds the law, and all that is seen. */
  #frame(most) {
    const widest = WIDEST.find((end) => end >= most) ?? Number((1.2 * most).toPrecision(1));
    if (this.widest === widest) return;
    this.widest = widest;
    this.width.frame([-WINDOW, 0], [0, widest], { yLabel: "spread of the walkers", xLabel: "now", yCount: 3, xTicks: false });
    this.names.forEach((name, i) => put(name, { x: this.width.x0 + 8, y: this.width.y0 - (8 + 18 * i) * this.width.scale }));
  }

  #drawMoment() {
    const { cloud, width, state: { eta, batch } } = this;
    const { points, steps, time, predicted } = cloud;
    const end = Math.sqrt(law(eta, batch));
    this.#frame(1.15 * Math.max(end, ...points.map(({ high }) => high)));
    this.#drawShape(end);
    const line = (name) => points.map((point) => [width.x(point.time - time), width.y(point[name])]);
    put(this.path, { d: pathThrough(line("value").flat()) });
    put(this.growth, { d: pathThrough(line("predicted").flat()) });
    put(this.interval, { d: `${pathThrough([...line("high"), ...line("low").reverse()].flat())}Z` });
    put(this.end, { d: `M${width.x0} ${width.y(end)}H${width.x1}` });

    this.law.show(fixed(end, 4));
    this.predicted.show(fixed(Math.sqrt(predicted), 4));
    if (steps === 0) {
      this.measured.show("0");
      this.told.textContent = `All ${WALKERS} walkers stand at the minimum.`;
      return;
    }
    const { value, low, high } = cloud.measured();
    this.measured.show(fixed(value, 4));
    const [ratio, ...ends] = [value, low, high].map((each) => fixed((each * each) / predicted, 2));
    this.told.textContent = `After ${steps} ${steps === 1 ? "step" : "steps"}, variance over the predicted one: ${ratio}`
      + ` (95\u00a0% interval ${ends.join(" to ")}).`;
  }

  /** The walkers as bars, beside the bell of the law. */
  #drawShape(end) {
    const { shape, cloud: { crowd: { weights } } } = this;
    const count = 2 * Math.ceil((REACH * BARS) / end);
    const [left, wide] = [VALLEY.best - REACH, (2 * REACH) / count];
    const bins = new Uint16Array(count);
    for (const w of weights) bins[Math.floor((w - left) / wide)] += 1;
    // As high as the bell, where they are as many as it says.
    const unit = (Math.sqrt(2 * Math.PI) * end) / (wide * weights.length);
    let bars = "";
    bins.forEach((many, i) => {
      if (many) bars += `M${shape.x(left + i * wide).toFixed(1)} ${shape.y0}V${Math.max(shape.y(many * unit), shape.y1).toFixed(1)}H${shape.x(left + (i + 1) * wide).toFixed(1)}V${shape.y0}`;
    });
    put(this.bars, { d: bars });
    put(this.bell, { d: shape.curve((w) => Math.exp(-((w - VALLEY.best) ** 2) / (2 * end * end)), 241) });
  }

  play() {
    this.clock = this.cloud.time;
    this.goal = this.clock + WINDOW;
    super.play();
  }

  frame(seconds) {
    const moving = Number.isFinite(seconds);
    this.clock = moving ? this.clock + seconds * TIMES_A_SECOND : this.goal;
    const { cloud, state: { batch } } = this;
    for (let work = WORK; cloud.time < this.clock && work > 0; work -= WALKERS * batch) this.#step();
    // What could not be done in time is not caught up with.
    if (moving) this.clock = Math.min(this.clock, cloud.time + POINT);
    const playing = moving || cloud.time < this.goal;
    if (moving || !playing) this.#drawMoment();
    return playing;
  }

  describe() {
    const { eta, batch } = this.state;
    return `${WALKERS} walkers around a minimum, learning rate ${eta}, batches of ${batch}. ${this.told.textContent}`
      + ` Their spread is ${this.measured.text()}, predicted ${this.predicted.text()}; in the end, by the law, ${this.law.text()}.`;
  }
}

customElements.define("live-cloud", CloudFigure);
