// Python, as the page has it: a worker that starts once and runs what it is given.
// Its parts are fetched here, and the worker is made of text that is here: so it stands under the
// policy of this page, and needs no network of its own.
const PARTS = BUILT.parts;
const PATIENCE = 120_000; // Milliseconds for a start, when all parts are there.

// A browser in which Python does not run, and a run that ends for a reason that is told as it is.
export class Refused extends Error {}
export class Ended extends Error {}

const read = async (url, seen) => {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${answer.status} for ${url.pathname}`);
  const parts = [];
  const reader = answer.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return new Blob(parts);
    parts.push(value);
    seen(value.length);
  }
};

export class Python {
  static size = Object.values(PARTS).reduce((sum, { size, extra }) => (extra ? sum : sum + size), 0);
  #parts = new Map();
  #worker;
  #started;
  #packs = new Set();
  #listener = () => {};
  #seen = 0;

  // Tell of the way: of the bytes that have come, and then that Python starts.
  constructor(tell = () => {}) {
    this.tell = tell;
  }

  static #url = (name) => new URL(PARTS[name].path, import.meta.url);

  // What every start needs.
  static urls = () =>
    Object.keys(PARTS).filter((name) => !PARTS[name].extra).map(Python.#url);

  #part(name) {
    if (!this.#parts.has(name)) {
      const { size } = PARTS[name];
      const came = read(Python.#url(name), (bytes) => size && this.tell({ came: (this.#seen += bytes) }));
      came.catch(() => this.#parts.delete(name));
      this.#parts.set(name, came);
    }
    return this.#parts.get(name);
  }

  async #bytes(name) {
    return new Uint8Array(await (await this.#part(name)).arrayBuffer());
  }

  start() {
    this.#started ??= this.#begin().catch((error) => {
      this.stop();
      throw error;
    });
    return this.#started;
  }

  async #begin() {
    if (!("WebAssembly" in window)) throw new Refused("this browser has no WebAssembly");
    const [program, core, standard, ...packs] = await Promise.all([
      this.#part("worker"),
      ...["core", "standard", "libraries", "own"].map((name) => this.#bytes(name)),
    ]);
    this.tell({ starts: true });
    const url = URL.createObjectURL(new Blob([program], { type: "text/javascript" }));
    this.#worker = new Worker(url, { type: "module" });
    const worker = this.#worker;
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Refused("Python did not start")), PATIENCE);
      const settle = (act, value) => {
        clearTimeout(late);
        URL.revokeObjectURL(url);
        act(value);
      };
      worker.addEventListener("error", ({ message }) => {
        settle(reject, new Refused(message ?? "its worker did not start"));
      });
      worker.addEventListener("message", ({ data }) => {
        if (worker !== this.#worker) return;
        if (data.kind === "ready") settle(resolve);
        else if (data.kind === "broken") settle(reject, new Refused(data.text));
        this.#listener(data);
      });
      worker.postMessage({ start: { core, standard, packs, lock: BUILT.lock } });
      this.interrupt = () => settle(reject, new Ended("Stopped."));
    });
  }

  // Run a script or a cell; give each thing that it shows to the listener, and end when it has.
  async run(what, listener) {
    await this.start();
    const message = { ...what };
    if (/\b(sklearn|scipy|joblib)\b/.test(what.source) && !this.#packs.has("learning")) {
      message.pack = await this.#bytes("learning");
      this.#packs.add("learning");
      this.tell({ starts: true });
    }
    const worker = this.#worker;
    return new Promise((resolve, reject) => {
      this.interrupt = () => reject(new Ended("Stopped."));
      this.#listener = (data) => {
        if (data.kind === "done") resolve(data);
        else if (data.kind === "broken") {
          reject(new Error(data.text));
          this.stop();
        } else listener(data);
      };
      worker.postMessage({ run: message });
    });
  }

  get worker() {
    return this.#worker;
  }

  // End it, whatever it does; its next start needs no network.
  stop() {
    this.#worker?.terminate();
    this.#worker = this.#started = undefined;
    this.#packs.clear();
    this.#listener = () => {};
    this.interrupt?.();
  }
}
