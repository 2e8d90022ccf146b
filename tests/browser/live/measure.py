"""Frame times and sizes of the live figures, as a table.

Not a test: ``pytest -s tests/browser/live/measure.py`` prints the table, and writes it to
``build/live-figures.md``.
"""

import gzip
import platform
from pathlib import Path
from urllib.parse import urljoin

import pytest

ROOT = Path(__file__).resolve().parents[3]
FRAMES = 240

# What a frame does: the figure plays, or a reader drags.
FRAME = {
    "travel": ("speed=60&passes=10", "figure.frame(1 / 60)"),
    "travel, batches of 50": ("speed=60&passes=200&batch=50", "figure.frame(1 / 60)"),
    "crowd of 5000": ("passes=200", "figure.frame(1 / 60)"),
    "crowd of 5000, batches of 50": ("passes=200&batch=50", "figure.frame(1 / 60)"),
    "surface": ("x=-5", "figure.frame(1 / 60)"),
    "gradients, 10 inputs": ("", "figure.set({ w: 0.6 * Math.sin(i / 20) })"),
    "gradients, 100 inputs, batches of 10": (
        "inputs=100&batch=10",
        "figure.set({ w: 0.6 * Math.sin(i / 20) })",
    ),
}


def script_times(figure, action):
    """Return the script's milliseconds in each frame, in rising order."""
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
            return times.sort((a, b) => a - b);
        }}"""
    )


def compressed(figure):
    """Return the gzipped bytes of the figure's own modules, and of its style sheet."""
    page, sizes = figure.page, {}
    own = f'script[type="module"][src$="/{figure.name}.js"]'
    entry = urljoin(page.url, page.locator(own).get_attribute("src"))
    waiting = [entry]
    while waiting:
        address = waiting.pop()
        text = page.request.get(address).text()
        sizes[address] = len(gzip.compress(text.encode(), 9))
        imports = [line.split('"')[1] for line in text.splitlines() if ' from "./' in line]
        waiting += {urljoin(address, name) for name in imports} - sizes.keys() - set(waiting)
    style = page.request.get(urljoin(entry, "live.css")).text()
    return sum(sizes.values()), len(gzip.compress(style.encode(), 9))


def processor():
    for line in (
        Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else ()
    ):
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()


def test_measure(open_figure, browser):
    rows = [
        "| figure | modules, gzip | style, gzip | script a frame: median | 95 % | 4x slower: median |",
        "|---|---|---|---|---|---|",
    ]
    for title, (state, action) in FRAME.items():
        name = title.split(",")[0].split()[0]
        figure = open_figure(name, state)
        modules, style = compressed(figure)
        times = script_times(figure, action)
        devtools = figure.page.context.new_cdp_session(figure.page)
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        slow = script_times(figure, action)
        rows.append(
            f"| {title} | {modules} B | {style} B | {times[FRAMES // 2]:.1f} ms "
            f"| {times[FRAMES * 95 // 100]:.1f} ms | {slow[FRAMES // 2]:.1f} ms |"
        )
        figure.page.close()
    how = (
        f"Chromium {browser.version} without a graphics card, on {processor()}. "
        f"Script time of {FRAMES} frames, without style, layout and paint; gzip -9 of each file."
    )
    table = "\n".join([*rows, "", how, ""])
    print(f"\n{table}")
    target = ROOT / "build" / "live-figures.md"
    target.parent.mkdir(exist_ok=True)
    target.write_text(table)


if __name__ == "__main__":
    raise SystemExit(pytest.main(["-s", __file__]))
