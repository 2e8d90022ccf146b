"""The derivation on page 5 must not survive a wrong line."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "learn" / "chain-rule.md"
CELL = re.compile(r"```\{code-cell\}[^\n]*\n(?::[^\n]*\n)*(.*?)```", re.DOTALL)
LINE = re.compile(r'line\([^"]*"[^"]*", "([^"]+)"\)')

CONF = """
extensions = ["myst_nb"]
myst_enable_extensions = ["dollarmath"]
nb_execution_mode = "force"
nb_execution_raise_on_error = True
"""


def execute(page):
    """Run the cells that derive, and not those that compare with the package's code."""
    names = {}
    for cell in CELL.findall(page):
        exec(cell, names)  # noqa: S102, the page's own code
        if "gradient = parse_expr" in cell:
            return names
    raise AssertionError("the page no longer derives the gradient")


PAGE_TEXT = PAGE.read_text(encoding="utf-8")
LINES = LINE.findall(PAGE_TEXT)


def test_derivation_is_complete():
    names = execute(PAGE_TEXT)
    assert len(names["lines"]) == len(LINES) >= 6
    assert str(names["lines"][0]) == "Derivative((y**3 - y**2)*exp(-y**2), y)"


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize(
    "alter",
    [
        pytest.param(lambda line: line.replace("2*y", "3*y", 1), id="coefficient"),
        pytest.param(lambda line: line.replace("y**3", "y**4", 1), id="power"),
        pytest.param(lambda line: re.sub(r" ([-+]) ", " * ", line, count=1), id="sign"),
    ],
)
def test_a_wrong_line_is_found(line, alter):
    wrong = alter(line)
    if wrong == line:
        wrong = line.replace("y**2", "(2*y)**2", 1)
    with pytest.raises(ValueError, match=r"not equal|not x times|not what SymPy"):
        execute(PAGE_TEXT.replace(f'"{line}"', f'"{wrong}"'))


@pytest.mark.parametrize(("old", "new", "builds"), [("", "", True), ("3*y**2", "4*y**2", False)])
def test_a_wrong_line_stops_the_build(tmp_path, old, new, builds):
    # The derivation alone: the rest of the page refers to pages that this build does not have.
    derivation = PAGE_TEXT[: PAGE_TEXT.index("## The gradient")].replace(old, new, 1)
    derivation = re.sub(r"\{(?:doc|term)\}`[^`]*`", "there", derivation)
    (tmp_path / "conf.py").write_text(CONF, encoding="utf-8")
    (tmp_path / "index.md").write_text(derivation, encoding="utf-8")
    build = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-W", str(tmp_path), str(tmp_path / "build")],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (build.returncode == 0) is builds, build.stderr
    assert builds or "ExecutionError" in build.stderr
