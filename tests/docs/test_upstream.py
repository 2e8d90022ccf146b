"""The patches of other people's code: where the ground has moved, the error names the patch."""

import ast
import re
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "docs" / "_ext"))

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from sphinx.errors import ExtensionError

import upstream
from gallery.runs import find_scripts
from upstream import CHANGES, Patch

PATCHES = {name: patch for name, patch in vars(upstream).items() if isinstance(patch, Patch)}
SOURCES = [ROOT / "docs" / "conf.py", *sorted((ROOT / "docs" / "_ext").rglob("*.py"))]
ROOMS = {path.name for path in (ROOT / "docs" / "_ext").iterdir()} | {"sgd_explained"}
# What Python has for us to set: where a run prints, the lines that a traceback shows of it, and
# modules, one of which stands for what a page does not bring.
MEANT_TO_BE_SET = {
    "linecache.cache[name]",
    "np.f2py",
    "sys.modules['numpy.f2py']",
    "sys.stderr",
    "sys.stdout",
}


def imported(tree):
    """Names that code imports from others."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.asname or name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module.partition(".")[0] not in ROOMS:
            yield from (name.asname or name.name for name in node.names)


def root(node):
    """Name that an expression like ``module.name[key]`` begins with."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


@pytest.fixture(params=list(PATCHES))
def patch(request):
    return PATCHES[request.param]


def moved(patch):
    return pytest.raises(ExtensionError, match=re.escape(f"the ground of the patch {patch.name!r}"))


def elsewhere(patch, places):
    """Stands for the patch on other ground, where nothing has been patched before."""
    return replace(patch, places=places)


def test_all_patches_stand_on_their_ground(patch):
    patch.check()


def test_a_ground_that_is_another_is_named(patch, monkeypatch):
    monkeypatch.setattr(upstream, "_theirs", {})
    place, *_ = patch.places
    with moved(patch) as error:
        elsewhere(patch, {place: "another"}).check()
    assert f"{place} has the fingerprint " in str(error.value)
    assert f"{patch.library} {patch.written_for}" in str(error.value)
    assert patch.mends in str(error.value)


def test_a_ground_that_is_gone_is_named(patch):
    for place in (f"{next(iter(patch.places))}_gone", "no_module:name", "no/file.html"):
        with moved(patch) as error:
            elsewhere(patch, {place: "any"}).check()
        assert f"{place} is gone" in str(error.value)


def test_a_function_that_has_changed_is_not_patched(monkeypatch):
    monkeypatch.setattr("sphinx_gallery.notebook.save_notebook", lambda notebook, file: None)
    patch = elsewhere(upstream.NOTEBOOKS, {"sphinx_gallery.notebook:save_notebook": "known"})
    with moved(patch):
        patch.put(print)
    assert "sphinx_gallery.notebook:save_notebook" not in upstream._theirs


def test_a_patch_can_be_put_again_and_taken_back():
    import sphinx_gallery.notebook

    theirs = sphinx_gallery.notebook.jupyter_notebook
    for ours in (print, repr):
        upstream.NOTEBOOKS.put(ours)
        assert sphinx_gallery.notebook.jupyter_notebook is ours
        assert upstream.NOTEBOOKS.theirs() is theirs
    upstream.NOTEBOOKS.take_back()
    assert sphinx_gallery.notebook.jupyter_notebook is theirs


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: f"{change.file}: {change.ours}")
def test_a_file_of_others_that_has_changed_is_an_error(change):
    theirs = ',url(a.ttf) format("truetype")'
    if isinstance(change.theirs, str):
        theirs = change.theirs
    assert change.make(f"a {theirs * change.times} b") == f"a {change.ours * change.times} b"
    for text in ("a b", theirs * (change.times + 1)):
        with pytest.raises(ExtensionError, match=r"has not .* any more") as error:
            change.make(text)
        assert change.file in str(error.value)
        assert change.mends in str(error.value)


def test_every_patched_library_has_an_upper_bound():
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["dependency-groups"]
    bounded = {
        canonicalize_name(requirement.name)
        for requirement in map(Requirement, groups["docs"])
        if any(bound.operator == "<" for bound in requirement.specifier)
    }
    assert {patch.library for patch in PATCHES.values()} == bounded


def test_every_patch_is_used():
    code = "\n".join(path.read_text("utf-8") for path in SOURCES)
    assert set(re.findall(r"\bupstream\.([A-Z_]+)\b", code)) == PATCHES.keys()


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_nothing_is_patched_elsewhere(path):
    tree = ast.parse(path.read_text("utf-8"))
    theirs = set(imported(tree))
    stored = {
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute | ast.Subscript)
        and isinstance(node.ctx, ast.Store)
        and root(node) in theirs
    }
    if path.name == "upstream.py":
        assert stored == {"sys.modules[name]"}
    else:
        assert stored <= MEANT_TO_BE_SET


def test_a_script_with_a_space_in_its_name_is_refused(tmp_path):
    section = tmp_path / "a clone" / "1_part"
    section.mkdir(parents=True)
    section.joinpath("GALLERY_HEADER.rst").write_text("Part\n====\n", "utf-8")
    section.joinpath("plot_x.py").touch()
    assert find_scripts(section.parent, "^$") == [section / "plot_x.py"]
    section.joinpath("plot y.py").touch()
    with pytest.raises(ExtensionError, match=r"can have no space: .*plot y\.py"):
        find_scripts(section.parent, "^$")
