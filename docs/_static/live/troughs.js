/** Troughs: a ravine, the troughs of the examples whose mean it is, and two walks down it. */

import { arrow } from "./arrow.js";
import { button, make } from "./controls.js";
import { LiveFigure } from "./element.js";
import { Plane, nearestOf } from "./plane.js";
import { dotsAt, draw, pathThrough, put } from "./plot.js";
import { fixed, listed, logarithmic, number, whole } from "./state.js";
import { epochOrders } from "./walks.js";

/** Height in rem, in a wide column and in a narrow one: kept free before the figure wakes. */
export const height = [32.125, 31.375];

export const parameters = {
  eta: logarithmic("Learning rate η", 0.05, 0.005, 0.5),
  step: whole("Step", 21, 0, 70),
  along: number("Start w₀", -3, -3.4, 3.4, 0.05, (w) => fixed(w, 2)),
  across: number("Start w₁", 1, -1.4, 1.4, 0.05, (w) => fixed(w, 2)),
  kappa: listed("Condition number κ", 10, [1, 2, 5, 10, 20, 50, 100]),
  seed: whole("Seed of the order", 1, 0, 999),
};

const ALL = [0, 1, 2, 3, 4, 5, 6];
const EXAMPLES = ALL.length;
const STEPS = 70;
const STEPS_A_SECOND = 5;
const RISKS = [0.1, 0.4, 1, 2, 3.5, 5.5, 8];
// The trough of one example is shaded where its loss is below each of these.
const LOSSES = [0.1, 0.4, 0.9];

/** The examples, as those of the package's ravine: inputs on an ellipse, and their targets. */
export const examples = (kappa) => Array.from({ length: EXAMPLES }, (_, i) => {
  const angle = (2 * Math.PI * i) / EXAMPLES;
  const size = Math.sqrt(2);
  return { p: size * Math.cos(angle), q: size * (Math.sqrt(kappa) * Math.sin(angle)), t: Math.cos(2 * angle) };
});

/** The orders in which SGD sees the examples, pass by pass. */
export const orderOf = (seed) =>
  epochOrders("reshuffled", EXAMPLES, STEPS / EXAMPLES, seed).flatMap((order) => Array.from(order));

/** The weights of a walk, each of whose steps takes the mean of some examples' gradients. */
export function walkOf(start, kappa, eta, batches) {
  const all = examples(kappa);
  const weights = [start];
  batches.forEach((batch, k) => {
    const [u, v] = weights[k];
    let [along, across] = [0, 0];
    for (const drawn of batch) {
      const { p, q, t } = all[drawn];
      const residual = p * u + q * v - t;
      along += residual * p;
      across += residual * q;
    }
    weights.push([u - eta * (along / batch.length), v - eta * (across / batch.length)]);
  });
  return weights;
}

class Troughs extends LiveFigure {
  constructor() {
    super(parameters);
  }

  build(stage) {
    this.map = new Plane(this.picture(), [22, 16], ([u, v]) =>
      this.set({ along: nearestOf(parameters.along, u), across: nearestOf(parameters.across, v) }));
    const { map } = this;
    this.sides = LOSSES.map(() => draw(map.inside, "path", { class: "live-strip" }));
    this.bottoms = draw(map.inside, "path", { class: "live-trough" });
    this.now = draw(map.inside, "path", { class: "live-line live-input" });
    this.paths = ["descent", "walker"].map((kind) => ({
      line: draw(map.inside, "path", { class: `live-course live-${kind}` }),
      dots: draw(map.inside, "path", { class: `live-dots live-small live-${kind}` }),
      dot: draw(map.inside, "circle", { r: 5, class: `live-dot live-${kind}` }),
    }));
    this.arrow = draw(map.inside, "path", { class: "live-arrow", "stroke-width": 2.5 });
    this.names = [
      map.label("live-descent", "gradient descent"),
      map.label("live-walker", "SGD"),
      map.label("live-input", "the trough of its last example"),
    ];
    this.told = make("p", { className: "live-verdict" });
    this.furnish(stage, {
      under: [this.told],
      controls: ["eta", "step"],
      buttons: [this.playButton(), button("One step", () => {
        this.set({ step: Math.min(this.state.step + 1, STEPS) });
        this.say(this.describe());
      })],
      more: ["along", "across", "kappa", "seed"],
    });
  }

  update(changed) {
    const { along, across, kappa, eta, seed } = this.state;
    if (changed.size > 1 || !changed.has("step")) {
      const start = [along, across];
      this.order = orderOf(seed);
      const batches = [this.order.map(() => ALL), this.order.map((drawn) => [drawn])];
      this.walks = batches.map((each) => walkOf(start, kappa, eta, each));
    }
    if (changed.has("kappa")) this.layout();
    else this.#drawMoment();
  }

  layout() {
    const { map, state: { kappa } } = this;
    map.survey([3.6, 1.6]);
    map.ravine(RISKS, kappa);
    put(this.bottoms, { d: examples(kappa).map((example) => this.#line(example)).join("") });
    const narrow = map.width < 420 * map.scale;
    this.names.forEach((name, i) => {
      put(name, { x: map.x0 + (8 + (narrow ? 0 : [0, 124, 164][i])) * map.scale,
        y: map.y0 - (8 + (narrow ? 17 * (2 - i) : 0)) * map.scale });
    });
    this.#drawMoment();
  }

  /** The floor of an example's trough, where its loss is 0, through the whole map. */
  #line({ p, q, t }) {
    const { map } = this;
    const size = p * p + q * q;
    const [u, v] = [(t * p) / size, (t * q) / size];
    const far = 20 / Math.sqrt(size);
    const end = (side) => `${map.x(u - side * far * q)} ${map.y(v + side * far * p)}`;
    return `M${end(-1)}L${end(1)}`;
  }

  #drawMoment() {
    const { map, walks, state: { along, across, kappa, step } } = this;
    map.put([along, across]);
    this.paths.forEach(({ line, dots, dot }, i) => {
      const points = map.points(walks[i].slice(0, step + 1));
      put(line, { d: pathThrough(points) });
      put(dots, { d: dotsAt(points) });
      const [cx, cy] = points.slice(-2);
      put(dot, { cx, cy });
    });
    const drawn = this.order[step - 1];
    const example = examples(kappa)[drawn];
    const floor = example ? this.#line(example) : "";
    put(this.now, { d: floor });
    this.sides.forEach((side, i) => put(side, {
      d: floor,
      "stroke-width": example ? (2 * map.unit * Math.sqrt(2 * LOSSES[i])) / Math.hypot(example.p, example.q) : 0,
    }));
    const last = step ? map.points(walks[1].slice(step - 1, step + 1)) : [];
    put(this.arrow, { d: last.length === 4 ? arrow(...last, 0) : "" });
    this.told.textContent = this.#telling(drawn);
  }

  #telling(drawn) {
    const { walks, state: { across, eta, kappa, step } } = this;
    const limit = 2 / kappa;
    if (step === 0) return "Both walks stand at the start. Drag it, or press Play.";
    const [descent, walker] = walks.map((walk) => {
      const distance = Math.hypot(...walk[step]);
      return distance < 100 ? fixed(distance, 3) : "far";
    });
    const last = `away from the minimum. It saw example ${drawn + 1} last.`;
    const after = `After ${step} ${step === 1 ? "step" : "steps"}`;
    // Exactly along the ravine nothing is steep.
    if (eta <= limit || !across) return `${after} gradient descent is ${descent} and SGD ${walker} ${last}`;
    return `${after} SGD is ${walker} ${last} Beyond η = 2/κ = ${Number(limit.toPrecision(2))} gradient descent flies off.`;
  }

  play() {
    if (this.state.step >= STEPS) this.show({ step: 0 });
    this.clock = 0;
    super.play();
  }

  frame(seconds) {
    this.clock += Number.isFinite(seconds) ? seconds * STEPS_A_SECOND : STEPS;
    const steps = Math.floor(this.clock);
    this.clock -= steps;
    if (steps) this.show({ step: Math.min(this.state.step + steps, STEPS) });
    return this.state.step < STEPS;
  }

  describe() {
    const { along, across, eta, kappa } = this.state;
    return `A ravine of condition number ${kappa} in two weights, and the troughs of its ${EXAMPLES} examples.`
      + ` Start (${fixed(along, 2)}, ${fixed(across, 2)}), learning rate ${eta}. ${this.told.textContent}`;
  }
}

customElements.define("live-troughs", Troughs);
