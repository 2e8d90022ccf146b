"""Keep executed results in step with the code that they came from.

sphinx-gallery reruns a script when the script changes, and myst-nb a page when the page changes.
Neither looks at the package that both import, so a change there would leave old numbers on the
site. This extension takes a fingerprint of everything that results depend on besides the script
or page itself:

* the package's sources, the figure scraper, and the citation file that a page reads,
* the versions of the libraries that compute and draw.

Another fingerprint means another notebook cache, a new reading of every page, and a new run of
every gallery script. The list of references is kept in step with the pages that cite, too.
"""

import hashlib
import shutil
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGE = HERE.parents[1] / "src" / "sgd_explained"
LIBRARIES = (
    "imageio-ffmpeg",
    "matplotlib",
    "numpy",
    "pillow",
    "scikit-learn",
    "scipy",
    "sympy",
)
STAMP = ".fingerprint"


def fingerprint():
    """Hash of the package, the scraper and the versions of the libraries, as hexadecimal text."""
    digest = hashlib.sha256()
    scraper = [
        HERE / name for name in ("figure_files.py", "figure_videos.py", "gallery_figures.py")
    ]
    cited = PACKAGE.parents[1] / "CITATION.cff"
    for path in [*sorted(PACKAGE.rglob("*.py")), *scraper, cited]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    for library in LIBRARIES:
        digest.update(f"{library} {version(library)}\n".encode())
    return digest.hexdigest()[:16]


def _gallery_stamp(app):
    return Path(app.srcdir, app.config.sphinx_gallery_conf["gallery_dirs"], STAMP)


def forget_stale_runs(app):
    """Let every gallery script run again when the gallery was made with another fingerprint.

    sphinx-gallery skips a script whose checksum it finds. Its own switch for this is part of the
    configuration, and turning it would make Sphinx write every page again.
    """
    stamp = _gallery_stamp(app)
    if not stamp.is_file() or stamp.read_text() != app.config.results_fingerprint:
        for checksum in stamp.parent.rglob("*.py.md5"):
            checksum.unlink()


def remember(app, exception):
    """Record what the gallery was made with, and drop notebook caches of other fingerprints."""
    if exception is not None:
        return
    _gallery_stamp(app).write_text(app.config.results_fingerprint)
    cache = Path(app.config.nb_execution_cache_path)
    for other in cache.parent.glob("*"):
        if other != cache:
            shutil.rmtree(other)


def bibliographies(app, env, added, changed, removed):
    """Read the lists of references again with any other page, which may cite something new.

    sphinxcontrib-bibtex does so only when the list of all entries has changed.
    """
    if not (added or changed or removed):
        return []
    return sorted({key.docname for key in env.get_domain("cite").bibliographies})


def setup(app):
    app.add_config_value("results_fingerprint", fingerprint(), "env", types=[str])
    # Before sphinx-gallery, which makes the gallery at the same event.
    app.connect("builder-inited", forget_stale_runs, priority=1)
    app.connect("build-finished", remember)
    app.connect("env-get-outdated", bibliographies)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
