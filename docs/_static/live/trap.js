/** Trap: walkers and a ball in the wrong valley, and one control, the noise. */

import { button, make } from "./controls.js";
import { LiveFigure } from "./element.js";
import { Hills } from "./hills.js";
import { descended, trap } from "./math.js";
import { draw, put, tappable } from "./plot.js";
import { fixed, logarithmic, number } from "./state.js";
import { survey, valleyAt } from "./valleys.js";
import { Crowd } from "./walks.js";

/** Height in rem, in a wide column and in a narrow one: kept free before the figure wakes. */
export const height = [31.125, 26.25];

export const parameters = {
  eta: logarithmic("Noise", 0.015, 0.003, 0.08, (eta) => `learning rate ${eta}`),
  start: number("Where all are dropped", trap.start, -0.55, 1.15, 0.002, (w) => `w = ${fixed(w, 3)}`),
};

const WALKERS = 300;
const SEED = 1;
const LANDSCAPE = survey("trap");
const { inputs: INPUTS, valleys: VALLEYS } = LANDSCAPE;
const TRAP = VALLEYS.findIndex(({ name }) => name === "trap");
// Weights and risks that are seen.
const RANGE = [-0.62, 1.22];
const HEIGHTS = [-0.4, 0.07];
// The figure opens in the middle of what happens.
const OPENING_PASSES = 3;
const STEPS_A_SECOND = 200;

class Trap extends LiveFigure {
  selfStarting = true;

  constructor() {
    super(parameters);
  }

  build(stage) {
    const places = [...VALLEYS, { name: "wall", floor: LANDSCAPE.tops[0], top: true }];
    this.hills = new Hills(this.picture(), [21, 15], { height: LANDSCAPE.height, places },
      { left: 0, right: 0, top: 14, bottom: 0 });
    const { hills } = this;
    this.ball = draw(hills.inside, "circle", { r: 9, class: "live-dot live-descent" });
    this.ballName = hills.label("live-descent live-ending", "● gradient descent");
    this.walkersName = hills.label("live-walker live-ending", `⁘ ${WALKERS} walkers of SGD`);
    tappable(hills, (start) => this.set({ start: Number(start.toFixed(3)) }));
    this.out = make("p", { className: "live-verdict" });
    this.furnish(stage, {
      under: [this.out],
      controls: ["eta"],
      buttons: [this.playButton(), button("Put all back", () => this.#putBack())],
      more: ["start"],
    });
  }

  update(changed) {
    if (changed.has("start")) this.#drop(this.crowd ? 0 : OPENING_PASSES);
    this.crowd.learningRate = this.state.eta;
    if (changed.has("start")) this.layout();
  }

  #drop(passes) {
    this.crowd = new Crowd(WALKERS, this.state.start, INPUTS, this.state.eta, 1, "reshuffled", SEED);
    this.descent = this.state.start;
    this.clock = 0;
    while (this.crowd.passes < passes) this.#step();
  }

  reopen() {
    this.#drop(OPENING_PASSES);
    this.#drawMoment();
  }

  #putBack() {
    this.#drop(0);
    this.#drawMoment();
    this.say(this.describe());
  }

  #step() {
    this.crowd.step();
    // A pass is one step of gradient descent.
    if (this.crowd.drawn === 0) this.descent = descended(this.descent, INPUTS, this.state.eta);
  }

  layout() {
    const { hills } = this;
    hills.survey(RANGE, HEIGHTS);
    put(this.ballName, { x: hills.x1 - 8, y: hills.y1 + 4 * hills.scale });
    put(this.walkersName, { x: hills.x1 - 8, y: hills.y1 + 24 * hills.scale });
    this.#drawMoment();
  }

  #drawMoment() {
    const { hills, crowd: { weights, passes } } = this;
    hills.walkers(0, weights);
    put(this.ball, { cx: hills.x(this.descent), cy: hills.y(LANDSCAPE.height(this.descent)) - 9 });
    this.counted = weights.reduce((out, w) => out + (valleyAt(LANDSCAPE, w) !== TRAP), 0);
    const { name } = VALLEYS[valleyAt(LANDSCAPE, this.descent)];
    const whole = Math.floor(passes);
    this.out.textContent = `${this.counted} of ${WALKERS} walkers are out of the trap after`
      + ` ${whole} ${whole === 1 ? "pass" : "passes"} over the data. Gradient descent is`
      + ` ${this.descent ? `in the ${name}` : "on the wall"}.`;
  }

  frame(seconds) {
    // Who wants no motion sees where twenty passes lead.
    if (!Number.isFinite(seconds)) {
      const end = this.crowd.passes + 20;
      while (this.crowd.passes < end) this.#step();
      this.#drawMoment();
      return false;
    }
    this.clock += seconds * STEPS_A_SECOND;
    for (; this.clock >= 1; this.clock -= 1) this.#step();
    this.#drawMoment();
    return true;
  }

  describe() {
    return `A landscape with a trap between a wall and a low rim. ${this.out.textContent}`
      + ` The learning rate is ${this.state.eta}.`;
  }
}

customElements.define("live-trap", Trap);
