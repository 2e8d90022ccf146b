/** Chain: three linked scales, weight, output and loss. A nudge of the weight is multiplied twice. */

import { make } from "./controls.js";
import { LiveFigure } from "./element.js";
import { gradient, loss, lossDerivative } from "./math.js";
import { Plot, draw, handle, put } from "./plot.js";
import { fixed, number } from "./state.js";

/** Height in rem, in a wide column and in a narrow one: kept free before the figure wakes. */
export const height = [32, 39.25];

export const parameters = {
  w: number("Weight w", -0.4, -0.7, 0.7, 0.01, (w) => fixed(w, 2)),
  x: number("Input x", 2, -2, 2, 0.1, (x) => fixed(x, 1)),
};

// How far the weight is nudged, for the eye. The bars show the rates, which hold for the shortest.
const NUDGE = 0.1;
// All scales have one unit, so that lengths on them can be compared.
const RANGE = [-1.5, 1.5];
const SCALES = { "weight w": "walker", "output y = w x": "ink", "loss ℓ(y)": "input" };

class Chain extends LiveFigure {
  constructor() {
    super(parameters);
  }

  build(stage) {
    const plots = this.picture();
    this.inner = this.readout("w → y: times x", "plain");
    this.outer = this.readout("y → ℓ: times ℓ′(y)", "plain");
    this.whole = this.readout("w → ℓ: their product", "predicted");
    this.scales = Object.entries(SCALES).map(([name, kind]) => {
      const plot = new Plot(plots, [6, 6], { left: 14, right: 14, top: 40, bottom: 24 });
      return {
        plot,
        nudge: draw(plot.above, "path", { class: "live-nudge live-predicted" }),
        dot: draw(plot.above, "circle", { r: 7, class: `live-dot live-${kind}` }),
        value: plot.label(`live-${kind} live-centred`),
        name,
      };
    });
    const [{ plot }] = this.scales;
    this.moveHandle = handle(plot, (w) => this.set({ w: Math.round(Math.min(Math.max(w, -0.7), 0.7) * 100) / 100 }));
    this.told = make("p", { className: "live-verdict" });
    this.furnish(stage, { under: [this.told], controls: ["w", "x"] });
  }

  update() {
    if (this.scales[0].plot.width) this.#drawMoment();
    else this.layout();
  }

  layout() {
    for (const { plot, name } of this.scales) plot.frame(RANGE, [0, 1], { yLabel: name, yCount: 0 });
    this.#drawMoment();
  }

  #drawMoment() {
    const { state: { w, x }, scales } = this;
    const y = w * x;
    const values = [w, y, loss(y)];
    const rates = [x, lossDerivative(y), gradient(w, x)];
    const nudges = [NUDGE, NUDGE * x, NUDGE * rates[2]];
    scales.forEach(({ plot, dot, value, nudge }, i) => {
      const [at, base] = [plot.x(values[i]), plot.y0];
      put(dot, { cx: at, cy: base });
      put(value, { x: Math.min(Math.max(at, 24), plot.x1 - 10), y: base - 21 });
      value.textContent = fixed(values[i], i ? 3 : 2);
      put(nudge, { d: `M${at} ${base - 13}H${plot.x(values[i] + nudges[i])}` });
    });
    this.moveHandle(w, scales[0].plot.y0);
    this.inner.show(fixed(x, 1));
    this.outer.show(fixed(rates[1], 3));
    this.whole.show(fixed(rates[2], 3));
    const [first, second, both] = [fixed(x, 1), fixed(rates[1], 3), fixed(rates[2], 3)];
    this.told.textContent = `A nudge of w moves y ${first} times as far, and y moves the loss ${second} times as far:`
      + ` together ${both}.`;
  }

  describe() {
    const { w, x } = this.state;
    return `Three scales. At weight ${fixed(w, 2)} and input ${fixed(x, 1)}: ${this.told.textContent}`;
  }
}

customElements.define("live-chain", Chain);
