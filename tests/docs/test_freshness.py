"""What code depends on, as the site sees it: what is imported, and what of it runs."""

import ast
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "docs" / "_ext"))

from gallery import freshness

PACKAGE = {
    "__init__": "from .walk import step, Walk\nfrom .losses import loss as loss\nVERSION = 1\n",
    "losses": "def loss(y):\n    return y\n",
    "walk": "from . import checks\nfrom .losses import loss\n",
    "checks": "import numpy as np\n",
    "lonely": "from pack.checks import whole\n",
}


@pytest.fixture(autouse=True)
def package(tmp_path, monkeypatch):
    """A package of its own for each test, as files."""
    folder = tmp_path / "pack"
    folder.mkdir()
    for name, text in PACKAGE.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    monkeypatch.setattr(freshness, "PACKAGE", folder)
    freshness.forget()
    yield folder
    freshness.forget()


@pytest.mark.parametrize(
    ("code", "needed"),
    [
        ("import numpy", []),
        ("from pack import loss", ["losses"]),
        ("from pack import (\n    step,\n    loss,\n)", ["checks", "losses", "walk"]),
        ("from pack import lonely", ["checks", "lonely"]),
        ("import pack.losses", ["losses"]),
        # What the package defines itself, and the package as a whole, may be anything of it.
        ("from pack import VERSION", ["", "checks", "losses", "walk"]),
        ("def late():\n    import pack as p", ["", "checks", "losses", "walk"]),
    ],
)
def test_code_needs_what_its_imports_lead_to(code, needed):
    names = [f"pack.{name}".rstrip(".") for name in needed]
    assert freshness.modules(ast.parse(code)) == names


@pytest.mark.parametrize(
    "other",
    [
        "def loss(y):\n\n    return y  # the same\n",
        '"""A module."""\n\n\ndef loss(y):\n    """Tell."""\n    return y\n',
    ],
)
def test_comments_and_docstrings_do_not_run(package, other):
    before = freshness.module_code("pack.losses")
    (package / "losses.py").write_text(other, encoding="utf-8")
    freshness.forget()
    assert freshness.module_code("pack.losses") == before


@pytest.mark.parametrize(
    "other", ["def loss(y):\n    return -y\n", "def loss(y, z=1):\n    return y\n"]
)
def test_a_formula_runs(package, other):
    before = freshness.module_code("pack.losses")
    (package / "losses.py").write_text(other, encoding="utf-8")
    freshness.forget()
    assert freshness.module_code("pack.losses") != before


def test_cells_are_read_without_their_options():
    page = (
        "Text.\n\n```{code-cell} python\n---\ntags: [remove-cell]\n---\nimport pack\n```\n\n"
        "::::{code-cell} ipython3\n:tags: [hide-input]\n\nx = {1: 2}\n::::\n\n```python\nno cell\n```\n"
    )
    assert ast.unparse(freshness.cells(page)) == "import pack\nx = {1: 2}"


def test_cells_that_are_not_plain_python_are_none():
    assert freshness.cells("```{code-cell}\n%matplotlib inline\n```\n") is None


def test_files_that_code_names_are_found(tmp_path):
    (tmp_path / "data.csv").write_text("1", encoding="utf-8")
    tree = ast.parse(
        'open("data.csv"); open("none.csv"); print("a\\0b", "x" * 3, "' + "y" * 999 + '")'
    )
    assert freshness.named_files(tree, tmp_path) == [tmp_path / "data.csv"]
