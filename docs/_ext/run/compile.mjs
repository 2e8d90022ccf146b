// Compile Python's sources, under the very interpreter that will read them: node compile.mjs PYODIDE TREE…
// A TREE is a folder; its .py become .pyc beside where they were, without docstrings and asserts.
// Of Matplotlib the list of its fonts is written too, which it would make anew at each start.
import { pathToFileURL } from "node:url";

// Emscripten leaves a rejection to whoever listens, and node would print the whole of its source.
process.on("uncaughtException", ({ message }) => {
  console.error(message);
  process.exit(1);
});

const [pyodide, ...trees] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${pyodide}/pyodide.mjs`));
// Sets would be written in another order in each build.
const python = await loadPyodide({ env: { PYTHONHASHSEED: "0", MPLCONFIGDIR: "/tmp" } });
python.FS.mkdirTree("/trees");
const places = trees.map((tree, i) => {
  const place = `/trees/${i}`;
  python.FS.mkdirTree(place);
  python.FS.mount(python.FS.filesystems.NODEFS, { root: tree }, place);
  return place;
});
python.globals.set("places", python.toPy(places));
await python.runPythonAsync(`
import importlib.util, marshal, struct, sys
from pathlib import Path

sys.dont_write_bytecode = True

def compiled(path, name):
    source = path.read_bytes()
    code = compile(source, name, "exec", dont_inherit=True, optimize=2)
    return importlib.util.MAGIC_NUMBER + struct.pack("<III", 0, 0, len(source)) + marshal.dumps(code)

for place in map(Path, places):
    if (place / "matplotlib").is_dir():
        sys.path.insert(0, str(place))
        from matplotlib import font_manager
        fonts = font_manager.FontManager()
        fonts.afmlist = []
        font_manager.json_dump(fonts, place / "matplotlib" / "fontlist.json")
    for path in sorted(place.rglob("*.py")):
        path.with_suffix(".pyc").write_bytes(compiled(path, str(path.relative_to(place))))
        path.unlink()
`);
