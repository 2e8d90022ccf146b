"""The notebooks that readers download: what sphinx-gallery makes of a script, and what we add."""

import ast
import json
import re
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "docs" / "_ext"))

import nbformat
from nbclient import NotebookClient
from sphinx.errors import ExtensionError
from sphinx_gallery.gen_gallery import DEFAULT_GALLERY_CONF
from traitlets.config import Config

from gallery.notebooks import link_pages, make, quieten

SITE = "https://example.org/sgd/"
SCRIPTS = {path.stem: path for path in sorted(ROOT.glob("examples/*/plot_*.py"))}
MOVING = '''"""
Moving
======

A sentence.
"""

# %%
# Prose.

import matplotlib.pyplot as plt
from matplotlib.animation import FuncAnimation

fig, ax = plt.subplots(figsize=(2, 1))
(line,) = ax.plot([0, 1], [0, 1])
film = FuncAnimation(fig, lambda k: line.set_ydata([0, k]), frames=3)
ax.set(title="Moves")

# %%
# The end.

print("told")
plt.show()
'''


@pytest.fixture
def app():
    """What the notebooks ask of Sphinx."""
    gallery = DEFAULT_GALLERY_CONF | {"examples_dirs": "../examples", "gallery_dirs": "gallery"}
    config = SimpleNamespace(
        html_baseurl=SITE,
        project="SGD explained",
        html_context={"source_url": "https://example.org/repository"},
        sphinx_gallery_conf=gallery,
    )
    return SimpleNamespace(config=config, srcdir=ROOT / "docs")


@pytest.fixture
def pages(tmp_path):
    (tmp_path / "learn").mkdir()
    (tmp_path / "examples/1_few").mkdir(parents=True)
    (tmp_path / "examples/1_few/plot_y.py").write_text('"""\nWhy\n===\n\nSo.\n"""\n', "utf-8")
    (tmp_path / "learn/rates.md").write_text("---\nx: 1\n---\n# Rates $\\eta$ – η\n", "utf-8")
    return tmp_path


def read(script, app):
    return nbformat.reads(json.dumps(make(script, app)), as_version=4)


def sources(notebook, kind):
    return [cell.source for cell in notebook.cells if cell.cell_type == kind]


def link(text, folder):
    return link_pages(text, folder / "examples/1_few/plot_x.py", folder, SITE, "gallery")


@pytest.mark.parametrize(
    ("role", "words", "address"),
    [
        (":doc:`/learn/rates`", "Rates $\\eta$ – η", "learn/rates.html"),
        (":doc:`the rates\n</learn/rates>`", "the rates", "learn/rates.html"),
        (":doc:`plot_y`", "Why", "gallery/1_few/plot_y.html"),
        (
            ":ref:`this\none <sphx_glr_gallery_1_few_plot_y.py>`",
            "this\none",
            "gallery/1_few/plot_y.html",
        ),
        (":ref:`sphx_glr_gallery_1_few_plot_y.py`", "Why", "gallery/1_few/plot_y.html"),
    ],
)
def test_a_page_becomes_a_link_with_its_title(pages, role, words, address):
    linked = link(f"See {role}, at :math:`x < 1`.", pages)
    assert linked == f"See `{words} <{SITE}{address}>`_, at :math:`x < 1`."


@pytest.mark.parametrize(
    "role", [":doc:`/learn/none`", ":doc:`plot_z`", ":ref:`here`", ":py:func:`~a.b`"]
)
def test_what_cannot_become_a_link_is_an_error(pages, role):
    with pytest.raises(ExtensionError, match=r"plot_x\.py: :.* cannot become a link"):
        link(f"See {role}.", pages)


@pytest.mark.parametrize(
    ("code", "quiet"),
    [
        ('ax.set(\n    title="η"\n)', 'ax.set(\n    title="η"\n);'),
        ('"η"; x  # a comment\n', '"η"; x;  # a comment\n'),
        ("print(1)\n", "print(1)\n"),
        ("plt.show()", "plt.show()"),
        ("x = 1", "x = 1"),
        ("for i in x:\n    f(i)", "for i in x:\n    f(i)"),
        ("# nothing", "# nothing"),
    ],
)
def test_a_value_at_the_end_of_a_cell_is_not_printed(code, quiet):
    assert quieten(code) == quiet
    assert ast.dump(ast.parse(quiet)) == ast.dump(ast.parse(code))


@pytest.mark.parametrize("script", list(SCRIPTS))
def test_notebook_stands_alone(script, app):
    notebook = read(SCRIPTS[script], app)
    words = "\n".join(sources(notebook, "markdown"))
    assert re.search(r":\w+:`|`_|\.\. \w+::", words) is None
    source = SCRIPTS[script].read_text("utf-8")
    for page in re.findall(r":doc:`(/.+?)`", source):
        assert f"({SITE.rstrip('/')}{page}.html)" in words
    assert f"{SITE}gallery/{SCRIPTS[script].parent.name}/{script}.html" in words
    install, *cells = sources(notebook, "code")
    assert install.startswith("%")
    assert 'pip install --quiet "sgd-explained[examples] @ git+https://example.org/' in install
    films = [cell for cell in cells if cell.startswith("%")]
    assert len(films) == source.count(" = FuncAnimation(")


def test_a_film_moves_in_jupyter_and_nothing_stray_is_printed(app, tmp_path, monkeypatch):
    script = tmp_path / "plot_moving.py"
    script.write_text(MOVING, encoding="utf-8")
    notebook = read(script, app)
    # The kernel is talked to by files: a free port may be taken before the kernel listens to it.
    monkeypatch.chdir(tmp_path)
    # Others may read without naming an encoding; this is about our words.
    monkeypatch.delenv("PYTHONWARNDEFAULTENCODING", raising=False)
    config = Config({"KernelManager": {"transport": "ipc", "ip": "kernel"}})
    NotebookClient(notebook, kernel_name="python3", config=config).execute()
    install, draw, play, end = (  # what each cell of code shows
        [
            (kind, text)
            for output in cell.outputs
            for kind, text in output.get("data", output).items()
        ]
        for cell in notebook.cells
        if cell.cell_type == "code"
    )
    assert install == []
    assert dict(draw).keys() == {"image/png", "text/plain"}
    assert '<video width="200" height="100" controls' in dict(play)["text/html"]
    assert dict(end)["text"] == "told\n"
