"""Wheels for Python in the page: which are accepted, what is packed of them, and what without any."""

import functools
import hashlib
import http.server
import sys
import threading
import zipfile
from io import StringIO
from pathlib import Path

import pytest

pytest.importorskip("sphinx")
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "docs" / "_ext"))

from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

from run import button, packs, wheels
from run.folder import own_files
from run.wheels import FOLDER, Refused, Wheel, accept, all_wheels, fetch, has, inside, lock

CONTENT = b"what a wheel has in it"
WHEEL = Wheel("some", "1.0", "some-1.0.whl", hashlib.sha256(CONTENT).hexdigest())
CHANGED = CONTENT.replace(b"w", b"v", 1)


def test_one_changed_byte_is_refused():
    assert accept(WHEEL, CONTENT) == CONTENT
    with pytest.raises(Refused, match=r"some-1\.0\.whl must have the SHA-256 .* got "):
        accept(WHEEL, CHANGED)


def test_the_lock_file_names_a_hash_for_every_wheel():
    locked = all_wheels(lock())
    assert {wheel.package for wheel in locked} >= {"numpy", "matplotlib", "scikit-learn"}
    assert all(len(wheel.sha256) == 64 for wheel in locked)


def test_sources_are_asked_for_what_is_missing_and_their_files_are_looked_at(tmp_path):
    other = WHEEL._replace(file="other-1.0.whl")
    asked = []

    def first(missing, locked):
        asked.append(missing)
        yield WHEEL, CHANGED
        yield other, CONTENT

    def second(missing, locked):
        asked.append(missing)
        yield WHEEL, CONTENT

    def third(missing, locked):
        raise AssertionError("nothing is missing any more")

    missing, refused = fetch([WHEEL, other], {}, tmp_path, (first, second, third))
    assert (missing, len(refused)) == ([], 1)
    assert asked == [[WHEEL, other], [WHEEL]]
    assert has(WHEEL, tmp_path)


def test_what_no_source_has_is_named(tmp_path):
    missing, refused = fetch([WHEEL], {}, tmp_path, [lambda missing, locked: [(WHEEL, CHANGED)]])
    assert missing == [WHEEL]
    assert WHEEL.sha256 in str(refused[0])
    assert list(tmp_path.iterdir()) == []


def test_set_up_says_in_a_line_what_is_missing(monkeypatch, capsys):
    monkeypatch.setattr(wheels, "fetch", lambda *_: ([WHEEL], []))
    wheels.main()
    told = capsys.readouterr().err
    assert told == f"Not to be had, so the site gets no buttons that run code: {WHEEL.file}\n"


def test_wheels_travel_in_another_wheel(tmp_path):
    carrier = tmp_path / "carrier.whl"
    with zipfile.ZipFile(carrier, "w") as archive:
        archive.writestr("deep/down/some-1.0.whl", CONTENT)
        archive.writestr("deep/down/stranger.whl", CONTENT)
    assert list(inside(carrier, [WHEEL])) == [(WHEEL, CONTENT)]


@pytest.fixture
def distribution(tmp_path):
    """A server that has one wheel."""
    (tmp_path / WHEEL.file).write_bytes(CONTENT)

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    handler = functools.partial(Quiet, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/{{file}}"
        server.shutdown()


def test_the_distribution_is_asked_until_it_has_one_not(distribution):
    lost = WHEEL._replace(file="lost.whl")
    given = wheels.from_distribution([WHEEL, lost, WHEEL], {}, distribution)
    assert list(given) == [(WHEEL, CONTENT)]


def test_packs_are_not_made_of_a_changed_wheel(tmp_path):
    for wheel in all_wheels(lock()):
        (tmp_path / wheel.file).write_bytes(CHANGED)
    with pytest.raises(Refused, match="numpy"):
        packs.packs(tmp_path, tmp_path / "kept")
    assert not (tmp_path / "kept").exists()


@pytest.mark.parametrize(
    ("path", "goes"),
    [
        ("numpy/_core/numeric.py", True),
        ("numpy/_core/_multiarray_umath.cpython-314-wasm32-emscripten.so", True),
        ("numpy/_core/tests/test_numeric.py", False),
        ("numpy/testing/_private/utils.py", True),
        ("numpy/__init__.pyi", False),
        ("numpy-2.4.3.dist-info/licenses/LICENSE.txt", True),
        ("numpy-2.4.3.dist-info/RECORD", False),
        ("matplotlib/mpl-data/fonts/ttf/DejaVuSans.ttf", True),
        ("matplotlib/mpl-data/fonts/ttf/STIXGeneralBol.ttf", False),
        ("matplotlib/backends/backend_svg.py", True),
        ("matplotlib/backends/backend_qtagg.py", False),
        ("PIL/PngImagePlugin.py", True),
        ("PIL/TiffImagePlugin.py", False),
        ("sklearn/datasets/data/breast_cancer.csv", True),
    ],
)
def test_what_goes_into_a_pack(path, goes):
    assert packs.wanted(path) is goes


def test_a_pack_gives_back_its_files():
    files = [("a/b.so", b"\0\1"), ("a/empty.py", b""), ("ü.txt", "ü".encode())]
    assert list(packs.unpack(packs.pack(files)).items()) == files


def test_of_metadata_name_and_version_stay():
    content = b"Metadata-Version: 2.4\nName: some\nVersion: 1.0\nAuthor: one\n\nWords.\n"
    assert packs.metadata(content) == b"Metadata-Version: 2.4\nName: some\nVersion: 1.0\n"


def test_our_own_modules_come_with_what_they_import():
    names = [name for name, _ in own_files()]
    assert names == sorted(names)
    assert {"sgd_explained/descent.py", "run/in_page/canvas.py", "gallery/files.py"} <= {*names}
    assert "sgd_explained/site.mplstyle" in names
    assert "gallery/figures.py" not in names  # It imports Sphinx, which no page has.


CONF = """
extensions = ["run.button"]
html_theme = "basic"
"""
PAGE = """\
Page
====

.. container:: cell

   Code.
"""


@pytest.fixture
def build(tmp_path):
    """Build a small site with one cell, and give its page."""
    source, out = tmp_path / "source", tmp_path / "html"
    source.mkdir()
    (source / "conf.py").write_text(CONF, encoding="utf-8")
    (source / "index.rst").write_text(PAGE, encoding="utf-8")

    def built():
        warnings = StringIO()
        with docutils_namespace():
            folders = [source, source, out, tmp_path / "doctrees"]
            Sphinx(*folders, "html", status=None, warning=warnings, freshenv=True).build()
        return (out / "index.html").read_text(encoding="utf-8"), warnings.getvalue()

    return built


class Made:
    """Folders that are there, with nothing in them."""

    run = "run-012345678901"

    def write(self, static):
        pass

    def size(self, static):
        return 9_700_000


def test_without_wheels_a_site_is_built_without_buttons(build, monkeypatch):
    monkeypatch.setattr(button, "folders", functools.cache(lambda: None))
    page, warnings = build()
    assert warnings == ""
    assert "data-run" not in page
    monkeypatch.setattr(button, "folders", functools.cache(Made))
    page, warnings = build()
    assert warnings == ""
    assert page.count('data-run="_static/run-012345678901/page.js"') == 1


def test_licences_travel_in_the_pack():
    locked = {wheel.package: wheel for wheel in all_wheels(lock())}
    if not has(locked["cycler"], FOLDER):
        pytest.skip("set-up had no wheels")
    files = dict(packs.pruned(wheels.read(locked["cycler"])))
    assert sorted(path.rpartition("/")[2] for path in files) == [
        "LICENSE",
        "METADATA",
        "__init__.py",
    ]
    assert b"matplotlib" in files["cycler-0.12.1.dist-info/LICENSE"]
