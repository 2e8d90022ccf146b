/** Cards: the order of the data, in the reader's hands. Every order of six inputs has an end of its own. */

import { button, make } from "./controls.js";
import { LiveFigure } from "./element.js";
import { article, linspace } from "./math.js";
import { Plot, draw, pathThrough, put } from "./plot.js";
import { fixed, logarithmic, plain, whole } from "./state.js";
import { walk } from "./walks.js";

/** Height in rem, in a wide column and in a narrow one: kept free before the figure wakes. */
export const height = [27.875, 28];

export const parameters = {
  order: whole("Number of the order", 0, 0, 719, (rank) => `${rank + 1} of 720`),
  eta: logarithmic("Learning rate η", 0.05, 0.005, 0.05),
};

const INPUTS = linspace(-5, 5, 6);
const START = article.start;
const ORDERS = 720;

/** The order of six things with this number, counted as in a dictionary; and the number of an order. */
export function orderOf(rank) {
  const left = [0, 1, 2, 3, 4, 5];
  let rest = rank;
  return [120, 24, 6, 2, 1, 1].map((size) => {
    const [taken] = left.splice(Math.floor(rest / size), 1);
    rest %= size;
    return taken;
  });
}

export const rankOf = (order) =>
  order.reduce((rank, taken, i) =>
    rank + [120, 24, 6, 2, 1, 1][i] * order.slice(i + 1).filter((later) => later < taken).length, 0);

class Cards extends LiveFigure {
  constructor() {
    super(parameters);
  }

  build(stage) {
    const plots = this.picture();
    this.trail = new Plot(plots, [13, 12], { bottom: 6 });
    this.ends = new Plot(plots, [5.5, 5.5], { top: 22 });
    this.path = draw(this.trail.inside, "path", { class: "live-trail" });
    this.steps = draw(this.trail.inside, "path", { class: "live-dots live-walker" });
    this.end = this.trail.label("live-walker live-centred");
    this.all = draw(this.ends.inside, "path", { class: "live-ends" });
    this.own = draw(this.ends.inside, "path", { class: "live-line live-walker" });
    this.cards = make("div", { className: "live-cards", role: "group", ariaLabel: "Order of the inputs" });
    this.told = make("p", { className: "live-verdict" });
    this.buttons = Array.from(INPUTS, (_, place) => this.#card(place));
    this.cards.append(...this.buttons);
    const set = (order) => () => {
      this.set({ order });
      this.say(this.describe());
    };
    const shuffle = () => set(Math.floor(Math.random() * ORDERS))();
    this.furnish(stage, {
      under: [this.cards, this.told],
      buttons: [button("Sort", set(0)), button("Reverse", set(ORDERS - 1)), button("Shuffle", shuffle)],
      more: ["order", "eta"],
    });
  }

  /** A card: drag it to another place, or move it with the arrow keys. */
  #card(place) {
    const card = button("", () => {});
    card.classList.add("live-card");
    card.onkeydown = ({ key }) => {
      const by = { ArrowLeft: -1, ArrowRight: 1 }[key];
      if (by) this.#move(place, place + by);
    };
    let from;
    card.onpointerdown = (event) => {
      from = place;
      card.setPointerCapture(event.pointerId);
    };
    card.onpointermove = ({ clientX }) => {
      if (from === undefined) return;
      const boxes = this.buttons.map((each) => each.getBoundingClientRect());
      const over = boxes.findIndex(({ left, right }) => clientX >= left && clientX <= right);
      if (over < 0 || over === from) return;
      this.#move(from, over);
      from = over;
    };
    card.onpointerup = card.onpointercancel = () => {
      from = undefined;
    };
    return card;
  }

  #move(from, to) {
    if (to < 0 || to >= INPUTS.length) return;
    const order = orderOf(this.state.order);
    order.splice(to, 0, ...order.splice(from, 1));
    this.set({ order: rankOf(order) });
    this.buttons[to].focus({ preventScroll: true });
    this.say(this.describe());
  }

  update(changed) {
    this.order = orderOf(this.state.order);
    const walked = (order) => walk(START, INPUTS, this.state.eta, 1, [Uint16Array.from(order)]).weights;
    this.weights = walked(this.order);
    if (changed.has("eta")) {
      this.everyEnd = Array.from({ length: ORDERS }, (_, rank) => walked(orderOf(rank)).at(-1));
      this.layout();
    } else {
      this.#drawMoment();
    }
  }

  layout() {
    const { trail, ends } = this;
    trail.frame([-0.55, 0.05], [6, 0], { yLabel: "step", xTicks: false, yCount: 6 });
    ends.frame([-0.55, 0.05], [0, 1], { yLabel: "where each of the 720 orders ends", xLabel: "weight w", yCount: 0 });
    const seen = new Set(this.everyEnd.map((w) => ends.x(w).toFixed(0)));
    put(this.all, { d: Array.from(seen, (x) => `M${x} ${ends.y0}V${ends.y1}`).join("") });
    this.#drawMoment();
  }

  #drawMoment() {
    const { trail, ends, weights, order } = this;
    const points = weights.flatMap((w, step) => [trail.x(w), trail.y(step)]);
    put(this.path, { d: pathThrough(points) });
    put(this.steps, { d: weights.map((w, step) => `M${trail.x(w).toFixed(1)} ${trail.y(step).toFixed(1)}h0`).join("") });
    const end = weights.at(-1);
    put(this.own, { d: `M${ends.x(end)} ${ends.y0}V${ends.y1 - 4}` });
    put(this.end, { x: Math.min(Math.max(trail.x(end), 60), trail.x1 - 60), y: trail.y0 - 12 });
    this.end.textContent = `end ${fixed(end, 3)}`;
    this.buttons.forEach((card, place) => {
      const x = plain(INPUTS[order[place]]);
      card.textContent = x;
      card.setAttribute("aria-label", `Input ${x}, ${place + 1} of 6. Arrow keys move it.`);
    });
    const [least, most] = [Math.min(...this.everyEnd), Math.max(...this.everyEnd)];
    this.told.textContent = `This order ends at ${fixed(end, 3)}. The ends of all ${ORDERS} go`
      + ` from ${fixed(least, 3)} to ${fixed(most, 3)}.`;
  }

  describe() {
    return `Inputs in the order ${this.order.map((i) => plain(INPUTS[i])).join(", ")}. ${this.told.textContent}`;
  }
}

customElements.define("live-cards", Cards);
