"""Run the scripts of the gallery that have changed, and keep nothing that no script makes.

sphinx-gallery runs a script when its text has changed, within a section side by side, and leaves
behind what an earlier run has made. Here the changed scripts of all sections are run before it
begins, in as many processes as ``-j`` says; when it comes to one, it gets the result.

A script is run in an empty folder. What it made goes to the gallery where it differs from what is
there, so that Sphinx reads only those pages again that show something new. Beside each script a
note tells what it was made with (``gallery/freshness.py``) and which files it made; a file that no note
names, and that is no index, is removed. A script that fails stops the build: the site would go on
showing what it made before.
"""

import json
import re
import tempfile
import traceback
from pathlib import Path

from sphinx.errors import ExtensionError
from sphinx.util.display import status_iterator

import upstream
from gallery.freshness import keep_only, script_fingerprint, write_changed

# What takes long begins first, so that no process is left alone with it at the end.
SLOW = ("plot_film.py", "plot_travel.py", "plot_escape_map.py", "plot_escape_horizon.py")
HEADER = "GALLERY_HEADER.rst"
ARCHIVES = ("gallery_jupyter.zip", "gallery_python.zip")

run = upstream.SCRIPTS.theirs()


def find_scripts(examples, ignored):
    """Scripts of all sections; refused are one in a folder that is none, and one with a space."""
    found = [script for script in examples.glob("*/*.py") if not re.search(ignored, script.name)]
    for section in sorted({script.parent for script in found}):
        if not (section / HEADER).is_file():
            raise ExtensionError(
                f"{section} has scripts, but no {HEADER}: write one, or remove the folder"
            )
    spaced = sorted(str(script) for script in found if " " in script.name)
    if spaced:
        raise ExtensionError(f"a link to a script can have no space: {', '.join(spaced)}")
    return sorted(found)


def _note(script, folder):
    return folder / f"{script.name}.note"


def _read_note(script, folder):
    """Fingerprint and files of the last run that ended well; nothing where there was none."""
    try:
        return json.loads(_note(script, folder).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {"fingerprint": None, "files": []}


def _is_current(script, fingerprint, folder):
    """Whether a script has been run as it stands, and all that it made is there."""
    note = _read_note(script, folder)
    there = all((folder / file).is_file() for file in note["files"])
    return there and note["fingerprint"] == fingerprint


def _slow_first(script):
    slow = script.name in SLOW
    return (not slow, SLOW.index(script.name) if slow else script)


def _run(script, fingerprint, folder, conf, scratch):
    """Run a script; give it with what sphinx-gallery wants to know, or with what went wrong."""
    with tempfile.TemporaryDirectory(dir=scratch) as clean:
        made = Path(clean, folder.relative_to(conf["src_dir"]))
        made.mkdir(parents=True)
        try:
            result = run(script.name, made, script.parent, {**conf, "src_dir": clean})
        except ExtensionError as error:  # of the figure scraper, which says where
            return script, None, str(error)
        except Exception:  # noqa: BLE001 - of whatever kind: the build tells which script it was
            return script, None, traceback.format_exc()
        failure = result[3].get("formatted_exception")
        if failure is None:
            _take(script, fingerprint, made, folder)
    return script, result, failure


def _take(script, fingerprint, made, folder):
    """Bring what a script has made into the gallery, and note it."""
    files = sorted(path.relative_to(made).as_posix() for path in made.rglob("*") if path.is_file())
    for file in files:
        write_changed(folder / file, (made / file).read_bytes())
    note = {"fingerprint": fingerprint, "files": files}
    write_changed(_note(script, folder), json.dumps(note, indent=1).encode())


def run_scripts(app):
    """Run what has changed, and let sphinx-gallery ask for the results."""
    conf = app.config.sphinx_gallery_conf
    examples = Path(app.srcdir, conf["examples_dirs"]).resolve()
    gallery = Path(app.srcdir, conf["gallery_dirs"])
    # Each script with the folder for what it makes.
    folders = {
        script: gallery / script.parent.name
        for script in find_scripts(examples, conf["ignore_pattern"])
    }
    results = _run_changed(app, folders, conf)
    sweep(examples, gallery, folders)
    failures = [f"{script}:\n{failure}" for script, _, failure in results if failure is not None]
    if failures:
        raise ExtensionError("\n".join(["scripts of the gallery have failed", *failures]))
    given = {script: result for script, result, _ in results}

    def ask(fname, target_dir, src_dir, gallery_conf):
        found = given.get(Path(src_dir, fname).resolve())
        return found or run(fname, target_dir, src_dir, gallery_conf)

    upstream.SCRIPTS.put(ask)


def _run_changed(app, folders, conf):
    fingerprints = {script: script_fingerprint(script) for script in folders}
    changed = [
        script
        for script in sorted(folders, key=_slow_first)
        if not _is_current(script, fingerprints[script], folders[script])
    ]
    if not changed:
        return []
    # Most builds run nothing, and need not load it.
    from joblib import Parallel, delayed

    for script in changed:
        # Whatever ends the run half way: the script is run again.
        _note(script, folders[script]).unlink(missing_ok=True)
    jobs = (
        delayed(_run)(script, fingerprints[script], folders[script], conf, app.doctreedir)
        for script in changed
    )
    workers = Parallel(app.parallel, batch_size=1, return_as="generator_unordered")
    return list(
        status_iterator(
            workers(jobs),
            "running the gallery's scripts... ",
            length=len(changed),
            stringify_func=lambda result: result[0].name,
        )
    )


def sweep(examples, gallery, folders):
    """Remove from the gallery what no script of today has made."""
    sections = [header.parent.name for header in examples.glob(f"*/{HEADER}")]
    kept = {"index.rst", *ARCHIVES, *(f"{section}/index.rst" for section in sections)}
    for script, folder in folders.items():
        files = [_note(script, folder).name, *_read_note(script, folder)["files"]]
        kept |= {f"{folder.name}/{file}" for file in files}
    keep_only(gallery, kept)


def restore(app):
    upstream.SCRIPTS.take_back()


def setup(app):
    # sphinx-gallery settles its configuration at priority 10, and makes the gallery at 500.
    app.connect("builder-inited", run_scripts, priority=400)
    app.connect("builder-inited", restore, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
