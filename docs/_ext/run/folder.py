"""The two folders of what runs code in the page: the packs, and our own side of it.

* ``_static/python-<hash>`` has the packs, which change with Pyodide and the libraries only,
* ``_static/run-<hash>`` has the editor, the worker, the package, and what runs scripts in the page.

Each hash is of what the folder is made from: the names are known before the packs are, which take
long, and the same parts give the same bytes.
"""

import ast
import gzip
import hashlib
import json
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rcssmin import cssmin

from run.packs import compress, node, origin, pack, packs
from run.wheels import PYODIDE, ROOT, lock

ROOMS = Path(__file__).resolve().parents[1]
MODULES = ROOT / "docs" / "_static" / "run"
NODE_MODULES = PYODIDE.parent
# Of our rooms this runs in the page, and what it imports.
RUNNER = "run/in_page/runner.py"
OFFLINE = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>Offline</title>"
    "<p>You are offline, and this page has not been kept on this device. "
    "Pages that you have read are."
)


def name_of(prefix, contents):
    """Name of a folder, by the hash of what is in it."""
    digest = hashlib.sha256()
    for content in contents:
        digest.update(hashlib.sha256(content).digest())
    return f"{prefix}-{digest.hexdigest()[:12]}"


def own_files():
    """Paths and contents of our own modules in the page: the package, and what scripts run in."""
    package = ROOT / "src" / "sgd_explained"
    # Its style, too, which is no module.
    files = {
        path.relative_to(package.parent): path
        for path in package.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    waiting = [ROOMS / RUNNER]
    while waiting:
        path = waiting.pop()
        files[path.relative_to(ROOMS)] = path
        imported = (ROOMS.joinpath(*name.split(".")).with_suffix(".py") for name in _imported(path))
        waiting += [
            module
            for module in imported
            if module.is_file() and module.relative_to(ROOMS) not in files
        ]
    return [(name.as_posix(), path.read_bytes()) for name, path in sorted(files.items())]


def _imported(path):
    """Modules that a module may import, by their names."""
    for statement in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(statement, ast.Import):
            yield from (name.name for name in statement.names)
        elif isinstance(statement, ast.ImportFrom) and statement.module:
            yield statement.module
            yield from (f"{statement.module}.{name.name}" for name in statement.names)


def sources():
    """Contents of all that our own folder is made from, besides the packs."""
    paths = [*sorted(MODULES.iterdir()), ROOT / "docs" / "package-lock.json"]
    paths += [Path(__file__), Path(__file__).with_name("bundle.mjs")]
    own = (part for name, content in own_files() for part in (name.encode(), content))
    return [part for path in paths for part in (path.name.encode(), path.read_bytes())] + [*own]


def _bundle(source, target, built):
    node(
        Path(__file__).with_name("bundle.mjs"),
        NODE_MODULES / "esbuild",
        MODULES / source,
        target,
        input=json.dumps(built).encode(),
    )


def licences():
    """Texts of the licences of what is joined into our own files; those of wheels are in the packs."""
    texts = []
    for name in ("pyodide", "fzstd", "prism-code-editor"):
        about = json.loads((NODE_MODULES / name / "package.json").read_text("utf-8"))
        found = sorted((NODE_MODULES / name).glob("LICENSE*"))
        text = found[0].read_text("utf-8") if found else f"Licence: {about['license']}\n"
        texts.append(f"{name} {about['version']}\n\n{text}")
    return ("\n" + "-" * 72 + "\n\n").join(texts)


class Folders:
    """Names of both folders on a site, and how to write them there.

    The packs are made in the background; whoever writes or measures the folders waits for them.
    """

    def __init__(self, wheels):
        self.python = f"python-{origin(lock())}"
        self.run = name_of("run", [self.python.encode(), *sources()])
        background = ThreadPoolExecutor(1)
        self._packs = background.submit(packs, wheels)
        background.shutdown(wait=False)

    @property
    def files(self):
        return sorted(self._packs.result().glob("*.bin"))

    def write(self, static):
        """Write the folders where they are not, and drop those of other contents."""
        for prefix, name, fill in (
            ("python-", self.python, self._copy_packs),
            ("run-", self.run, self._make_own),
        ):
            for stale in static.glob(f"{prefix}*"):
                if stale.name != name:
                    shutil.rmtree(stale)
            if not (static / name).is_dir():
                static.mkdir(parents=True, exist_ok=True)
                with tempfile.TemporaryDirectory(dir=static) as unfinished:
                    # Not the temporary folder itself, which is closed to all other users.
                    whole = Path(unfinished, name)
                    whole.mkdir()
                    fill(whole)
                    whole.rename(static / name)
        shutil.copyfile(static / self.run / "sw.js", static.parent / "sw.js")

    def _copy_packs(self, folder):
        for path in self.files:
            shutil.copyfile(path, folder / path.name)

    def _make_own(self, folder):
        (folder / "own.bin").write_bytes(compress(pack(own_files())))
        layout = (NODE_MODULES / "prism-code-editor" / "dist" / "layout.css").read_text("utf-8")
        style = (MODULES / "run.css").read_text("utf-8")
        (folder / "run.css").write_text(cssmin(layout + style), "utf-8")
        (folder / "licences.txt").write_text(licences(), "utf-8")
        sizes = {path.stem: path.stat().st_size for path in self.files}
        parts = {
            name: {"path": f"../{self.python}/{name}.bin", "size": size}
            for name, size in sizes.items()
        }
        parts["own"] = {"path": "own.bin", "size": (folder / "own.bin").stat().st_size}
        # Only a few scripts need it, and they say so.
        parts["learning"]["extra"] = True
        parts["worker"] = {"path": "worker.js", "size": 0}
        built = {
            "parts": parts,
            "lock": lock()["info"],
            "cache": "sgd-explained",
            "service": "../../sw.js",
            "folders": [f"../{self.python}/", f"../{self.run}/"],
            "more": ["page.js", "run.css"],
            "offline": OFFLINE,
        }
        for source in ("worker.js", "page.js", "sw.js"):
            _bundle(source, folder / source, built)

    def size(self, static):
        """Bytes that come before a first run: all packs but those of few scripts, and the worker."""
        worker = len(gzip.compress((static / self.run / "worker.js").read_bytes()))
        packs = sum(path.stat().st_size for path in self.files if path.stem != "learning")
        return worker + packs + (static / self.run / "own.bin").stat().st_size
