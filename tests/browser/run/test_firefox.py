"""The same in Firefox, where one is installed: a script, and a page of cells."""

import importlib.util
from pathlib import Path

import pytest


def load(name):
    path = Path(__file__).with_name(f"{name}.py")
    spec = importlib.util.spec_from_file_location(f"run_{name}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


firefox, driving = load("firefox"), load("driving")
pytestmark = pytest.mark.skipif(firefox.find() is None, reason="no Firefox is installed")


@pytest.fixture
def tab(runnable):
    with firefox.started() as tab:
        yield tab


def test_a_script_and_cells(tab, host):
    tab.goto(host.url + "gallery/1_surfaces/plot_three_surfaces.html")
    seen = tab.evaluate(driving.script())
    assert seen["status"].startswith("Done"), seen
    assert seen["told"].startswith("All ")
    assert (seen["figures"], seen["failed"], seen["claims"]) == (1, "", "")
    tab.goto(host.url + "learn/sgd-algorithm.html")
    seen = tab.evaluate(driving.CELLS)
    assert seen["status"].startswith("Done"), seen
    assert [cell["printed"].rstrip() for cell in seen["cells"]] == [
        cell["site"].rstrip() for cell in seen["cells"]
    ]
