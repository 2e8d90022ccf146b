// What a run shows: what it prints, its figures and films, its numbers beside the site's own, and
// what went wrong. All of it comes as data, and none of it becomes markup.
import { isDark, make } from "./dom.js";

const PLAY = "Play";
const LIKE = 1e-9; // What differs by less than this part is the same number.

const digits = (value) =>
  typeof value === "number" ? String(Number(value.toPrecision(7))).replaceAll("-", "−") : value;

const number = (value) => make("data", { value, textContent: digits(value) });

const same = (a, b) => {
  if (typeof a !== "number" || typeof b !== "number") return a === b;
  return Math.abs(a - b) <= LIKE * Math.max(Math.abs(a), Math.abs(b)) || Math.abs(a - b) < 1e-300;
};

const flat = (numbers) =>
  Object.entries(numbers).flatMap(([name, { value, rows }]) =>
    rows
      ? rows.flatMap((row, i) =>
          row.map((cell, j) => [`${name}[${i}][${j}]`, cell.value]),
        )
      : [[name, value]],
  );

const cells = (kind, scope, texts) =>
  texts.map((text) => make(kind, scope, text));

// A table of numbers: here, and on the site.
const table = (rows, words) => {
  const head = make("tr", {}, ...cells("th", { scope: "col" }, ["Number", "Here", "On the site"]));
  const lines = rows.map(([name, value, old]) => {
    const values = [number(value), old === undefined ? "none" : number(old)];
    const title = make("th", { scope: "row" }, make("code", { textContent: name }));
    return make("tr", {}, title, ...cells("td", {}, values));
  });
  const whole = make("table", {}, make("thead", {}, head), make("tbody", {}, ...lines));
  const box = make("div", { className: "run-table", tabIndex: 0, ariaLabel: words }, whole);
  box.setAttribute("role", "region");
  return box;
};

export class Results {
  #text;
  #film;
  #claims = [];

  // Results stand in an element; `site` gives the site's own numbers.
  constructor(place, { site = async () => null, jump = () => {} } = {}) {
    this.place = place;
    this.site = site;
    this.jump = jump;
  }

  clear() {
    this.place.replaceChildren();
    this.#text = this.#film = undefined;
    this.#claims = [];
  }

  #add(...elements) {
    this.#text = undefined;
    this.place.append(...elements);
  }

  show(data) {
    this[data.kind]?.(data);
  }

  printed({ text }, kind = "run-printed") {
    if (this.#text?.className !== kind) {
      const block = make("pre", { className: kind, tabIndex: 0 });
      block.setAttribute("aria-label", "What the code has printed");
      this.#add(block);
      this.#text = block;
    }
    this.#text.append(text);
  }

  warned({ text }) {
    this.printed({ text }, "run-warned");
  }

  figure({ source, words, width, height }) {
    const scheme = isDark() ? "dark" : "light";
    const alt = words || "A figure of your code";
    const picture = { src: source, alt, width, height, className: "run-figure" };
    this.#add(make("img", { ...picture, data: { scheme } }));
  }

  film({ words, width, height, pixels, interval }) {
    const canvas = make("canvas", { width: pixels[0], height: pixels[1], className: "run-figure" });
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", words || "An animation of your code");
    canvas.style.width = `${width}px`;
    const slider = make("input", { type: "range", min: 0, max: 0, value: 0 });
    slider.setAttribute("aria-label", "Frame");
    const play = make("button", { type: "button", className: "run-button", textContent: PLAY });
    this.#add(canvas, make("div", { className: "run-player" }, play, slider));
    const film = { canvas, slider, play, interval, frames: [], paint: canvas.getContext("2d") };
    this.#film = film;
    const seek = async (number) => {
      const frame = await film.frames[number];
      const picture = await createImageBitmap(frame);
      if (Number(slider.value) === number) film.paint.drawImage(picture, 0, 0);
      picture.close();
    };
    slider.oninput = () => seek(Number(slider.value));
    let timer;
    const pause = () => {
      clearInterval(timer);
      timer = undefined;
      play.textContent = PLAY;
    };
    play.onclick = () => {
      if (timer) return pause();
      if (slider.value === slider.max) slider.value = 0;
      play.textContent = "Pause";
      timer = setInterval(() => {
        if (!canvas.isConnected || slider.value === slider.max) return pause();
        slider.value = Number(slider.value) + 1;
        seek(Number(slider.value));
      }, interval);
    };
  }

  frame({ pixels }) {
    const { canvas, slider, frames, paint } = this.#film;
    paint.putImageData(new ImageData(pixels, canvas.width, canvas.height), 0, 0);
    // Kept small: a hundred frames as they are would fill the memory of a phone.
    frames.push(new Promise((resolve) => canvas.toBlob(resolve, "image/webp", 0.9)));
    slider.max = slider.value = frames.length - 1;
  }

  claim({ line, words }) {
    this.#claims.push(make("li", {}, this.#line(line), ` ${words}`));
  }

  // After the figures, which are what a reader waits for.
  #concede() {
    if (!this.#claims.length) return;
    const about = "The site says of its own numbers what no longer holds with yours:";
    const list = make("ul", {}, ...this.#claims);
    this.#add(make("div", { className: "run-claims" }, make("p", { textContent: about }), list));
    this.#claims = [];
  }

  #line(line) {
    const link = make("button", { type: "button", className: "run-line", textContent: `Line ${line}:` });
    link.onclick = () => this.jump(line);
    return link;
  }

  failed({ line, error, trace }) {
    this.#concede();
    const place = line ? [this.#line(line), " "] : [];
    const words = make("p", {}, ...place, "Python stopped here. ", make("code", { textContent: error }));
    const all = make("details", {}, make("summary", { textContent: "All that Python says" }));
    const lines = make("pre", { textContent: trace, tabIndex: 0 });
    lines.setAttribute("aria-label", "Traceback");
    all.append(lines);
    this.#add(make("div", { className: "run-failed" }, words, all));
  }

  async told({ kind, ...numbers }) {
    this.#concede();
    const place = make("div", { className: "run-told" });
    this.#add(place);
    const site = await this.site().catch(() => null);
    if (!site) return;
    const before = new Map(flat(site));
    const rows = flat(numbers).map(([name, value]) => [name, value, before.get(name)]);
    if (!rows.length) return;
    const other = rows.filter(([, value, old]) => !same(value, old));
    const words = other.length
      ? `${other.length} of the ${rows.length} numbers that this script tells are others than the site’s:`
      : `All ${rows.length} numbers that this script tells are the site’s own.`;
    place.append(make("p", { textContent: words }));
    if (other.length) place.append(table(other, "Numbers that differ"));
    else {
      const fold = make("details", {}, make("summary", { textContent: "Show them" }));
      fold.append(table(rows, "Numbers of the script"));
      place.append(fold);
    }
  }
}
