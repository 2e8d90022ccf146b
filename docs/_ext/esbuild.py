"""Scripts for the browser, as short as can be."""

import subprocess
from pathlib import Path

from equations.katex import NODE

ESBUILD = Path(__file__).resolve().parents[1] / "node_modules" / "esbuild" / "bin" / "esbuild"
OPTIONS = ("--minify", "--target=es2022", "--charset=utf8", "--log-level=error")


def minified(*options, script=""):
    """Give a script, or what the options name, without what a browser does not need."""
    command = [str(NODE), str(ESBUILD), *OPTIONS, *options]
    done = subprocess.run(
        command, input=script, check=True, stdout=subprocess.PIPE, encoding="utf-8"
    )
    return done.stdout.rstrip()
