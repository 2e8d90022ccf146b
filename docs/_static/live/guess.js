/**
 * Guess: the reader says first what will happen, and sees then. An answered guess stays as it was given,
 * until it is forgotten. Nothing of it leaves the device.
 */

import { button, make } from "./controls.js";
import { LiveFigure } from "./element.js";
import { article, risk } from "./math.js";
import { Plot, draw, handle, put, tappable } from "./plot.js";
import { choice, fixed, number, whole } from "./state.js";
import { survey, valleyAt } from "./valleys.js";
import { Crowd, epochOrders, walk } from "./walks.js";

/** Height in rem, in a wide column and in a narrow one: kept free before the figure wakes. */
export const height = [19.25, 21.5];

export const parameters = {
  about: choice("Question", {
    left: "300 walkers stand in the trap. How many are out of it after 50 passes with η = 0.015?",
    deepest: "With η = 0.03 all 300 get out of the trap. How many are in the deepest valley after 50 passes?",
    risk: "The walk began at risk −0.233, almost the lowest. What is the risk at its end?",
    reversed: "Sorted, the walk ends at w = −0.227. Where does it end if the inputs come backwards?",
  }, "left"),
  guess: number("Your guess", 0.5, 0, 1, 0.01),
  shown: whole("Answer", 0, 0, 1),
};

const WALKERS = 300;
const PASSES = 50;

/** How many walkers from the trap are in another valley, or in one of a name. */
function counted(eta, name) {
  const land = survey("trap");
  const home = land.valleys.find((valley) => valley.name === "trap");
  const crowd = new Crowd(WALKERS, home.floor, land.inputs, eta, 1, "reshuffled", 1);
  while (crowd.passes < PASSES) crowd.step();
  const there = (w) => {
    const valley = land.valleys[valleyAt(land, w)];
    return name ? valley.name === name : valley !== home;
  };
  return crowd.weights.filter(there).length;
}

const endOf = (rule) => walk(article.start, article.inputs, 0.01, 1, epochOrders(rule, 100, 1, 1)).weights.at(-1);

/** Of each question: the range of answers, their digits, and how the answer is found. */
export const QUESTIONS = {
  left: { range: [0, WALKERS], digits: 0, label: "walkers", answer: () => counted(0.015) },
  deepest: { range: [0, WALKERS], digits: 0, label: "walkers", answer: () => counted(0.03, "deepest valley") },
  risk: { range: [-0.3, 0], digits: 3, label: "risk", answer: () => risk(endOf("sorted"), article.inputs) },
  reversed: { range: [-0.8, 0.2], digits: 3, label: "weight w", answer: () => endOf("reversed") },
};

class Guess extends LiveFigure {
  answers = {};

  constructor() {
    super(parameters);
  }

  build(stage) {
    this.question = make("p", { className: "live-question" });
    const plots = this.picture();
    plots.append(this.question);
    this.plot = new Plot(plots, [6.5, 6.5], { left: 20, right: 20, top: 34 });
    const { plot } = this;
    this.truth = draw(plot.inside, "path", { class: "live-line live-measured" });
    this.given = draw(plot.inside, "path", { class: "live-line live-dashed live-predicted" });
    this.names = ["live-measured", "live-predicted"].map((kind) => plot.label(`${kind} live-centred`));
    this.moveHandle = handle(plot, (value) => this.#guess(value), "live-predicted");
    tappable(plot, (value) => this.#guess(value));
    this.told = make("p", { className: "live-verdict" });
    const control = this.control("guess", { show: (share) => this.#written(this.#value(share)) });
    this.slider = control.lastChild;
    this.turn = button("", () => {
      this.set(this.state.shown ? { shown: 0, guess: parameters.guess.initial } : { shown: 1 });
      this.say(this.describe());
    });
    this.furnish(stage, { under: [this.told], controls: [control], buttons: [this.turn] });
  }

  get #asked() {
    return QUESTIONS[this.state.about];
  }

  #value(share) {
    const [low, high] = this.#asked.range;
    return low + share * (high - low);
  }

  #written(value) {
    return fixed(value, this.#asked.digits);
  }

  #guess(value) {
    if (this.state.shown) return;
    const [low, high] = this.#asked.range;
    const share = Math.min(Math.max((value - low) / (high - low), 0), 1);
    this.set({ guess: Math.round(share * 100) / 100 });
  }

  update(changed) {
    const shown = Boolean(this.state.shown);
    this.toggleAttribute("data-answered", shown);
    this.slider.disabled = shown;
    this.turn.textContent = shown ? "Guess again" : "Show what happens";
    if (changed.has("about")) this.layout();
    else this.#drawMoment();
  }

  layout() {
    const { plot } = this;
    plot.frame(this.#asked.range, [0, 1], { xLabel: this.#asked.label, yCount: 0 });
    this.#drawMoment();
  }

  #drawMoment() {
    const { plot, state: { about, guess, shown } } = this;
    this.question.textContent = parameters.about.names[about];
    const guessed = this.#written(this.#value(guess));
    this.moveHandle(this.#value(guess), plot.y0);
    if (!shown) {
      for (const line of [this.truth, this.given]) put(line, { d: "" });
      for (const name of this.names) name.textContent = "";
      this.told.textContent = `Your guess: ${guessed}. Drag it, then see.`;
      return;
    }
    this.answers[about] ??= this.#asked.answer();
    const answer = this.#written(this.answers[about]);
    const [x, own] = [plot.x(this.answers[about]), plot.x(this.#value(guess))];
    put(this.truth, { d: `M${x} ${plot.y0}V${plot.y1}` });
    put(this.given, { d: `M${own} ${plot.y0}V${plot.y1}` });
    // The words stand in two rows, so that they do not meet where the guess is near the answer.
    const edge = 40 * plot.scale;
    [[x, 22, `answer ${answer}`], [own, 6, `guess ${guessed}`]].forEach(([at, above, words], i) => {
      put(this.names[i], { x: Math.min(Math.max(at, edge), plot.width - edge), y: plot.y1 - above * plot.scale });
      this.names[i].textContent = words;
    });
    this.told.textContent = `Your guess was ${guessed}. It is ${answer} here.`;
  }

  describe() {
    return `${parameters.about.names[this.state.about]} ${this.told.textContent}`;
  }
}

customElements.define("live-guess", Guess);
