/** Map: the escape map, whose cells a reader runs; what comes out is painted beside ours. */

import { button, make } from "./controls.js";
import { LiveFigure } from "./element.js";
import { trap } from "./math.js";
import { Plot, draw, put } from "./plot.js";
import { fixed, number, whole } from "./state.js";
import { survey, valleyAt } from "./valleys.js";
import { Crowd } from "./walks.js";

/** Height in rem, in a wide column and in a narrow one: kept free before the figure wakes. */
export const height = [34, 36.875];

/** The learning rates and batch sizes of the cells, from left to right and from below. */
export const RATES = Array.from({ length: 17 }, (_, i) => 0.005 * 2 ** (i / 2));
export const SIZES = [1, 2, 5, 10, 20, 50, 100];

const rounded = (value) => Number(value.toPrecision(3));

/** The ends of cells around such places, half way between neighbours. */
function edges(places) {
  const inner = places.slice(1).map((place, i) => (place + places[i]) / 2);
  return [2 * places[0] - inner[0], ...inner, 2 * places.at(-1) - inner.at(-1)];
}

/** The number of the cell between ends, which rise or fall, that holds a value; or of the nearest. */
const within = (ends, value) =>
  ends.slice(1, -1).filter((end) => (end < value) === (ends[0] < end)).length;

/** One number of a list; what is none of them is the nearest. */
function stops(label, initial, list) {
  const parameter = number(label, initial, list[0], list.at(-1), 1);
  const at = (position) => list[position];
  const nearest = (value) => within(edges(list), value);
  const read = (text) => {
    const value = parameter.read(text);
    return value && at(nearest(value));
  };
  return { ...parameter, last: list.length - 1, at, nearest, read };
}

export const parameters = {
  eta: stops("Learning rate η", 0.0141, RATES.map(rounded)),
  batch: stops("Batch size b", 1, SIZES),
  seed: whole("Seed of the random orders", 1, 0, 999),
};

const COLUMNS = RATES.length;
const WALKERS = 400;
const EPOCHS = 50;
// Milliseconds of a frame for the walks.
const ROOM = 2;
// How much of a cell is on either side of what is the reader's.
const AROUND = 0.22;

// Both axes are logarithmic: where cells end on them.
const ENDS = [RATES, SIZES].map((list) => edges(list.map(Math.log10)));

/** The crowd of a cell. Without noise one walker stands for all. */
export function crowdOf(cell, seed) {
  const { inputs, start } = trap;
  const size = SIZES[Math.floor(cell / COLUMNS)];
  const walkers = size < inputs.length ? WALKERS : 1;
  return new Crowd(walkers, start, inputs, RATES[cell % COLUMNS], size, "reshuffled", seed);
}

/** What share of a crowd is outside the trap, on the landscape of the trap. */
export function shareOf({ weights }, land) {
  const home = valleyAt(land, trap.start);
  return weights.filter((w) => valleyAt(land, w) !== home).length / weights.length;
}

/** Wilson's 95 % interval of a share of the walkers. */
export function interval(share) {
  const square = 3.841458820694124 / WALKERS;
  const half = Math.sqrt(square * (share * (1 - share) + square / 4));
  return [-half, half].map((far) => (share + square / 2 + far) / (1 + square));
}

const percent = (share) => fixed(100 * share, 1);

class EscapeMap extends LiveFigure {
  constructor() {
    super(parameters);
  }

  build(stage) {
    this.land = survey("trap");
    // The build hands on what the script tells: a row for each batch size, below that of the rates.
    this.shares = JSON.parse(this.dataset.numbers).slice(1).flatMap(([, ...shares]) => shares);
    const picture = this.picture();
    this.plot = new Plot(picture, [20, 17], { left: 32, right: 8, top: 26 });
    const { plot } = this;
    plot.box.classList.add("live-cells");
    [this.pale, this.lit, this.own, ...this.running] = ["live-waiting", "", "live-own", "", "live-own"]
      .map((kind) => draw(plot.inside, "g", { class: kind }));
    this.line = draw(plot.inside, "path", { class: "live-mean" });
    this.ring = draw(plot.above, "path", { class: "live-needle" });
    this.ratio = this.readout("η / b", "plain");
    this.ours = this.readout("Ours", "plain");
    this.theirs = this.readout("Yours", "walker");
    this.told = make("p", { className: "live-verdict" });
    this.furnish(stage, {
      under: [this.told],
      controls: ["eta", "batch"],
      buttons: [this.playButton("Run cell"), button("Run all", () => {
        this.#run([...this.shares.keys()].filter((cell) => !(cell in this.yours)));
      })],
      more: ["seed"],
    });
    // Nothing within a picture takes the focus: what takes keys and taps lies above it.
    this.keys = make("button", {
      type: "button",
      className: "live-keys",
      onclick: (event) => {
        if (event.detail) this.#choose(this.#under(event));
        this.#run([this.#chosen]);
      },
      onkeydown: (event) => this.#key(event),
    });
    const below = stage.lastChild;
    stage.replaceChildren(make("div", { className: "live-plots" }, picture, this.keys), below);
  }

  /** Column and row of the chosen cell, and its number. */
  get #place() {
    return ["eta", "batch"].map((name) => parameters[name].nearest(this.state[name]));
  }

  get #chosen() {
    const [column, row] = this.#place;
    return COLUMNS * row + column;
  }

  #choose([column, row]) {
    const [eta, batch] = [parameters.eta.at(column), SIZES[row]];
    if (eta && batch) this.set({ eta, batch });
  }

  /** Column and row of the cell under a place on the screen, or of the nearest. */
  #under({ clientX, clientY }) {
    const { left, top } = this.plot.svg.getBoundingClientRect();
    return [within(this.columns, clientX - left), within(this.rows, clientY - top)];
  }

  #key(event) {
    const way = ["ArrowLeft", "ArrowDown", "ArrowRight", "ArrowUp"].indexOf(event.key);
    if (way < 0) return;
    event.preventDefault();
    const place = this.#place;
    place[way % 2] += way < 2 ? -1 : 1;
    this.#choose(place);
    this.say(this.#named());
  }

  update(changed) {
    // Other orders, another map.
    // The reader's shares stand under the numbers of their cells.
    if (changed.has("seed")) this.yours = [];
    // Who looks at another cell lets the rest of the map run on.
    if (changed.has("seed") || (changed.size && !this.playing)) this.#wait([]);
    if (this.plot.width) this.#drawMoment();
    else this.layout();
  }

  /** Let these cells wait for their crowds, and no others. */
  #wait(cells) {
    this.queue = cells;
    this.crowd = undefined;
  }

  #run(cells) {
    this.#wait(cells);
    this.play();
  }

  frame(seconds) {
    const end = performance.now() + ROOM;
    if (!this.queue.length) this.#wait([this.#chosen]);
    const { queue, yours } = this;
    const before = queue.length;
    while (queue.length && performance.now() < end) {
      this.crowd ??= crowdOf(queue[0], this.state.seed);
      const { crowd } = this;
      while (crowd.passes < EPOCHS && performance.now() < end) crowd.step();
      if (crowd.passes < EPOCHS) break;
      yours[queue.shift()] = shareOf(crowd, this.land);
      this.crowd = undefined;
    }
    if (queue.length < before) this.#drawMoment();
    else if (Number.isFinite(seconds)) this.#drawRunning();
    return queue.length > 0;
  }

  layout() {
    const { plot } = this;
    // A rate stands below every second cell, or below every fourth.
    const marks = (low, high, count) =>
      (low < -1 ? RATES.filter((_, i) => i % (count > 5 ? 2 : 4) === 0) : SIZES)
        .map((value) => ({ value: Math.log10(value), text: `${rounded(value)}` }));
    plot.frame(...ENDS.map((ends) => [ends[0], ends.at(-1)]), { xLabel: "learning rate η", yLabel: "batch size b", marks });
    // The same in pixels.
    [this.columns, this.rows] = ENDS.map((ends, i) => ends.map((end) => (i ? plot.y(end) : plot.x(end))));
    this.#paint(this.pale, this.shares);
    this.#drawMoment();
  }

  /** The path around a cell, so far within it. */
  #around(cell, inset) {
    const [[left, right], [low, high]] = [this.columns.slice(cell % COLUMNS), this.rows.slice(cell / COLUMNS)];
    const part = (from, to) => (from + inset * (to - from)).toFixed(1);
    return `M${part(left, right)} ${part(low, high)}H${part(right, left)}V${part(high, low)}H${part(left, right)}Z`;
  }

  /** Paint cells in the colours of their shares: a path for each colour. */
  #paint(layer, shares, inset = 0.03) {
    const paths = {};
    shares.forEach((share, cell) => {
      const colour = Math.round(100 * share);
      paths[colour] = (paths[colour] ?? "") + this.#around(cell, inset);
    });
    layer.replaceChildren();
    for (const [colour, d] of Object.entries(paths)) draw(layer, "path", { d, style: `--share:${colour}%` });
  }

  #drawMoment() {
    const { plot, shares, state: { batch, eta }, yours } = this;
    this.#paint(this.lit, yours.map((_, cell) => shares[cell]));
    this.#paint(this.own, yours, AROUND);
    const ends = [plot.bottom, plot.top].map((y) => [plot.x(y + Math.log10(eta / batch)), plot.y(y)]);
    put(this.line, { d: `M${ends.join("L")}` });
    put(this.ring, { d: this.#around(this.#chosen, 0) });
    this.ratio.show(rounded(eta / batch));
    this.keys.setAttribute("aria-label", `${this.#named()} Arrow keys choose another cell, Enter runs it.`);
    this.#drawRunning();
  }

  /** What a frame changes: the cell whose crowd is on its way, and what is told of the chosen one. */
  #drawRunning() {
    const { crowd, queue, shares, yours } = this;
    const now = [];
    if (crowd) now[queue[0]] = shareOf(crowd, this.land);
    this.#paint(this.running[0], now.map((_, cell) => shares[cell]));
    this.#paint(this.running[1], now, AROUND);
    const cell = this.#chosen;
    const own = now[cell] ?? yours[cell];
    const known = (share) => (own === undefined ? "?" : `${percent(share)} %`);
    this.ours.show(known(shares[cell]));
    this.theirs.show(known(own));
    this.told.textContent = `${this.#telling(cell)} ${Object.keys(yours).length} of ${shares.length} cells run.`;
  }

  #telling(cell) {
    const { crowd, queue, shares, yours } = this;
    if (crowd && queue[0] === cell) return `After ${Math.floor(crowd.passes)} of ${EPOCHS} epochs.`;
    if (!(cell in yours)) return `Tap a cell: ${WALKERS} walkers set out from the trap, or one at b\u00a0=\u00a0100, without noise.`;
    if (this.state.batch === 100) return "Without noise one walker stands for all.";
    const [ours, own] = [shares, yours].map((each) => interval(each[cell]).map(percent).join(" to "));
    return `95 % intervals: ours ${ours} %, yours ${own} %.`;
  }

  #named() {
    const { eta, batch } = this.state;
    return `Learning rate ${eta}, batch size ${batch}, η / b = ${this.ratio.text()}.`;
  }

  describe() {
    return `The escape map: shares of walkers outside the trap after ${EPOCHS} epochs. ${this.#named()}`
      + ` Ours: ${this.ours.text()}, yours: ${this.theirs.text()}. ${this.told.textContent}`;
  }
}

customElements.define("live-map", EscapeMap);
