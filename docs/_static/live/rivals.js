/** Rivals: five rules in one ravine, at one learning rate. Who arrives first? */

import { make } from "./controls.js";
import { LiveFigure } from "./element.js";
import { powers } from "./places.js";
import { Plane, nearestOf } from "./plane.js";
import { Plot, dotsAt, draw, handle, pathThrough, put, tappable } from "./plot.js";
import { fixed, logarithmic, number, whole } from "./state.js";
import { adagrad, adam, arrival, momentum, plain, ravine, riskOf, rmsprop, walkDown } from "./updates.js";

/** Height in rem, in a wide column and in a narrow one: kept free before the figure wakes. */
export const height = [34.375, 44.0625];

export const parameters = {
  eta: logarithmic("Learning rate η", 0.06, 0.001, 10),
  angle: whole("Angle of the ravine", 0, 0, 90, (angle) => `${angle}°`),
  along: number("Start along it", -2.6, -3, 3, 0.05, (w) => fixed(w, 2)),
  across: number("Start across it", 0.8, -1.4, 1.4, 0.05, (w) => fixed(w, 2)),
};

export const KAPPA = 25;
/** Who has not arrived after so many steps is not waited for. */
export const MOST = 800;
// No more of a path is drawn, and a race is no longer.
const DRAWN = 200;
const STEPS_A_SECOND = 30;
const RISKS = [0.2, 0.8, 2, 4, 7, 11, 16, 22];
// Milliseconds of a frame for the curves.
const ROOM = 1.5;
/** Six rates in each decade. */
export const RATES = Array.from({ length: 25 }, (_, i) => 10 ** (i / 6 - 3));

/** The rules, with the class of their colour. */
export const RULES = {
  plain: [plain, "descent"],
  momentum: [() => momentum(0.9), "descent live-dashed"],
  AdaGrad: [() => adagrad(), "walker"],
  RMSProp: [() => rmsprop(), "rival"],
  Adam: [() => adam(), "walker live-dashed"],
};

class Rivals extends LiveFigure {
  shown = MOST;
  // The point of the curves that is renewed next.
  turn = 0;

  constructor() {
    super(parameters);
  }

  build(stage) {
    const plots = this.picture();
    plots.classList.add("live-pair");
    this.map = new Plane(plots, [20, 11.75], (place) => this.#from(place));
    this.plot = new Plot(plots, [20, 11], { left: 32, right: 10, top: 22, bottom: 38 });
    const { map, plot } = this;
    const list = make("ul", { className: "live-counts" });
    this.rivals = Object.entries(RULES).map(([name, [rule, kind]]) => {
      const count = make("span");
      const item = make("li", {}, make("span", {}, name), count);
      list.append(item);
      return {
        name, rule, kind, count, item,
        path: draw(map.inside, "path", { class: `live-course live-${kind}` }),
        dot: draw(map.inside, "circle", { r: 6, class: `live-dot live-${kind}` }),
        curve: draw(plot.inside, "path", { class: `live-line live-${kind}` }),
        mark: draw(plot.inside, "path", { class: `live-dots live-balls live-${kind}` }),
      };
    });
    this.needle = draw(plot.inside, "line", { class: "live-guide" });
    const rate = (value) => this.set({ eta: nearestOf(parameters.eta, 10 ** value) });
    this.moveHandle = handle(plot, rate, "live-predicted");
    tappable(plot, rate);
    this.told = make("p", { className: "live-verdict" });
    this.furnish(stage, {
      under: [list, this.told],
      controls: ["eta", "angle"],
      buttons: [this.playButton("Race", { again: true })],
      more: ["along", "across"],
    });
  }

  get #radians() {
    return (this.state.angle * Math.PI) / 180;
  }

  /** A place on the map, in the directions of the ravine. */
  #from([u, v]) {
    const [c, s] = [Math.cos(this.#radians), Math.sin(this.#radians)];
    this.set({
      along: nearestOf(parameters.along, c * u + s * v),
      across: nearestOf(parameters.across, c * v - s * u),
    });
  }

  update(changed) {
    const { along, across, eta } = this.state;
    const [c, s] = [Math.cos(this.#radians), Math.sin(this.#radians)];
    this.start = [c * along - s * across, s * along + c * across];
    this.bend = ravine(KAPPA, this.#radians);
    for (const rival of this.rivals) {
      rival.walk = walkDown(this.bend, this.start, rival.rule, eta, DRAWN);
      rival.arrived = this.#arrives(rival, eta);
      rival.needed ??= RATES.map((rate) => this.#arrives(rival, rate));
    }
    if (this.waiting !== undefined && ["angle", "along", "across"].some((name) => changed.has(name))) {
      if (!this.waiting) requestAnimationFrame(() => this.#renew());
      this.waiting = RATES.length;
    }
    this.waiting ??= 0;
    if (!this.playing) this.shown = MOST;
    if (this.plot.width) this.#drawMoment();
    else this.layout();
  }

  #arrives({ rule }, rate) {
    return arrival(this.bend, this.start, rule, rate, MOST);
  }

  /** Renew the curves in turn, as many of their points as a frame has room for. */
  #renew() {
    const end = performance.now() + ROOM;
    while (this.waiting && performance.now() < end) {
      for (const rival of this.rivals) rival.needed[this.turn] = this.#arrives(rival, RATES[this.turn]);
      this.turn = (this.turn + 1) % RATES.length;
      this.waiting -= 1;
    }
    if (this.waiting) {
      requestAnimationFrame(() => this.#renew());
      this.#drawMoment();
    } else this.set({});
  }

  layout() {
    const { map, plot } = this;
    map.survey([3.1, 3.1]);
    plot.frame([-3, 1], [0.3, Math.log10(MOST)], { xLabel: "learning rate η", yLabel: "steps until it arrives", marks: powers });
    this.#drawMoment();
  }

  #drawMoment() {
    const { map, plot, rivals, shown, state: { eta } } = this;
    map.put(this.start);
    map.ravine(RISKS, KAPPA, this.#radians);
    const x = plot.x(Math.log10(eta));
    const first = Math.min(...rivals.map(({ arrived }) => arrived));
    const start = riskOf(this.bend, this.start);
    for (const { kind, walk, arrived, needed, path, dot, curve, mark, count, item } of rivals) {
      const points = map.points(walk.slice(0, Math.min(shown, DRAWN) + 1));
      put(path, { d: pathThrough(points) });
      const [cx, cy] = points.slice(-2);
      put(dot, { cx, cy });
      let d = "";
      needed.forEach((steps, i) => {
        if (steps > MOST) return;
        const joined = i > 0 && needed[i - 1] <= MOST;
        d += `${joined ? "L" : "M"}${plot.x(i / 6 - 3).toFixed(1)} ${plot.y(Math.log10(Math.max(steps, 1))).toFixed(1)}`;
      });
      put(curve, { d });
      put(mark, { d: arrived > MOST ? "" : `M${x} ${plot.y(Math.log10(Math.max(arrived, 1)))}h0` });
      // How far it has come, on the scale of the logarithm of the risk.
      const risk = riskOf(this.bend, walk[Math.min(shown, DRAWN)]);
      const share = shown >= arrived ? 1 : Math.min(Math.max(Math.log(start / risk) / Math.log(1000), 0), 0.95) || 0;
      item.style.setProperty("--share", `${Math.round(100 * share)}%`);
      const there = arrived <= shown && arrived <= MOST;
      count.textContent = there ? `${arrived}` : shown < MOST ? "…" : `>${MOST}`;
      item.className = `live-key live-${kind}${there && arrived === first ? " live-first" : ""}`;
    }
    put(this.needle, { x1: x, x2: x, y1: plot.y0, y2: plot.y1 });
    this.moveHandle(Math.log10(eta), plot.y0);
    this.told.textContent = this.playing ? `Step ${shown}.` : this.#telling();
  }

  #telling() {
    const { rivals, state: { along, across, eta } } = this;
    if (!along && !across) return "The start is the minimum itself: there is nowhere to go.";
    const leaders = (counts) => {
      const least = Math.min(...counts);
      return [least, rivals.filter((_, i) => counts[i] === least).map(({ name }) => name)];
    };
    const [first, winners] = leaders(rivals.map(({ arrived }) => arrived));
    const arrive = winners.length > 1 ? "arrive" : "arrives";
    const counted = (steps) => `${steps} ${steps === 1 ? "step" : "steps"}`;
    const who = first > MOST ? `nobody arrives within ${MOST} steps` : `${winners.join(" and ")} ${arrive} first, after ${counted(first)}`;
    const [least, best] = leaders(rivals.map(({ needed }) => Math.min(...needed)));
    const own = least > MOST ? "nobody" : `${best.join(" and ")}, after ${counted(least)}`;
    return `With η = ${eta} for all, ${who}. Each at the best of ${RATES.length} rates: ${own}.`;
  }

  play() {
    this.shown = 0;
    this.clock = 0;
    super.play();
  }

  frame(seconds) {
    this.clock = Math.min((this.clock ?? 0) + seconds * STEPS_A_SECOND, MOST);
    this.shown = Math.floor(this.clock);
    this.#drawMoment();
    const seen = this.rivals.map(({ arrived }) => arrived).filter((arrived) => arrived <= DRAWN);
    return this.shown < (seen.length ? Math.max(...seen) : DRAWN);
  }

  pause() {
    this.shown = MOST;
    super.pause();
    if (this.plot?.width) this.#drawMoment();
  }

  describe() {
    const { angle, eta, along, across } = this.state;
    const after = (steps) => (steps > MOST ? `not within ${MOST} steps` : `after ${steps} steps`);
    const counts = this.rivals.map(({ name, arrived }) => `${name} ${after(arrived)}`);
    const arrivals = along || across ? ` They arrive: ${counts.join(", ")}.` : "";
    return `Five rules in a ravine at an angle of ${angle}°, learning rate ${eta}.${arrivals} ${this.#telling()}`;
  }
}

customElements.define("live-rivals", Rivals);
