"""Configuration of the site, grouped by the extension that reads it."""

import logging
import os
import sys
from importlib.metadata import metadata
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "_ext"))

from matplotlib import colormaps
from matplotlib.colors import to_hex

import upstream
from pages import social_card
from sgd_explained import palette

# Furo's colours of code come from a library that would let every library tell what it does.
logging.basicConfig(level=logging.WARNING)

# -- Project -----------------------------------------------------------------------------

_package = metadata("sgd_explained")
_urls = dict(url.split(", ") for url in _package.get_all("Project-URL"))

project = "SGD explained"
author = "The sgd_explained developers"
copyright = f"2026, {author}"
version = release = _package["Version"]

extensions = [
    "myst_nb",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx_copybutton",
    "sphinx_gallery.gen_gallery",
    "sphinxcontrib.bibtex",
    "sphinxext.opengraph",
    "notfound.extension",
    "equations.derivation",
    "equations.katex",
    "gallery.figures",
    "gallery.freshness",
    "gallery.notebooks",
    "gallery.pages",
    "gallery.runs",
    "gallery.uses",
    "live.figure",
    "live.prose",
    "live.story",
    "pages.citation",
    "pages.code",
    "pages.markup",
    "pages.numbering",
    "pages.reading",
    "pages.search",
    "pages.sitemap",
    "pages.social_card",
    "run.button",
    "told.links",
]

exclude_patterns = [
    "node_modules",
    # Not pages: the gallery's notebooks are downloads, and myst-nb would take them for pages.
    "gallery/**.ipynb",
    "gallery/**.md5",
]
templates_path = ["_templates"]
nitpicky = True
numfig = True
numfig_format = {"figure": "Figure %s", "table": "Table %s", "code-block": "Listing %s"}
math_numfig = True
math_eqref_format = "({number})"
today_fmt = "%Y-%m-%d"

# -- Pages: myst-parser and myst-nb ------------------------------------------------------

myst_enable_extensions = [
    "amsmath",
    "attrs_block",
    "attrs_inline",
    "colon_fence",
    "deflist",
    "dollarmath",
]
myst_heading_anchors = 3

nb_execution_mode = "cache"
nb_execution_raise_on_error = True
nb_execution_timeout = 3600  # Seconds, to end what hangs: a busy machine may be slow.
nb_execution_show_tb = True
nb_execution_cache_path = str(HERE.parent / "build" / "notebooks")
upstream.KERNELS.put("auto")
nb_merge_streams = True
nb_render_markdown_format = "gfm"
nb_code_prompt_hide = "Hide the solution"

# -- Code to copy: sphinx-copybutton -----------------------------------------------------

# Of examples with prompts the button copies what was typed, and not what was printed.
copybutton_prompt_text = r">>> ?|\.\.\. ?|\$ "
copybutton_prompt_is_regexp = True
copybutton_copy_empty_lines = False
copybutton_line_continuation_character = "\\"

# -- Gallery: sphinx-gallery and our scraper ---------------------------------------------

sphinx_gallery_conf = {
    "examples_dirs": "../examples",
    "gallery_dirs": "gallery",
    # Locks of editors are no scripts of ours, and what needs a cluster is not run by the build.
    "ignore_pattern": r"^\.|^__init__\.py$|_on_dask\.py$",
    "image_scrapers": ("gallery.scraper.scrape", "told.records.scrape"),
    "reset_modules": ("gallery.scraper.house_style",),
    "subsection_order": "gallery.pages.section_number",
    "within_subsection_order": "gallery.pages.ReadingOrder",
    "capture_repr": (),
    "remove_config_comments": True,
    "show_signature": False,
    "thumbnail_size": (400, 280),
    # Times of execution differ from build to build.
    "min_reported_time": float("inf"),
    "write_computation_times": False,
}
# It warns of a space anywhere in the way to a clone; gallery.runs looks at the names of scripts.
suppress_warnings = ["sphinx_gallery.space_in_filename"]

# -- API: autodoc and numpydoc -----------------------------------------------------------

autodoc_member_order = "bysource"
# The docstrings tell types with their shapes, which annotations cannot.
autodoc_typehints = "none"
numpydoc_show_class_members = False

# -- References: sphinxcontrib-bibtex ----------------------------------------------------

bibtex_bibfiles = ["references.bib"]
bibtex_default_style = "alpha"
bibtex_reference_style = "author_year"
# By default entries are numbered, and one that is added would break the links of all pages that
# are not written again.
bibtex_cite_id = "{key}"

# -- HTML: furo --------------------------------------------------------------------------

# The colours of figures are those of pages, too.
_colours = palette.ROLES | dict(zip(("deepest", "trap", "medium"), palette.VALLEYS, strict=True))
_light = {f"color-{name}": str(colour) for name, colour in _colours.items()}
_dark = {f"color-{name}": colour.dark for name, colour in _colours.items()}
# The ends of the map of shares are the same on a dark page, and so is the ground of the film.
_light |= {f"color-share-{end}": to_hex(colormaps[palette.SHARES](float(end))) for end in (0, 1)}
_light["color-film"] = palette.PAGE.dark

html_theme = "furo"
html_domain_indices = False
html_math_renderer = "katex"
html_title = project
html_theme_options = {
    "light_css_variables": _light
    | {
        "color-brand-primary": "var(--color-press)",
        "color-brand-content": "var(--color-press)",
        "color-brand-visited": "#7a3596",
        "color-foreground-primary": "var(--color-ink)",
        "color-foreground-secondary": "#4b5560",
        "color-foreground-muted": "var(--color-guide)",
        "color-problematic": "#9c3708",
    },
    "dark_css_variables": _dark
    | {
        "color-brand-primary": "var(--color-press)",
        "color-brand-content": "var(--color-press)",
        "color-brand-visited": "#cf96ee",
        "color-foreground-primary": "var(--color-ink)",
        "color-foreground-secondary": "#b4bcc6",
        "color-foreground-muted": "var(--color-guide)",
        "color-problematic": "#ff9b5e",
    },
}
html_css_files = ["site.css"]
html_context = {"issues_url": _urls["Issues"], "source_url": _urls["Source"]}
html_baseurl = os.environ.get("READTHEDOCS_CANONICAL_URL", _urls["Documentation"])
html_static_path = ["_static"]
html_last_updated_fmt = None
html_show_sphinx = False
html_copy_source = False
# A figure is as large as its page can show; a link to the bare picture would add nothing.
html_scaled_image_link = False

# The page for missing addresses may be shown at any depth, so its links start at the root.
notfound_urls_prefix = urlsplit(html_baseurl).path

# -- Search: pages.search ----------------------------------------------------------------

# What readers type, and the page that answers it. What is not here is ranked by the words of titles
# and texts; "what is" and the like do not count.
search_keywords = {
    "film": ["video", "animation"],
    "learn/gradient-descent": ["η", "learning rate", "step size", "gradient descent", "gd"],
    "learn/model-and-loss": ["ℓ", "smallest loss", "lowest loss", "best loss", "loss", "model"],
    "learn/noisy-gradients": ["noise", "noisy"],
    "learn/sgd-algorithm": [
        "sgd",
        "stochastic gradient descent",
        "sgd gradient descent",
        "gradient descent sgd",
        "batch",
        "batch size",
        "mini-batch",
        "epoch",
    ],
    "learn/the-one-way-wall": ["wall", "flat minimum", "flat minima", "wide minimum"],
    "learn/what-the-run-found": ["best weight", "best weights", "lowest risk"],
    "learn/when-noise-frees-you": ["why noise", "escape", "trap"],
    "learn/where-noise-is-of-no-use": ["no use", "too little noise"],
    "learn/where-it-falls-short": ["local minimum", "global minimum", "risk"],
    "practice/a-rate-for-each-weight": ["adam", "adamw", "adagrad", "rmsprop", "bias correction"],
    "practice/clinic": ["nan"],
    "practice/learning-rate-in-practice": [
        "warmup",
        "clipping",
        "range test",
        "critical batch size",
        "noise scale",
    ],
    "practice/momentum": ["momentum", "heavy ball", "nesterov"],
    "practice/two-weights": [
        "saddle",
        "saddle point",
        "ravine",
        "condition number",
        "hessian",
        "eigenvalue",
    ],
    "reference/index": ["index", "genindex"],
    "reference/notation": ["λ", "α", "θ", "symbols"],
    "reference/scale": ["dask", "cluster", "parallel"],
    "reference/install": ["pytest", "tests", "run tests", "pip"],
    "results/noise-ball": ["noise ball"],
    "results/reshuffling": ["reshuffling", "reshuffled", "shuffle"],
    "results/stability-limit": ["largest learning rate"],
}

# -- Search engines and social cards: sphinx-sitemap, sphinxext-opengraph ----------------

upstream.CARD_MODULE.put_module(
    "sphinxext.opengraph._social_cards",
    SimpleNamespace(DEFAULT_SOCIAL_CONFIG={}, create_social_card=None),
)
sitemap_url_scheme = "{link}"
sitemap_excludes = ["404.html", "genindex.html", "search.html"]
ogp_site_url = html_baseurl
# One card of our own for the whole site, instead of one for each page.
ogp_social_cards = {"enable": False}
ogp_image = social_card.PICTURE
ogp_image_alt = social_card.ALT
ogp_custom_meta_tags = ['<meta name="twitter:card" content="summary_large_image">']

# -- Link check --------------------------------------------------------------------------

linkcheck_timeout = 20
linkcheck_retries = 2
