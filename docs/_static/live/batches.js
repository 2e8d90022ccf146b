/** Batches: each has a slope of its own, and their mean closes in on the slope of the risk. */

import { button, make } from "./controls.js";
import { drawBatches } from "./draws.js";
import { LiveFigure } from "./element.js";
import { FEWEST, runningMeans, spread } from "./estimates.js";
import { article, gradient, linspace } from "./math.js";
import { Plot, dotsAt, draw, handle, pathThrough, put, tappable, ticks } from "./plot.js";
import { choice, fixed, listed, number, whole } from "./state.js";
import { below, mulberry32 } from "./walks.js";

/** Height in rem, in a wide column and in a narrow one: kept free before the figure wakes. */
export const height = [37, 44.375];

export const parameters = {
  batch: listed("Batch size b", 4, [1, 2, 4, 10, 20, 25, 50, 75, 90, 100]),
  rule: choice("A batch is drawn", { with: "with replacement", without: "without replacement" }, "with"),
  w: number("Weight w", -0.2, -0.7, 0.7, 0.005, (w) => fixed(w, 3)),
  drawn: whole("Batches drawn", 5, 5, 200),
  seed: whole("Seed of the draws", 1, 0, 999),
};

const { inputs: INPUTS } = article;
const MOST = 200;
const WEIGHTS = linspace(-0.7, 0.7, 141);
const SLOPES = [-3, 3];
// Decimal logarithms of how many batches there are, and the batches that are marked.
const SEEN = [-0.06, Math.log10(MOST) + 0.04];
const MARKED = [1, 2, 5, 10, 20, 50, 100, MOST];
// The number of batches grows so many times in a second, and by one at least.
const GROWTH = 1.3;
const SLOWEST = 2;
// A spread that is a smaller part of the axis cannot be seen on it.
const FLAT = 0.03;
// What differs by less does not differ, but for rounding.
const NONE = 1e-12;

/** The slope of the risk at a weight, and the spread of a batch by the page's formulas. */
export function law(w, size, rule) {
  const n = INPUTS.length;
  const gradients = INPUTS.map((x) => gradient(w, x));
  const slope = gradients.reduce((sum, g) => sum + g, 0) / n;
  const variance = gradients.reduce((sum, g) => sum + (g - slope) ** 2, 0) / n;
  const left = rule === "with" ? 1 : (n - size) / (n - 1);
  return { slope, spread: Math.sqrt((variance / size) * left) };
}

/** Which examples the batches hold, one batch after another. */
export function drawAll(size, rule, seed) {
  if (rule === "without") return drawBatches(INPUTS.length, size, MOST, seed);
  const random = mulberry32(seed);
  const drawn = new Uint16Array(MOST * size);
  for (let i = 0; i < drawn.length; i += 1) drawn[i] = below(INPUTS.length, random);
  return drawn;
}

/** The mean gradients of the first batches at a weight. */
export function means(w, drawn, size, count) {
  const gradients = INPUTS.map((x) => gradient(w, x));
  return Float64Array.from({ length: count }, (_, batch) => {
    let sum = 0;
    for (let i = batch * size; i < (batch + 1) * size; i += 1) sum += gradients[drawn[i]];
    return sum / size;
  });
}

/** Marks for a count on a logarithmic axis, and round numbers for what is no count. */
const marks = (low, high, count) => {
  if (low !== SEEN[0]) return ticks(low, high, count);
  const all = count < 8 ? MARKED.filter((many) => many === MOST || Number.isInteger(Math.log10(many))) : MARKED;
  return all.map((many) => ({ value: Math.log10(many), text: String(many) }));
};

class Batches extends LiveFigure {
  constructor() {
    super(parameters);
  }

  build(stage) {
    const plots = this.picture();
    this.slope = this.readout("Slope of the risk", "risk");
    this.mean = this.readout("", "walker");
    this.spread = this.readout("Predicted spread", "predicted");
    this.risk = new Plot(plots, [9, 8]);
    this.series = new Plot(plots, [14, 12]);
    const { risk, series } = this;
    this.band = draw(risk.inside, "path", { class: "live-shade live-predicted" });
    this.curve = draw(risk.inside, "path", { class: "live-line live-risk" });
    this.here = draw(risk.inside, "line", { class: "live-guide" });
    this.batch = draw(risk.inside, "path", { class: "live-line live-predicted" });
    this.dot = draw(risk.inside, "circle", { r: 6, class: "live-dot live-risk" });
    const move = (w) => this.set({ w: Math.round(Math.min(Math.max(w, -0.7), 0.7) * 200) / 200 });
    this.moveHandle = handle(risk, move, "live-risk");
    tappable(risk, move);
    this.dots = draw(series.inside, "path", { class: "live-dots live-input" });
    this.interval = draw(series.inside, "path", { class: "live-shade live-walker" });
    this.edges = draw(series.inside, "path", { class: "live-trail live-many" });
    this.lawLines = draw(series.inside, "path", { class: "live-line live-dashed live-predicted" });
    this.slopeLine = draw(series.inside, "path", { class: "live-line live-risk" });
    this.meanLine = draw(series.inside, "path", { class: "live-line live-walker" });
    this.name = series.label("live-walker", "mean so far, with its 95 % interval");
    this.told = make("p", { className: "live-verdict" });
    this.furnish(stage, {
      under: [this.told],
      controls: ["batch", "rule"],
      buttons: [this.playButton("Draw batches"), button("One more", () => this.#more()), button("Draw anew", () => {
        this.set({ seed: (this.state.seed + 1) % 1000 });
        this.say(this.describe());
      })],
      more: ["w", "drawn", "seed"],
    });
  }

  update(changed) {
    const { batch, rule, w, drawn, seed } = this.state;
    if (["batch", "rule", "seed"].some((name) => changed.has(name))) this.all = drawAll(batch, rule, seed);
    this.law = law(w, batch, rule);
    this.values = means(w, this.all, batch, drawn);
    if (!this.risk.width || changed.has("batch") || changed.has("rule")) this.layout();
    else this.#drawMoment();
  }

  layout() {
    const { risk, state: { batch, rule } } = this;
    risk.frame([-0.7, 0.7], SLOPES, { yLabel: "slope of the risk", xLabel: "weight w", yCount: 3 });
    // What depends on the weight only is computed once.
    this.noise ??= Array.from(WEIGHTS, (w) => law(w, 1, "with"));
    const share = law(0.1, batch, rule).spread / law(0.1, 1, "with").spread;
    const side = (sign) => Array.from(WEIGHTS, (w, i) => [risk.x(w), risk.y(this.noise[i].slope + sign * share * this.noise[i].spread)]);
    put(this.curve, { d: pathThrough(side(0).flat()) });
    put(this.band, { d: `${pathThrough([...side(1), ...side(-1).reverse()].flat())}Z` });
    this.view = undefined;
    this.#drawMoment();
  }

  /**
   * Axes that hold the slopes of all examples at the weight, whatever the size of a batch, so that one
   * sees the batches draw together. Where they would be a line, what is left of them is enlarged.
   */
  #frame() {
    const { slope, spread: wide } = this.law;
    const gradients = INPUTS.map((x) => gradient(this.state.w, x));
    let view = [Math.min(Math.floor(Math.min(...gradients)), -1), Math.max(Math.ceil(Math.max(...gradients)), 1)];
    const enlarged = wide > NONE && wide < FLAT * (view[1] - view[0]);
    if (enlarged) {
      const step = Number((1.25 * wide).toPrecision(1));
      view = [-4, 4].map((steps) => (Math.round(slope / step) + steps) * step);
    }
    if (String(view) === String(this.view)) return;
    this.view = view;
    const [low, high] = view;
    const { series } = this;
    // There is room for the name above.
    series.frame(SEEN, [low, high + 0.1 * (high - low)], { yLabel: `slope of each batch${enlarged ? ", enlarged" : ""}`, xLabel: "batches", yCount: 4, marks });
    put(this.name, { x: series.x0 + 8, y: series.y1 + 14 * series.scale });
  }

  #drawMoment() {
    this.#frame();
    const { risk, series, values, law: { slope, spread: wide }, state: { w, drawn } } = this;
    const x = risk.x(w);
    put(this.here, { x1: x, x2: x, y1: risk.y0, y2: risk.y1 });
    put(this.batch, { d: `M${x} ${risk.y(slope - wide)}V${risk.y(slope + wide)}` });
    put(this.dot, { cx: x, cy: risk.y(slope) });
    this.moveHandle(w, risk.y0);

    const across = (level) => `M${series.x0} ${series.y(level).toFixed(1)}H${series.x1}`;
    put(this.slopeLine, { d: across(slope) });
    put(this.lawLines, { d: across(slope - wide) + across(slope + wide) });
    const places = Array.from(values, (_, i) => series.x(Math.log10(i + 1)));
    put(this.dots, { d: dotsAt(places.flatMap((place, i) => [place, series.y(values[i])])) });
    const so = runningMeans(values);
    const line = (sign, from) => places.slice(from).map((place, i) => [place, series.y(so[from + i].mean + sign * (sign && so[from + i].half))]);
    put(this.meanLine, { d: pathThrough(line(0, 0).flat()) });
    const [low, high] = [line(-1, FEWEST - 1), line(1, FEWEST - 1)];
    put(this.edges, { d: pathThrough(low.flat()) + pathThrough(high.flat()) });
    put(this.interval, { d: `${pathThrough([...high, ...low.reverse()].flat())}Z` });

    const { mean, half } = so.at(-1);
    this.slope.show(fixed(slope, 3));
    this.mean.name.textContent = `Mean of ${drawn} batches`;
    this.mean.show(`${fixed(mean, 3)} ±\u00a0${fixed(half, 3)}`);
    this.spread.show(fixed(wide, 3));
    this.told.textContent = wide < NONE ? this.#same() : this.#measured(Math.abs(mean - slope) <= half);
  }

  #same() {
    const { batch, rule } = this.state;
    const whole = rule === "without" && batch === INPUTS.length;
    const why = whole ? "each holds all the examples" : "at w = 0 no example has a slope";
    return `No batch is off: ${why}.`;
  }

  #measured(held) {
    const { value, low, high } = spread(this.values);
    return `The spread of these batches is ${fixed(value, 3)} (95\u00a0% interval ${fixed(low, 3)} to ${fixed(high, 3)}).`
      + ` The interval of their mean ${held ? "holds" : "misses"} the slope of the risk.`;
  }

  #more() {
    this.pause();
    this.set({ drawn: Math.min(this.state.drawn + 1, MOST) });
    this.say(this.describe());
  }

  play() {
    if (this.state.drawn >= MOST) this.show({ drawn: FEWEST });
    this.clock = this.state.drawn;
    super.play();
  }

  frame(seconds) {
    this.clock = Math.min(this.clock + seconds * Math.max(SLOWEST, (GROWTH - 1) * this.clock), MOST);
    const drawn = Math.floor(this.clock);
    if (drawn > this.state.drawn) this.show({ drawn });
    return drawn < MOST;
  }

  describe() {
    const { batch, rule, w } = this.state;
    return `Slopes of batches of ${batch}, drawn ${rule} replacement, at weight ${fixed(w, 3)}: slope of the risk`
      + ` ${this.slope.text()}, ${this.mean.name.textContent.toLowerCase()} ${this.mean.text()}, predicted`
      + ` spread of a batch ${this.spread.text()}. ${this.told.textContent}`;
  }
}

customElements.define("live-batches", Batches);
