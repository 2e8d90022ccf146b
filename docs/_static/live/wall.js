/** Wall: walkers on both sides of w = 0, and the two learning rates at which it opens. */

import { button, make } from "./controls.js";
import { LiveFigure } from "./element.js";
import { Hills } from "./hills.js";
import { lossDerivative, trap } from "./math.js";
import { draw, put } from "./plot.js";
import { fixed, number } from "./state.js";
import { survey } from "./valleys.js";
import { Crowd } from "./walks.js";

/** Height in rem, in a wide column and in a narrow one: kept free before the figure wakes. */
export const height = [30.125, 26.25];

export const parameters = {
  eta: number("Learning rate η", 0.085, 0.05, 0.13, 0.001, (eta) => fixed(eta, 3)),
};

const WALKERS = 150;
const { inputs: INPUTS } = trap;
const RANGE = [-0.75, 1.35];
const HEIGHTS = [-0.4, 0.09];
const STEPS_A_SECOND = 200;
const PASSES = 50;
// The figure opens when the walkers have spread.
const OPENING_PASSES = 2;

/** The smallest η at which an example takes a weight on a side (−1 or 1) across the wall at 0. */
export function threshold(side) {
  const strongest = (place) => {
    const w = (side * place) / 2000;
    return INPUTS.reduce((most, x) => Math.max(most, (x * lossDerivative(w * x)) / w), 0);
  };
  // Weights 0.01 apart show where the strongest is, weights 0.0005 apart how strong.
  const best = (from, to, by) => {
    let [place, strength] = [from, 0];
    for (let at = from; at <= to; at += by) {
      const here = strongest(at);
      if (here > strength) [place, strength] = [at, here];
    }
    return { place, strength };
  };
  const { place } = best(20, 4000, 20);
  return 1 / best(place - 19, place + 19, 1).strength;
}

class Wall extends LiveFigure {
  constructor() {
    super(parameters);
  }

  build(stage) {
    const { valleys, tops, height } = survey("trap");
    this.sides = [valleys[0], valleys[2]];
    this.opens = [threshold(-1), threshold(1)];
    const places = [...valleys, { name: "wall", floor: tops[0], top: true }];
    this.hills = new Hills(this.picture(), [20, 15],
      { height, places, kinds: ["rival", "walker"] },
      { left: 0, right: 0, top: 20, bottom: 0 });
    this.bar = draw(this.hills.above, "path", { class: "live-wall" });
    this.gate = this.hills.label("live-centred live-ink");
    this.told = make("p", { className: "live-verdict" });
    this.furnish(stage, {
      under: [this.told],
      controls: ["eta"],
      buttons: [this.playButton(), button("Put all back", () => this.#putBack())],
    });
  }

  update(changed) {
    // What is seen is what this learning rate does.
    if (changed.has("eta")) this.#drop(this.playing ? 0 : OPENING_PASSES);
    this.layout();
  }

  #drop(passes = 0) {
    this.crowds = this.sides.map(({ floor }, i) =>
      new Crowd(WALKERS, floor, INPUTS, this.state.eta, 1, "reshuffled", i + 1));
    this.clock = 0;
    for (const crowd of this.crowds) while (crowd.passes < passes) crowd.step();
  }

  #putBack() {
    this.#drop();
    this.#drawMoment();
    this.say(this.describe());
  }

  layout() {
    const { hills } = this;
    hills.survey(RANGE, HEIGHTS);
    const x = hills.x(0);
    put(this.gate, { x: Math.max(x, 90), y: hills.y1 - 6 });
    this.#drawMoment();
  }

  #drawMoment() {
    const { hills, crowds, state: { eta } } = this;
    const x = hills.x(0);
    crowds.forEach(({ weights }, i) => hills.walkers(i, weights));
    const [out, into] = this.opens.map((opens) => eta > opens);
    const gate = ["shut on both sides", "opens to the right only", "opens both ways"][out + into];
    this.gate.textContent = gate;
    const top = hills.y1 + 2;
    const bottom = hills.y(0) - 22;
    put(this.bar, { d: `M${x} ${top}V${bottom}`, class: `live-wall${out ? " live-open" : ""}` });
    const crossed = crowds.map(({ weights }, i) => weights.reduce((sum, w) => sum + (i ? w < 0 : w > 0), 0));
    const passes = Math.floor(crowds[0].passes);
    this.told.textContent = `After ${passes} ${passes === 1 ? "pass" : "passes"} ${crossed[0]} of the ${WALKERS} from the left`
      + ` are on the right, and ${crossed[1]} of the ${WALKERS} from the right are on the left.`;
  }

  play() {
    if (this.crowds[0].passes >= PASSES) this.#drop();
    super.play();
  }

  frame(seconds) {
    this.clock = Math.min(this.clock + seconds * STEPS_A_SECOND, PASSES * INPUTS.length);
    for (; this.clock >= 1 && this.crowds[0].passes < PASSES; this.clock -= 1) {
      for (const crowd of this.crowds) crowd.step();
    }
    this.#drawMoment();
    return this.crowds[0].passes < PASSES;
  }

  describe() {
    return `Walkers on both sides of a wall at weight 0, learning rate ${fixed(this.state.eta, 3)}:`
      + ` it ${this.gate.textContent.replace("shut", "is shut")}. ${this.told.textContent}`;
  }
}

customElements.define("live-wall", Wall);
