"""The examples in the prose, of README.md and of the pages, say what Python says."""

import re
from pathlib import Path

import pytest
from sybil import Sybil
from sybil.parsers.myst import PythonCodeBlockParser, SkipParser

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("docs/**/*.md"))]
PAGES = [page for page in PAGES if not {"gallery", "node_modules"} & set(page.parts)]
READER = Sybil(parsers=[PythonCodeBlockParser(), SkipParser()])


def examples(page):
    return list(READER.parse(page))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_examples_run(page):
    for example in examples(page):
        example.evaluate()


def test_readme_has_examples():
    assert len(examples(ROOT / "README.md")) >= 3


def test_links_and_pictures_of_readme_are_there():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    local = [link for link in re.findall(r"\]\(([^)\s#]+)", text) if "://" not in link]
    assert len(local) >= 3
    assert [link for link in local if not (ROOT / link).is_file()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_told_tables_have_captions(page):
    text = page.read_text(encoding="utf-8")
    tables = re.findall(r"^:{3,}\{numbers\} (\S+)\n(.*?)^:{3,}$", text, re.MULTILINE | re.DOTALL)
    assert [name for name, options in tables if ":caption: " not in options] == []


def test_wrong_example_is_found(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("```python\n>>> 1 + 1\n3\n\n```\n", encoding="utf-8")
    with pytest.raises(Exception, match="3"):
        test_examples_run(page)
