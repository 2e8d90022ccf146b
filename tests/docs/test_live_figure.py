"""The directive ``live-figure`` and the role ``live``, on small sites of their own."""

import json
import pickle
import re
import shutil
import sys
from io import StringIO
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("sphinx")
EXTENSIONS = Path(__file__).resolve().parents[2] / "docs" / "_ext"
sys.path.insert(0, str(EXTENSIONS))

from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

from sgd_explained.losses import LOSSES

CONF = """
extensions = ["myst_parser", "gallery.figures", "live.figure", "live.prose", "live.story"]
myst_enable_extensions = ["colon_fence"]
numfig = True
html_theme = "basic"
sphinx_gallery_conf = {"gallery_dirs": "gallery"}


def setup(app):
    app.add_config_value("sphinx_gallery_conf", {}, "html")
"""

FIGURE = """:::{live-figure} travel
:fallback: plot_travel
:name: fig-live-travel
A caption.
:::
"""


class Site:
    def __init__(self, folder):
        self.source, self.out = folder / "source", folder / "html"
        images = self.source / "gallery" / "3_travel" / "images"
        images.mkdir(parents=True)
        self.source.joinpath("conf.py").write_text(CONF, encoding="utf-8")
        for scheme in ("light", "dark"):
            images.joinpath(f"{scheme}.svg").write_text(
                '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"/>', encoding="utf-8"
            )
        record = {"kind": "picture", "light": "light.svg", "dark": "dark.svg", "alt": "A walk."}
        record |= {"narrow_light": "light.svg", "narrow_dark": "dark.svg", "narrow_size": [20, 30]}
        record |= {"transcript": [], "width": 40, "height": 30}
        images.joinpath("sphx_glr_plot_travel_001.json").write_text(
            json.dumps(record), encoding="utf-8"
        )

    def build(self, **pages):
        for name, text in pages.items():
            path = self.source / f"{name.replace('__', '/')}.md"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        warnings = StringIO()
        doctrees = self.out / ".doctrees"
        with docutils_namespace():
            folders = (self.source, self.source, self.out, doctrees)
            Sphinx(*folders, "html", status=None, warning=warnings).build()
        return re.sub(r"\x1b\[[\d;]*m", "", warnings.getvalue())

    def page(self, name="index"):
        return self.out.joinpath(f"{name}.html").read_text(encoding="utf-8")


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path)


def test_figure_stands_around_its_fallback(site):
    state = FIGURE.replace(":name:", ":state: order=reversed&eta=0.02\n:name:")
    assert site.build(index=f"# Page\n\n{state}") == ""
    element = re.search(r"<live-travel.*?</live-travel>", site.page(), re.DOTALL).group()
    assert 'id="travel"' in element
    assert 'data-state="order=reversed&amp;eta=0.02"' in element
    assert element.count('alt="A walk."') == 2
    assert re.search(r"</live-travel>\s*<figcaption>.*?A caption\.", site.page(), re.DOTALL)
    assert 'id="fig-live-travel"' in site.page()


def test_still_is_drawn_by_the_figure_itself(site):
    still = FIGURE.replace(":fallback: plot_travel\n", ":state: start=0.5\n")
    assert site.build(index=f"# Page\n\n{still}") == ""
    element = re.search(r"<live-travel.*?</live-travel>", site.page(), re.DOTALL).group()
    stills = re.findall(
        r'<div class="live-still live-(\w+)" role="img" aria-label="(.*?)">', element
    )
    assert [kind for kind, _ in stills] == ["wide", "narrow"]
    assert all("weight 0.5000" in description for _, description in stills)
    assert not re.search(r"NaN|undefined|Infinity", element)
    ids = re.findall(r' id="([^"]+)"', site.page())
    assert len(ids) == len(set(ids))
    used = re.findall(r"url\(#([^)]+)\)", element)
    assert used
    assert set(used) <= set(ids)


def test_still_of_two_plots_has_them_side_by_side_where_there_is_room(site):
    assert site.build(index="# Page\n\n:::{live-figure} roots\nA caption.\n:::\n") == ""
    wide, narrow = re.findall(r'<div class="live-still live-(.*?)" role="img"', site.page())
    assert (wide, narrow) == ("wide live-pair", "narrow")
    widths = [float(width) for width in re.findall(r'<svg [^>]*?width="([\d.]+)"', site.page())]
    assert widths == [352, 352, 328, 328]


LINE = """
export const parameters = {};
customElements.define("live-line", class extends HTMLElement {
  state = {};
  connectedCallback() {
    const picture = document.createElement("div");
    picture.role = "img";
    const path = document.createElementNS("", "path");
    path.setAttribute("d", "PATH");
    picture.append(path);
    this.append(picture);
  }
  describe() { return "A line."; }
});
"""


def distances(points, line):
    """How far points are from a line through others, both with their coordinates as rows."""
    starts, steps = line[:-1], np.diff(line, axis=0)
    away = points[:, None] - starts
    length = np.maximum((steps**2).sum(axis=1), 1e-9)
    along = np.clip((away * steps).sum(axis=2) / length, 0, 1)
    return np.linalg.norm(away - along[..., None] * steps, axis=2).min(axis=1)


def test_still_is_nowhere_a_pixel_from_its_figure(tmp_path):
    from live import stills

    zigzag = np.random.default_rng(1).uniform(-50, 400, (100, 2))
    w = np.arange(400, 1200, 3.3)
    wave = np.column_stack([w, 100 + 80 * np.sin(w / 40)])
    points = np.concatenate([zigzag, zigzag[-1:], [[-0.2, 0.3], [0.24, -0.24]], wave])
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    module = tmp_path / "line.js"
    module.write_text(LINE.replace("PATH", f"{path}V7.3M1.2 3h0"), encoding="utf-8")
    markup = stills.asked(module, "", "line")["wide"]["markup"]
    drawn = re.fullmatch(r'<path d="(M.*)V7.5M1 3h0"></path>', markup)[1]
    moves = np.array([float(number) for number in re.findall(r"-?[\d.]+", drawn)])
    line = moves.reshape(-1, 2).cumsum(axis=0)
    # To the half pixel the line may pass beside a point by 0.3, and each end of it is rounded.
    assert max(distances(points, line)) < 0.3 + 0.05 + np.hypot(0.25, 0.25)
    # A corner is a corner, and where the line bends slowly it can do without most points.
    assert len(zigzag) + 10 < len(line) < len(zigzag) + 0.7 * len(wave)
    assert len(drawn) < 0.7 * len(path)


def test_still_that_fails_names_its_figure(tmp_path):
    from sphinx.errors import ExtensionError

    from live import stills

    module = tmp_path / "broken.js"
    module.write_text("throw new Error('no such surface');", encoding="utf-8")
    with pytest.raises(ExtensionError, match=r"(?s)'broken'.*no such surface"):
        stills.asked(module, "", "broken")


MAP_OF_SHARES = "# Page\n\n:::{live-figure} map\n:numbers: chances.shares\nA caption.\n:::\n"


@pytest.fixture
def telling_site(site):
    """Make a site whose gallery has a script that tells a table and a number."""
    cells = [["sizes", *range(17)], *([size, *[size / 7] * 17] for size in range(7))]
    rows = [[{"value": value} for value in row] for row in cells]
    numbers = {"shares": {"rows": rows}, "half": {"value": 0.5}}
    site.source.joinpath("gallery", "3_travel", "plot_chances.numbers.json").write_text(
        json.dumps({"title": "Chances", "numbers": numbers}), encoding="utf-8"
    )
    return site


def test_figure_draws_what_a_script_tells(telling_site):
    assert telling_site.build(index=MAP_OF_SHARES) == ""
    page = telling_site.page()
    [rows] = re.findall(r'data-numbers="(.*?)"', page)
    rows = json.loads(rows.replace("&quot;", '"'))
    assert rows[0] == ["sizes", *range(17)]
    assert rows[3] == [2, *[2 / 7] * 17]
    # Seven shares, each in a colour of its own, in the wide still and in the narrow one.
    assert [page.count(f"--share:{round(100 * size / 7)}%") for size in range(7)] == [2] * 7


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("chances.", "chance."), "no script 'chance' tells numbers; those that do: chances"),
        ((".shares", ".share"), "chances tells no 'share', but shares, half"),
        ((".shares", ".half"), "'chances.half': is no table"),
    ],
)
def test_numbers_that_no_script_tells_are_a_located_warning(telling_site, change, message):
    warnings = telling_site.build(index=MAP_OF_SHARES.replace(*change))
    assert message in warnings
    assert "index.md:3: " in warnings


def test_page_loads_the_modules_of_its_own_figures_only(site):
    warnings = site.build(index=f"# Page\n\n{FIGURE}", plain="---\norphan: true\n---\n# Plain\n")
    assert warnings == ""
    [module] = re.findall(r'data-module="(.*?)"', site.page())
    assert Path(module).name == "travel.js"
    assert site.out.joinpath("_static", module).is_file()
    assert "live" not in site.page("plain")
    assert not site.out.joinpath("_static", "live").exists()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("} travel", "} trvel"), "there is no live figure 'trvel'; there are"),
        (("plot_travel", "plot_nothing"), "no gallery script made figure 1 of 'plot_nothing'"),
        ((":name:", ":state: ordr=sorted\n:name:"), "travel has no parameter 'ordr'"),
        ((":name:", ":state: order=up\n:name:"), "order of travel must be one of sorted, reversed"),
        ((":name:", ":state: eta=fast\n:name:"), "eta of travel must be a number, got 'fast'"),
        ((":name:", ":stat: eta=1\n:name:"), "Unknown option key: 'stat'"),
    ],
)
def test_mistake_in_the_directive_is_a_located_warning(site, change, message):
    warnings = site.build(index=f"# Page\n\n{FIGURE.replace(*change)}")
    assert message in warnings
    assert re.search(r"index\.md:\d+: ", warnings)


def test_figure_is_one_module_and_one_directive(site, tmp_path, monkeypatch):
    from live import figure

    modules = tmp_path / "live"
    shutil.copytree(figure.MODULES, modules)
    monkeypatch.setattr(figure, "MODULES", modules)
    fifth = (
        modules.joinpath("gradients.js")
        .read_text(encoding="utf-8")
        .replace("live-gradients", "live-fifth")
    )
    modules.joinpath("fifth.js").write_text(fifth, encoding="utf-8")
    assert site.build(index=f"# Page\n\n{FIGURE.replace('} travel', '} fifth')}") == ""
    element = re.search(r"<live-fifth (.*?)>", site.page()).group(1)
    assert 'class="live-element"' in element
    wide, narrow = figure.heights("gradients")
    assert f'style="--live-height: {wide}rem; --live-height-narrow: {narrow}rem"' in element
    # What serves all figures names none of them.
    for shared in ("live.css", "element.js", "controls.js", "plot.js", "state.js"):
        text = modules.joinpath(shared).read_text(encoding="utf-8")
        assert not re.search("live-(travel|crowd|surface|gradients)", text)

    modules.joinpath("fifth.js").write_text(
        fifth.replace("export const height", "const height"), encoding="utf-8"
    )
    warnings = site.build(index=f"# Page\n\nAgain.\n\n{FIGURE.replace('} travel', '} fifth')}")
    assert "fifth.js must say how high the figure is" in warnings


def test_second_figure_needs_a_name_of_its_own(site):
    second = FIGURE.replace(":name: fig-live-travel", "")
    warnings = site.build(index=f"# Page\n\n{FIGURE}\n{second}")
    assert "is called 'travel' already; give this one an :id:" in warnings
    second = FIGURE.replace(":name: fig-live-travel", ":id: again")
    assert site.build(index=f"# Page\n\n{FIGURE}\n{second}") == ""
    assert re.search(r'<live-travel [^>]*id="again"', site.page())


def test_link_leads_to_a_state_of_a_figure(site):
    prose = "Now {live}`reverse it <travel?order=reversed&play>`, or {live}`look <travel>`.\n"
    other = "---\norphan: true\n---\n# Other\n\n{live}`See the end </index#travel?step=100>`.\n"
    assert site.build(index=f"# Page\n\n{FIGURE}\n{prose}", more__other=other) == ""
    assert '<a class="live-link reference internal" href="?order=reversed&amp;play#travel">' in (
        site.page()
    )
    assert 'href="#travel">look</a>' in site.page()
    assert 'href="../index.html?step=100#travel">See the end</a>' in site.page("more/other")


@pytest.mark.parametrize(
    ("link", "message"),
    [
        ("{live}`text <crowd>`", "live: index has no live figure 'crowd'"),
        ("{live}`text </other#travel>`", "live: other has no live figure 'travel'"),
        ("{live}`text <travel?order=up>`", "live: order of travel must be one of sorted"),
        ("{live}`text`", "live: it must read: text <figure?state>"),
    ],
)
def test_link_that_misses_is_a_located_warning(site, link, message):
    warnings = site.build(index=f"# Page\n\n{FIGURE}\n{link}\n")
    assert message in warnings
    assert re.search(r"index\.md:9: ", warnings)


def test_rebuild_with_nothing_changed_writes_nothing(site):
    site.build(index=f"# Page\n\n{FIGURE}")
    written = site.out.joinpath("index.html").stat().st_mtime_ns
    site.build()
    assert site.out.joinpath("index.html").stat().st_mtime_ns == written


def test_modules_declare_what_the_directive_reads():
    from live import figure

    for name in figure.figures():
        module = figure.MODULES.joinpath(f"{name}.js").read_text(encoding="utf-8")
        declared = re.search(r"parameters = \{\n(.*?)\n\};", module, re.DOTALL).group(1)
        names = re.findall(r"^  (\w+): ", declared, re.MULTILINE)
        assert names == list(figure.parameters(name))
        assert f'customElements.define("live-{name}"' in module


def test_every_loss_of_one_output_has_its_live_figure():
    from live import figure

    alone = {name for name, loss in LOSSES.items() if not loss.targets}
    offered = set(figure.parameters("tangent")["loss"])
    assert offered == alone, "losses.js must have an entry for each of them in losses.py"


MAP = """:::{story-map}
first | bowl?eta=0.9 | Begin here.
more/second | travel | Go on.
:::
"""


def test_map_of_a_story_depends_on_what_draws_it(site):
    pages = {name: f"---\norphan: true\n---\n# {name}\n" for name in ("first", "more__second")}
    assert site.build(index=f"# Page\n\n{MAP}", **pages) == ""
    with site.out.joinpath(".doctrees", "environment.pickle").open("rb") as file:
        needed = pickle.load(file).dependencies["index"]
    names = {Path(path).name for path in needed}
    assert {"stills.mjs", "bowl.js", "travel.js", "plot.js"} <= names


def test_map_of_a_story_shows_its_pages_in_order(site):
    pages = {name: f"---\norphan: true\n---\n# {name}\n" for name in ("first", "more__second")}
    assert site.build(index=f"# Page\n\n{MAP}", **pages) == ""
    stations = re.findall(r"<li>(<div class=.story-picture.*?)</li>", site.page(), re.DOTALL)
    assert [re.search(r'href="(.*?)"', station).group(1) for station in stations] == [
        "first.html",
        "more/second.html",
    ]
    assert all("<svg" in station for station in stations)
    assert "Learning rate 0.9" in stations[0]
    assert "live.css" in site.page()
    ids = re.findall(r' id="([^"]+)"', site.page())
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ((" | Begin here.", ""), "a line must read: page | figure?state | sentence, got"),
        (("bowl", "bwl"), "there is no live figure 'bwl'"),
        (("eta", "eat"), "bowl has no parameter 'eat'"),
        (("first", "frist"), "unknown document: 'frist'"),
    ],
)
def test_mistake_in_a_map_is_a_located_warning(site, change, message):
    pages = {name: f"---\norphan: true\n---\n# {name}\n" for name in ("first", "more__second")}
    warnings = site.build(index=f"# Page\n\n{MAP.replace(*change)}", **pages)
    assert message in warnings
    assert "index.md:" in warnings


BOWL = "# Page\n\n:::{live-figure} bowl\n:state: eta=0.9\n:id: deep\nA caption.\n:::\n\n"


def test_prose_shows_what_the_figure_shows(site):
    prose = "Rate {drag}`deep eta` from {drag}`deep start`: {readout}`deep eta`, {readout}`deep factor`.\n"
    assert site.build(index=BOWL + prose) == ""
    sentence = re.search(r"Rate .*", site.page()).group()
    spans = re.findall(r'<span class="(.*?)" (.*?)>(.*?)</span>', sentence)
    assert [(kind, text) for kind, _, text in spans] == [
        ("live-drag", "0.9"),
        ("live-drag", "−1.00"),
        ("live-reading", "0.9"),
        ("live-reading", "−0.80"),
    ]
    assert all('data-figure="deep"' in attributes for _, attributes, _ in spans)
    modules = [re.findall(r'data-module="(.*?)"', attributes) for _, attributes, _ in spans]
    assert modules[2:] == [[], []]
    assert site.out.joinpath("_static", modules[0][0]).is_file()


def test_page_without_such_numbers_does_not_load_what_drags_them(site):
    assert site.build(index=BOWL) == ""
    assert "dragging" not in site.page()


@pytest.mark.parametrize(
    ("prose", "message"),
    [
        ("{drag}`bowl eta`", "drag: this page has no live figure 'bowl'; there are: deep"),
        ("{drag}`deep rate`", "drag: bowl has no 'rate' for it; it has: eta, start, steps"),
        ("{drag}`deep factor`", "drag: bowl has no 'factor' for it; it has: eta, start, steps"),
        ("{drag}`deep`", "drag: bowl has no '' for it"),
        ("{readout}`deep fact`", "readout: bowl has no 'fact' for it; it has: factor, end, "),
    ],
)
def test_prose_that_misses_its_figure_is_a_located_warning(site, prose, message):
    warnings = site.build(index=f"{BOWL}{prose}\n")
    assert message in warnings
    assert re.search(r"index\.md:9: ", warnings)


def test_what_has_names_is_not_dragged(site):
    figure = BOWL.replace("bowl", "tangent").replace("eta=0.9", "y=1")
    assert "drag: tangent has no 'loss' for it; it has: y" in site.build(
        index=figure + "{drag}`deep loss`\n"
    )
