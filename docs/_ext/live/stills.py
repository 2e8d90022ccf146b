"""Stills of live figures: what one shows before it wakes, in print, and without JavaScript.

The module of the figure draws its still itself, while the site is built: ``stills.mjs`` runs it in
Node, on a page that has no more than the module asks for. So a still cannot differ from its figure.
It is a part of the page, with the text and the colours of the page. A wide column and a narrow one
have a still each, so that its words are large enough on both.
"""

import json
import subprocess
from html import escape
from pathlib import Path

from sphinx.errors import ExtensionError

from equations.katex import NODE

SCRIPT = Path(__file__).resolve().with_name("stills.mjs")
# Pixels: the column of a wide window, and that of a phone.
WIDTHS = {"wide": 720, "narrow": 328}


def asked(
    module: Path, state: str, anchor: str, numbers: str = "", widths: dict[str, int] = WIDTHS
) -> dict:
    """What a figure in a state shows of these numbers and tells, for each width."""
    request = {
        "module": module.as_uri(),
        "figure": module.stem,
        "state": state,
        "anchor": anchor,
        "numbers": numbers,
        "widths": widths,
    }
    answer = subprocess.run(
        [NODE, SCRIPT],
        check=False,
        input=json.dumps(request),
        capture_output=True,
        encoding="utf-8",
    )
    if answer.returncode:
        raise ExtensionError(f"the still of live figure {module.stem!r}: {answer.stderr}")
    return json.loads(answer.stdout)


def markup(answer: dict) -> str:
    """Markup of the stills in an answer, one for each width."""
    return "".join(
        f'<div class="live-still live-{kind}{" live-pair" * still["pair"]}" role="img" '
        f'aria-label="{escape(still["description"])}">{still["markup"]}</div>'
        for kind, still in answer.items()
    )
