"""The colours: told apart by all readers, and one source for the look of figures."""

import ast
import copy
import itertools
import pickle
import re
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from colorspacious import cspace_convert, deltaE

from sgd_explained import palette

ROOT = Path(__file__).parents[2]
DATA = ["walker", "descent", "loss", "risk", "predicted", "rival", "guide"]
EYES = [None, "deuteranomaly", "protanomaly", "tritanomaly"]


def shade(colour, scheme):
    return colour.dark if scheme == "dark" else str(colour)


def rgb(text):
    return np.array([int(text[i : i + 2], 16) for i in (1, 3, 5)]) / 255


def seen(text, eyes):
    """Colour as eyes see it that lack a kind of cones (Machado, Oliveira and Fernandes 2009)."""
    if eyes is None:
        return rgb(text)
    space = {"name": "sRGB1+CVD", "cvd_type": eyes, "severity": 100}
    return np.clip(cspace_convert(rgb(text), space, "sRGB1"), 0, 1)


def contrast(one, other):
    """Ratio of the luminances as WCAG 2 defines it."""
    y = [cspace_convert(rgb(text), "sRGB1", "XYZ100")[1] / 100 + 0.05 for text in (one, other)]
    return max(y) / min(y)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize(
    "colours",
    [[palette.ROLES[name] for name in DATA], palette.VALLEYS, palette.INPUTS],
    ids=["roles", "valleys", "inputs"],
)
def test_all_readers_tell_colours_apart(colours, eyes, scheme):
    for pair in itertools.combinations(colours, 2):
        one, other = (seen(shade(colour, scheme), eyes) for colour in pair)
        # A step of 1 is just noticed side by side.
        assert deltaE(one, other, input_space="sRGB1") > 8, pair


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", [*DATA, "ink", "press"])
def test_words_can_be_read_in_each_colour(name, scheme):
    page = shade(palette.PAGE, scheme)
    assert contrast(shade(palette.ROLES[name], scheme), page) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_valleys_and_inputs_are_seen_on_the_page(scheme):
    for colour in (*palette.VALLEYS, *palette.INPUTS):
        assert contrast(shade(colour, scheme), shade(palette.PAGE, scheme)) >= 2.8


def test_every_shade_is_written_in_the_same_way():
    for colour in (*palette.ROLES.values(), *palette.VALLEYS, *palette.INPUTS):
        assert re.fullmatch("#[0-9a-f]{6}", colour)
        assert re.fullmatch("#[0-9a-f]{6}", colour.dark)


def test_names_in_the_palette_are_those_of_the_roles():
    colours = {
        name.lower(): thing
        for name, thing in vars(palette).items()
        if isinstance(thing, palette.Colour)
    }
    assert colours == {**palette.ROLES, "measured": palette.WALKER}
    # An order from dark to light that all readers see alike (Nuñez, Anderton and Renslow 2018).
    assert palette.SHARES == "cividis"


def test_a_copy_of_a_colour_keeps_its_partner():
    for copied in (copy.deepcopy(palette.RISK), pickle.loads(pickle.dumps(palette.RISK))):
        assert (copied, copied.dark) == (palette.RISK, palette.RISK.dark)


def test_the_style_file_has_the_colours_of_the_palette():
    style = resources.files("sgd_explained").joinpath("site.mplstyle").read_text("utf-8")
    wanted = {
        "axes.edgecolor": palette.GUIDE,
        "axes.labelcolor": palette.INK,
        "axes.titlecolor": palette.INK,
        "grid.color": palette.GRID,
        "text.color": palette.INK,
        "xtick.color": palette.GUIDE,
        "ytick.color": palette.GUIDE,
        "axes.prop_cycle": f'cycler("color", ["{palette.INK[1:]}", "{palette.GUIDE[1:]}"])',
    }
    lines = dict(
        line.split(": ", 1) for line in style.splitlines() if ": " in line and line[0] != "#"
    )
    assert {name: lines[name] for name in wanted} == {
        name: value.removeprefix("#") for name, value in wanted.items()
    }


def test_figures_of_the_editor_stand_on_the_page():
    sheet = ROOT.joinpath("docs/_static/run/run.css").read_text("utf-8")
    grounds = re.findall(r'\[data-scheme="(\w+)"\] \{\n  background: (#\w+);', sheet)
    assert dict(grounds) == {"light": palette.PAGE, "dark": palette.PAGE.dark}


@pytest.mark.parametrize(
    "script", sorted(ROOT.glob("examples/*/plot_*.py")), ids=lambda script: script.stem
)
def test_scripts_name_colours_by_meaning(script):
    texts = [
        node.value
        for node in ast.walk(ast.parse(script.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    typed = [
        text
        for text in texts
        if text.startswith("#") or (len(text) > 1 and text[0] == "C" and text[1].isdigit())
    ]
    assert typed == []
