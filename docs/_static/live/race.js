/** Race: gradient descent and SGD to the same risk, from one start. Both pay in gradients. */

import { button, make } from "./controls.js";
import { LiveFigure } from "./element.js";
import { descended, gradient, risk, riskGradient } from "./math.js";
import { placed, powers } from "./places.js";
import { Plot, draw, pathThrough, put } from "./plot.js";
import { listed, logarithmic, whole } from "./state.js";
import { below, mulberry32 } from "./walks.js";

/** Height in rem, in a wide column and in a narrow one: kept free before the figure wakes. */
export const height = [33, 31.8125];

const told = (count) => count.toLocaleString("en");
const SIZES = [10, 100, 1000].flatMap((ten) => [1, 1.5, 2, 3, 4, 5, 7].map((part) => ten * part));

export const parameters = {
  samples: listed("Samples N", 200, [...SIZES, 10000], told),
  distance: logarithmic("Wanted distance Δ", 0.005, 0.0004, 0.02),
  seed: whole("Seed of the draws", 1, 0, 999),
};

const START = -0.1;
const WALKERS = 40;
// More samples than these have the same distances, to one in a thousand.
const ENOUGH = 100;
// Where a table holds the risk, and the step of the slide that the prediction follows.
const [LOW, CELLS, CELL] = [-0.9, 200, 0.005];
const TINY = 0.001;
// Decimal logarithms: gradients from left to right, and distances from the bottom up.
const SEEN = [0, 4.7];
const DISTANCES = [-4.2, -0.5];
const DECADES_A_SECOND = 1;

/** So many samples: the middles of equal parts of −5 to 5. */
export const middles = (count) => Float64Array.from({ length: count }, (_, i) => (i + 0.5) * (10 / count) - 5);

/** What is known of the valley of the start: the lowest weight, the curvature and the noise there. */
export function survey(inputs) {
  let best = START;
  for (let step = 0; step < 60; step += 1) best = descended(best, inputs, 0.1);
  const slope = (by) => riskGradient(best + by, inputs);
  const lowest = risk(best, inputs);
  const table = Float64Array.from({ length: CELLS + 1 }, (_, i) => risk(LOW + i * CELL, inputs) - lowest);
  // The parabola through the three nearest entries.
  const excess = (w) => {
    const place = (w - LOW) / CELL;
    const i = Math.min(Math.max(Math.floor(place + 0.5), 1), CELLS - 1);
    const before = table[i - 1] - table[i];
    const after = table[i + 1] - table[i];
    const t = place - i;
    return table[i] + (t / 2) * (after - before + t * (after + before));
  };
  const slide = [START];
  while (excess(slide.at(-1)) > parameters.distance.at(0) / 2) slide.push(descended(slide.at(-1), inputs, TINY));
  return {
    best,
    excess,
    curvature: (slope(1e-4) - slope(-1e-4)) / 2e-4,
    noise: inputs.reduce((sum, x) => sum + gradient(best, x) ** 2, 0) / inputs.length,
    slide: slide.map(excess),
  };
}

/** Steps of SGD to a distance, by the page's line: the slide's time to half of it, in steps of η. */
export const predicted = ({ slide, noise }, distance) =>
  (TINY * slide.findIndex((left) => left <= distance / 2) * noise) / (2 * distance);

/** Gradient descent: the distance after each step of all inputs, until it is out of sight. */
export function full({ excess, curvature }, inputs) {
  const left = [excess(START)];
  for (let w = START; left.at(-1) > 10 ** DISTANCES[0]; left.push(excess(w))) w = descended(w, inputs, 1 / curvature);
  return left;
}

/**
 * SGD: the mean distance of a crowd after each step of one input, until the mean is near enough. The
 * walkers take turns to draw, with replacement.
 */
export function single({ excess, noise }, inputs, distance, seed) {
  const random = mulberry32(seed);
  const rate = (2 * distance) / noise;
  const weights = new Float64Array(WALKERS).fill(START);
  const left = [excess(START)];
  while (left.at(-1) > distance) {
    let sum = 0;
    for (let i = 0; i < WALKERS; i += 1) {
      const w = weights[i];
      weights[i] = w - rate * gradient(w, inputs[below(inputs.length, random)]);
      sum += excess(weights[i]);
    }
    left.push(sum / WALKERS);
  }
  return { left, weights };
}

// Who drags to and fro comes by the same numbers of samples again.
const met = new Map();

/** Inputs, valley and descent for so many samples. */
function known(samples) {
  if (!met.has(samples)) {
    const inputs = middles(samples);
    const valley = samples > ENOUGH ? known(ENOUGH).valley : survey(inputs);
    met.set(samples, { inputs, valley, descent: full(valley, inputs) });
  }
  return met.get(samples);
}

class Race extends LiveFigure {
  // How far the race has come, in decades of gradients; at rest, to its end.
  clock = SEEN[1];

  constructor() {
    super(parameters);
  }

  build(stage) {
    const plots = this.picture();
    this.full = this.readout("Gradient descent pays", "descent");
    this.single = this.readout("SGD pays", "walker");
    this.line = this.readout("SGD, predicted", "predicted");
    this.plot = new Plot(plots, [19, 16], { left: 50, right: 12 });
    const { plot } = this;
    this.stairs = draw(plot.inside, "path", { class: "live-line live-descent" });
    this.course = draw(plot.inside, "path", { class: "live-line live-walker" });
    this.goal = draw(plot.above, "path", { class: "live-line live-dashed live-ink" });
    this.bills = ["descent", "walker"].map((kind) => draw(plot.above, "circle", { r: 6, class: `live-dot live-${kind}` }));
    this.names = [plot.label("live-descent", "gradient descent"), plot.label("live-walker live-ending", "SGD")];
    this.wanted = plot.label("live-ink live-ending");
    this.knob = draw(plot.above, "g", { class: "live-handle live-free live-ink" });
    draw(this.knob, "circle", { r: 24, class: "live-grip" });
    draw(this.knob, "circle", { r: 8, class: "live-knob" });
    draw(this.knob, "path", { d: "M-4-13 0-17l4 4M-4 13 0 17l4-4" });
    const { at, nearest, read } = parameters.distance;
    placed(this.knob, plot, ([, y]) => this.set({ distance: at(nearest(read(String(10 ** y)))) }));
    this.told = make("p", { className: "live-verdict" });
    this.furnish(stage, {
      under: [this.told],
      controls: ["samples"],
      buttons: [this.playButton("Race", { again: true }), button("Draw anew", () => {
        this.set({ seed: (this.state.seed + 1) % 1000 });
        this.say(this.describe());
      })],
      more: ["distance", "seed"],
    });
  }

  update(changed) {
    const { samples, distance, seed } = this.state;
    if (changed.has("samples")) Object.assign(this, known(samples));
    this.crowd = single(this.valley, this.inputs, distance, seed).left;
    this.steps = this.descent.findIndex((left) => left <= distance);
    this.prices = [samples * this.steps, this.crowd.length - 1];
    if (this.plot.width) this.#drawMoment();
    else this.layout();
  }

  layout() {
    this.plot.frame(SEEN, DISTANCES, { xLabel: "gradients computed", yLabel: "distance from the lowest risk", marks: powers });
    this.#drawMoment();
  }

  #drawMoment() {
    const { plot, descent, crowd, prices, clock, state: { samples, distance } } = this;
    const x = (gradients) => plot.x(Math.log10(gradients));
    const y = (value) => plot.y(Math.log10(value));
    put(plot.clip.rect, { width: plot.x(clock) - plot.x0 });
    put(this.stairs, { d: `M${plot.x0} ${y(descent[0])}${descent.slice(1).map((value, i) => `H${x(samples * (i + 1))}V${y(value)}`).join("")}` });
    const points = [];
    // Steps in even ratios, as the axis goes.
    for (let k = 1; k < prices[1]; k += Math.ceil(k / 50)) points.push(x(k), y(crowd[k]));
    points.push(x(prices[1]), y(crowd.at(-1)));
    put(this.course, { d: pathThrough(points) });

    const goal = y(distance);
    put(this.goal, { d: `M${plot.x0} ${goal}H${plot.x1}` });
    put(this.knob, { transform: `translate(${plot.x1 - 14} ${goal})` });
    put(this.wanted, { x: plot.x1 - 40, y: goal + 18 * plot.scale });
    this.wanted.textContent = `Δ = ${distance}`;
    const paid = prices.map((price) => Math.log10(price) <= clock);
    this.bills.forEach((bill, i) => put(bill, { cx: x(prices[i]), cy: goal, visibility: paid[i] ? "visible" : "hidden" }));

    // The name stands beside the first step, or above the way to it.
    const room = x(samples) + 118 * plot.scale < plot.x1;
    put(this.names[0], { x: x(samples) + (room ? 6 : -6), y: y(descent[0]) + (room ? 18 : -6) * plot.scale,
      class: `live-label live-descent${room ? "" : " live-ending"}` });
    const middle = Math.sqrt(distance * crowd[0]);
    put(this.names[1], { x: Math.max(x(crowd.findIndex((value) => value <= middle)) - 12, plot.x0 + 32 * plot.scale), y: y(middle) });

    [this.full, this.single].forEach((readout, i) => readout.show(paid[i] ? told(prices[i]) : "…"));
    this.line.show(told(Math.round(predicted(this.valley, distance))));
    this.told.textContent = clock < SEEN[1] ? this.#running() : this.#ended();
  }

  #running() {
    const { prices, steps, clock, state: { samples } } = this;
    const spent = Math.floor(10 ** clock);
    const made = [Math.min(Math.floor(spent / samples), steps), Math.min(spent, prices[1])];
    return `Up to ${told(spent)} gradients each. Steps so far: gradient descent ${made[0]}, SGD ${told(made[1])}.`;
  }

  #ended() {
    const { prices: [descent, walker], steps, state: { samples } } = this;
    const factor = Number((Math.max(descent, walker) / Math.min(descent, walker)).toPrecision(2));
    const verdict = `${walker < descent ? "SGD" : "Gradient descent"} is cheaper by a factor of ${told(factor)}`;
    return `${factor === 1 ? "Both pay about the same" : verdict}. Gradient descent takes ${steps} ${steps === 1 ? "step" : "steps"}`
      + ` of ${told(samples)} gradients, SGD ${told(walker)} steps of one.`;
  }

  play() {
    this.clock = SEEN[0];
    super.play();
  }

  frame(seconds) {
    const end = Math.log10(Math.max(...this.prices));
    this.clock = Math.min(this.clock + seconds * DECADES_A_SECOND, end);
    this.#drawMoment();
    return this.clock < end;
  }

  pause() {
    this.clock = SEEN[1];
    if (this.playing) this.#drawMoment();
    super.pause();
  }

  describe() {
    const { samples, distance } = this.state;
    return `Distance from the lowest risk against gradients, for ${told(samples)} samples. To within ${distance},`
      + ` gradient descent pays ${this.full.text()}, SGD ${this.single.text()}, predicted ${this.line.text()}. ${this.told.textContent}`;
  }
}

customElements.define("live-race", Race);
