"""The environment in which scripts and notebooks run alone."""

import os
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "build" / "examples"


@pytest.fixture(scope="session")
def clean_python():
    """The interpreter of what ``pip install '.[examples]'`` brings, which ``nox -s tests`` makes."""
    python = EXAMPLES / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        message = "there is no environment in build/examples: `nox -s tests` makes it"
        pytest.fail(message, pytrace=False)
    return python


@pytest.fixture(scope="session")
def clean_variables():
    """Variables without what a developer's shell may add to a script's view of the world."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "COV", "JUPYTER", "IPYTHON", "MPL", "VIRTUAL_ENV"))
    }
