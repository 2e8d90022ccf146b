"""A clean environment: what ``pip install '.[examples]'`` brings, and a kernel for notebooks."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import venv
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run(*command, **options):
    """Run a command; what it printed is in the error when it fails."""
    done = subprocess.run(
        [str(part) for part in command],
        check=False,
        capture_output=True,
        text=True,
        timeout=600,
        **options,
    )
    if done.returncode:
        raise AssertionError(f"{command} failed:\n{done.stdout}\n{done.stderr}")
    return done


@pytest.fixture(scope="session")
def clean_environment():
    """Variables without what a developer's shell may add to a script's view of the world."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "COVERAGE", "JUPYTER", "IPYTHON"))
        and name not in ("VIRTUAL_ENV", "MPLBACKEND", "MPLCONFIGDIR")
    }
    # No screen. Without one a film is never played, of which Matplotlib warns.
    unseen = "ignore:Animation was deleted without rendering anything:UserWarning"
    return {**kept, "MPLBACKEND": "agg", "PYTHONWARNINGS": unseen}


@pytest.fixture(scope="session")
def clean_python(pytestconfig, clean_environment):
    """The interpreter of the clean environment, which is kept between runs.

    The package is installed anew each time, as a user would install it: not editable.
    """
    constraints = ROOT / "constraints.txt"
    made_of = [sys.version, constraints.read_text(), (ROOT / "pyproject.toml").read_text()]
    folder = (
        pytestconfig.cache.mkdir("examples")
        / (hashlib.sha256("\n".join(made_of).encode()).hexdigest()[:12])
    )
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    pip = (python, "-m", "pip", "install", "--quiet", "--constraint", constraints)
    if not (folder / "complete").exists():
        for other in folder.parent.iterdir():
            shutil.rmtree(other)
        venv.create(folder, with_pip=True)
        run(*pip, f"{ROOT}[examples]", "ipykernel", env=clean_environment)
        (folder / "complete").touch()
    else:
        run(*pip, "--force-reinstall", "--no-deps", ROOT, env=clean_environment)
    return python


@pytest.fixture(scope="session")
def clean_kernel(clean_python, tmp_path_factory):
    """A folder for JUPYTER_PATH that holds one kernel, of the folder's name: the clean one."""
    folder = tmp_path_factory.mktemp("clean", numbered=False)
    spec = folder / "kernels" / folder.name / "kernel.json"
    spec.parent.mkdir(parents=True)
    command = [str(clean_python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec.write_text(json.dumps({"argv": command, "display_name": "clean", "language": "python"}))
    return folder


@pytest.fixture(scope="session")
def in_background(request, tmp_path_factory):
    """Start work for all the tests that were selected, two at a time, each in an empty folder.

    The tests take the results one by one.
    """
    with ThreadPoolExecutor(2) as pool:

        def started(parameter, work):
            names = {
                item.callspec.params[parameter]
                for item in request.session.items
                if parameter in getattr(getattr(item, "callspec", None), "params", {})
            }
            return {
                name: pool.submit(work, name, tmp_path_factory.mktemp(name))
                for name in sorted(names)
            }

        yield started
        pool.shutdown(cancel_futures=True)
