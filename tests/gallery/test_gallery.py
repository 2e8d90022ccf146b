"""Every gallery script, and the notebook made of it, runs alone after ``pip install``.

The build has run each script, in an environment full of libraries and in the house style. Alone,
one run stands for script and notebook: the notebook that readers download has the statements of its
script, and its cells are run one by one in an empty folder of a clean environment.
"""

import ast
import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

HERE = Path(__file__).resolve().parent
SCRIPTS = {path.stem: path for path in sorted(HERE.parents[1].glob("examples/*/plot_*.py"))}
TIMEOUT = 3600  # Seconds, to end what hangs: no machine is as slow as this.

# Run a notebook in place. The kernel is talked to by files beside it: a port that was free when it
# was chosen may be taken by a browser, or by another kernel, before the kernel listens to it.
EXECUTE = """
import sys
import nbformat
from nbclient import NotebookClient
from traitlets.config import Config

notebook = nbformat.read(sys.argv[1], as_version=4)
config = Config({"KernelManager": {"transport": "ipc", "ip": "kernel"}})
NotebookClient(notebook, kernel_name="python3", config=config).execute()
nbformat.write(notebook, sys.argv[1])
"""


def download(site, name):
    """Find a file that the site offers for download."""
    (file,) = site.glob(f"_downloads/*/{name}")
    return file


def run(command, folder, environment):
    """Run a command in a folder, which must say nothing to stderr, and end well."""
    done = subprocess.run(
        command, cwd=folder, env=environment, check=False, stderr=subprocess.PIPE, timeout=TIMEOUT
    )
    assert (done.returncode, done.stderr.decode()) == (0, "")


def test_there_are_scripts():
    assert len(SCRIPTS) >= 12


@pytest.mark.parametrize("script", list(SCRIPTS))
def test_notebook_has_the_statements_of_its_script(script, site):
    source = SCRIPTS[script].read_text(encoding="utf-8")
    assert download(site, f"{script}.py").read_text(encoding="utf-8") == source
    notebook = nbformat.read(download(site, f"{script}.ipynb"), as_version=4)
    nbformat.validate(notebook)
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    # A cell for Jupyter itself is no Python.
    parsed = [ast.parse(cell) for cell in cells if not cell.startswith("%")]
    statements = [ast.dump(statement) for cell in parsed for statement in cell.body]
    # The script opens with its title and introduction, which are a cell of text.
    assert statements == [ast.dump(statement) for statement in ast.parse(source).body[1:]]


@pytest.mark.slow
@pytest.mark.parametrize("script", list(SCRIPTS))
def test_script_and_notebook_run_alone(script, site, clean_python, clean_variables, tmp_path):
    # Isolated, Python looks for modules in its environment only.
    notebook = download(site, f"{script}.ipynb")
    run([clean_python, "-I", HERE / "run_cells.py", notebook], tmp_path, clean_variables)
    assert list(tmp_path.iterdir()) == []


def test_a_notebook_runs_in_jupyter(site, clean_variables, tmp_path):
    notebook = tmp_path / "plot_descent_by_hand.ipynb"
    notebook.write_bytes(download(site, notebook.name).read_bytes())
    run([sys.executable, "-c", EXECUTE, notebook.name], tmp_path, clean_variables)
    outputs = [
        output
        for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        for output in cell.get("outputs", [])
    ]
    assert any("image/png" in output.get("data", {}) for output in outputs)
    assert not [output for output in outputs if output.get("name") == "stderr"]
