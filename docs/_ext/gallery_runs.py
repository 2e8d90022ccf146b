"""Run the scripts of all sections of the gallery side by side, in as many processes as ``-j`` says.

sphinx-gallery does so within a section, and waits at its end for the slowest script. Here all
scripts that have changed are run before it begins; when it comes to one, it gets the result.
"""

from pathlib import Path

import sphinx_gallery.gen_rst
from joblib import Parallel, delayed
from sphinx.util.display import status_iterator
from sphinx_gallery.utils import get_md5sum

# What takes long begins first, so that no process is left alone with it at the end.
SLOW = ("plot_film.py", "plot_escape_map.py", "plot_travel.py", "plot_escape_horizon.py")

run = sphinx_gallery.gen_rst.generate_file_rst


def _is_current(script, folder):
    """Whether a script has been run since it changed, as sphinx-gallery would see it."""
    checksum = folder / f"{script.name}.md5"
    return checksum.is_file() and checksum.read_text() == get_md5sum(script, mode="t")


def _slow_first(script):
    slow = script.name in SLOW
    return (not slow, SLOW.index(script.name) if slow else script)


def _run(script, folder, gallery_conf):
    return script, run(script.name, folder, script.parent, gallery_conf)


def run_scripts(app):
    """Run what has changed, and let sphinx-gallery ask for the results."""
    conf = app.config.sphinx_gallery_conf
    examples = Path(app.srcdir, conf["examples_dirs"]).resolve()
    gallery = Path(app.srcdir, conf["gallery_dirs"])
    jobs = []
    for script in sorted(examples.glob("*/*.py"), key=_slow_first):
        folder = gallery / script.parent.name
        if not _is_current(script, folder):
            folder.mkdir(parents=True, exist_ok=True)
            jobs.append(delayed(_run)(script, folder, conf))
    if not jobs:
        return
    workers = Parallel(app.parallel, batch_size=1, return_as="generator_unordered")
    results = dict(
        status_iterator(
            workers(jobs),
            "running the gallery's scripts... ",
            length=len(jobs),
            stringify_func=lambda result: result[0].name,
        )
    )

    def ask(fname, target_dir, src_dir, gallery_conf):
        found = results.get(Path(src_dir, fname).resolve())
        return found or run(fname, target_dir, src_dir, gallery_conf)

    sphinx_gallery.gen_rst.generate_file_rst = ask


def restore(app):
    sphinx_gallery.gen_rst.generate_file_rst = run


def setup(app):
    # sphinx-gallery settles its configuration at priority 10, and makes the gallery at 500.
    app.connect("builder-inited", run_scripts, priority=400)
    app.connect("builder-inited", restore, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
