/** Surface: the loss over input and weight, and the one slice of it that an input's step sees. */

import { button } from "./controls.js";
import { LiveFigure } from "./element.js";
import { article, loss } from "./math.js";
import { Plot, draw, handle, put } from "./plot.js";
import { Relief } from "./relief.js";
import { fixed, number } from "./state.js";

const degrees = (value) => `${Math.round(value)}°`.replace("-", "−");

/** Height in rem, in a wide column and in a narrow one: kept free before the figure wakes. */
export const height = [31.75, 43.75];

export const parameters = {
  x: number("Input x", 2, -5, 5, 0.05, (x) => fixed(x, 2)),
  w: number("Weight w", article.start, -0.7, 0.7, 0.005, (w) => fixed(w, 3)),
  turn: number("Turn", -60, -180, 180, 1, degrees),
  tilt: number("Tilt", 30, 0, 90, 1, degrees),
};

const SWEEP_SECONDS = 8;
// The two viewpoints of the article.
const VIEWS = { "From the side": { turn: -60, tilt: 30 }, "From above": { turn: 20, tilt: 55 } };

class Surface extends LiveFigure {
  constructor() {
    super(parameters);
  }

  build(stage) {
    const plots = this.picture();
    plots.classList.add("live-pair");
    this.relief = new Relief(plots, [5, 0.7], [-0.76, 0.12]);
    if (!this.relief.works) return "WebGL 2";
    this.input = this.readout("Input x", "plain");
    this.weight = this.readout("Weight w", "walker");
    this.loss = this.readout("Loss", "input");
    this.slice = new Plot(plots, [20, 12]);
    this.lossCurve = draw(this.slice.inside, "path", { class: "live-line live-input" });
    this.plumb = draw(this.slice.inside, "line", { class: "live-plumb" });
    this.label = draw(this.slice.above, "text", { class: "live-label live-input" });
    this.moveHandle = handle(this.slice, (value) => {
      this.set({ w: Math.round(Math.min(Math.max(value, -0.7), 0.7) * 200) / 200 });
    });
    const views = Object.entries(VIEWS).map(([name, view]) => button(name, () => this.#look(view)));
    this.furnish(stage, {
      buttons: [this.playButton("Sweep x")],
      controls: ["x", "w"],
      more: ["turn", "tilt", ...views],
    });
    this.#turnByDrag(this.relief.box);
    return null;
  }

  #turnByDrag(box) {
    box.onpointerdown = (event) => {
      box.setPointerCapture(event.pointerId);
      const { clientX, clientY } = event;
      const start = { ...this.state };
      box.onpointermove = (moved) => {
        // A finger that goes up or down scrolls the page.
        const steep = event.pointerType === "touch" ? 0 : moved.clientY - clientY;
        const turn = Math.round(start.turn - (moved.clientX - clientX) / 2);
        const tilt = Math.round(start.tilt + steep / 2);
        this.set({ turn: ((turn + 900) % 360) - 180, tilt: Math.min(Math.max(tilt, 0), 90) });
      };
    };
    box.onpointerup = box.onpointercancel = () => {
      box.onpointermove = null;
    };
  }

  #look(view) {
    this.set(view);
    this.say(this.describe());
  }

  update() {
    if (this.colour) this.#drawMoment();
    else this.layout();
  }

  layout() {
    const { slice } = this;
    slice.frame([-0.7, 0.7], [-1, 0.5], { yLabel: "loss", xLabel: "weight w", yCount: 4 });
    const blue = getComputedStyle(this.label).color.match(/[\d.]+/g).slice(0, 3);
    this.colour = blue.map((part) => part / 255);
    this.#drawMoment();
  }

  #drawMoment() {
    const { slice, relief, colour, state: { x, w, turn, tilt } } = this;
    const height = loss(w * x);
    // First what reads the size of its box, then what changes the page.
    relief.render({ turn, tilt, x, colour });
    relief.mark(x, w, loss);
    put(this.lossCurve, { d: slice.curve((weight) => loss(weight * x)) });
    put(this.label, { x: slice.x0 + 8, y: slice.y1 + 16 });
    this.label.textContent = `the slice at x = ${fixed(x, 2)}`;
    const place = slice.x(w);
    put(this.plumb, { x1: place, x2: place, y1: slice.y(height), y2: slice.y0 });
    this.moveHandle(w, slice.y(height));
    this.input.show(fixed(x, 2));
    this.weight.show(fixed(w, 3));
    this.loss.show(fixed(height, 4));
  }

  play() {
    if (this.state.x >= 5) this.show({ x: -5 });
    super.play();
  }

  frame(seconds) {
    this.show({ x: Math.min(this.state.x + (seconds * 10) / SWEEP_SECONDS, 5) });
    return this.state.x < 5;
  }

  describe() {
    const { x, turn, tilt } = this.state;
    return `Slice at x = ${fixed(x, 2)}: at weight ${this.weight.text()}, the loss is ${this.loss.text()}. `
      + `Seen from ${degrees(Math.round(turn))}, ${degrees(Math.round(tilt))} up.`;
  }
}

customElements.define("live-surface", Surface);
