"""What gallery scripts draw: pictures and videos, and what pages must know of them.

The scraper saves what a script has drawn, and writes a small JSON file beside each picture, which
the directive ``gallery-figure`` reads.

The figure's label (``fig.set_label``) is its alt text: the first paragraph says what is seen, and
what follows is shown as a transcript. A figure without a label fails the build.

An animation in a script that also has the variables ``captions``, ``chapters`` and ``poster`` is a
film. The first two are lists of (start, end, text) in seconds, and become text tracks, a transcript
and links; the third is the time of the frame that stands for the film.
"""

import json
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
from matplotlib.animation import FuncAnimation
from sphinx.errors import ExtensionError

from gallery.files import CSS_PIXELS_PER_INCH, STYLE, save_figure
from gallery.videos import save_animation


def house_style(gallery_conf, fname):
    """Give every gallery script matplotlib's defaults, and the house style on top of them."""
    plt.rcdefaults()
    mpl.rcParams.update(STYLE)


def _describe(figure, where):
    """Alt text, transcript and size on the page; ``where`` names the figure in an error."""
    alt, *transcript = (" ".join(part.split()) for part in figure.get_label().split("\n\n"))
    if not alt:
        raise ExtensionError(f"{where} has no alt text: say what it shows with fig.set_label(...)")
    width, height = (round(inches * CSS_PIXELS_PER_INCH) for inches in figure.get_size_inches())
    return {"alt": alt, "transcript": transcript, "width": width, "height": height}


def _cue_time(seconds):
    minutes, seconds = divmod(seconds, 60)
    return f"{int(minutes):02}:{seconds:06.3f}"


def _write_cues(cues, path):
    """Write (start, end, text) as WebVTT, times in seconds."""
    lines = ["WEBVTT"]
    for start, end, text in cues:
        lines.append(f"\n{_cue_time(start)} --> {_cue_time(end)}\n{text}")
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path.name


def save_film(animation, path, chapters, captions, poster):
    """Save a film: one dark video for both schemes, with its captions and chapters."""
    poster_frame = round(poster * 1000 / animation._interval)
    return save_animation(animation, path, ["dark"], poster_frame) | {
        "captions": _write_cues(captions, path.with_name(f"{path.stem}_captions.vtt")),
        "chapters": _write_cues(chapters, path.with_name(f"{path.stem}_chapters.vtt")),
        "chapter_list": [[start, title] for start, _, title in chapters],
        "transcript": [text for _, _, text in captions],
        "seconds": round(captions[-1][1]),
    }


def scrape(block, block_vars, gallery_conf):
    """Save every open figure of a gallery script, and show each by ``gallery-figure``."""
    script, variables = Path(block_vars["src_file"]), block_vars["example_globals"]
    animations = {
        value._fig.number: value  # type: ignore[attr-defined]  # Not public, and nothing else tells.
        for value in variables.values()
        if isinstance(value, FuncAnimation)
    }
    shown = []
    try:
        for number in plt.get_fignums():
            figure = plt.figure(number)
            path = Path(block_vars["image_path_iterator"].next())
            where = f"{script.name}, line {block.lineno}: figure {number}"
            record = _describe(figure, where)
            if number in animations and "captions" in variables:
                parts = (variables[name] for name in ("chapters", "captions", "poster"))
                record |= save_film(animations[number], path, *parts)
            elif number in animations:
                record |= save_animation(animations[number], path)
            else:
                try:
                    record |= save_figure(figure, path)
                except ValueError as error:
                    raise ExtensionError(f"{where}: {error}") from error
            path.with_suffix(".json").write_text(
                json.dumps(record, indent=1, sort_keys=True), "utf-8"
            )
            index = len(block_vars["image_path_iterator"])
            shown.append(f"\n.. gallery-figure:: {script.stem}\n   :index: {index}\n")
    finally:
        plt.close("all")
    return "\n".join(shown)
