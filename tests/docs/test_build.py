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
# The list of references is read again with any page.
REFERENCES = "reference/references"

pytestmark = pytest.mark.slow

# Where text is ASCII unless its encoding is said.
FOREIGN = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}

# Modules of the package on the small site, and one that needs another.
MODULES = {
    "base": '"""A module."""\n\n\ndef base():\n    """Tell."""\n    return 3  # exactly\n',
    "leaning": "from .base import base\n\n\ndef leaning():\n    return base() + 1\n",
    "alone": "def alone():\n    return 20\n",
}
SCRIPT = '''"""
{title}
=======

A sentence.
"""

# %%
# Prose. :doc:`/reference/cite` has more.

import os
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.animation import FuncAnimation

from sgd_explained import {module}

with Path(os.environ["RUNS"]).open("a", encoding="utf-8") as runs:
    runs.write("{title}\\n")
y = np.linspace(-3, 3, 50)
fig, ax = plt.subplots(figsize=(3, 2), layout="constrained")
(line,) = ax.plot(y, y**2)
film = {animation}
fig.set_label("A curve over the output.")
print({module}())
plt.show()
'''
STILL = SCRIPT.format(title="Still", module="leaning", animation="None")
MOVING = SCRIPT.format(
    title="Moving",
    module="alone",
    animation="FuncAnimation(fig, lambda k: line.set_xdata(y + k), frames=3)",
)
# A page whose cell notes that it has been run, and prints a value.
PAGE = """---
file_format: mystnb
kernelspec:
  name: python3
myst:
  html_meta:
    description: A page.
---

# The page {name}

```{{code-cell}} python
---
tags: [remove-input]
---
import os
from pathlib import Path
{line}
with Path(os.environ["RUNS"]).open("a", encoding="utf-8") as runs:
    runs.write("{name}\\n")
print("{name} says", {value})
```

"""
INDEX = PAGE.format(name="index", line="from sgd_explained import leaning", value="leaning()")
INDEX += """$$x^2$$ (eq-x)

:::{gallery-figure} plot_still
:name: fig-still
A caption.
:::

```{toctree}
second
gallery/index
reference/cite
reference/references
```
"""
SECOND = PAGE.format(name="second", line="from sgd_explained.alone import alone", value="alone()")
SECOND += """See {numref}`fig-still` and {doc}`the page </reference/cite>`.

:::{gallery-figure} plot_moving
:name: fig-moving
A caption.
:::
"""
CITING = PAGE.format(
    name="cite", line="", value='Path("../../CITATION.cff").read_text("utf-8").split()[-1]'
)
CITING += "{cite:t}`cauchy1847`\n"
# Notes which pages are read, and which are written.
NOTES = """

def setup(app):
    def note(kind, names):
        with Path(os.environ["RUNS"]).with_name(kind).open("a", encoding="utf-8") as notes:
            notes.writelines(f"{name}\\n" for name in names)

    app.connect("env-before-read-docs", lambda app, env, names: note("read", names))
    app.connect("html-page-context", lambda app, name, *others: note("written", [name]))
"""
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
        for part in ("src", "docs/_ext", "docs/_static", "docs/_templates"):
            shutil.copytree(
                ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__")
            )
        for file in ("pyproject.toml", "CITATION.cff", "docs/conf.py", "docs/references.bib"):
            shutil.copy(ROOT / file, folder / file)
        (folder / "docs/node_modules").symlink_to(ROOT / "docs/node_modules")
        self.write("guard/sitecustomize.py", NO_NETWORK)
        self.append("docs/conf.py", NOTES)
        for name, text in MODULES.items():
            self.write(f"src/sgd_explained/{name}.py", text)
            self.append("src/sgd_explained/__init__.py", f"from .{name} import {name}\n")
        self.write("docs/index.md", INDEX)
        self.write("docs/second.md", SECOND)
        self.write("docs/reference/cite.md", CITING)
        self.write("docs/reference/references.md", "# References\n\n```{bibliography}\n```\n")
        self.write("examples/GALLERY_HEADER.rst", "Gallery\n=======\n")
        self.write("examples/1_few/GALLERY_HEADER.rst", "Few\n---\n")
        self.write("examples/1_few/plot_still.py", STILL)
        self.write("examples/1_few/plot_moving.py", MOVING)
        # As Emacs locks a file that is open in it.
        (folder / "examples/1_few/.#plot_still.py").symlink_to("me@here.1")

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def read(self, name):
        return (self.folder / name).read_text(encoding="utf-8")

    def append(self, name, text):
        self.write(name, self.read(name) + text)

    def replace(self, name, old, new):
        text = self.read(name)
        assert old in text
        self.write(name, text.replace(old, new))

    def environment(self):
        paths = os.pathsep.join([str(self.folder / "guard"), str(self.folder / "src")])
        return os.environ | {"PYTHONPATH": paths, "RUNS": str(self.folder / "runs")}

    def sphinx(self, **variables):
        """Run Sphinx in an environment with these variables; give its exit code and what it said."""
        for notes in ("runs", "read", "written"):
            self.write(notes, "")
        command = [sys.executable, "-m", "sphinx", "-n", "-W", "--keep-going", "-q"]
        command += ["-j", "2", "-d", "build/doctrees", "docs", "build/html"]
        result = subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment() | variables,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        return result.returncode, result.stdout + result.stderr

    def build(self, **variables):
        """Build, and give what ran meanwhile."""
        code, said = self.sphinx(**variables)
        assert code == 0, said
        return self.noted("runs")

    def noted(self, notes):
        """What ran, or was read or written, in the last build."""
        return sorted(self.read(notes).split())

    def files(self, folder="build/html"):
        """Bytes of every file; those of the site are what would be published."""
        root = self.folder / folder
        return {
            path.relative_to(root).as_posix(): path.read_bytes()
            for path in sorted(root.rglob("*"))
            if path.is_file() and ".doctrees" not in path.parts
        }

    def times(self):
        """When each file of the gallery was written."""
        gallery = self.folder / "docs/gallery"
        return {
            path.relative_to(gallery).as_posix(): path.stat().st_mtime_ns
            for path in gallery.rglob("*")
            if path.is_file()
        }

    def page(self, name="index"):
        return self.read(f"build/html/{name}.html")


def different(before, after):
    """Names of the files that are not the same.

    sphinx-sitemap lists what a build wrote; the site is published from a cold build.
    """
    names = (before.keys() | after.keys()) - {"sitemap.xml"}
    return sorted(name for name in names if before.get(name) != after.get(name))


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("one"))
    assert site.build() == ["Moving", "Still", "cite", "index", "second"]
    return site


def test_two_cold_builds_give_the_same_bytes_in_any_locale(first, tmp_path):
    second = Site(tmp_path / "My Projects" / "deeper")
    second.build(**FOREIGN)
    ours, theirs = first.files(), second.files()
    assert {".zip", ".mp4", ".svg", ".png", ".html", ".ipynb"} <= {
        Path(name).suffix for name in ours
    }
    assert different(ours, theirs) == []
    assert ours["sitemap.xml"] == theirs["sitemap.xml"]


def test_a_rebuild_does_nothing(first):
    before, times = first.files(), first.times()
    assert first.build() == []
    assert first.noted("read") == []
    assert different(before, first.files()) == []
    assert first.times() == times


def test_a_changed_script_runs_alone(first):
    before = first.times()
    first.replace("examples/1_few/plot_moving.py", "# Prose.", "# Words.")
    assert first.build() == ["Moving"]
    # Its figure is the same, so the page that shows it is not read.
    assert first.noted("read") == ["gallery/1_few/plot_moving", "gallery/index", REFERENCES]
    assert different(before, first.times()) == [
        "1_few/plot_moving.cost.json",
        "1_few/plot_moving.ipynb",
        "1_few/plot_moving.py",
        "1_few/plot_moving.py.md5",
        "1_few/plot_moving.py.note",
        "1_few/plot_moving.rst",
        "1_few/plot_moving.zip",
        "gallery_jupyter.zip",
        "gallery_python.zip",
    ]


def test_a_changed_figure_is_read_where_it_is_shown(first):
    first.replace("examples/1_few/plot_still.py", "A curve", "A parabola")
    assert first.build() == ["Still"]
    assert first.noted("read") == [
        *["gallery/1_few/index", "gallery/1_few/plot_still", "gallery/index", "index"],
        REFERENCES,
    ]
    assert "A parabola" in first.page()


def test_a_changed_page_executes_its_own_cells(first):
    first.append("docs/second.md", "\nA sentence.\n")
    first.replace("docs/index.md", "index says", "index tells")
    assert first.build() == ["index"]
    assert first.noted("read") == ["index", REFERENCES, "second"]
    assert set(first.noted("written")) == {*first.noted("read"), "404", "genindex", "search"}


def test_what_does_not_run_makes_nothing_stale(first):
    first.replace("src/sgd_explained/base.py", "Tell.", "Tell it.")
    first.replace("src/sgd_explained/base.py", "# exactly", "# just")
    first.append("CITATION.cff", "\n# the end\n")
    assert first.build() == ["cite"]
    assert first.noted("read") == ["reference/cite", REFERENCES]
    assert "cite says end" in first.page("reference/cite")


def test_a_changed_formula_runs_what_imports_it(first):
    first.replace("src/sgd_explained/base.py", "return 3", "return 73")
    assert first.build() == ["Still", "index"]
    assert "index tells 74" in first.page()
    assert "74" in first.page("gallery/1_few/plot_still")
    first.replace("src/sgd_explained/alone.py", "20", "21")
    assert first.build() == ["Moving", "second"]


def test_a_changed_style_sheet_is_there_though_no_page_is_written(first):
    first.append(
        "docs/_static/site.css", "\n.page { --as-changed: 1; order: var(--as-changed); }\n"
    )
    assert first.build() == []
    assert "--as-changed" in first.read("build/html/_static/styles.css")


def test_what_pages_show_of_a_page_follows_it(first):
    first.replace("docs/reference/cite.md", "# The page cite", "# How to cite")
    first.append("docs/reference/cite.md", " and {cite:t}`robbins1951`\n")
    assert first.build() == []
    assert "How to cite" in first.page("gallery/1_few/plot_still")
    assert "How to cite" in first.read("docs/gallery/1_few/plot_still.ipynb")
    cited = re.findall(r'href="references\.html#([\w-]+)"', first.page("reference/cite"))
    listed = re.findall(r'id="([\w-]+)"', first.page("reference/references"))
    assert len(cited) == 2
    assert set(cited) <= set(listed)


def test_a_script_that_fails_stops_the_build(first):
    first.replace("examples/1_few/plot_still.py", "print(", "print(1 / 0, ")
    lost = first.folder / "docs/gallery/1_few/plot_moving.ipynb"
    lost.unlink()
    code, said = first.sphinx()
    assert code != 0
    assert "plot_still.py" in said
    assert "ZeroDivisionError" in said
    assert [name for name in first.times() if "plot_still" in name] == []
    assert first.noted("runs") == ["Moving", "Still"]
    assert lost.is_file()
    first.replace("examples/1_few/plot_still.py", "1 / 0, ", "")
    assert first.build() == ["Still"]


def test_what_nothing_makes_any_more_is_gone(first, tmp_path):
    (first.folder / "examples/1_few/plot_moving.py").unlink()
    (first.folder / "docs/second.md").unlink()
    first.replace("docs/index.md", "second\n", "")
    shutil.move(first.folder / "examples/1_few", first.folder / "examples/2_other")
    first.build()
    assert first.noted("runs") == ["Still"]
    assert {"second.html", "gallery/1_few/index.html"}.isdisjoint(first.files())
    cold = Site(tmp_path)
    for part in ("src", "examples", "docs", "CITATION.cff"):
        source, target = first.folder / part, cold.folder / part
        if source.is_dir():
            shutil.rmtree(target)
            shutil.copytree(source, target, symlinks=True)
        else:
            shutil.copy(source, target)
    shutil.rmtree(cold.folder / "docs/gallery")
    cold.build()
    assert different(cold.files(), first.files()) == []
    assert cold.files("docs/gallery").keys() == first.files("docs/gallery").keys()


def test_a_section_without_a_header_is_refused(first):
    first.write("examples/3_third/plot_third.py", MOVING)
    code, said = first.sphinx()
    assert code != 0
    assert "3_third has scripts, but no GALLERY_HEADER.rst" in said
