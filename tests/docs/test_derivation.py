"""The derivation of the gradient must not survive a wrong line."""

import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "docs" / "_ext"))

from docutils import nodes
from sphinx.testing.restructuredtext import parse as read_page
from sphinx.testing.util import SphinxTestApp

from equations.derivation import equal, parse

PAGE = (ROOT / "docs/learn/chain-rule.md").read_text(encoding="utf-8")
LINE = re.compile(r"^:::\{checked-line\}[^\n]*\n(?:(:begin:)\n|:equals: (.*)\n|:where:.*\n|:label:.*\n)*(.*)\n:::$",
                  re.MULTILINE)  # fmt: skip
LINES = [match.groups() for match in LINE.finditer(PAGE)]
TEXTS = [text for _, _, text in LINES]


def holds(lines):
    """Whether each line equals the one before it, or the expression that it names."""
    previous = [None, *(parse(text) for _, _, text in lines)]
    return all(
        begin or equal(parse(text), parse(other) if other else before, "y = w*x" if other else "")
        for (begin, other, text), before in zip(lines, previous, strict=False)
    )


def test_derivation_is_complete():
    assert len(LINES) == PAGE.count("{checked-line}") >= 7
    assert LINES[0] == (":begin:", None, "Derivative((y**3 - y**2)*exp(-y**2), y)")
    assert LINES[-1][2] == f"x*({TEXTS[-2]})"
    assert holds(LINES)


@pytest.mark.parametrize("i", range(len(LINES)))
@pytest.mark.parametrize(
    "alter",
    [
        pytest.param(lambda line: line.replace("2*y", "3*y", 1), id="coefficient"),
        pytest.param(lambda line: line.replace("y**3", "y**4", 1), id="power"),
        pytest.param(lambda line: re.sub(r" ([-+]) ", " * ", line, count=1), id="sign"),
    ],
)
def test_a_wrong_line_is_found(i, alter):
    begin, other, text = LINES[i]
    wrong = alter(text)
    if wrong == text:
        wrong = text.replace("y**2", "(2*y)**2", 1)
    assert not holds([*LINES[:i], (begin, other, wrong), *LINES[i + 1 :]])


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    folder = tmp_path_factory.mktemp("derivation")
    (folder / "conf.py").write_text('extensions = ["equations.derivation"]\n', encoding="utf-8")
    (folder / "index.rst").write_text("A page\n======\n", encoding="utf-8")
    app = SphinxTestApp("html", srcdir=folder)
    yield app
    app.cleanup()


@pytest.mark.parametrize(
    ("second", "complaint"),
    [
        ("2*y", None),
        (
            "3*y",
            "index.rst:5: WARNING: derivation: this line is not equal to the one before it: 3*y",
        ),
        ("   :equals: y + y\n\n   2*y", None),
        ("   :equals: w + w\n   :where: w = x*y\n\n   2*x*y", None),
        ("   :equals: w\n   :where: w = x*y\n\n   2*x*y", "this line is not equal"),
    ],
)
def test_a_page_warns_of_a_wrong_line(app, second, complaint):
    second = second if second.startswith("   :") else f"\n   {second}"
    text = f".. checked-line:: f =\n   :begin:\n\n   Derivative(y**2, y)\n.. checked-line::\n{second}\n"
    app.warning.truncate(0)
    document = read_page(app, text)
    shown = [equation.astext() for equation in document.findall(nodes.math_block)]
    complaints = app.warning.getvalue()
    if complaint is None:
        assert not complaints
        assert len(shown) == 2
        assert shown[0].startswith(r"f = \frac{d}{d y} y^{2}")
    else:
        assert complaint in complaints
        assert len(shown) == 1


def test_a_derivation_has_a_beginning(app):
    app.env.current_document.pop("derivation", None)
    app.warning.truncate(0)
    read_page(app, ".. checked-line::\n\n   2*y\n")
    assert "the first line must have the option begin: 2*y" in app.warning.getvalue()
