/** Crowd: thousands of walkers on one risk, each with noise of its own, and where they end. */

import { button, make } from "./controls.js";
import { LiveFigure } from "./element.js";
import { Hills } from "./hills.js";
import { descended, linspace, trap } from "./math.js";
import { draw, handle, put } from "./plot.js";
import { choice, fixed, listed, logarithmic, number, whole } from "./state.js";
import { FAR, survey, valleyAt } from "./valleys.js";
import { Crowd } from "./walks.js";

/** Height in rem, in a wide column and in a narrow one: kept free before the figure wakes. */
export const height = [34, 37.75];

export const parameters = {
  data: choice("Data", {
    trap: "100 inputs on [−2, 5]: with a trap",
    article: "100 inputs on [−5, 5]: the article's",
    ten: "10 inputs on [−5, 5]",
  }, "trap"),
  eta: logarithmic("Learning rate η", 0.03, 0.001, 3),
  batch: listed("Batch size", 1, [1, 2, 5, 10, 20, 50]),
  start: number("Start w₀", trap.start, -2, 2, 0.002),
  passes: listed("Passes over the data", 50, [1, 2, 5, 10, 20, 50, 100, 200]),
  walkers: listed("Walkers", 5000, [1, 10, 100, 500, 1000, 2000, 5000]),
  order: choice("Each walker's inputs", {
    reshuffled: "reshuffled every pass",
    replacement: "drawn with replacement",
  }, "reshuffled"),
  seed: whole("Seed of the random orders", 1, 0, 999),
  speed: logarithmic("Passes a second", 5, 0.5, 50),
};

// What can change without a new crowd.
const OF_THE_SHOW = new Set(["speed", "passes"]);
// So many of the walkers are drawn; all are counted.
const SEEN_WALKERS = 400;
// Gradients in one frame: about 2 ms of them.
const WORK = 60000;

class CrowdFigure extends LiveFigure {
  constructor() {
    super(parameters);
  }

  build(stage) {
    this.time = this.readout("Passes", "plain");
    this.left = this.readout("Outside their valley", "plain");
    this.mean = this.readout("Mean risk", "plain");
    this.plots = this.picture();
    this.counts = make("ul", { className: "live-counts" });
    this.furnish(stage, {
      under: [this.counts],
      buttons: [this.playButton(), button("Put all back", () => this.#reset())],
      controls: ["eta", "batch"],
      more: ["data", "passes", "start", "walkers", "order", "seed", "speed"],
    });
  }

  update(changed) {
    const { state } = this;
    if (this.surveyed !== state.data) this.#survey();
    // A batch of ten inputs holds no more than ten, nor does the number in the prose.
    state.batch = Math.min(state.batch, this.land.inputs.length);
    if ([...changed].some((name) => !OF_THE_SHOW.has(name)) || this.crowd.passes > state.passes) {
      this.crowd = new Crowd(
        state.walkers, state.start, this.land.inputs, state.eta, state.batch, state.order, state.seed,
      );
      this.descent = state.start;
      this.clock = 0;
      this.home = this.#place(state.start);
      this.layout();
    } else {
      this.#drawMoment();
    }
  }

  /** Find the valleys of the risk, and draw them anew. */
  #survey() {
    this.surveyed = this.state.data;
    this.land = survey(this.state.data);
    const { tops, floors, valleys, height } = this.land;
    this.deepest = Math.min(...valleys.map(({ depth }) => depth));
    this.table = linspace(-FAR, FAR, 2401).map(height);
    const found = [...tops, ...floors];
    this.view = [Math.min(...found) - 0.4, Math.max(...found) + 0.4];
    this.plots.replaceChildren();
    const places = [...valleys, { name: "wall", floor: tops.find((w) => Math.abs(w) < 0.01), top: true }];
    this.hills = new Hills(this.plots, [18, 15], { height: (w) => this.#risk(w), places }, { left: 0, right: 0, top: 30, bottom: 26 });
    const { hills } = this;
    this.origin = draw(hills.inside, "line", { class: "live-guide" });
    this.dot = draw(hills.inside, "circle", { r: 8, class: "live-dot live-descent" });
    this.dotLabel = hills.label("live-descent live-ending", "● gradient descent");
    const from = (w) => this.set({ start: Math.round(Math.min(Math.max(w, hills.left, -2), hills.right, 2) * 500) / 500 });
    this.moveHandle = handle(hills, from);
  }

  /** The risk, read off the table where it reaches. */
  #risk(w) {
    const place = ((w + FAR) / (2 * FAR)) * (this.table.length - 1);
    const i = Math.floor(place);
    if (!(i >= 0 && i < this.table.length - 1)) return this.land.height(w);
    return this.table[i] + (place - i) * (this.table[i + 1] - this.table[i]);
  }

  layout() {
    const { hills, state } = this;
    const [low, high] = this.view;
    const range = [Math.min(low, state.start - 0.1), Math.max(high, state.start + 0.1)];
    hills.survey(range, [this.deepest * 1.2, 0.02]);
    const x = hills.x(state.start);
    put(this.origin, { x1: x, x2: x, y1: hills.y0, y2: hills.y1 });
    put(this.dotLabel, { x: hills.x1 - 8, y: hills.y1 - 16 * hills.scale });
    this.moveHandle(state.start, hills.y0);
    this.#drawMoment();
  }

  #drawMoment() {
    const { crowd: { weights, passes }, state, hills, land } = this;
    const counts = new Uint32Array(land.valleys.length + 1);
    let total = 0;
    for (const w of weights) {
      counts[this.#place(w)] += 1;
      total += this.#risk(w);
    }
    hills.walkers(0, weights.subarray(0, SEEN_WALKERS));
    const x = Math.min(Math.max(hills.x(this.descent), hills.x0), hills.x1);
    put(this.dot, { cx: x, cy: hills.y(this.#risk(this.descent)) - 8 });
    this.time.show(`${fixed(passes, passes % 1 ? 1 : 0)} of ${state.passes}`);
    this.left.show(percent(1 - counts[this.home] / weights.length));
    this.mean.show(fixed(total / weights.length, 3));
    this.#listCounts(counts);
  }

  /** The number of the valley of a weight; one more than there are on the wall itself, and far out. */
  #place(w) {
    return w && Math.abs(w) <= FAR ? valleyAt(this.land, w) : this.land.valleys.length;
  }

  #listCounts(counts) {
    const places = [...this.land.valleys, { name: "no valley", kind: "muted" }];
    while (this.counts.children.length > places.length) this.counts.lastChild.remove();
    places.forEach(({ name, kind }, i) => {
      const item = this.counts.children[i]
        ?? this.counts.appendChild(make("li", {}, make("span"), make("b")));
      item.className = `live-${kind}`;
      item.firstChild.textContent = name;
      const share = counts[i] / this.state.walkers;
      item.lastChild.textContent = percent(share);
      item.style.setProperty("--share", `${100 * share}%`);
    });
  }

  #reset() {
    this.pause();
    this.set({ seed: this.state.seed });
    this.say(this.describe());
  }

  play() {
    if (this.crowd.passes >= this.state.passes) this.show({ seed: this.state.seed });
    this.clock = this.crowd.passes;
    super.play();
  }

  frame(seconds) {
    const { crowd, state } = this;
    // Slowly at first, so that one sees the first one leave.
    const pace = state.speed * Math.min(1, 0.1 + this.clock / 10);
    this.clock = Math.min(this.clock + seconds * pace, state.passes);
    let work = WORK;
    while (crowd.passes < this.clock && work > 0) {
      work -= crowd.step(work);
      if (!crowd.moved) this.descent = descended(this.descent, this.land.inputs, state.eta);
    }
    // What could not be done in time is not caught up with.
    if (Number.isFinite(seconds)) this.clock = Math.min(this.clock, crowd.passes + 1);
    const playing = crowd.passes < state.passes;
    if (!crowd.moved && (Number.isFinite(seconds) || !playing)) this.#drawMoment();
    return playing;
  }

  describe() {
    const list = Array.from(this.counts.children, (item) =>
      `${item.firstChild.textContent}: ${item.lastChild.textContent}`);
    const { eta, batch, walkers } = this.state;
    return `After ${this.time.text()} passes with learning rate ${eta} and batches of ${batch}, `
      + `${this.left.text()} of ${walkers} walkers are outside their valley; `
      + `mean risk ${this.mean.text()}. ${list.join("; ")}.`;
  }
}

// Only nobody is 0 %, and only all are 100 %.
const percent = (share) => `${fixed(100 * share, share % 1 ? 1 : 0)} %`;

customElements.define("live-crowd", CrowdFigure);
