/** Bowl: gradient descent that one holds in the hand. Every step multiplies the distance by 1 − 2η. */

import { arrow } from "./arrow.js";
import { LiveFigure } from "./element.js";
import { Plot, draggable, draw, put, tappable } from "./plot.js";
import { fixed, number, whole } from "./state.js";

/** Height in rem, in a wide column and in a narrow one: kept free before the figure wakes. */
export const height = [32.25, 30];

export const parameters = {
  eta: number("Learning rate η", 0.25, 0.01, 1.2, 0.01),
  start: number("Start w₀", -1, -2, 8, 0.05, (w) => fixed(w, 2)),
  steps: whole("Steps", 20, 1, 50),
};

const BEST = 3;
const loss = (w) => (w - BEST) ** 2;
/** The weights of a walk, as the page writes its step: w − η · 2 (w − 3). */
export function weights(start, eta, steps) {
  const walk = [start];
  for (let k = 0; k < steps; k += 1) walk.push(walk[k] - eta * 2 * (walk[k] - BEST));
  return walk;
}

// The zones of η: what a step does to the distance, and up to which η. Where "too small" ends is a
// matter of patience, the others are not.
const ZONES = [
  ["too small", 0.04],
  ["good", 0.5],
  ["exact", 0.5],
  ["swings", 1],
  ["for ever", 1],
  ["flies off", 1.2],
];
const SAID = {
  "too small": "Every step goes the right way, and hardly gets anywhere.",
  good: "Every step covers a part of the way that is left.",
  exact: "One step arrives. Only a bowl is so kind.",
  swings: "Every step jumps to the other side, and lands a little nearer.",
  "for ever": "It jumps to and fro, for ever.",
  "flies off": "Every step lands farther away than the one before.",
};
const SEEN = [-3, 9];

function zoneOf(eta) {
  if (eta === 0.5 || eta === 1) return eta === 1 ? 4 : 2;
  return [0.04, 0.5, 0.5, 1, 1, Infinity].findIndex((end) => eta <= end);
}

class Bowl extends LiveFigure {
  constructor() {
    super(parameters);
  }

  build(stage) {
    const plots = this.picture();
    this.factor = this.readout("Each step multiplies the distance by", "predicted");
    this.end = this.readout("", "walker");
    this.plot = new Plot(plots, [17, 14], { bottom: 38 });
    this.scale = new Plot(plots, [3.5, 3.5], { left: 8, right: 8, top: 4, bottom: 4 });
    const { plot, scale } = this;
    this.curve = draw(plot.inside, "path", { class: "live-line live-risk" });
    this.arrows = draw(plot.inside, "path", { class: "live-arrow", "stroke-width": 1.75 });
    this.places = draw(plot.inside, "path", { class: "live-dots live-walker" });
    this.ball = draw(plot.inside, "g", { class: "live-handle live-walker" });
    draw(this.ball, "circle", { r: 24, class: "live-grip" });
    draw(this.ball, "circle", { r: 10, class: "live-dot" });
    draw(this.ball, "path", { d: "M-15-4-19 0l4 4M15-4l4 4-4 4" });
    draggable(this.ball, plot, (w) => this.#from(w));
    tappable(plot, (w) => this.#from(w));
    this.zones = ZONES.map(([name]) => {
      const bar = draw(scale.above, "rect", { class: "live-zone" });
      return { name, bar, text: scale.label("live-muted live-centred", name) };
    });
    this.needle = draw(scale.above, "path", { class: "live-needle" });
    draggable(scale.box, scale, (eta) =>
      this.set({ eta: Math.round(Math.min(Math.max(eta, 0.01), 1.2) * 100) / 100 }));
    this.furnish(stage, { controls: ["eta"], more: ["start", "steps"] });
  }

  #from(w) {
    this.set({ start: Math.round(Math.min(Math.max(w, -2), 8) * 20) / 20 });
  }

  update() {
    this.walk = weights(this.state.start, this.state.eta, this.state.steps);
    if (this.plot.width) this.#drawMoment();
    else this.layout();
  }

  layout() {
    const { plot, scale } = this;
    plot.frame(SEEN, [0, 38], { yLabel: "loss (w − 3)²", xLabel: "weight w", yCount: 4 });
    scale.bare([0, 1.2], [0, 1]);
    put(this.curve, { d: plot.curve(loss, 121) });
    this.#drawMoment();
  }

  #drawMoment() {
    const { plot, scale, state: { eta, steps }, walk } = this;
    // A walk that flies off is drawn until it has left the picture.
    const gone = walk.findIndex((w) => w < SEEN[0] || w > SEEN[1]);
    const seen = gone < 0 ? walk : walk.slice(0, gone + 1);
    const at = seen.map((w) => [plot.x(w), plot.y(loss(w))]);
    put(this.arrows, {
      d: at.slice(1).map(([x, y], k) => arrow(...at[k], x, y, 4)).join(""),
    });
    put(this.places, { d: at.map(([x, y]) => `M${x.toFixed(1)} ${y.toFixed(1)}h0`).join("") });
    put(this.ball, { transform: `translate(${at[0].join(" ")})` });

    const lit = zoneOf(eta);
    this.zones.forEach(({ name, bar, text }, i) => {
      const [x0, x1] = [ZONES[i - 1]?.[1] ?? 0, ZONES[i][1]].map((value) => scale.x(value));
      const point = x1 - x0 < 2;
      put(bar, {
        x: point ? x1 - 1.5 : x0, width: point ? 3 : x1 - x0, y: scale.y1, height: 14,
        class: `live-zone${i === lit ? " live-lit" : ""}`,
      });
      // Only the zone that is lit tells its name where names would not fit.
      put(text, { x: Math.min(Math.max((x0 + x1) / 2, 30 * scale.scale), scale.x1 - 30 * scale.scale),
        y: scale.y1 + 32 * scale.scale, class: `live-label live-centred ${i === lit ? "live-lit" : "live-muted"}` });
      text.textContent = i === lit || (x1 - x0 > 90 * scale.scale && !this.#crowds(i, lit)) ? name : "";
    });
    put(this.needle, { d: `M${scale.x(eta)} ${scale.y1 - 3}v20` });

    this.factor.show(fixed(1 - 2 * eta, 2));
    this.end.name.textContent = `Distance to the best weight after ${steps} ${steps === 1 ? "step" : "steps"}`;
    const distance = Math.abs(walk.at(-1) - BEST);
    this.end.show(distance < 1e6 ? fixed(distance, distance < 100 ? 3 : 0) : "over a million");
  }

  /** Whether the name of a zone would touch the one that is lit. */
  #crowds(i, lit) {
    return Math.abs(i - lit) === 1 && (lit === 2 || lit === 4 || lit === 0);
  }

  describe() {
    const { eta, start, steps } = this.state;
    const [name] = ZONES[zoneOf(eta)];
    const said = start === BEST ? "It starts at the lowest point, and each step is 0." : SAID[name];
    return `A bowl with its lowest point at weight 3. Learning rate ${eta}: ${name}. ${said}`
      + ` The factor of each step is ${this.factor.text()}. From weight ${fixed(start, 2)}, the distance`
      + ` after ${steps} steps is ${this.end.text()}.`;
  }
}

customElements.define("live-bowl", Bowl);
