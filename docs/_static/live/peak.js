/** Peak: steps that multiply the weight. Within a window of learning rates all walks go to the maximum. */

import { button, make } from "./controls.js";
import { LiveFigure } from "./element.js";
import { Plot, draw, pathThrough, put } from "./plot.js";
import { fixed, number, whole } from "./state.js";
import { below, mulberry32 } from "./walks.js";

/** Height in rem, in a wide column and in a narrow one: kept free before the figure wakes. */
export const height = [29.125, 27.25];

export const parameters = {
  eta: number("Learning rate η", 0.7, 0.02, 1.6, 0.02, (eta) => fixed(eta, 2)),
  seed: whole("Seed of the draws", 1, 0, 999),
};

const EXCESS = 0.5;
const INPUTS = [1, -(1 + EXCESS)];
const [WALKERS, STEPS] = [12, 200];
// Powers of ten that are seen.
const SEEN = 30;

/** The window of learning rates in which the mean of log |1 − ηx| is negative. */
export const WINDOW = [
  EXCESS / (1 + EXCESS),
  (EXCESS + Math.sqrt(EXCESS ** 2 + 8 * (1 + EXCESS))) / (2 * (1 + EXCESS)),
];

/** log₁₀ |w| of each walker after each step, from w = 1. */
export function walks(eta, seed, walkers = WALKERS, steps = STEPS) {
  const random = mulberry32(seed);
  const growth = INPUTS.map((x) => Math.log10(Math.abs(1 - eta * x)));
  return Array.from({ length: walkers }, () => {
    const logs = [0];
    for (let step = 0; step < steps; step += 1) logs.push(logs[step] + growth[below(2, random)]);
    return logs;
  });
}

class Peak extends LiveFigure {
  constructor() {
    super(parameters);
  }

  build(stage) {
    const plots = this.picture();
    this.plot = new Plot(plots, [19, 16], { left: 52 });
    const { plot } = this;
    this.start = draw(plot.inside, "line", { class: "live-guide" });
    this.trails = draw(plot.inside, "path", { class: "live-trail live-many" });
    this.law = draw(plot.inside, "path", { class: "live-line live-predicted" });
    this.lawName = plot.label("live-predicted", "the theorem");
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
    if (this.plot.width) this.#drawMoment();
    else this.layout();
  }

  layout() {
    const { plot } = this;
    plot.frame([0, STEPS], [-SEEN, SEEN], { yLabel: "log₁₀ of the distance from the maximum", xLabel: "step", yCount: 4 });
    put(this.start, { x1: plot.x0, x2: plot.x1, y1: plot.y(0), y2: plot.y(0) });
    put(this.lawName, { x: plot.x0 + 8, y: plot.y1 + 16 * plot.scale });
    this.#drawMoment();
  }

  #drawMoment() {
    const { plot, state: { eta } } = this;
    // A weight of exactly 0 has no logarithm: its trail ends there. Every other step is enough for an eye.
    const trail = (logs) => pathThrough(logs.filter((log, k) => Number.isFinite(log) && k % 2 === 0).flatMap((log, k) => [Math.round(plot.x(2 * k)), plot.y(log)]));
    put(this.trails, { d: this.walks.map(trail).join("") });
    const growth = INPUTS.reduce((sum, x) => sum + Math.log10(Math.abs(1 - eta * x)), 0) / INPUTS.length;
    const end = Math.max(growth, -1e3) * STEPS;
    put(this.law, { d: `M${plot.x(0)} ${plot.y(0)}L${plot.x(STEPS).toFixed(1)} ${plot.y(end).toFixed(1)}` });
    const nearer = this.walks.filter((logs) => logs.at(-1) < 0).length;
    const inside = eta > WINDOW[0] && eta < WINDOW[1];
    this.told.textContent = `${nearer} of ${WALKERS} walks are nearer to the maximum than they began. By the theorem`
      + ` ${inside ? "all go to it" : "all go away from it"} in the long run.`;
  }

  describe() {
    return `Walks of ${STEPS} steps, learning rate ${fixed(this.state.eta, 2)}. ${this.told.textContent}`;
  }
}

customElements.define("live-peak", Peak);
