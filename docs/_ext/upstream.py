"""Every patch of other people's code: what it mends, what it was written for, and what it stands on.

A *patch* puts something of ours in the place of something of theirs, or relies on how theirs is
made inside. A *change* replaces a piece of a file of theirs. Both stand here, with the version
that they were written for and the issue upstream, where there is one that says the same. What we
put there is in the rooms, beside the code that it belongs to.

The ground of a patch is the code that it was written against, noted as a fingerprint of its
source. Where it has moved, the build ends with the name of the patch: read what is new there, drop
the patch if it is needed no more, mend it if it is, and note the fingerprint that the error tells.
"""

import hashlib
import inspect
import re
import sys
from dataclasses import dataclass
from functools import reduce
from importlib import import_module
from importlib.metadata import distribution, version
from pathlib import Path
from typing import Any

from sphinx.errors import ExtensionError

SPHINX = "https://github.com/sphinx-doc/sphinx/issues/"

# What stood at a place before it was patched.
_theirs: dict[str, Any] = {}


@dataclass(frozen=True)
class Patch:
    """A patch of a library, and the places where it stands or that it relies on.

    A place is ``module:attribute``, or the path of a file of the library; each has a fingerprint.
    """

    name: str
    mends: str
    library: str
    written_for: str
    places: dict[str, str]
    issue: str = "none known"

    def check(self):
        """Raise an error that names the patch if its ground is not what it was written against."""
        for place, known in self.places.items():
            if place in _theirs:  # It was checked before it was patched.
                continue
            try:
                found = fingerprint(self._at(place))
            except (AttributeError, ImportError, OSError):
                raise self._moved(f"{place} is gone") from None
            if found != known:
                raise self._moved(f"{place} has the fingerprint {found}, not {known}")

    def put(self, ours):
        """Put ours in the place of theirs, at each place."""
        self.check()
        for place in self.places:
            owner, name = self._owner(place)
            _theirs.setdefault(place, getattr(owner, name))
            setattr(owner, name, ours)

    def take_back(self):
        """Put theirs back."""
        for place in self.places:
            owner, name = self._owner(place)
            setattr(owner, name, _theirs.pop(place))

    def theirs(self):
        """Give what stands at the first place without the patch."""
        self.check()
        place = next(iter(self.places))
        return _theirs[place] if place in _theirs else self._at(place)

    def put_module(self, name, ours):
        """Let a module of ours be found where one of theirs would be loaded."""
        self.check()
        sys.modules[name] = ours

    def _at(self, place):
        if ":" in place:
            return getattr(*self._owner(place))
        file = Path(str(distribution(self.library).locate_file(place)))
        return file.read_text(encoding="utf-8")

    def _owner(self, place):
        module, _, path = place.partition(":")
        *owners, name = path.split(".")
        return reduce(getattr, owners, import_module(module)), name

    def _moved(self, what):
        return ExtensionError(
            f"docs/_ext/upstream.py: the ground of the patch {self.name!r} has moved: {what}. It was "
            f"written for {self.library} {self.written_for}, and {version(self.library)} is "
            f"installed. It mends this: {self.mends}"
        )


@dataclass(frozen=True)
class Change:
    """A change of a file that is not ours: a piece of it, given as text or pattern, becomes ours."""

    mends: str
    written_for: str
    file: str
    theirs: str | re.Pattern
    ours: str
    times: int = 1
    issue: str = "none known"

    def make(self, text):
        """Change the text of the file; an error that names the change where it does not fit."""
        pattern = (
            re.compile(re.escape(self.theirs)) if isinstance(self.theirs, str) else self.theirs
        )
        changed, count = pattern.subn(lambda _: self.ours, text)
        if count != self.times:
            times = "once" if self.times == 1 else f"{self.times} times"
            raise ExtensionError(
                f"docs/_ext/upstream.py: {self.file} has not {pattern.pattern!r} {times} any more "
                f"(but {count} times), which becomes {self.ours!r}. The change was written for "
                f"{self.written_for}. It mends this: {self.mends}"
            )
        return changed


def fingerprint(thing):
    """Short hash of the source of a function or class, or of a value."""
    if isinstance(thing, str):
        text = thing
    elif inspect.isroutine(thing) or inspect.isclass(thing):
        text = inspect.getsource(thing)
    else:
        text = repr(thing)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def change(file, text):
    """Make all changes to the text of a file."""
    for each in CHANGES:
        if each.file == file:
            text = each.make(text)
    return text


# -- Sphinx and docutils -----------------------------------------------------------------

SECTION_NUMBERS = Patch(
    name="letters before section numbers (pages/numbering.py)",
    mends="Each numbered table of contents begins with 1, and none can have a letter before it.",
    library="sphinx",
    written_for="9.0.4 to 9.2.0",
    places={
        "sphinx.environment.collectors.toctree:TocTreeCollector.assign_section_numbers": "facd2a31cae6"
    },
    issue=f"{SPHINX}4133",
)
FIGURE_NUMBERS = Patch(
    name="figures numbered from what is kept of pages (pages/numbering.py)",
    mends="Sphinx loads every page to number figures, in each build.",
    library="sphinx",
    written_for="9.0.4 to 9.2.0",
    places={
        "sphinx.environment.collectors.toctree:TocTreeCollector.assign_figure_numbers": "23db73e84d42"
    },
)
CAPTIONS = Patch(
    name="captions of the navigation (pages/markup.py)",
    mends="Sphinx gives them the role of a heading, and no level.",
    library="sphinx",
    written_for="9.0.4 to 9.2.0",
    places={"sphinx.writers.html5:HTML5Translator.visit_title": "c76f745e80a9"},
    issue=f"{SPHINX}14030",
)
CITATIONS = Patch(
    name="entries of the bibliography (pages/markup.py)",
    mends="docutils gives them the role doc-biblioentry, which is deprecated.",
    library="docutils",
    written_for="0.22.4 and 0.23",
    places={"sphinx.writers.html5:HTML5Translator.visit_citation": "94851c919d1c"},
)
SEARCH_INDEX = Patch(
    name="no search of Sphinx's own (pages/search.py)",
    mends="No setting keeps Sphinx from writing an index of words, and its page, beside ours.",
    library="sphinx",
    written_for="9.0.4 to 9.2.0",
    places={"sphinx.builders.html:StandaloneHTMLBuilder.search": "3cbc87c7681f"},
    issue=f"{SPHINX}14308",
)
CODE = Patch(
    name="marks in code (pages/code.py)",
    mends="Names, commas and spaces are marked, which look as if they were not.",
    library="sphinx",
    written_for="9.0.4",
    places={"sphinx.highlighting:PygmentsBridge.html_formatter": "678ddd6697ed"},
)

# -- sphinx-gallery ----------------------------------------------------------------------

ARCHIVES = Patch(
    name="archives of the gallery (gallery/pages.py)",
    mends="They store times of modification, so that two builds differ.",
    library="sphinx-gallery",
    written_for="0.22.1",
    places={
        "sphinx_gallery.gen_rst:zip_files": "f61cd01df51a",
        "sphinx_gallery.downloads:zip_files": "f61cd01df51a",
    },
)
CARDS = Patch(
    name="cards of the gallery (gallery/pages.py)",
    mends="The template has an invalid attribute, an image without a text, one picture for both "
    "schemes, and a link that screen readers cannot see.",
    library="sphinx-gallery",
    written_for="0.22.1",
    places={"sphinx_gallery.backreferences:THUMBNAIL_TEMPLATE": "1041bdc170f7"},
    issue="https://github.com/sphinx-gallery/sphinx-gallery/issues/1109 (of the two pictures)",
)
SCRIPTS = Patch(
    name="runs of the scripts (gallery/runs.py)",
    mends="A script is run again only when its own text has changed, and side by side only within "
    "a section.",
    library="sphinx-gallery",
    written_for="0.22.1",
    places={"sphinx_gallery.gen_rst:generate_file_rst": "e7c47f32dd6d"},
)
NOTEBOOKS = Patch(
    name="notebooks of the gallery (gallery/notebooks.py)",
    mends="They cannot stand alone: their links lead nowhere, and what they need is not installed. "
    "Ours are made as this function makes them, and are written over its own.",
    library="sphinx-gallery",
    written_for="0.22.1",
    places={"sphinx_gallery.notebook:jupyter_notebook": "23ff2ab86f8a"},
)
CODE_OF_SCRIPTS = Patch(
    name="marks in the code of scripts (pages/code.py)",
    mends="Names, commas and spaces become nodes there, each of a word.",
    library="sphinx-gallery",
    written_for="0.22.1",
    places={"sphinx_gallery._doctree_links:CodeLinksTransform": "4f9148b05927"},
)

# -- myst-nb and jupyter-client ----------------------------------------------------------

HIDDEN_CELLS = Patch(
    name="folds around hidden cells (pages/markup.py)",
    mends="The name of a fold is not the text that is seen.",
    library="myst-nb",
    written_for="1.4.0",
    places={
        "myst_nb.sphinx_:visit_HideCellInput": "4d979a9ab24b",
        "myst_nb.sphinx_:depart_HideCellInput": "d0d455253183",
    },
)
PAGE_CACHES = Patch(
    name="a cache for each page (gallery/freshness.py)",
    mends="Results are kept by the text of the cells, whatever the modules are that these import. "
    "The parser takes the cache's path from env.mystnb_config, which is set for each page.",
    library="myst-nb",
    written_for="1.4.0",
    places={"myst_nb.sphinx_:Parser.parse": "ecc3d86c99af"},
)
KERNELS = Patch(
    name="kernels that nobody can listen to (conf.py)",
    mends="A kernel warns when what it is asked could be listened to on its way, and myst-nb has no "
    "setting that would reach the manager of the kernel.",
    library="jupyter-client",
    written_for="8.10.0",
    places={
        "jupyter_client.manager:KernelManager.transport_encryption.default_value": "17eb3c0168d0"
    },
)

# -- furo, sphinx-notfound-page and sphinxext-opengraph ----------------------------------

BOXES = Patch(
    name="boxes around tables and equations (pages/markup.py)",
    mends="They get the identifier of what they hold, which may occur only once.",
    library="furo",
    written_for="2025.12.19",
    places={"furo:WrapTableAndMathInAContainerTransform": "400a90fdacc4"},
)
TEMPLATES = Patch(
    name="templates of pages (docs/_templates)",
    mends="Landmarks have no names, no policy allows the script in the page, and the colours of the "
    "theme stand in each. Ours are written anew, with the classes and identifiers of these.",
    library="furo",
    written_for="2025.12.19",
    places={
        "furo/theme/furo/base.html": "c6b65a3fc408",
        "furo/theme/furo/page.html": "ad8bad98317b",
        "furo/theme/furo/partials/_head_css_variables.html": "0a75ba610a57",
        "furo/theme/furo/partials/icons.html": "011252a5f029",
    },
)
ROOTED_LINKS = Patch(
    name="links of the page for missing addresses (pages/markup.py)",
    mends="Those in its text do not start at the root of the site, as those around it do.",
    library="sphinx-notfound-page",
    written_for="1.1.0",
    places={"notfound.extension:doctree_resolved": "07aeec982e01"},
)
CARD_MODULE = Patch(
    name="no Matplotlib for social cards (conf.py)",
    mends="sphinxext-opengraph loads it in every build, for cards that are not made here.",
    library="sphinxext-opengraph",
    written_for="0.13.0",
    places={"sphinxext/opengraph/__init__.py": "2fde085c93e8"},
    issue="https://github.com/sphinx-doc/sphinxext-opengraph/issues/145",
)

# -- Style sheets and scripts ------------------------------------------------------------

CHANGES = (
    Change(
        mends="The parts of a page stand beside its text in every window that has the room.",
        written_for="furo 2025.12.19",
        file="styles/furo.css",
        theirs="(max-width:82em)",
        ours="(max-width:79em)",
    ),
    Change(
        mends="It comes after the first paint here, so it asks whether the page is there as Sphinx's "
        "own scripts do.",
        written_for="furo 2025.12.19",
        file="scripts/furo.js",
        theirs='document.addEventListener("DOMContentLoaded",',
        ours="_ready(",
    ),
    Change(
        mends="It tells its listeners of the page's place by a call to scroll, which would end the "
        "browser's smooth way to the fragment of an address.",
        written_for="furo 2025.12.19",
        file="scripts/furo.js",
        theirs="window.scroll()",
        ours='window.dispatchEvent(new Event("scroll"))',
    ),
    Change(
        mends="Where one of the functions that wait for the page fails, those after it do not run.",
        written_for="sphinx 9.0.4 to 9.2.0",
        file="doctools.js",
        theirs='"loading") {\n    callback();',
        ours='"loading") {\n    setTimeout(callback);',
    ),
    Change(
        mends="Text is kept back until the fonts are there. KaTeX sets the height of every line "
        "itself, so nothing moves when they come.",
        written_for="KaTeX 0.19.1",
        file="katex.min.css",
        theirs="font-display:block",
        ours="font-display:swap",
        times=20,
        issue="https://github.com/KaTeX/KaTeX/issues/2242",
    ),
    Change(
        mends="It names the fonts in the formats of old browsers, too, and those are not copied.",
        written_for="KaTeX 0.19.1",
        file="katex.min.css",
        theirs=re.compile(r',url\([^)]+\.(?:woff|ttf)\) format\("[a-z]+"\)'),
        ours="",
        times=40,
    ),
)
