/** Roots: a heavy ball in a ravine, and beside it what a step leaves of the error in each direction. */

import { button, make } from "./controls.js";
import { LiveFigure } from "./element.js";
import { free, placeOn, powers } from "./places.js";
import { Plane, nearestOf } from "./plane.js";
import { Plot, dotsAt, draw, pathThrough, put, ticks } from "./plot.js";
import { fixed, logarithmic, number, plain } from "./state.js";
import { momentum, ravine, walkDown } from "./updates.js";

/** Height in rem, in a wide column and in a narrow one: kept free before the figure wakes. */
export const height = [34.0625, 48.1875];

export const parameters = {
  eta: logarithmic("Learning rate η", 0.04, 0.005, 0.3, (eta) => plain(Number(eta.toPrecision(3)))),
  beta: number("Momentum β", 0.9, 0, 0.99, 0.01, (beta) => fixed(beta, 2)),
  along: number("Start w₀", -3, -3.4, 3.4, 0.05, (w) => fixed(w, 2)),
  across: number("Start w₁", 1.2, -1.6, 1.6, 0.05, (w) => fixed(w, 2)),
};

const KAPPA = 25;
const STEPS = 40;
const STEPS_A_SECOND = 10;
const RISKS = [0.2, 0.8, 2, 4, 7, 11, 16, 22];
/** The best pair of constants for the ravine, and the best rate without momentum. */
export const BEST = { eta: 4 / (Math.sqrt(KAPPA) + 1) ** 2, beta: ((Math.sqrt(KAPPA) - 1) / (Math.sqrt(KAPPA) + 1)) ** 2 };
const PLAIN = { eta: 2 / (KAPPA + 1), beta: 0 };
// Where η a is looked at, as decimal logarithms, and the factors whose regions are shaded.
const SEEN = [-2.5, 0.95];
const FACTORS = [1, 0.97, 0.94, 0.9, 0.85, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3];
const CORNERS = 8;
// What the regions are called, and where.
const PLACES = [["creeps", -1.6, 0.22], ["swings", -0.2, 0.62], ["flies off", 0.68, 0.3]];

/** The larger size of the two roots of z² − (1 + β − x) z + β, where x is η times the curvature. */
export function factor(x, beta) {
  const half = (1 + beta - x) / 2;
  const under = half * half - beta;
  return under < 0 ? Math.sqrt(beta) : Math.abs(half) + Math.sqrt(under);
}

/** The two x at which this is r, where the roots are real: one of them is r, or −r. */
export const sides = (r, beta) => [(1 - r) * (1 - beta / r), (1 + r) * (1 + beta / r)];

/** What the roots say of a direction: real or complex, and where they lie. */
export function kind(x, beta) {
  if (factor(x, beta) > 1) return "flies off";
  if ((1 + beta - x) ** 2 < 4 * beta) return "swings";
  return x < 1 + beta ? "creeps" : "jumps";
}

const times = (left) => {
  if (left < 1e-6) return "less than a millionth";
  return left < 1e3 ? Number(left.toPrecision(2)) : "more than 1000";
};

class Roots extends LiveFigure {
  shown = STEPS;

  constructor() {
    super(parameters);
  }

  build(stage) {
    const plots = this.picture();
    plots.classList.add("live-pair");
    this.flat = this.readout("Along, a step leaves", "risk");
    this.steep = this.readout("Across, a step leaves", "risk");
    this.map = new Plane(plots, [20, 12], ([u, v]) =>
      this.set({ along: nearestOf(parameters.along, u), across: nearestOf(parameters.across, v) }));
    const { map } = this;
    this.path = draw(map.inside, "path", { class: "live-course live-descent" });
    this.dots = draw(map.inside, "path", { class: "live-dots live-small live-descent" });
    this.ball = draw(map.inside, "circle", { r: 6, class: "live-dot live-descent" });

    this.plot = new Plot(plots, [20, 13], { left: 32, right: 6, top: 22, bottom: 38 });
    const { plot } = this;
    this.shades = FACTORS.map(() => draw(plot.inside, "path", { class: "live-shade live-risk" }));
    this.border = draw(plot.inside, "path", { class: "live-guide live-course" });
    this.names = PLACES.map(([name]) => plot.label("live-muted live-centred", name));
    this.bar = draw(plot.above, "g", { class: "live-handle live-free live-predicted" });
    this.rod = draw(this.bar, "path");
    this.grip = draw(this.bar, "rect", { class: "live-grip", height: 48, y: -24 });
    this.ends = ["along", "across"].map((name) => ({
      knob: draw(this.bar, "circle", { r: 8, class: "live-knob" }),
      text: plot.label("live-predicted live-centred", name),
    }));
    free(this.bar, (event) => this.#grabbed(event));
    this.told = make("p", { className: "live-verdict" });
    this.furnish(stage, {
      under: [this.told],
      controls: ["eta", "beta"],
      buttons: [
        this.playButton("Roll it", { again: true }),
        button("Best pair", () => this.#choose(BEST)),
        button("Best without momentum", () => this.#choose(PLAIN)),
      ],
      more: ["along", "across"],
    });
  }

  #choose(pair) {
    this.set(pair);
    this.say(this.describe());
  }

  /** The bar goes where the hand goes, wherever it was grabbed. */
  #grabbed(event) {
    const [x0, beta0] = placeOn(this.plot, event);
    const { eta, beta } = this.state;
    return (moved) => {
      const [x, y] = placeOn(this.plot, moved);
      this.set({
        eta: nearestOf(parameters.eta, eta * 10 ** (x - x0)),
        beta: nearestOf(parameters.beta, beta + y - beta0),
      });
    };
  }

  update() {
    const { along, across, eta, beta } = this.state;
    this.walk = walkDown(ravine(KAPPA), [along, across], () => momentum(beta), eta, STEPS);
    if (!this.playing) this.shown = STEPS;
    if (this.plot.width) this.#drawMoment();
    else this.layout();
  }

  layout() {
    const { map, plot } = this;
    map.survey([3.6, 1.7]);
    map.ravine(RISKS, KAPPA);
    // The axis of β, up to 1, is none of logarithms.
    const marks = (low, high, count) => (high === 1 ? ticks : powers)(low, high, count);
    plot.frame(SEEN, [0, 1], { yLabel: "momentum β", xLabel: "η × curvature", marks });
    const at = (x, beta) => `${plot.x(Math.max(Math.log10(Math.max(x, 1e-9)), SEEN[0] - 1))} ${plot.y(beta)}`;
    FACTORS.forEach((r, i) => {
      // Where the factor is at most r; above β = r² it is larger everywhere.
      const betas = Array.from({ length: CORNERS }, (_, k) => (r * r * k) / (CORNERS - 1));
      const left = betas.map((beta) => at(sides(r, beta)[0], beta));
      const right = betas.map((beta) => at(sides(r, beta)[1], beta)).reverse();
      put(this.shades[i], { d: `M${[...left, ...right].join("L")}Z` });
    });
    const border = (side) => Array.from({ length: 21 }, (_, k) => at((1 + side * (k / 20)) ** 2, (k / 20) ** 2)).join("L");
    put(this.border, { d: `M${border(-1)}M${border(1)}` });
    this.names.forEach((name, i) => put(name, { x: plot.x(PLACES[i][1]), y: plot.y(PLACES[i][2]) }));
    this.#drawMoment();
  }

  #drawMoment() {
    const { map, plot, walk, shown, state: { along, across, eta, beta } } = this;
    map.put([along, across]);
    const points = map.points(walk.slice(0, shown + 1));
    put(this.path, { d: pathThrough(points) });
    put(this.dots, { d: dotsAt(points) });
    const [cx, cy] = points.slice(-2);
    put(this.ball, { cx, cy });

    const products = [eta, eta * KAPPA];
    const [x0, x1] = products.map((x) => plot.x(Math.log10(x)));
    const y = plot.y(beta);
    put(this.rod, { d: `M${x0} ${y}H${x1}` });
    put(this.grip, { x: x0 - 24, width: x1 - x0 + 48, transform: `translate(0 ${y})` });
    // Near the upper edge the words stand below the bar. A region near them is not called by name.
    const words = beta > 0.85 ? 24 : -14;
    this.names.forEach((name, i) => {
      const below = plot.y(PLACES[i][2]) - y;
      const clear = Math.min(Math.abs(below - 4 * plot.scale), Math.abs(below - words)) > 22 * plot.scale;
      name.textContent = clear ? PLACES[i][0] : "";
    });
    this.ends.forEach(({ knob, text }, i) => {
      put(knob, { cx: [x0, x1][i], cy: y });
      put(text, { x: Math.min(Math.max([x0, x1][i], plot.x0 + 22 * plot.scale), plot.x1 - 24 * plot.scale), y: y + words * plot.scale });
    });
    const factors = products.map((x) => factor(x, beta));
    const kinds = products.map((x) => kind(x, beta));
    [this.flat, this.steep].forEach((readout, i) => readout.show(`${fixed(factors[i], 3)} (${kinds[i]})`));
    // A direction in which there is no error has no say.
    this.told.textContent = this.#telling(Math.max(...factors.filter((_, i) => walk[0][i])));
  }

  #telling(slowest) {
    const { walk } = this;
    if (slowest < 0) return "The ball lies at the minimum.";
    const left = Math.hypot(...walk.at(-1)) / (Math.hypot(...walk[0]) || 1);
    const best = factor(BEST.eta, BEST.beta);
    const end = slowest < 1
      ? `In the long run a step leaves ${fixed(slowest, 3)} of the error, with the best pair ${fixed(best, 3)}.`
      : `One direction ${slowest > 1 ? "grows" : "swings for ever"}: the ball does not come to rest.`;
    return `${end} After ${STEPS} steps the distance is ${times(left)} times the first.`;
  }

  play() {
    this.shown = 0;
    this.clock = 0;
    super.play();
  }

  frame(seconds) {
    this.clock = Math.min((this.clock ?? 0) + seconds * STEPS_A_SECOND, STEPS);
    this.shown = Math.floor(this.clock);
    this.#drawMoment();
    return this.shown < STEPS;
  }

  pause() {
    this.shown = STEPS;
    super.pause();
    if (this.plot?.width) this.#drawMoment();
  }

  describe() {
    const { eta, beta } = this.state;
    return `A heavy ball in a ravine of curvatures 1 along and ${KAPPA} across, learning rate ${parameters.eta.show(eta)},`
      + ` momentum ${fixed(beta, 2)}. Of the error along, a step leaves ${this.flat.text()}; across, ${this.steep.text()}.`
      + ` ${this.told.textContent}`;
  }
}

customElements.define("live-roots", Roots);
