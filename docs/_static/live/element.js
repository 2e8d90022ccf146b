/** The life of a live figure: it wakes on screen, rests off screen, and keeps its state in the address. */

import { button, control, disclosure, make, readout } from "./controls.js";
import { initialState, readState, writeState } from "./state.js";

const REST_BEFORE_WRITING = 300;

const asksToPlay = (query) => new URLSearchParams(query).has("play");

const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");
const darkScheme = matchMedia("(prefers-color-scheme: dark)");

/**
 * Base of all live figures. A figure defines
 *
 * - `parameters`: what its state consists of (see state.js), given to the constructor;
 * - `build(stage)`: fill the stage; return the name of what it takes, where the browser lacks that;
 * - `update(changed)`: the state has changed; compute and draw;
 * - `layout()`: the stage has another width, or other colours; draw;
 * - `frame(seconds)`: while it plays, draw the next frame; return false at the end. A reader who
 *   wants no motion is shown the end at once: the seconds are infinite, and only the end is drawn;
 * - `selfStarting`: true if it plays when it is first seen, unless the reader wants no motion;
 * - `reopen()`: do what else it takes to be as it opened;
 * - `describe()`: what is seen now, in words.
 */
export class LiveFigure extends HTMLElement {
  #parameters;
  #opening;
  #asked = false;
  #controls = {};
  #status = make("p", { className: "live-status", role: "status" });
  #ending;
  #picture;
  #outcome = make("div", { className: "live-outcome" });
  #readouts = [];
  #playButton;
  #playText;
  #timer;
  #frame;
  #onScreen = false;
  #width = 0;

  constructor(parameters) {
    super();
    this.#parameters = parameters;
  }

  connectedCallback() {
    this.#opening = readState(
      this.#parameters,
      this.dataset.state ?? "",
      initialState(this.#parameters),
    );
    this.state = this.#addressed() ?? { ...this.#opening };
    this.#asked = location.hash === `#${this.id}` && asksToPlay(location.search);
    this.#keepPlace();
    this.#ending = new AbortController();
    const { signal } = this.#ending;
    // The last of several is what holds: a busy page tells of coming and going at once.
    const watcher = new IntersectionObserver((seen) => this.#seen(seen.at(-1).isIntersecting), {
      rootMargin: "50px",
    });
    watcher.observe(this);
    signal.addEventListener("abort", () => watcher.disconnect());
    // A link within the page changes the address, and nothing of a figure.
    addEventListener("popstate", () => {
      const state = this.#addressed();
      if (state && this.#query(state) !== this.#query()) this.#adopt(state);
    }, { signal });
    document.addEventListener("click", (event) => this.#follow(event), { signal });
  }

  disconnectedCallback() {
    this.#ending.abort();
    this.pause();
  }

  /** Change some of the state, and draw. */
  show(changes) {
    Object.assign(this.state, changes);
    this.#refresh(Object.keys(changes));
  }

  /** Change some of the state. The address follows when the reader rests. */
  set(changes) {
    this.show(changes);
    this.#retell();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.write("replaceState"), REST_BEFORE_WRITING);
  }

  #query(state = this.state) {
    return writeState(state, this.#opening);
  }

  /** Write the state to the address: "replaceState", or "pushState" for a new history entry. */
  write(how) {
    clearTimeout(this.#timer);
    const query = this.#query();
    const address = `${location.pathname}${query && "?"}${query}#${this.id}`;
    history[how]({ ...history.state, [this.id]: query }, "", address);
  }

  /** Take on a state, as a new entry of the history: "back" leads to the one before. */
  go(state) {
    // The entry that is left learns what it showed.
    history.replaceState({ ...history.state, [this.id]: this.#query() }, "");
    this.#adopt(state);
    this.write("pushState");
  }

  /** Run frames until the figure ends, or is paused. */
  play() {
    this.playing = true;
    this.#showPlaying();
    this.#next(performance.now());
  }

  pause() {
    if (!this.playing) return;
    this.playing = false;
    cancelAnimationFrame(this.#frame);
    this.#showPlaying();
    this.say(this.describe());
    this.set({});
  }

  /** Tell a screen reader something. */
  say(text) {
    this.#status.textContent = text;
  }

  /**
   * The button that plays and pauses. Where it only plays `again` what is seen at rest, a reader who
   * wants no motion has no use for it.
   */
  playButton(text = "Play", { again = false } = {}) {
    this.#playText = text;
    this.#playButton = button("", () => (this.playing ? this.pause() : this.play()));
    this.#playButton.classList.add("live-play", ...(again ? ["live-again"] : []));
    this.#playButton.dataset.text = text;
    this.#showPlaying();
    return this.#playButton;
  }

  /** The control of a parameter, whose bounds or texts may be the figure's own. */
  control(name, own = {}) {
    const parameter = Object.defineProperties(
      { ...this.#parameters[name] },
      Object.getOwnPropertyDescriptors(own),
    );
    const made = control(parameter, (value) => this.set({ [name]: value }));
    this.#controls[name] = made;
    return made.element;
  }

  /** A readout of this name and kind. */
  readout(text, kind) {
    const made = readout(text, kind);
    this.#readouts.push(made.element);
    return made;
  }

  /** The box of the picture, the first thing on the stage. */
  picture() {
    this.#picture = make("div", { className: "live-plots", role: "img" });
    return this.#picture;
  }

  /**
   * Fill the stage as all figures are filled: the picture first, then what was read off it, then
   * what a reader does, the nearest to the hand first. What is rarely needed waits behind "More".
   */
  furnish(stage, { under = [], buttons = [], controls = [], more = [] }) {
    const below = make("div", { className: "live-below" }, this.#outcome);
    if (this.#readouts.length) {
      this.#outcome.append(make("dl", { className: "live-readouts simple" }, ...this.#readouts));
    }
    this.#outcome.append(...under);
    if (controls.length) below.append(make("div", { className: "live-controls" }, ...controls.map(this.#made)));
    const { opener, panel } = disclosure("More", ...more.map(this.#made), ...this.#forAll());
    below.append(make("div", { className: "live-row" }, ...buttons, opener), panel);
    stage.append(this.#picture, below);
  }

  #made = (name) => (typeof name === "string" ? this.control(name) : name);

  /** What every figure offers: its opening state, and a link to the present one. */
  #forAll() {
    const restore = button("As it opened", () => {
      this.go({ ...this.#opening });
      this.reopen?.();
      this.say(this.describe());
    });
    const copy = button("Copy link", async () => {
      this.write("replaceState");
      try {
        await navigator.clipboard.writeText(location.href);
        copy.textContent = "Copied";
        this.say("Link copied");
      } catch {
        copy.textContent = "See address bar";
      }
      setTimeout(() => {
        copy.textContent = "Copy link";
      }, 2000);
    });
    return [restore, copy];
  }

  /** While it sleeps, a figure holds a place in the order of focus for its controls. */
  #keepPlace() {
    if (this.stage) return;
    this.tabIndex = 0;
    this.role = "group";
    this.ariaLabel = "Live figure";
    this.onfocus = () => this.#wake();
  }

  #leavePlace() {
    this.onfocus = null;
    for (const name of ["tabindex", "role", "aria-label"]) this.removeAttribute(name);
  }

  #seen(onScreen) {
    this.#onScreen = onScreen;
    // What floats over the page keeps away from a figure that is seen.
    this.toggleAttribute("data-seen", onScreen);
    if (!onScreen) cancelAnimationFrame(this.#frame);
    else if (!this.stage) this.#wake();
    else if (this.playing) this.#next(performance.now());
  }

  #wake() {
    if (this.stage) return;
    const focused = document.activeElement === this;
    this.#leavePlace();
    this.stage = make("div", { className: "live-stage" });
    this.append(this.stage);
    this.dataset.awake = "";
    const lacking = this.build(this.stage);
    if (lacking) {
      delete this.dataset.awake;
      this.stage.remove();
      this.append(make("p", { className: "live-verdict" },
        `To be moved by hand, this figure needs ${lacking}, which this browser lacks or has switched off.`));
      // No room is kept for controls that never come.
      this.style.minHeight = 0;
      this.#ending.abort();
      return;
    }
    this.stage.append(this.#status);
    const sizes = new ResizeObserver(() => {
      this.#measure();
      const width = this.stage.clientWidth;
      // On paper the stage has no size.
      if (width === 0 || width === this.#width) return;
      if (this.#width) this.layout();
      else this.#refresh();
      this.#width = width;
    });
    const recolour = () => this.stage.clientWidth && this.layout();
    const themes = new MutationObserver(recolour);
    const { signal } = this.#ending;
    themes.observe(document.body, { attributeFilter: ["data-theme"] });
    darkScheme.addEventListener("change", recolour, { signal });
    signal.addEventListener("abort", () => {
      sizes.disconnect();
      themes.disconnect();
    });
    this.#width = this.stage.clientWidth;
    // One that wakes while paper is printed waits until there is a screen again.
    if (this.#width) {
      this.#refresh();
      this.#retell();
    }
    sizes.observe(this.stage);
    if (focused) this.stage.querySelector(":enabled").focus();
    if (this.frame && (this.#asked || (this.selfStarting && !reducedMotion.matches))) this.play();
  }

  /** Tell the style sheet how high the parts are that stay in view. */
  #measure() {
    this.style.setProperty("--picture", `${this.#picture.offsetHeight}px`);
    this.style.setProperty("--outcome", `${this.#outcome.offsetHeight}px`);
  }

  #next(before) {
    cancelAnimationFrame(this.#frame);
    if (!this.#onScreen) return;
    this.#frame = requestAnimationFrame((now) => {
      const seconds = Math.min(Math.max(now - before, 0) / 1000, 0.1);
      if (this.frame(reducedMotion.matches ? Infinity : seconds) === false) this.pause();
      else this.#next(now);
    });
  }

  /** The picture's text for those who do not see it. */
  #retell() {
    this.#picture?.setAttribute("aria-label", this.describe());
  }

  #showPlaying() {
    if (this.#playButton) this.#playButton.textContent = this.playing ? "Pause" : this.#playText;
  }

  #refresh(changed = Object.keys(this.#parameters)) {
    if (!this.stage) return;
    this.update(new Set(changed));
    for (const [name, shown] of Object.entries(this.#controls)) shown.show(this.state[name]);
  }

  /** The state that the address names, if it speaks of this figure. */
  #addressed() {
    const remembered = history.state?.[this.id];
    if (location.hash === `#${this.id}`) {
      return readState(this.#parameters, location.search, this.#opening);
    }
    return typeof remembered === "string"
      ? readState(this.#parameters, remembered, this.#opening)
      : undefined;
  }

  #adopt(state) {
    this.pause();
    clearTimeout(this.#timer);
    this.state = state;
    this.#refresh();
    this.#retell();
  }

  /** Obey a link in the prose that names this figure. */
  #follow(event) {
    const link = event.target.closest?.("a[href]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const { pathname, hash, search } = link;
    if (hash !== `#${this.id}` || pathname !== location.pathname || event.defaultPrevented) return;
    if (!link.classList.contains("live-link")) return;
    event.preventDefault();
    this.go(readState(this.#parameters, search, this.#opening));
    if (!this.stage) this.#wake();
    this.#bringIntoView();
    this.say(this.describe());
    if (this.frame && asksToPlay(search)) this.play();
  }

  /** Scroll to the picture, unless all of it is seen. */
  #bringIntoView() {
    if (!this.#picture) return;
    const { top, bottom } = this.#picture.getBoundingClientRect();
    if (top >= parseFloat(getComputedStyle(this).scrollMarginTop) && bottom <= innerHeight) return;
    this.scrollIntoView({ block: "start", behavior: reducedMotion.matches ? "auto" : "smooth" });
  }
}
