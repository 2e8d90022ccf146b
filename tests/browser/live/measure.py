"""Frame times and sizes of the live figures, held to their limits and written as a table.

Not among the tests, because a busy machine is slow: the nox session ``frames`` runs it, and
leaves the table in ``build/live-figures.md``.
"""

import platform
from pathlib import Path
from statistics import median, quantiles

import pytest

ROOT = Path(__file__).resolve().parents[3]
FRAMES = 240
# Milliseconds of script a frame: here, and at a quarter of the processor's speed.
LIMIT, SLOW_LIMIT = 4, 10

# What a frame does: the figure plays, or a reader drags.
PLAY, DRAG = "figure.frame(1 / 60)", "figure.set({ w: 0.6 * Math.sin(i / 20) })"
FRAME = {
    "travel": ("speed=60&passes=10", PLAY),
    "travel, batches of 50": ("speed=60&passes=200&batch=50", PLAY),
    "crowd of 5000": ("passes=200", PLAY),
    "crowd of 5000, batches of 50": ("passes=200&batch=50", PLAY),
    "surface": ("x=-5", PLAY),
    "trap": ("eta=0.03", PLAY),
    "wall": ("eta=0.085", PLAY),
    "basins, a hundred balls": (
        "",
        "figure.drops.length || figure.querySelectorAll('.live-stage button')[1].click(); " + PLAY,
    ),
    "map": ("", PLAY),
    "map, all cells": (
        "",
        "figure.queue.length > 1 || (figure.queue = [...figure.shares.keys()]); " + PLAY,
    ),
    "turns": ("", PLAY),
    "cycles": ("", PLAY),
    "bowl": ("", "figure.set({ eta: 0.6 + 0.5 * Math.sin(i / 20) })"),
    "tangent": ("", "figure.set({ y: 3 * Math.sin(i / 20) })"),
    "chain": ("", DRAG),
    "cards": ("", "figure.set({ order: (7 * i) % 720 })"),
    "last": ("", "figure.set({ last: 1 + (i % 100) })"),
    "settling": ("", "figure.set({ seed: i % 1000 })"),
    "peak": ("", "figure.set({ seed: i % 1000 })"),
    "batches, another weight": ("drawn=200&batch=100", DRAG),
    "batches, drawn anew": ("drawn=200&batch=100", "figure.set({ seed: i % 1000 })"),
    "cloud": ("", PLAY),
    "cloud, batches of 10": ("eta=0.0005&batch=10", PLAY),
    "race, another distance": ("", "figure.set({ distance: 0.0004 * 50 ** ((i % 40) / 40) })"),
    "race, other samples": ("", "figure.set({ samples: [10, 20, 50, 100, 1000, 10000][i % 6] })"),
    "troughs": ("", "figure.set({ along: 3 * Math.sin(i / 20) })"),
    "roots": ("", "figure.set({ beta: 0.5 + 0.4 * Math.sin(i / 20) })"),
    "rivals, another rate": ("", "figure.set({ eta: 10 ** (2 * Math.sin(i / 20) - 1) })"),
    "rivals, another angle": ("", "figure.set({ angle: i % 90 })"),
    "gradients, 10 inputs": ("", DRAG),
    "gradients, 100 inputs, batches of 10": ("inputs=100&batch=10", DRAG),
}


def script_times(figure, action):
    """Return the script's milliseconds in each frame."""
    return figure.element.evaluate(
        f"""async (figure) => {{
            const times = [];
            figure.clock ??= 0;
            for (let i = 0; i < {FRAMES}; i += 1) {{
                await new Promise(requestAnimationFrame);
                const before = performance.now();
                {action};
                times.push(performance.now() - before);
            }}
            return times;
        }}"""
    )


def processor():
    """Name the processor."""
    information = Path("/proc/cpuinfo")
    for line in (
        information.read_text(encoding="utf-8").splitlines() if information.exists() else ()
    ):
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()


@pytest.fixture(scope="module")
def table(browser):
    """Collect rows, and write them when all are there."""
    rows = [
        "| figure | its modules, gzip | script a frame: median | 95 % | 4x slower: median |",
        "|---|---|---|---|---|",
    ]
    yield rows
    how = (
        f"Chromium {browser.version} without a graphics card, on {processor()}. "
        f"Script time of {FRAMES} frames, without style, layout and paint; gzip -9 of each file."
    )
    text = "\n".join([*rows, "", how, ""])
    print(f"\n{text}")
    target = ROOT / "build" / "live-figures.md"
    target.parent.mkdir(exist_ok=True)
    target.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("title", FRAME)
def test_measure(open_figure, table, title):
    state, action = FRAME[title]
    figure = open_figure(title.split(",")[0].split()[0], state)
    size = sum(figure.compressed().values())
    times = script_times(figure, action)
    devtools = figure.page.context.new_cdp_session(figure.page)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    slow = median(script_times(figure, action))
    high = quantiles(times, n=20)[-1]
    table.append(f"| {title} | {size} B | {median(times):.1f} ms | {high:.1f} ms | {slow:.1f} ms |")
    assert median(times) <= LIMIT
    assert slow <= SLOW_LIMIT
