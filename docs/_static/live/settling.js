/** Settling: four ways to deal with the noise near a minimum, side by side, on one seed. */

import { button, make } from "./controls.js";
import { LiveFigure } from "./element.js";
import { linspace } from "./math.js";
import { Plot, draw, pathThrough, put } from "./plot.js";
import { fixed, logarithmic, whole } from "./state.js";
import { epochOrders } from "./walks.js";

/** Height in rem, in a wide column and in a narrow one: kept free before the figure wakes. */
export const height = [32.375, 33.5];

export const parameters = {
  eta: logarithmic("Learning rate η", 0.2, 0.02, 1),
  seed: whole("Seed of the draws", 1, 0, 999),
};

// A parabola of curvature 1 over each of ten inputs: its lowest point is the input.
const INPUTS = linspace(-1, 1, 10);
const EPOCHS = 40;
const START = 1.5;
const COUNT = EPOCHS * INPUTS.length;

/**
 * The weights of the four walks. The first, and the third with its shrinking steps, see the same
 * draws; the second is the mean of all weights of the first; the fourth draws each epoch anew.
 */
export function walks(eta, seed) {
  const flat = (rule) => epochOrders(rule, INPUTS.length, EPOCHS, seed).flatMap((order) => Array.from(order));
  const walked = (draws, rate) => {
    const weights = [START];
    draws.forEach((drawn, k) => weights.push(weights[k] - rate(k) * (weights[k] - INPUTS[drawn])));
    return weights;
  };
  const draws = flat("replacement");
  const constant = walked(draws, () => eta);
  let sum = 0;
  return {
    constant,
    averaged: constant.map((w, k) => (k ? (sum += w) / k : w)),
    shrinking: walked(draws, (k) => eta / (1 + eta * k)),
    reshuffled: walked(flat("reshuffled"), () => eta),
  };
}

/** The root of the mean square at the ends of the last half of the passes; the best weight is 0. */
export function distance(weights) {
  const ends = weights.filter((_, k) => k > COUNT / 2 && k % INPUTS.length === 0);
  return Math.sqrt(ends.reduce((sum, w) => sum + w * w, 0) / ends.length);
}

const NAMES = {
  constant: "constant steps, drawn with replacement",
  averaged: "the mean of all its weights",
  shrinking: "same draws, steps that shrink like 1/k",
  reshuffled: "constant steps, reshuffled every pass",
};

const STRIPS = ["first", "second", "third", "fourth"];

class Settling extends LiveFigure {
  constructor() {
    super(parameters);
  }

  build(stage) {
    const plots = this.picture();
    const last = Object.keys(NAMES).at(-1);
    this.strips = Object.fromEntries(Object.keys(NAMES).map((name) => {
      const plot = new Plot(plots, name === last ? [6.5, 6.5] : [5.25, 5.25],
        { left: 34, right: 8, top: 22, bottom: name === last ? 36 : 4 });
      return [name, {
        plot,
        zero: draw(plot.inside, "line", { class: "live-guide" }),
        path: draw(plot.inside, "path", { class: "live-trail" }),
        told: plot.label("live-ending live-walker"),
      }];
    }));
    this.told = make("p", { className: "live-verdict" });
    this.furnish(stage, {
      under: [this.told],
      controls: ["eta"],
      buttons: [button("Draw anew", () => {
        this.set({ seed: (this.state.seed + 1) % 1000 });
        this.say(this.describe());
      })],
      more: ["seed"],
    });
  }

  update() {
    this.walks = walks(this.state.eta, this.state.seed);
    if (this.strips.constant.plot.width) this.#drawMoment();
    else this.layout();
  }

  layout() {
    Object.entries(this.strips).forEach(([name, { plot, zero, told }], i) => {
      plot.frame([0, COUNT], [-1, 1.6], { yLabel: NAMES[name], yCount: 2, xTicks: i === 3, xLabel: i === 3 ? "step" : "" });
      put(zero, { x1: plot.x0, x2: plot.x1, y1: plot.y(0), y2: plot.y(0) });
      put(told, { x: plot.x1 - 4, y: plot.y1 + 14 * plot.scale });
    });
    this.#drawMoment();
  }

  #drawMoment() {
    this.distances = {};
    for (const [name, { plot, path, told }] of Object.entries(this.strips)) {
      const weights = this.walks[name];
      const points = weights.flatMap((w, k) => [Math.round(plot.x(k)), plot.y(w)]);
      put(path, { d: pathThrough(points) });
      this.distances[name] = told.textContent = fixed(distance(weights), 3);
    }
    const all = Object.values(this.distances);
    const least = fixed(Math.min(...all.map(Number)), 3);
    const where = STRIPS.filter((_, i) => all[i] === least);
    this.told.textContent = "Distance from the best weight at the ends of the last twenty passes (root mean square):"
      + ` least in the ${where.join(" and ")} strip, ${least}.`;
  }

  describe() {
    const list = Object.entries(this.distances).map(([name, far]) => `${NAMES[name]}: ${far}`);
    return `Four walks of ${COUNT} steps, learning rate ${this.state.eta}. ${this.told.textContent} ${list.join("; ")}.`;
  }
}

customElements.define("live-settling", Settling);
