"""The code that a page shows runs as shown: copied cell by cell, in a clean environment."""

import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = sorted(
    page.relative_to(DOCS).with_suffix("").as_posix()
    for folder in ("learn", "practice", "results", "reference")
    for page in DOCS.glob(f"{folder}/**/*.md")
    if "{code-cell}" in page.read_text(encoding="utf-8")
)
TIMEOUT = 3600  # Seconds, to end what hangs.


class Cells(HTMLParser):
    """The cells of a page, as a reader copies them from the browser."""

    def __init__(self, html):
        super().__init__()
        self.sources, self.depth = [], 0
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        classes = (dict(attributes).get("class") or "").split()
        if tag == "div" and (self.depth or "cell_input" in classes):
            self.depth += 1
            if self.depth == 1:
                self.sources.append("")

    def handle_endtag(self, tag):
        if tag == "div" and self.depth:
            self.depth -= 1

    def handle_data(self, text):
        if self.depth and self.lasttag != "summary":
            self.sources[-1] += text


def cells(site, page):
    return Cells((site / f"{page}.html").read_text(encoding="utf-8")).sources


def run(python, source, folder, variables):
    return subprocess.run(
        [python, "-I", "-W", "error", "-"],
        input=source,
        cwd=folder,
        env={**variables, "MPLBACKEND": "agg"},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=TIMEOUT,
    )


def test_most_pages_have_code():
    assert len(PAGES) >= 15


@pytest.mark.parametrize("page", PAGES)
def test_visible_cells_run_alone(page, site, clean_python, clean_variables, tmp_path):
    sources = cells(site, page)
    written = (DOCS / f"{page}.md").read_text(encoding="utf-8").count("```{code-cell}")
    assert len(sources) == written  # All cells are shown.
    done = run(clean_python, "\n\n".join(sources), tmp_path, clean_variables)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_name_that_no_cell_defines_is_found(clean_python, clean_variables, tmp_path):
    html = '<div class="cell_input"><div><pre>print(np.pi)</pre></div></div><p>import numpy</p>'
    assert Cells(html).sources == ["print(np.pi)"]
    done = run(clean_python, "print(np.pi)", tmp_path, clean_variables)
    assert done.returncode == 1
    assert "NameError" in done.stderr
