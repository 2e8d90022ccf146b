"""Serve the site while it is written: `nox -s serve`.

sphinx-autobuild watches and serves. Of each build this says what has changed, what Sphinx warns
of, and how long it took; sphinx-autobuild itself would tell its commands and all that Sphinx does.
"""

import os
import subprocess
import sys
import time

import sphinx_autobuild.__main__ as autobuild
from sphinx_autobuild.build import Builder
from sphinx_autobuild.utils import show_message

NAMED = 5


def describe(paths):
    """Names of files that have changed, as they are called from here."""
    names = sorted({os.path.relpath(path) for path in paths})
    more = [f"{len(names) - NAMED} more"] if len(names) > NAMED else []
    return ", ".join([*names[:NAMED], *more])


class QuietBuilder(Builder):
    """Runs Sphinx, and tells in a line how that went."""

    def __call__(self, *, changed_paths):
        # A folder changes with each file in it, and with what editors lay there for a while.
        files = [path for path in changed_paths if not path.is_dir()]
        if changed_paths and not files:
            return
        if files:
            show_message(f"Changed: {describe(files)}")
        began = time.monotonic()
        build = subprocess.run([sys.executable, "-m", "sphinx", *self.sphinx_args], check=False)
        took = f"{time.monotonic() - began:.1f} s"
        if build.returncode:
            show_message(f"Failed after {took}: mend it and save; until then the old site stays")
        else:
            show_message(f"Built in {took}: {self.uri}")


if __name__ == "__main__":
    autobuild.Builder = QuietBuilder
    autobuild.main()
