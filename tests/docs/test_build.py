"""The build: the same bytes everywhere, no network, and nothing stale or done twice.

A small site stands for the whole: its own pages and scripts, with the configuration, the extensions
and the package of the real one.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.slow

# Where text is ASCII unless its encoding is said.
FOREIGN = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}

SCRIPT = '''"""
{title}
=======

A sentence.
"""

# %%
# Prose.

import os
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.animation import FuncAnimation

from sgd_explained import loss

with Path(os.environ["RUNS"]).open("a", encoding="utf-8") as runs:
    runs.write("{title}\\n")
y = np.linspace(-3, 3, 50)
fig, ax = plt.subplots(figsize=(3, 2), layout="constrained")
(line,) = ax.plot(y, loss(y))
film = {animation}
fig.set_label("The loss of one output as a curve over the output.")
print(loss(2.0))
plt.show()
'''
STILL = SCRIPT.format(title="Still", animation="None")
MOVING = SCRIPT.format(
    title="Moving", animation="FuncAnimation(fig, lambda k: line.set_xdata(y + k), frames=3)"
)
PAGE = """---
file_format: mystnb
kernelspec:
  name: python3
myst:
  html_meta:
    description: A page.
---

# A page

```{code-cell} python
import os
from pathlib import Path
from sgd_explained import loss

with Path(os.environ["RUNS"]).open("a", encoding="utf-8") as runs:
    runs.write("page\\n")
print("loss of 2:", loss(2.0))
```

$$x^2$$ (eq-x)

:::{gallery-figure} plot_still
:name: fig-still
A caption.
:::

:::{live-figure} travel
:fallback: plot_still
:name: fig-live
Another.
:::

```{toctree}
gallery/index
reference/cite
reference/references
```
"""
CITING = "# Cite\n\n{cite:t}`cauchy1847`"
# Refuses every connection that would leave this machine.
NO_NETWORK = """
import socket

connect = socket.socket.connect


def local_only(self, address):
    if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
        raise OSError(f"no network here: {address}")
    return connect(self, address)


socket.socket.connect = local_only
"""


class Site:
    """A small site in a folder of its own."""

    def __init__(self, folder):
        self.folder = folder
        self.runs = folder / "runs.txt"
        for part in ("src", "docs/_ext", "docs/_static", "docs/_templates"):
            shutil.copytree(
                ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__")
            )
        for file in ("pyproject.toml", "CITATION.cff", "docs/conf.py", "docs/references.bib"):
            shutil.copy(ROOT / file, folder / file)
        (folder / "docs/node_modules").symlink_to(ROOT / "docs/node_modules")
        self.write("guard/sitecustomize.py", NO_NETWORK)
        self.write("docs/index.md", PAGE)
        self.write("docs/reference/cite.md", CITING)
        self.write("docs/reference/references.md", "# References\n\n```{bibliography}\n```\n")
        self.write("examples/GALLERY_HEADER.rst", "Gallery\n=======\n")
        self.write("examples/1_few/GALLERY_HEADER.rst", "Few\n---\n")
        self.write("examples/1_few/plot_still.py", STILL)
        self.write("examples/1_few/plot_moving.py", MOVING)

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def build(self, **variables):
        """Build, in an environment with these variables, and give what ran meanwhile."""
        self.runs.write_text("", encoding="utf-8")
        paths = os.pathsep.join([str(self.folder / "guard"), str(self.folder / "src")])
        command = [sys.executable, "-m", "sphinx", "-n", "-W", "--keep-going", "-q"]
        command += ["-j", "2", "-d", "build/doctrees", "docs", "build/html"]
        result = subprocess.run(
            command,
            cwd=self.folder,
            env=os.environ | {"PYTHONPATH": paths, "RUNS": str(self.runs)} | variables,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert result.returncode == 0, result.stdout + result.stderr
        return sorted(self.runs.read_text(encoding="utf-8").split())

    def files(self):
        """Bytes of everything that would be published."""
        html = self.folder / "build" / "html"
        return {
            path.relative_to(html).as_posix(): path.read_bytes()
            for path in sorted(html.rglob("*"))
            if path.is_file() and ".doctrees" not in path.parts
        }

    def page(self, name="index"):
        return (self.folder / f"build/html/{name}.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("one"))
    assert site.build() == ["Moving", "Still", "page"]
    return site


def test_two_cold_builds_give_the_same_bytes_in_any_locale(first, tmp_path):
    second = Site(tmp_path / "elsewhere" / "deeper")
    second.build(**FOREIGN)
    ours, theirs = first.files(), second.files()
    assert ours.keys() == theirs.keys()
    assert {".zip", ".mp4", ".svg", ".png", ".html", ".ipynb"} <= {
        Path(name).suffix for name in ours
    }
    assert [name for name in ours if ours[name] != theirs[name]] == []


def test_a_rebuild_runs_nothing(first):
    before = first.files()
    assert first.build() == []
    after = first.files()
    # sphinx-sitemap lists what this build wrote; the site is published from a cold build.
    del before["sitemap.xml"], after["sitemap.xml"]
    assert [name for name in before if before[name] != after.get(name)] == []


def test_a_change_of_one_script_runs_that_script(first):
    first.write("examples/1_few/plot_moving.py", MOVING.replace("A sentence", "Another"))
    assert first.build() == ["Moving"]


def test_a_new_citation_leads_to_its_reference(first):
    first.write("docs/reference/cite.md", CITING + " and {cite:t}`robbins1951`\n")
    first.build()
    cited = re.findall(r'href="references\.html#([\w-]+)"', first.page("reference/cite"))
    listed = re.findall(r'id="([\w-]+)"', first.page("reference/references"))
    assert len(cited) == 2
    assert set(cited) <= set(listed)


def test_a_change_of_the_package_leaves_no_stale_number(first):
    problem = first.folder / "src/sgd_explained/problem.py"
    source = problem.read_text(encoding="utf-8")
    before = first.page()
    problem.write_text(
        source + "\n\n_loss = loss\n\n\ndef loss(y):\n    return 1000 * _loss(y)\n",
        encoding="utf-8",
    )
    assert first.build() == ["Moving", "Still", "page"]
    assert first.page() != before
    shown = "loss of 2: 73.2"
    assert shown in first.page()
    assert shown not in before
