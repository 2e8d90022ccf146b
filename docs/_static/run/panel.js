// An editor with its buttons and results: what a script of the gallery and a cell of a page share.
import { button, isDark, make, megabytes } from "./dom.js";
import { edit } from "./editor.js";
import { keep, register, recall, remember } from "./keeping.js";
import { Ended, Python, Refused } from "./python.js";
import { Results } from "./results.js";

// One Python for a page; panels take turns.
let told = () => {};
export const python = new Python((way) => told(way));

export const ASK = `Run fetches ${megabytes(Python.size)} of Python, once.`;
const { connection, deviceMemory = 8 } = navigator;
// Who pays for each byte, or has little memory, is asked by a press of Run.
export const sparing = Boolean(connection?.saveData) || deviceMemory < 2;

const way = ({ came, starts }) =>
  starts
    ? "Starting Python …"
    : `Fetching Python, once: ${(came / 1e6).toFixed(1)} of ${(Python.size / 1e6).toFixed(1)} MB`;

const trouble = (error) => {
  if (error instanceof Refused)
    return `Python does not run in this browser: ${error.message}. The page, and the code to copy or download, stay as they are.`;
  if (error instanceof Ended) return error.message;
  return navigator.onLine === false
    ? "You are offline, and Python has not been kept on this device yet."
    : `Python could not be had: ${error.message}. Run tries again.`;
};

const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

export class Panel {
  // `source` is the site's code, `key` names it on this device, `runs` says what Run does.
  constructor(place, { source, key, words, results, prepare, name, cell = false }) {
    Object.assign(this, { source, key, prepare, name, cell });
    this.status = make("p", { className: "run-status", role: "status" });
    this.output = make("div", { className: "run-output" });
    this.results = new Results(this.output, { ...results, jump: (line) => this.editor.goTo(line) });
    const kept = recall(key);
    this.run_ = button("Run", () => this.run());
    this.stop_ = button("Stop", () => this.stop());
    this.reset_ = button("Reset", () => this.reset());
    this.run_.title = "Ctrl+Enter";
    const field = make("div", { className: "run-editor" });
    const bar = make("div", { className: "run-bar" }, this.run_, this.stop_, this.reset_, this.status);
    const hint = make("p", {
      className: "run-hint",
      textContent: "Ctrl+Enter runs it. Escape, then Tab, leaves the editor.",
    });
    place.append(field, hint, bar, this.output);
    this.editor = edit(field, {
      value: kept ?? source,
      words,
      change: (text) => this.changed(text),
      run: () => this.run(),
    });
    this.changed(this.editor.text, false);
    if (kept !== null && kept !== source)
      this.status.textContent = "This is your version from last time. Reset brings the site’s back.";
    else if (sparing) this.status.textContent = ASK;
    this.busy(false);
  }

  changed(text, store = true) {
    const other = text !== this.source;
    this.reset_.disabled = !other;
    if (store) remember(this.key, other ? text : null);
  }

  busy(is) {
    this.run_.disabled = is;
    this.stop_.disabled = !is;
    this.output.setAttribute("aria-busy", is);
  }

  say(words) {
    this.status.textContent = words;
  }

  reset() {
    this.editor.text = this.source;
    this.changed(this.source);
    this.say("The code is the site’s again.");
    this.editor.focus();
  }

  // Fetch and start Python while the reader still reads.
  async warm() {
    told = (tale) => this.say(way(tale));
    const before = this.status.textContent;
    try {
      await register();
      await python.start();
      if (!this.running) this.say(before || "Python is ready.");
    } catch (error) {
      if (!this.running && !(error instanceof Ended)) this.fail(error);
    }
  }

  // Say what the trouble is; what is still being fetched does not say otherwise.
  fail(error) {
    told = () => {};
    this.say(trouble(error));
  }

  stop() {
    python.stop();
    told = () => {};
    // Ready for the next run, and without the network.
    python.start().catch(() => {});
  }

  async run() {
    if (this.running) return;
    this.running = true;
    this.busy(true);
    this.editor.unmark();
    told = (tale) => this.say(way(tale));
    try {
      await register();
      await python.start();
      this.results.clear();
      this.say("Running …");
      this.reveal();
      const since = performance.now();
      const well = await this.go();
      this.say(well ? `Done in ${seconds(since)}.` : "Stopped by an error, see below.");
      keep([...Python.urls(), ...BUILT.more.map((path) => new URL(path, import.meta.url))]).catch(
        () => {},
      );
    } catch (error) {
      this.fail(error);
    }
    this.running = false;
    this.busy(false);
  }

  // Run what stands in the editor; tell whether it went well.
  async go() {
    await this.prepare?.();
    return this.execute(this.editor.text, this.name, (data) => this.results.show(data));
  }

  async execute(source, name, show) {
    let well = true;
    const { heap } = await python.run({ source, name, dark: isDark(), cell: this.cell }, (data) => {
      if (data.kind === "failed") {
        well = false;
        if (data.line && name === this.name) this.editor.mark(data.line);
      }
      show(data);
    });
    this.output.dataset.heap = heap;
    return well;
  }

  // The results are what a reader waits for: on a small screen they would come below its edge.
  reveal() {
    const bar = this.status.parentElement;
    const { top, bottom } = bar.getBoundingClientRect();
    if (bottom > innerHeight * 0.55 || top < 0) {
      const smooth = !matchMedia("(prefers-reduced-motion: reduce)").matches;
      scrollTo({ top: scrollY + top - 64, behavior: smooth ? "smooth" : "auto" });
    }
  }
}
