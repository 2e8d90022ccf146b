/** Cycles: where gradient descent ends at each learning rate, painted by the reader's own hand. */

import { make } from "./controls.js";
import { LiveFigure } from "./element.js";
import { descended } from "./math.js";
import { Plot, draggable, draw, pathThrough, put, tappable } from "./plot.js";
import { fixed, number } from "./state.js";
import { survey } from "./valleys.js";

/** Height in rem, in a wide column and in a narrow one: kept free before the figure wakes. */
export const height = [36.125, 33.5];

export const parameters = {
  eta: number("Learning rate η", 0.48, 0.45, 0.85, 0.001, (eta) => fixed(eta, 3)),
};

// Surveyed when it is first asked for, which is not when the page comes.
let surveyed;
const landscape = () => (surveyed ??= survey("trap"));
// A walk begins this far from the floor of the trap; what it does at first is not what it comes to.
const OFF = 0.02;
const [FIRST, KEPT] = [300, 32];
const SEEN = [0.14, 0.34];
const SWEEP = [0.45, 0.85];
const SWEEP_SECONDS = 12;

/** The last weights of gradient descent from close to the floor. */
export function comesTo(eta, first = FIRST, kept = KEPT) {
  const { inputs, floors } = landscape();
  const weights = [];
  let w = floors[1] + OFF;
  for (let step = 0; step < first + kept; step += 1) {
    if (step >= first) weights.push(w);
    w = descended(w, inputs, eta);
  }
  return weights;
}

/** How many weights a walk goes round, up to eight; 0 if it goes round none. */
export function period(weights) {
  return [1, 2, 3, 4, 5, 6, 7, 8].find((each) =>
    weights.slice(each).every((w, i) => Math.abs(w - weights[i]) < 1e-4)) ?? 0;
}

/** Whether weights that seem to go round so many still come closer to something. */
export function settling(weights, round) {
  const moved = weights.slice(round).map((w, i) => Math.abs(w - weights[i]));
  const half = moved.length / 2;
  const later = Math.max(...moved.slice(half));
  return later > 1e-9 && later < Math.max(...moved.slice(0, half));
}

class Cycles extends LiveFigure {
  painted = new Map();

  constructor() {
    super(parameters);
  }

  build(stage) {
    const plots = this.picture();
    this.diagram = new Plot(plots, [16, 13]);
    this.walk = new Plot(plots, [10, 9]);
    const { diagram, walk } = this;
    this.dots = draw(diagram.inside, "g");
    this.now = draw(diagram.inside, "path", { class: "live-dots live-descent" });
    this.here = draw(diagram.inside, "line", { class: "live-guide" });
    const nearest = (eta) => this.set({ eta: Math.round(Math.min(Math.max(eta, SWEEP[0]), SWEEP[1]) * 1000) / 1000 });
    this.grip = draw(diagram.above, "g", { class: "live-handle live-descent" });
    draw(this.grip, "circle", { r: 24, class: "live-grip" });
    draw(this.grip, "circle", { r: 8, class: "live-knob" });
    draw(this.grip, "path", { d: "M-13-4-17 0l4 4M13-4l4 4-4 4" });
    draggable(this.grip, diagram, nearest);
    tappable(diagram, nearest);
    this.path = draw(walk.inside, "path", { class: "live-trail live-descent-line" });
    this.steps = draw(walk.inside, "path", { class: "live-dots live-descent" });
    this.told = make("p", { className: "live-verdict" });
    this.furnish(stage, {
      under: [this.told],
      controls: ["eta"],
      buttons: [this.playButton("Sweep η")],
    });
  }

  update() {
    const { eta } = this.state;
    this.weights = comesTo(eta);
    this.#keep(eta, this.weights);
    if (this.diagram.width) this.#drawMoment();
    else this.layout();
  }

  layout() {
    const { diagram, walk } = this;
    diagram.frame(SWEEP, SEEN, { yLabel: "weights it comes to", xLabel: "learning rate η", yCount: 4 });
    walk.frame([0, KEPT - 1], SEEN, { yLabel: "the last weights", xLabel: "step", yCount: 3 });
    this.dots.replaceChildren();
    this.painted.forEach((weights, eta) => this.#paint(eta, weights));
    this.#drawMoment();
  }

  #keep(eta, weights) {
    const place = Number(eta.toFixed(3));
    if (this.painted.has(place)) return;
    this.painted.set(place, weights);
    if (this.diagram.width) this.#paint(place, weights);
  }

  /** A path for each learning rate: one for all would be read anew in each frame. */
  #paint(eta, weights) {
    draw(this.dots, "path", { d: this.#above(eta, weights), class: "live-dots live-fine live-descent" });
  }

  /** Dots at the weights, but for those that lie on one another. */
  #above(eta, weights) {
    const x = this.diagram.x(eta).toFixed(1);
    return [...new Set(weights.map((w) => `M${x} ${this.diagram.y(w).toFixed(1)}h0`))].join("");
  }

  #drawMoment() {
    const { diagram, walk, weights, state: { eta } } = this;
    put(this.now, { d: this.#above(eta, weights) });
    const x = diagram.x(eta);
    put(this.here, { x1: x, x2: x, y1: diagram.y0, y2: diagram.y1 });
    put(this.grip, { transform: `translate(${x} ${diagram.y0})` });
    put(this.path, { d: pathThrough(weights.flatMap((w, k) => [walk.x(k), walk.y(w)])) });
    put(this.steps, { d: weights.map((w, k) => `M${walk.x(k).toFixed(1)} ${walk.y(w).toFixed(1)}h0`).join("") });
    const round = period(weights);
    const [, rim] = landscape().tops;
    const inTrap = weights.every((w) => w > 0 && w < rim);
    const what = { 0: "goes round no cycle of up to eight weights", 1: "settles in one weight" }[round]
      ?? (settling(weights, round) ? "is still settling" : `goes round ${round} weights`);
    this.told.textContent = `After ${FIRST} steps with η = ${fixed(eta, 3)}, gradient descent ${inTrap ? what : "has left the trap"}.`;
  }

  reopen() {
    this.painted.clear();
    this.dots.replaceChildren();
    this.update();
  }

  play() {
    if (this.state.eta >= SWEEP[1]) this.show({ eta: SWEEP[0] });
    super.play();
  }

  frame(seconds) {
    // Without motion the whole sweep is painted at once.
    const goal = Math.min(this.state.eta + (seconds * (SWEEP[1] - SWEEP[0])) / SWEEP_SECONDS, SWEEP[1]);
    if (!Number.isFinite(seconds)) {
      for (let eta = this.state.eta; eta < goal; eta += 0.005) this.#keep(eta, comesTo(eta));
    }
    this.show({ eta: goal });
    return goal < SWEEP[1];
  }

  describe() {
    return `Where gradient descent ends in the trap. ${this.told.textContent}`;
  }
}

customElements.define("live-cycles", Cycles);
