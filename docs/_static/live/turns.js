/** Turns: three inputs, three curves over one weight, and whose turn it is to pull. */

import { arrow } from "./arrow.js";
import { button, make } from "./controls.js";
import { LiveFigure } from "./element.js";
import { article, gradient, loss } from "./math.js";
import { Plot, draw, handle, put } from "./plot.js";
import { choice, fixed, logarithmic, number, plain } from "./state.js";

/** Height in rem, in a wide column and in a narrow one: kept free before the figure wakes. */
export const height = [29.25, 31.5];

const FAR = 0.7;

export const parameters = {
  turn: choice("Whose turn", { a: "x = −5", b: "x = 1", c: "x = 5" }, "a"),
  w: number("Weight w", article.start, -FAR, FAR, 0.005, (w) => fixed(w, 3)),
  eta: logarithmic("Learning rate η", 0.03, 0.001, 0.1),
};

const INPUTS = { a: -5, b: 1, c: 5 };
const NEXT = { a: "b", b: "c", c: "a" };
const SECONDS = 0.7;
// Without motion one round is shown, with its end only.
const ROUND = 3;

class Turns extends LiveFigure {
  constructor() {
    super(parameters);
  }

  build(stage) {
    this.plot = new Plot(this.picture(), [19, 16]);
    const { plot } = this;
    this.curves = Object.fromEntries(Object.entries(INPUTS).map(([name, x]) => {
      const group = draw(plot.inside, "g");
      return [name, { group, x, line: draw(group, "path", { class: "live-line live-input" }) }];
    }));
    this.guide = draw(plot.inside, "line", { class: "live-guide" });
    this.arrow = draw(plot.inside, "path", { class: "live-arrow", "stroke-width": 2.5 });
    this.dot = draw(plot.inside, "circle", { r: 7, class: "live-dot live-walker" });
    this.moveHandle = handle(plot, (w) => this.set({ w: Math.round(Math.min(Math.max(w, -FAR), FAR) * 200) / 200 }));
    this.name = plot.label("live-input");
    this.told = make("p", { className: "live-verdict" });
    this.furnish(stage, {
      under: [this.told],
      controls: ["turn", "w"],
      buttons: [this.playButton(), button("One step", () => this.#go())],
      more: ["eta"],
    });
  }

  update() {
    if (this.plot.width) this.#drawMoment();
    else this.layout();
  }

  layout() {
    const { plot } = this;
    plot.frame([-0.75, 0.75], [-0.85, 0.35], { yLabel: "loss of each input", xLabel: "weight w", yCount: 4 });
    for (const { line, x } of Object.values(this.curves)) put(line, { d: plot.curve((w) => loss(w * x)) });
    put(this.name, { x: plot.x1 - 6, y: plot.y1 + 14 * plot.scale, "text-anchor": "end" });
    this.#drawMoment();
  }

  #drawMoment() {
    const { plot, state: { turn, w, eta } } = this;
    const x = INPUTS[turn];
    const slope = gradient(w, x);
    const after = w - eta * slope;
    for (const [name, { group }] of Object.entries(this.curves)) {
      put(group, { class: name === turn ? "" : "live-waiting" });
    }
    const [at, height] = [plot.x(w), plot.y(loss(w * x))];
    put(this.guide, { x1: at, x2: at, y1: plot.y0, y2: plot.y1 });
    put(this.dot, { cx: at, cy: height });
    put(this.arrow, { d: arrow(at, height, plot.x(after), plot.y(loss(after * x)), 0) });
    this.moveHandle(w, plot.y0);
    this.name.textContent = `its turn: x = ${plain(x)}`;
    const way = Math.abs(slope) < 0.005 ? "hardly pulls at all" : `pulls to the ${slope < 0 ? "right" : "left"}`;
    this.told.textContent = `At w = ${fixed(w, 3)} the input x = ${plain(x)} ${way}: slope ${fixed(slope, 3)},`
      + ` step to ${fixed(after, 3)}${Math.abs(after) > FAR ? ", out of the picture" : ""}.`;
  }

  /** Take the step, unless it leads out of the picture. */
  #step() {
    const { turn, w, eta } = this.state;
    const after = w - eta * gradient(w, INPUTS[turn]);
    if (Math.abs(after) > FAR) return false;
    this.show({ w: after, turn: NEXT[turn] });
    return true;
  }

  #go() {
    this.pause();
    this.#step();
    this.set({});
    this.say(this.describe());
  }

  play() {
    this.clock = 0;
    super.play();
  }

  frame(seconds) {
    if (!Number.isFinite(seconds)) {
      for (let step = 0; step < ROUND; step += 1) this.#step();
      return false;
    }
    this.clock += seconds;
    let goesOn = true;
    for (; this.clock > SECONDS && goesOn; this.clock -= SECONDS) goesOn = this.#step();
    return goesOn;
  }

  describe() {
    return `Three loss curves over one weight. ${this.told.textContent}`;
  }
}

customElements.define("live-turns", Turns);
