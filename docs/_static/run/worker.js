// Python, in a worker that reaches nothing: no network, no page, no store.
// The page sends the packs, {start}, and then what is to be run, {run}. The worker has no need to
// fetch anything, and once it has started it could not.
import { loadPyodide } from "pyodide/pyodide.mjs";
import createPyodideModule from "pyodide/pyodide.asm.mjs";
import { decompress } from "fzstd";
import { close } from "./closing.js";

const post = globalThis.postMessage.bind(globalThis);
let python;

// Where WebAssembly is refused, Pyodide would wait for ever: ask with the smallest module first.
const askForWasm = () => WebAssembly.compile(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));

// A pack is a list of paths and sizes, and then all files one after the other.
const lay = (FS, root, pack) => {
  const bytes = decompress(pack);
  const end = 4 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const made = new Set();
  let at = end;
  for (const [path, size] of JSON.parse(new TextDecoder().decode(bytes.subarray(4, end)))) {
    const [folder, name] = [`${root}/${path}`.replace(/\/[^/]*$/, ""), path.replace(/^.*\//, "")];
    if (!made.has(folder)) FS.mkdirTree(folder);
    made.add(folder);
    // The file system takes the bytes as they are, without a copy.
    FS.createDataFile(folder, name, bytes.subarray(at, (at += size)), true, false, true);
  }
};

const start = async ({ core, standard, packs, lock }) => {
  await askForWasm();
  // Pyodide asks for two files of its own, by their names.
  const parts = {
    "pyodide.asm.wasm": [core, "application/wasm"],
    "python_stdlib.zip": [standard, "application/zip"],
  };
  globalThis.fetch = async (address) => {
    const [content, type] = parts[String(address.url ?? address).replace(/^.*\//, "")];
    return new Response(decompress(content), { headers: { "Content-Type": type } });
  };
  python = await loadPyodide({
    indexURL: "https://python.invalid/",
    packageBaseUrl: "https://python.invalid/",
    lockFileContents: { info: lock, packages: {} },
    createPyodideModule,
    jsglobals: {},
    env: { HOME: "/home/pyodide", MPLCONFIGDIR: "/tmp/matplotlib", PYTHONDONTWRITEBYTECODE: "1" },
    fsInit: async (FS, { sitePackages }) => {
      for (const pack of packs) lay(FS, sitePackages, pack);
    },
  });
  python.runPython("from run.in_page import runner; runner.warm_up()");
  // What Python has of JavaScript and of Pyodide goes; what stays leads nowhere.
  for (const name of ["js", "pyodide_js"]) {
    python.unregisterJsModule(name);
    python.runPython(`import sys; sys.modules.pop("${name}", None)`);
  }
  close();
};

const give = (kind, what) => {
  if (kind !== "frame") return post({ kind, ...JSON.parse(what) });
  const view = what.getBuffer("u8");
  const pixels = new Uint8ClampedArray(view.data);
  view.release();
  return post({ kind, pixels }, [pixels.buffer]);
};

const run = ({ source, name, dark, cell, pack }) => {
  if (pack) {
    lay(python.FS, python.runPython("import site; site.getsitepackages()[0]"), pack);
    python.runPython("import importlib; importlib.invalidate_caches()");
  }
  const runner = python.runPython("runner.run");
  runner(source, name, give, dark, cell);
  runner.destroy();
  post({ kind: "done", heap: python._module.HEAP8.length });
};

addEventListener("message", async ({ data }) => {
  try {
    if (data.start) {
      await start(data.start);
      post({ kind: "ready" });
    }
    if (data.run) run(data.run);
  } catch (error) {
    post({ kind: "broken", text: String(error) });
  }
});
