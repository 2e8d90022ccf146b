/** Basins: a ball is dropped, runs downhill, and paints its start with the colour of where it ends. */

import { button, make } from "./controls.js";
import { LiveFigure } from "./element.js";
import { descended, linspace, trap } from "./math.js";
import { Plot, dotsAt, draggable, draw, put, tappable } from "./plot.js";
import { fixed, number } from "./state.js";
import { survey, valleyAt } from "./valleys.js";

/** Height in rem, in a wide column and in a narrow one: kept free before the figure wakes. */
export const height = [32.375, 31.5];

const RANGE = trap.interval;

export const parameters = {
  start: number("Where the ball is dropped", 0.36, ...RANGE, 0.01, (w) => fixed(w, 2)),
  // All short: below 1 / max R'' no ball passes a hilltop.
  eta: number("Learning rate η", 0.05, 0.01, 0.07, 0.01),
};

const HEIGHTS = [-0.42, 0.06];
const STEPS_A_SECOND = 90;
const MANY = 101;
// A ball whose next step is shorter lies still, and so it does on a hilltop: a hundredth of a pixel.
const STILL = 1e-5;

class Basins extends LiveFigure {
  drops = [];

  constructor() {
    super(parameters);
    this.landscape = survey("trap");
  }

  build(stage) {
    const { landscape } = this;
    const plots = this.picture();
    this.plot = new Plot(plots, [18, 14], { left: 16, right: 16, top: 16, bottom: 4 });
    this.strip = new Plot(plots, [4.25, 4.25], { left: 16, right: 16, top: 2, bottom: 38 });
    const { plot, strip } = this;
    this.hills = draw(plot.inside, "path", { class: "live-ground" });
    this.ridge = draw(plot.inside, "path", { class: "live-line live-risk" });
    this.kinds = [...landscape.valleys.map(({ kind }) => kind), "muted"];
    const { kinds } = this;
    this.paints = kinds.map((kind) => draw(strip.inside, "path", { class: `live-bars live-${kind}` }));
    this.balls = kinds.map((kind) => draw(plot.inside, "path", { class: `live-dots live-balls live-${kind}` }));
    this.names = landscape.valleys.map(({ name }) => plot.label("live-centred live-muted", name));
    this.ball = draw(plot.above, "g", { class: "live-handle live-descent" });
    draw(this.ball, "circle", { r: 24, class: "live-grip" });
    draw(this.ball, "circle", { r: 9, class: "live-dot" });
    draw(this.ball, "path", { d: "M-14-4-18 0l4 4M14-4l4 4-4 4" });
    const from = (w) => this.set({ start: Math.round(Math.min(Math.max(w, RANGE[0]), RANGE[1]) * 100) / 100 });
    draggable(this.ball, plot, from);
    this.ball.addEventListener("pointerup", () => this.play());
    tappable(plot, (w) => {
      from(w);
      this.play();
    });
    this.told = make("p", { className: "live-verdict" });
    this.furnish(stage, {
      under: [this.told],
      controls: ["start"],
      buttons: [this.playButton("Drop it"), button(`Drop ${MANY}`, () => this.#dropMany())],
      more: ["eta", button("Clear", () => this.#clear())],
    });
  }

  update(changed) {
    if (changed.has("eta")) this.drops = [];
    if (changed.has("eta")) this.layout();
    else this.#drawMoment();
  }

  layout() {
    const { plot, strip, landscape: { height, valleys } } = this;
    plot.bare(RANGE, HEIGHTS);
    strip.frame(RANGE, [0, 1], { xLabel: "start w₀", yCount: 0 });
    const ridge = plot.curve(height);
    put(this.ridge, { d: ridge });
    put(this.hills, { d: plot.ground(ridge) });
    valleys.forEach(({ floor }, i) =>
      put(this.names[i], { x: plot.x(floor), y: plot.y(height(floor)) + 22 * plot.scale }));
    this.#drawMoment();
  }

  #drawMoment() {
    const { plot, strip, landscape, drops } = this;
    const resting = (w) => [plot.x(w), plot.y(landscape.height(w)) - 5];
    const half = (strip.x1 - strip.x0) / (2 * (MANY - 1));
    this.kinds.forEach((_, i) => {
      const own = drops.filter(({ w }) => this.#place(w) === i);
      put(this.balls[i], { d: dotsAt(own.flatMap(({ w }) => resting(w))) });
      const ended = own.filter(({ moving }) => !moving);
      put(this.paints[i], {
        d: ended.map(({ start }) => `M${(strip.x(start) - half).toFixed(1)} ${strip.y0}h${(2 * half).toFixed(1)}V${strip.y1}h${(-2 * half).toFixed(1)}Z`).join(""),
      });
    });
    const [x, y] = resting(this.state.start);
    put(this.ball, { transform: `translate(${x.toFixed(1)} ${(y - 14).toFixed(1)})` });
    this.told.textContent = this.#counted();
  }

  #counted() {
    const ended = this.drops.filter(({ moving }) => !moving);
    if (ended.length === 0) return "Drag the ball and let it go, or tap the hills.";
    const at = (i) => ended.filter(({ w }) => this.#place(w) === i).length;
    const counts = this.landscape.valleys.map(({ name }, i) => `${at(i)} in the ${name}`);
    const top = at(this.kinds.length - 1);
    if (top) counts.push(`${top} on a hilltop`);
    return `${ended.length} came to rest: ${counts.join(", ")}.`;
  }

  /** The number of the valley of a weight; one more than there are for a hilltop. */
  #place(w) {
    const onTop = this.landscape.tops.some((top) => Math.abs(w - top) < 1e-9);
    return onTop ? this.kinds.length - 1 : valleyAt(this.landscape, w);
  }

  #dropMany() {
    this.drops = Array.from(linspace(...RANGE, MANY), (start) => ({ start, w: start, moving: true }));
    super.play();
  }

  #clear() {
    this.pause();
    this.drops = [];
    this.#drawMoment();
    this.say(this.describe());
  }

  play() {
    const { start } = this.state;
    // One that was stopped on its way rolls on, unless the hand has gone elsewhere.
    if (!this.drops.some((ball) => ball.moving && ball.start === start)) {
      this.drops.push({ start, w: start, moving: true });
    }
    this.clock = 0;
    super.play();
  }

  frame(seconds) {
    this.clock = Math.min((this.clock ?? 0) + seconds * STEPS_A_SECOND, 1e5);
    let moving = true;
    for (; this.clock >= 1 && moving; this.clock -= 1) moving = this.#step();
    this.#drawMoment();
    return moving;
  }

  /** A step of every ball that moves; false if none does. */
  #step() {
    let some = false;
    for (const ball of this.drops) {
      if (!ball.moving) continue;
      const next = descended(ball.w, this.landscape.inputs, this.state.eta);
      ball.moving = Math.abs(next - ball.w) > STILL;
      ball.w = next;
      some ||= ball.moving;
    }
    return some;
  }

  describe() {
    return `A risk with three valleys. The ball stands at weight ${fixed(this.state.start, 2)}. ${this.#counted()}`;
  }
}

customElements.define("live-basins", Basins);
