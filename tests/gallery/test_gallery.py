"""Every gallery script, and the notebook made of it, runs alone after ``pip install``."""

import shutil
import subprocess
import sys
from copy import deepcopy
from pathlib import Path

import nbformat
import pytest
from sphinx_gallery.gen_gallery import DEFAULT_GALLERY_CONF
from sphinx_gallery.notebook import jupyter_notebook, save_notebook
from sphinx_gallery.py_source_parser import split_code_and_text_blocks

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = {path.stem: path for path in sorted(ROOT.glob("examples/*/plot_*.py"))}

# Run a notebook in place. The kernel is talked to by files beside it: a port that was free when it
# was chosen may be taken by a browser, or by another kernel, before the kernel listens to it.
EXECUTE = """
import sys
import nbformat
from nbclient import NotebookClient
from traitlets.config import Config

name, kernel = sys.argv[1:]
notebook = nbformat.read(name, as_version=4)
config = Config({"KernelManager": {"transport": "ipc", "ip": "kernel"}})
NotebookClient(notebook, kernel_name=kernel, config=config).execute()
nbformat.write(notebook, name)
"""


def run(command, folder, environment):
    return subprocess.run(
        command, cwd=folder, env=environment, check=False, capture_output=True, text=True, timeout=300
    )  # fmt: skip


@pytest.fixture(scope="session")
def runs(clean_python, clean_environment, in_background):
    """Runs of the scripts, each in an empty folder."""

    def work(name, folder):
        shutil.copy(SCRIPTS[name], folder)
        return run([str(clean_python), f"{name}.py"], folder, clean_environment)

    return in_background("script", work)


@pytest.fixture(scope="session")
def notebooks(clean_kernel, clean_environment, in_background):
    """Notebooks that sphinx-gallery makes of the scripts, after their cells have run."""
    environment = {**clean_environment, "JUPYTER_PATH": str(clean_kernel)}
    del environment["MPLBACKEND"]  # In a notebook, figures are shown.
    execute = [sys.executable, "-c", EXECUTE]

    def work(name, folder):
        _, blocks = split_code_and_text_blocks(SCRIPTS[name])
        notebook = jupyter_notebook(blocks, deepcopy(DEFAULT_GALLERY_CONF), folder)
        save_notebook(notebook, folder / f"{name}.ipynb")
        done = run([*execute, f"{name}.ipynb", clean_kernel.name], folder, environment)
        assert done.returncode == 0, done.stderr
        return nbformat.read(folder / f"{name}.ipynb", as_version=4)

    return in_background("notebook", work)


def test_there_are_scripts():
    assert len(SCRIPTS) >= 12


@pytest.mark.parametrize("script", list(SCRIPTS))
def test_script_runs_alone(script, runs):
    done = runs[script].result()
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


@pytest.mark.parametrize("notebook", list(SCRIPTS))
def test_notebook_runs_alone(notebook, notebooks):
    cells = [cell for cell in notebooks[notebook].result().cells if cell.cell_type == "code"]
    shown = [output for cell in cells for output in cell.outputs]
    assert any("image/png" in output.get("data", {}) for output in shown)
    assert not [output.text for output in shown if output.get("name") == "stderr"]
