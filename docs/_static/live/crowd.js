/** Crowd: thousands of walkers on one risk, each with noise of its own, and where they end. */

import { button, make, readout } from "./controls.js";
import { LiveFigure } from "./element.js";
import { Crowd, linspace, risk, riskGradient, stationaryPoints } from "./math.js";
import { Plot, draw, handle, pathThrough, put } from "./plot.js";
import { choice, fixed, listed, logarithmic, number, plain, whole } from "./state.js";

/** Height in rem, in a wide column and in a narrow one: kept free before the figure wakes. */
export const height = [51.125, 61.75];

export const parameters = {
  data: choice("Data", {
    trap: "100 inputs on [−2, 5]: with a trap",
    article: "100 inputs on [−5, 5]: the article's",
    ten: "10 inputs on [−5, 5]",
  }, "trap"),
  eta: logarithmic("Learning rate η", 0.03, 0.001, 3),
  batch: listed("Batch size", 1, [1, 2, 5, 10, 20, 50]),
  start: number("Start w₀", 0.194, -2, 2, 0.002),
  passes: listed("Passes over the data", 50, [1, 2, 5, 10, 20, 50, 100, 200]),
  walkers: listed("Walkers", 5000, [1, 10, 100, 500, 1000, 2000, 5000]),
  order: choice("Each walker's inputs", {
    reshuffled: "reshuffled every pass",
    replacement: "drawn with replacement",
  }, "reshuffled"),
  seed: whole("Seed of the random orders", 1, 0, 999),
  speed: logarithmic("Passes a second", 5, 0.5, 50),
};

const DATA = {
  trap: linspace(-2, 5, 100),
  article: linspace(-5, 5, 100),
  ten: linspace(-5, 5, 10),
};
// What can change without a new crowd.
const OF_THE_SHOW = new Set(["speed", "passes"]);
// How far out the landscape is searched for valleys.
const FAR = 3;
const BINS = 140;
// Gradients in one frame: about 5 ms of them.
const WORK = 250000;
const COLOURS = ["blue", "ochre", "purple", "green"];
const SHARES = [0.02, 0.05, 0.1, 0.2, 0.5, 1];

class CrowdFigure extends LiveFigure {
  constructor() {
    super(parameters);
  }

  build(stage) {
    this.time = readout("Passes", "plain");
    this.left = readout("Left their valley", "plain");
    this.mean = readout("Mean risk", "plain");
    const readouts = [this.time, this.left, this.mean].map(({ element }) => element);
    stage.append(make("dl", { className: "live-readouts simple" }, ...readouts));
    const plots = make("div", { className: "live-plots" });
    this.counts = make("ul", { className: "live-counts" });
    stage.append(plots, this.counts);
    this.landscape = new Plot(plots, "live-upper", { bottom: 6 });
    this.histogram = new Plot(plots, "live-lower", { bottom: 38 });
    this.#drawParts();
    stage.append(
      make("div", { className: "live-row" }, this.playButton(), button("Reset", () => this.#reset())),
      make("div", { className: "live-controls" },
        ...["eta", "batch", "data", "passes"].map((name) => this.control(name))),
      ...this.footer("start", "walkers", "order", "seed", "speed"),
    );
  }

  #drawParts() {
    const { landscape, histogram } = this;
    this.valleys = draw(landscape.inside, "g");
    this.riskCurve = draw(landscape.inside, "g");
    this.origins = [landscape, histogram].map((plot) =>
      draw(plot.inside, "line", { class: "live-guide" }));
    this.bars = draw(histogram.inside, "g");
    this.dot = draw(landscape.inside, "circle", { r: 7, class: "live-dot live-walker" });
    this.dotLabel = draw(landscape.above, "text", { class: "live-label live-walker" });
    this.dotLabel.textContent = "● gradient descent";
    this.moveHandle = handle(histogram, (value) => {
      this.set({ start: Math.round(Math.min(Math.max(value, -2), 2) * 500) / 500 });
    });
  }

  update(changed) {
    const { state } = this;
    if (this.inputs !== DATA[state.data]) this.#survey();
    if ([...changed].some((name) => !OF_THE_SHOW.has(name))) {
      const batch = Math.min(state.batch, this.inputs.length);
      this.crowd = new Crowd(
        state.walkers, state.start, this.inputs, state.eta, batch, state.order, state.seed,
      );
      this.descent = state.start;
      this.clock = 0;
      this.home = this.#valley(state.start);
      this.layout();
    } else {
      this.#drawMoment();
    }
  }

  /** Find the valleys of the risk, and their names and colours. */
  #survey() {
    this.inputs = DATA[this.state.data];
    const points = stationaryPoints(this.inputs, -FAR, FAR);
    this.tops = points.filter(({ minimum }) => !minimum).map(({ w }) => w);
    // Valley i lies between the tops i − 1 and i. The outermost have no floor if descent leaves.
    const floors = points.filter(({ minimum }) => minimum).map(({ w }) => w);
    this.floors = Array.from({ length: this.tops.length + 1 }, (_, i) =>
      floors.find((w) => this.#valley(w) === i));
    const depths = this.floors.map((w) => (w === undefined ? Infinity : risk(w, this.inputs)));
    this.deepest = Math.min(...depths);
    this.depths = depths;
    let used = 0;
    this.colours = this.floors.map((w) => (w === undefined ? "muted" : COLOURS[used++ % COLOURS.length]));
    this.table = linspace(-FAR, FAR, 2401).map((w) => risk(w, this.inputs));
    const found = points.map(({ w }) => w);
    this.view = [Math.min(...found) - 0.4, Math.max(...found) + 0.4];
  }

  #valley(w) {
    let valley = 0;
    while (valley < this.tops.length && w > this.tops[valley]) valley += 1;
    return valley;
  }

  /** The risk, read off the table where it reaches. */
  #risk(w) {
    const place = ((w + FAR) / (2 * FAR)) * (this.table.length - 1);
    const i = Math.floor(place);
    if (!(i >= 0 && i < this.table.length - 1)) return risk(w, this.inputs);
    return this.table[i] + (place - i) * (this.table[i + 1] - this.table[i]);
  }

  layout() {
    const { landscape, histogram, state } = this;
    const [low, high] = this.view;
    this.range = [Math.min(low, state.start - 0.1), Math.max(high, state.start + 0.1)];
    const floor = Math.floor(this.deepest * 10 - 0.5) / 10;
    landscape.frame(this.range, [floor, 0.1], { yLabel: "risk", xTicks: false, yCount: 4 });
    const ends = [landscape.left, ...this.tops, landscape.right];
    this.valleys.replaceChildren();
    this.riskCurve.replaceChildren();
    this.colours.forEach((colour, i) => {
      const [x0, x1] = [landscape.x(ends[i]), landscape.x(ends[i + 1])];
      put(draw(this.valleys, "rect", { class: `live-valley live-${colour}` }),
        { x: x0, width: Math.max(x1 - x0, 0), y: landscape.y1, height: landscape.y0 - landscape.y1 });
    });
    put(draw(this.riskCurve, "path", { class: "live-line live-ink" }),
      { d: landscape.curve((w) => this.#risk(w), 401) });
    put(this.origins[0], { x1: landscape.x(state.start), x2: landscape.x(state.start),
      y1: landscape.y0, y2: landscape.y1 });
    put(this.dotLabel, { x: landscape.x1 - 8, y: landscape.y1 + 17, "text-anchor": "end" });
    this.share = undefined;
    this.#drawMoment();
  }

  #drawMoment() {
    const { crowd: { weights, passes }, state, landscape } = this;
    const counts = new Uint32Array(this.floors.length);
    const bins = this.colours.map(() => new Uint32Array(BINS));
    const [low, high] = this.range;
    const scale = BINS / (high - low);
    let total = 0;
    for (const w of weights) {
      const valley = this.#valley(w);
      counts[valley] += 1;
      const bin = Math.floor((w - low) * scale);
      if (bin >= 0 && bin < BINS) bins[valley][bin] += 1;
      total += this.#risk(w);
    }
    this.counted = counts;
    this.#drawBars(bins);
    const y = landscape.y(this.#risk(this.descent));
    const x = Math.min(Math.max(landscape.x(this.descent), landscape.x0), landscape.x1);
    put(this.dot, { cx: x, cy: y });
    this.time.show(`${fixed(passes, passes % 1 ? 1 : 0)} of ${state.passes}`);
    this.left.show(percent(1 - counts[this.home] / weights.length));
    this.mean.show(fixed(total / weights.length, 3));
    this.#listCounts(counts);
  }

  #drawBars(bins) {
    const { histogram, state } = this;
    let most = 0;
    for (let bin = 0; bin < BINS; bin += 1) {
      most = Math.max(most, bins.reduce((sum, valley) => sum + valley[bin], 0));
    }
    const share = SHARES.find((edge) => edge >= most / state.walkers) ?? 1;
    if (share !== this.share) {
      this.share = share;
      histogram.frame(this.range, [0, share * 100], {
        yLabel: "% of walkers", xLabel: "weight w", yCount: 3,
      });
      const x = histogram.x(state.start);
      put(this.origins[1], { x1: x, x2: x, y1: histogram.y0, y2: histogram.y1 });
      this.bars.replaceChildren(...this.colours.map((colour) =>
        draw(this.bars, "path", { class: `live-bars live-${colour}` })));
      this.moveHandle(state.start, histogram.y1);
    }
    const width = (histogram.x1 - histogram.x0) / BINS;
    bins.forEach((valley, i) => {
      let d = "";
      for (let bin = 0; bin < BINS; bin += 1) {
        if (valley[bin] === 0) continue;
        const top = histogram.y((valley[bin] / state.walkers) * 100);
        d += `M${(histogram.x0 + bin * width).toFixed(1)} ${histogram.y0}V${top.toFixed(1)}h${width.toFixed(2)}V${histogram.y0}`;
      }
      put(this.bars.children[i], { d });
    });
  }

  #listCounts(counts) {
    const { floors, depths, deepest, colours } = this;
    const items = [];
    let elsewhere = 0;
    floors.forEach((w, i) => {
      if (w === undefined) {
        elsewhere += counts[i];
        return;
      }
      const name = depths[i] - deepest < 1e-9 ? "deepest, " : "";
      items.push([`${name}w = ${fixed(w, 2)}`, counts[i], colours[i]]);
    });
    items.push(["no valley", elsewhere, "muted"]);
    while (this.counts.children.length > items.length) this.counts.lastChild.remove();
    items.forEach(([name, count, colour], i) => {
      const item = this.counts.children[i]
        ?? this.counts.appendChild(make("li", {}, make("span"), make("b")));
      item.className = `live-${colour}`;
      item.firstChild.textContent = name;
      item.lastChild.textContent = `${percent(count / this.state.walkers)}`;
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
    this.clock = Math.min(this.clock + seconds * state.speed, state.passes);
    let work = WORK;
    while (crowd.passes < this.clock && work > 0) {
      crowd.step();
      this.descent -= state.eta * riskGradient(this.descent, this.inputs);
      work -= state.walkers * Math.min(state.batch, this.inputs.length);
    }
    // What could not be done in time is not caught up with.
    if (Number.isFinite(seconds)) this.clock = Math.min(this.clock, crowd.passes + 1);
    const playing = crowd.passes < state.passes;
    if (Number.isFinite(seconds) || !playing) this.#drawMoment();
    return playing;
  }

  describe() {
    const list = Array.from(this.counts.children, (item) =>
      `${item.firstChild.textContent}: ${item.lastChild.textContent}`);
    const { eta, batch, walkers } = this.state;
    return `After ${this.time.text()} passes with learning rate ${plain(eta)} and batches of ${batch}, `
      + `${this.left.text()} of ${walkers} walkers have left their valley; `
      + `mean risk ${this.mean.text()}. ${list.join("; ")}.`;
  }
}

const percent = (share) => `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;

customElements.define("live-crowd", CrowdFigure);
