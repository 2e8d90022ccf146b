/** The life of a live figure: it wakes on screen, rests off screen, and keeps its state in the address. */

import { button, control, disclosure, make } from "./controls.js";
import { initialState, readState, writeState } from "./state.js";

const REST_BEFORE_WRITING = 300;

const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");
const darkScheme = matchMedia("(prefers-color-scheme: dark)");

/**
 * Base of all live figures. A figure defines
 *
 * - `parameters`: what its state consists of (see state.js), given to the constructor;
 * - `build(stage)`: fill the stage; return false to keep the static picture;
 * - `update(changed)`: the state has changed; compute and draw;
 * - `layout()`: the stage has another width, or other colours; draw;
 * - `frame(seconds)`: while it plays, draw the next frame; return false at the end. A reader who
 *   wants no motion is shown the end at once: the seconds are infinite, and only the end is drawn;
 * - `describe()`: what is seen now, in words.
 */
export class LiveFigure extends HTMLElement {
  #parameters;
  #opening;
  #controls = {};
  #status = make("p", { className: "live-status", role: "status" });
  #ending = new AbortController();
  #picture;
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
    this.#ending = new AbortController();
    const { signal } = this.#ending;
    const watcher = new IntersectionObserver(([entry]) => this.#seen(entry.isIntersecting), {
      rootMargin: "50px",
    });
    watcher.observe(this);
    signal.addEventListener("abort", () => watcher.disconnect());
    addEventListener("popstate", () => this.#adopt(this.#addressed() ?? this.state), { signal });
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

  /** Write the state to the address: "replaceState", or "pushState" for a new history entry. */
  write(how) {
    clearTimeout(this.#timer);
    const query = writeState(this.state, this.#opening);
    const address = `${location.pathname}${query && "?"}${query}#${this.id}`;
    history[how]({ ...history.state, [this.id]: query }, "", address);
  }

  /** Take on a state, as a new entry of the history: "back" leads to the one before. */
  go(state) {
    // The entry that is left learns what it showed.
    const query = writeState(this.state, this.#opening);
    history.replaceState({ ...history.state, [this.id]: query }, "");
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

  /** The button that plays and pauses. */
  playButton(text = "Play") {
    this.#playText = text;
    this.#playButton = button("", () => (this.playing ? this.pause() : this.play()));
    this.#playButton.classList.add("live-play");
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

  /** The row that ends every stage: more settings, and the link to this state. */
  footer(...names) {
    const restore = button("Opening settings", () => this.go({ ...this.#opening }));
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
    if (names.length === 0) return [make("div", { className: "live-row" }, restore, copy)];
    const more = names.map((name) => this.control(name));
    const { opener, panel } = disclosure("Settings", ...more, restore);
    return [make("div", { className: "live-row" }, opener, copy), panel];
  }

  #seen(onScreen) {
    this.#onScreen = onScreen;
    if (!onScreen) cancelAnimationFrame(this.#frame);
    else if (!this.stage) this.#wake();
    else if (this.playing) this.#next(performance.now());
  }

  #wake() {
    this.stage = make("div", { className: "live-stage" });
    this.append(this.stage);
    this.dataset.awake = "";
    if (this.build(this.stage) === false) {
      delete this.dataset.awake;
      this.stage.remove();
      // No room is kept for controls that never come.
      this.style.minHeight = 0;
      this.#ending.abort();
      return;
    }
    this.stage.append(this.#status);
    this.#picture = this.stage.querySelector(".live-plots");
    this.#picture.role = "img";
    const sizes = new ResizeObserver(() => {
      const width = this.stage.clientWidth;
      // On paper the stage has no size.
      if (width === 0 || width === this.#width) return;
      this.#width = width;
      this.layout();
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
    this.#refresh(Object.keys(this.#parameters));
    this.#retell();
    sizes.observe(this.stage);
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

  #refresh(changed) {
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
    this.#refresh(Object.keys(this.#parameters));
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
    this.scrollIntoView({
      block: "nearest",
      behavior: reducedMotion.matches ? "auto" : "smooth",
    });
    this.say(this.describe());
    if (this.frame && new URLSearchParams(search).has("play")) this.play();
  }
}
