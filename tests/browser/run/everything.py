"""All scripts and all cells, run in each browser that there is, and what that costs.

`nox -s run_here` runs this. It writes its measurements to build/run-here.md.
"""

import gzip
import importlib.util
import json
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "docs" / "_ext"))


def load(name):
    path = Path(__file__).with_name(f"{name}.py")
    spec = importlib.util.spec_from_file_location(f"run_{name}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


from run import packs, wheels
from told.links import QUOTED, Mistake, texts

firefox, driving = load("firefox"), load("driving")
SCRIPTS = sorted(
    path for path in (ROOT / "examples").glob("*/plot_*.py") if path.stem != "plot_film"
)
PAGES = sorted(
    page.relative_to(ROOT / "docs").with_suffix(".html").as_posix()
    for page in (ROOT / "docs").glob("*/**/*.md")
    if "node_modules" not in page.parts and "{code-cell}" in page.read_text("utf-8")
)
NUMBER = re.compile(r"\{number\}`([^`]+)`")
TABLE = re.compile(r":::\{numbers\} (\S+)\n(?::\w+:.*\n)*?:formats: (.+)\n")
BROWSERS = ["chromium", pytest.param("firefox", marks=pytest.mark.skipif(
    firefox.find() is None, reason="no Firefox is installed"))]  # fmt: skip
# Numbers whose shown digits are others in the browser, and why.
ROUNDING = "what is left of a difference of nearly equal numbers is rounding alone"
LONG = "a long walk of large steps, or a sum of many, magnifies the last bits of a processor's exp"
OTHER = {
    "gradient_check.worst": ROUNDING,
    "gradient_check.step": ROUNDING,
    "swings.swings": LONG,
    "two_runs.never_settles": LONG,
    "two_runs.off": LONG,
    "cost_against_n.by_size": LONG,
    "cost_against_n.gain": LONG,
    "where_to.calm_risk": LONG,
    "where_to.left_risk": LONG,
    "where_to.left_share": LONG,
    "where_to.where": LONG,
    "where_to.widest_risk": LONG,
}
MEASURED = ("1_surfaces/plot_three_surfaces", "3_travel/plot_travel", "4_noise/plot_noise_ball")


@pytest.fixture
def visit(request, host):
    """Open a page in a browser, do something in it, and give what is seen."""
    if request.param == "firefox":
        with firefox.started() as tab:
            yield lambda address, act: (tab.goto(host.url + address), tab.evaluate(act))[1]
    else:
        page = request.getfixturevalue("new_context")().new_page()
        yield lambda address, act: (page.goto(host.url + address), page.evaluate(act))[1]


def shown():
    """Names of numbers, and the ways in which pages show them."""
    for page in (ROOT / "docs").glob("**/*.md"):
        text = page.read_text("utf-8") if "node_modules" not in page.parts else ""
        for quoted in NUMBER.findall(text):
            parts = QUOTED.fullmatch(quoted.strip())
            yield parts["name"], parts["format"] or ""
        for name, formats in TABLE.findall(text):
            for column, spec in enumerate(formats.split("|")):
                yield f"{name}[{column}]", spec.strip().partition(" ")[0]


def differs(script, other):
    """Numbers whose digits differ, of those that pages show."""
    for name, here, site in other:
        cell = re.sub(r"\[\d+\](\[\d+\])$", r"\1", f"{script}.{name}")
        for shown_name, spec in SHOWN:
            if shown_name != cell or spec == "-":
                continue
            try:
                digits = [texts({"value": json.loads(value)}, spec) for value in (here, site)]
            except (Mistake, json.JSONDecodeError):
                digits = [here, site]
            if digits[0] != digits[1]:
                yield f"{script}.{name}: {digits[0]} here, {digits[1]} on the site"


SHOWN = sorted(set(shown()))


@pytest.mark.parametrize("visit", BROWSERS, indirect=True)
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_runs_and_tells_the_site_s_numbers(visit, script):
    tells = re.search(r"^numbers\b", script.read_text("utf-8"), re.MULTILINE) is not None
    page = f"gallery/{script.parent.name}/{script.stem}.html"
    seen = visit(page, driving.script(numbers=tells))
    assert seen["status"].startswith("Done"), seen
    assert (seen["failed"], seen["claims"]) == ("", "")
    assert seen["figures"] >= 1
    name = script.stem.removeprefix("plot_")
    # A table goes by one name.
    wrong = [
        line for line in differs(name, seen["other"]) if re.split(r"[:\[]", line)[0] not in OTHER
    ]
    assert wrong == []


@pytest.mark.parametrize("visit", BROWSERS, indirect=True)
@pytest.mark.parametrize("page", PAGES)
def test_the_cells_of_a_page_run_and_print_what_the_site_shows(visit, page):
    seen = visit(page, driving.CELLS)
    assert seen["status"].startswith("Done"), seen
    assert [cell["failed"] for cell in seen["cells"]] == [""] * len(seen["cells"])


def test_two_builds_make_the_same_bytes():
    locked = wheels.lock()
    content = {wheel.package: wheels.read(wheel) for wheel in wheels.all_wheels(locked)}
    again = packs.make(content)
    made = packs.packs(wheels.FOLDER)
    assert sorted(again) == sorted(path.stem for path in made.glob("*.bin"))
    for name, pack in again.items():
        assert (made / f"{name}.bin").read_bytes() == pack, name


def wire(site, path):
    """Bytes of a file on the way: packs as they are, text as hosts compress it."""
    content = (site / path.partition("?")[0].removeprefix("/sgd-explained/")).read_bytes()
    return len(content) if path.endswith(".bin") else len(gzip.compress(content))


@pytest.mark.parametrize("visit", BROWSERS, indirect=True)
def test_what_it_costs(request, visit, host, runnable):
    """Measure bytes, requests and times, cold and warm; the machine's load is part of the times."""
    lines = []
    for when in ("cold", "warm"):
        for script in MEASURED:
            before = len(host.asked)
            seen = visit(f"gallery/{script}.html", driving.script(runs=2))
            asked = [
                path
                for path in host.asked[before:]
                if re.search(r"/(run|python)-|\.py$|sw\.js", path)
            ]
            asked = [path for path in asked if not path.endswith("404.html")]
            first, second = (f"{time / 1000:.1f}" for time in seen["times"])
            lines.append(
                f"| {request.node.callspec.params['visit']} | {when} | {Path(script).name} |"
                f" {len(asked)} | {sum(wire(runnable, path) for path in asked) / 1e6:.2f} |"
                f" {seen['start'] / 1000:.1f} | {first} | {second} | {seen['heap'] / 1e6:.0f} |\n"
            )
    cost = ROOT / "build" / "run-here.md"
    head = (
        "| browser | | script | requests | MB | start, s | first run, s | second run, s | heap, MB |\n"
        "|---|---|---|---|---|---|---|---|---|\n"
    )
    with cost.open("a", encoding="utf-8") as file:
        file.write(head + "".join(lines))
    # The first visit brings everything, and no later one any of the packs.
    assert float(lines[0].split("|")[5]) <= 10.1
    assert int(lines[0].split("|")[4]) <= 12
    assert all(float(line.split("|")[5]) < 0.1 for line in lines[1:])
