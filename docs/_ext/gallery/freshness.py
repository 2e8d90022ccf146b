"""Keep what code has computed in step with that code: run again what has changed, and only that.

A script of the gallery depends on its own text, on the modules of the package that its imports
lead to, on the figure scraper, and on the versions of the libraries. The cells of a page depend on
the same, and on the files that they name. Of Python code only what runs counts: a comment or a
docstring makes no result stale. ``gallery/runs.py`` asks here for the fingerprint of a script;
for pages this extension does the rest:

* A page's executed cells are kept in a cache of its fingerprint's name.
* Sphinx reads a page again when a file that it depends on is newer. So the fingerprint of each
  module is written to a file, when it changes, and pages with cells depend on these files.

What is made from a page can be stale as well. Another page that shows its title or the number of
its figure is written again; the list of references is kept in step with the pages that cite; and
what no page uses any more is taken off the site.
"""

import ast
import functools
import hashlib
import json
import os
import re
import shutil
from importlib.metadata import version
from pathlib import Path

import upstream

ROOMS = Path(__file__).resolve().parents[1]
PACKAGE = ROOMS.parents[1] / "src" / "sgd_explained"
SCRAPER = [
    ROOMS / name
    for name in (
        "gallery/files.py",
        "gallery/narrow.py",
        "gallery/scraper.py",
        "gallery/videos.py",
        "told/records.py",
        "told/values.py",
    )
]
LIBRARIES = (
    "imageio-ffmpeg",
    "matplotlib",
    "numpy",
    "pillow",
    "scikit-learn",
    "scipy",
    "sympy",
)
FEW = 4  # pages
CELL = re.compile(r"^(`{3,}|:{3,})\{code-cell\}.*\n((?:.*\n)*?)\1", re.MULTILINE)
CELL_OPTIONS = re.compile(r"\A(?:---\n(?:.*\n)*?---\n|(?::[\w-]+:.*\n)+)")


def digest(*parts):
    """Hash of texts, as short hexadecimal text."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


# What code depends on


def running(tree):
    """Text that stands for what runs of a syntax tree: no comments, docstrings and line numbers."""
    for node in ast.walk(tree):
        documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
        if isinstance(node, documented) and ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:]
    return ast.dump(tree)


def parse(path):
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


@functools.cache
def module_paths():
    """Files of the package, by the names of their modules."""
    names = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        names[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return names


@functools.cache
def module_code(module):
    return digest(running(parse(module_paths()[module])))


def is_package(module):
    return module in module_paths() and module_paths()[module].stem == "__init__"


def imported(tree, module=""):
    """Names that code imports, as pairs (module, name); the name is None for a whole module.

    ``module`` is the code's own name, from which relative imports start.
    """
    package = module if is_package(module) else module.rpartition(".")[0]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((name.name, None) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1]
            source = ".".join([*above, node.module or ""]).strip(".") if node.level else node.module
            yield from ((source, None if name.name == "*" else name.name) for name in node.names)


@functools.cache
def needs(module):
    """What a module of the package imports, as ``imported`` tells it."""
    return tuple(imported(parse(module_paths()[module]), module))


@functools.cache
def offers(package):
    """Where the names come from that a package imports from its modules: name -> module."""
    tree = parse(module_paths()[package])
    return {
        name.asname or name.name: f"{package}.{node.module}"
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.level == 1 and node.module
        for name in node.names
    }


def modules(tree):
    """Modules of the package that code needs: what it imports, and what that imports in turn.

    A name that a package imports from one of its modules leads to that module alone.
    """
    found, waiting = set(), list(imported(tree))
    while waiting:
        source, name = waiting.pop()
        if source not in module_paths():
            continue
        if name and f"{source}.{name}" in module_paths():
            waiting.append((f"{source}.{name}", None))
        elif name and is_package(source) and name in offers(source):
            waiting.append((offers(source)[name], None))
        elif source not in found:
            found.add(source)
            waiting += needs(source)
    return sorted(found)


@functools.cache
def surroundings():
    """Fingerprint of the libraries, which all results depend on."""
    return digest(*(f"{library} {version(library)}" for library in LIBRARIES))


@functools.cache
def _scraper():
    code = (running(parse(path)) for path in SCRAPER)
    palette, style = module_code("sgd_explained.palette"), PACKAGE / "site.mplstyle"
    return digest(*code, palette, style.read_text("utf-8"))


# What the last build and this one have found out, by the hash of the texts that it depends on: most
# builds meet nothing new, and parse nothing.
_before: dict[str, str] = {}
_known: dict[str, str] = {}


@functools.cache
def _sources():
    """Hash of all that a script may depend on besides its own text, as it stands in the files."""
    files = [Path(__file__), *module_paths().values(), *SCRAPER, PACKAGE / "site.mplstyle"]
    return digest(surroundings(), *(path.read_text("utf-8") for path in files))


def script_fingerprint(script):
    """Fingerprint of all that the figures of a gallery script, and its page, depend on."""
    text = script.read_text(encoding="utf-8")
    key = digest(text, _sources())
    _known[key] = _before.get(key) or _script_fingerprint(text)
    return _known[key]


def _script_fingerprint(text):
    try:
        needed = modules(ast.parse(text))
    except SyntaxError:  # It will fail when it is run, and say where.
        needed = []
    return digest(text, surroundings(), _scraper(), *map(module_code, needed))


# Pages with cells


def cells(source):
    """Code of all cells of a page, as one syntax tree; None if it is not plain Python."""
    bodies = (body for _, body in CELL.findall(source))
    try:
        return ast.parse("".join(CELL_OPTIONS.sub("", body) for body in bodies))
    except SyntaxError:
        return None


def named_files(tree, folder):
    """Files that code names in its texts, seen from a folder."""
    constants = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    texts = {value for value in constants if isinstance(value, str)}
    return [Path(folder, text) for text in sorted(texts) if os.path.isfile(Path(folder, text))]


def _notes(app):
    return Path(app.doctreedir, "modules")


def note_modules(app):
    """Write down the fingerprint of each module, for the pages that depend on it."""
    if _before.get("modules") != _sources():
        for module in module_paths():
            write_changed(_notes(app) / module, module_code(module).encode())
    _known["modules"] = _sources()


def forget():
    """Look at all files again: a process may build more than once."""
    for kept in (module_paths, module_code, needs, offers, surroundings, _scraper, _sources):
        kept.cache_clear()
    _before.clear()
    _known.clear()


def recall(app):
    """Begin with what the last build has found out."""
    forget()
    _before.update(read_kept(app, "fingerprints"))


def remember(app, exception):
    keep(app, "fingerprints", _known)


def read_kept(app, name):
    """What a build has kept under a name for the next one; nothing where there was none."""
    try:
        return json.loads(Path(app.doctreedir, f"{name}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def keep(app, name, facts):
    """Keep facts under a name for the next build."""
    write_changed(Path(app.doctreedir, f"{name}.json"), json.dumps(facts).encode())


def choose_cache(app, docname, source):
    """Let myst-nb look for the results of a page where those of its fingerprint are."""
    if not CELL.search(source[0]):
        return
    tree = cells(source[0])
    needed = list(module_paths()) if tree is None else modules(tree)
    files = [] if tree is None else named_files(tree, app.env.doc2path(docname).parent)
    for path in [*(_notes(app) / module for module in needed), *files]:
        app.env.note_dependency(os.path.relpath(path, app.srcdir))
    contents = (hashlib.sha256(path.read_bytes()).hexdigest() for path in files)
    cache = _cache(app, docname) / digest(surroundings(), *map(module_code, needed), *contents)
    for stale in set(cache.parent.glob("*")) - {cache}:
        shutil.rmtree(stale)
    upstream.PAGE_CACHES.check()
    app.env.mystnb_config = app.env.mystnb_config.copy(execution_cache_path=str(cache))


def _cache(app, docname):
    return Path(app.config.nb_execution_cache_path, docname.replace("/", "."))


def write_changed(path, content):
    """Write a file if its content is another, so that what depends on it stays fresh otherwise."""
    if not path.is_file() or path.read_bytes() != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


_processes: list[int] = []


def read_few_alone(app, env, docnames):
    """Read a few pages in one process: another brings back what is known of all pages, which lasts."""
    _processes[:] = [app.parallel]
    if len(docnames) <= FEW:
        app.parallel = 1


def write_together(app, env):
    app.parallel = _processes.pop()
    return []


# What is made from pages

_shown_before: dict = {}


def bibliographies(app, env, added, changed, removed):
    """Read the lists of references again with any other page, which may cite something new.

    sphinxcontrib-bibtex does so only when the list of all entries has changed.
    """
    if not (added or changed or removed):
        return []
    return sorted({key.docname for key in env.get_domain("cite").bibliographies})


def _shown_elsewhere(env):
    """What other pages may show of a page: titles, labels, numbers, and names of the package."""
    standard, python = env.domains.standard_domain, env.domains.python_domain
    shown = {
        "title": {docname: title.astext() for docname, title in env.titles.items()},
        "label": standard.labels,
        "anchor": standard.anonlabels,
        "object": standard.objects,
        "python": {name: (entry.docname, entry.node_id) for name, entry in python.objects.items()},
        "equation": env.domains.math_domain.equations,
        "number": {
            (docname, kind, identifier): number
            for docname, kinds in env.toc_fignumbers.items()
            for kind, numbers in kinds.items()
            for identifier, number in numbers.items()
        },
    }
    return {(kind, name): value for kind, part in shown.items() for name, value in part.items()}


def remember_shown(app, env, added, changed, removed):
    _shown_before.clear()
    _shown_before.update(_shown_elsewhere(env))
    return []


def dependent_pages(app, env):
    """All pages, where something is gone or another that a page may show of another page.

    Sphinx writes only those again whose own text or navigation has changed.
    """
    now = _shown_elsewhere(env)
    same = all(now.get(key) == value for key, value in _shown_before.items())
    return [] if same else sorted(env.found_docs)


def drop_pages(app, env, added, changed, removed):
    """Take the pages off the site that have no source any more."""
    for docname in removed:
        shutil.rmtree(_cache(app, docname), ignore_errors=True)
        if app.builder.format == "html":
            Path(app.builder.get_outfilename(docname)).unlink(missing_ok=True)
    return []


def drop_files(app, exception):
    """Take pictures and downloads off the site that no page uses any more."""
    if exception is not None or app.builder.format != "html":
        return
    used = {
        "_images": {name for _, name in app.env.images.values()},
        "_downloads": {Path(name).as_posix() for _, name in app.env.dlfiles.values()},
    }
    for part, names in used.items():
        keep_only(Path(app.outdir, part), names)


def keep_only(folder, names):
    """Remove all other files from a folder, and the folders in it that are empty then."""
    for place, _, files in os.walk(folder, topdown=False):
        for file in files:
            if Path(place, file).relative_to(folder).as_posix() not in names:
                Path(place, file).unlink(missing_ok=True)
        if place != str(folder) and not os.listdir(place):
            os.rmdir(place)


def setup(app):
    # Pages are read again with other libraries; with other code those that depend on it.
    app.add_config_value("results_fingerprint", surroundings(), "env", types=[str])
    # Before the gallery asks.
    app.connect("builder-inited", recall, priority=100)
    app.connect("builder-inited", note_modules)
    # After all who ask.
    app.connect("build-finished", remember, priority=900)
    app.connect("source-read", choose_cache)
    app.connect("env-before-read-docs", read_few_alone)
    app.connect("env-updated", write_together)
    app.connect("env-get-outdated", bibliographies)
    app.connect("env-get-outdated", drop_pages)
    # Later, Sphinx has forgotten the pages that are gone.
    app.connect("env-get-outdated", remember_shown)
    # After Sphinx has numbered the figures.
    app.connect("env-get-updated", dependent_pages, priority=900)
    app.connect("build-finished", drop_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
