"""What a page loads and may load: one style sheet, one script after the first paint.

The theme and each extension add their own style sheets and scripts to every page. Each is a
request, and the first paint waits for most of them. Here they become one of each kind. The script
is fetched when the page has been drawn: ``early.js`` does that, which stands in the page, since all
that is drawn waits for it, too. The page's policy allows it by its hash.
"""

import base64
import hashlib
import re
import zlib
from fnmatch import fnmatch
from pathlib import Path

import rcssmin
from furo import get_pygments_stylesheet

import upstream
from esbuild import minified

EARLY = Path(__file__).with_name("early.js")
SHEET, SCRIPT = "styles.css", "scripts.js"
# With the rules and fonts of equations, for the pages that have one: these weigh more than all else.
WITH_EQUATIONS = "styles-and-equations.css"
# In this order; the rules of the last sheet win. The colours of code come before all of them.
# The first two lie in folders that are named by their content.
KATEX = "katex-*/katex.css"
SHEETS = (
    KATEX,
    "live-*/live.css",
    "styles/furo.css",
    "copybutton.css",
    "styles/furo-extensions.css",
    "site.css",
)
SCRIPTS = (
    "documentation_options.js",
    "doctools.js",
    "scripts/furo.js",
    "clipboard.min.js",
    "copybutton.js",
    "copying.js",
    "scrolling.js",
    "film.js",
    "numbers.js",
    "marking.js",
    "drawers.js",
    "reading.js",
    "opening.js",
    "waking.js",
)
# All that a page may load is its own; furo and KaTeX set styles in the page.
POLICY = (
    "default-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
)
# Scripts that only declare what others use. Each of the rest is a function, run after all have been
# read: where one fails, or a browser lacks what it needs, the others go on.
DECLARATIONS = ("documentation_options.js", "doctools.js")
# Style sheets of the gallery and of notebooks: ours has what pages need of them. Tags: we have none.
# Words that were looked for are marked by our own script.
UNUSED_FILES = ("pygments.css", "sg_gallery", "mystnb", "sg-tags", "sphinx_highlight.js")

# A rule without rules in it, of a sheet as short as can be, and what separates its selectors.
OWN = re.compile(r"url\((?![\"']?(?:data:|#))[\"']?")
RULE = re.compile(r"([^{}]+)(\{[^{}]*\})")
COMMA = re.compile(r",(?![^(]*\))")
FACE = re.compile(r"@font-face\{[^}]*font-family:\"?(\w+)[^}]*\}")
PROPERTY = re.compile(r"""(?<=[{;])(--[\w-]+):(?:url\((?:'[^']*'|"[^"]*")\)|[^;}]*);?""")
LIST = re.compile(r":(?:is|not|where)\([^)]*\)")
# Classes of the theme, by how they begin, that no page has: of other extensions and hosts, of parts
# of a page that are switched off, and of markup that is not used. (A test looks at all pages.)
UNUSED_CLASSES = """
    admonition-todo align-(?!default) announcement attention attribution brackets caution
    code-block-caption danger deprecated domainindex edit-this-page epigraph error ethical fa-
    footnote furo-readthedocs furo-sidebar guilabel highlighttable hint hll icons important injected
    left-details line-block linenodiv linenos literal-block loweralpha lowerroman option-list
    problematic pull-quote right-details rst- sd- shadow sidebar-logo sig-inline sphinx-bs text-align
    text-center this-will tip toc-backref topic upperalpha upperroman version view-this-page viewcode
    warning
"""
# Of KaTeX: kinds of letters, arrows, boxes, commutative diagrams, and sizes that only words such as
# \\Large ask for.
UNUSED_CLASSES += r"""
    accent-full amsrm angl boldsymbol boxpad brace- cancel- cd- clap delim-size eqn-num fbox fcolorbox
    fleqn fontsize-ensurer halfarrow katex-(?:hdashline|hline|newline|overlay|root|rule)
    katex-(?:smash|sout|stretchy|tag|underline|version) leqno llap mainrm mml-eqn-num mtr-glue
    math(?:bf|bold|cal|fr|it|scr|sf|tt) reflectbox reset-size(?![36]\b)
    text(?:bb|bf|bold|fr|it|rm|scr|sf|tt) vertical-separator x-arrow
"""
UNUSED_CLASS = re.compile(rf"\.(?:{'|'.join(UNUSED_CLASSES.split())})")
# The look of code, and of one kind of word in it.
GROUND = re.compile(r"\.highlight \{ background: (?P<background>#\w+); color: (?P<foreground>#\w+)")
KIND_OF_WORD = re.compile(r"(.*\.highlight )(\.\w+) \{ (.*) \}")


def without_unused(sheet):
    """Leave out of a style sheet what is for classes that no page has, and what only that asks for.

    A selector with a list that names such a class beside others is kept. Fonts go that no other
    rule names, and properties that no rule reads.
    """

    def used(rule):
        selectors = COMMA.split(rule[1])
        kept = [each for each in selectors if not UNUSED_CLASS.search(LIST.sub("", each))]
        return ",".join(kept) + rule[2] if kept else ""

    kept = RULE.sub(used, sheet)
    others = FACE.sub("", kept)
    kept = FACE.sub(lambda face: face[0] if face[1] in others else "", kept)
    return PROPERTY.sub(lambda each: each[0] if f"var({each[1]}" in kept else "", kept)


def colours_of_code():
    """Give the colours of code; kinds of words that look alike share a rule."""
    rules: dict[object, list[str]] = {}
    for number, line in enumerate(get_pygments_stylesheet().splitlines()):
        found = KIND_OF_WORD.match(line)
        key, part = (found.group(1, 3), found[2]) if found else (number, line)
        rules.setdefault(key, []).append(part)
    return "\n".join(
        f"{key[0]}:is({','.join(parts)}){{{key[1]}}}" if isinstance(key, tuple) else parts[0]
        for key, parts in rules.items()
    )


def variables(app):
    """Give the colours that the theme writes into each page."""
    # First in light, then in dark.
    light, dark, _ = (ground.groupdict() for ground in GROUND.finditer(get_pygments_stylesheet()))
    context = {"furo_pygments": {"light": light, "dark": dark}} | {
        f"theme_{name}": value for name, value in app.builder.theme_options.items()
    }
    style = app.builder.templates.render("!partials/_head_css_variables.html", context)
    return re.sub("</?style>", "", style)


def alone(name, script):
    """Let a script stand alone: its names are its own, and so are its failures."""
    if name in DECLARATIONS:
        return script
    return f"queueMicrotask(() => {{\n{script}\n}});"


def join(scripts):
    """Join scripts, given by their names, to one."""
    whole = "\n;".join(alone(name, script) for name, script in scripts.items())
    return minified(script=whole)


def write_bundles(app):
    """Join the style sheets, as short as can be, and the scripts; give the scripts' checksum."""
    static = Path(app.outdir, "_static")

    def read(name):
        return upstream.change(name, (static / name).read_text("utf-8"))

    def sheet(*left_out):
        parts = [colours_of_code()]
        for path in (path for name in SHEETS if name not in left_out for path in static.glob(name)):
            name = path.relative_to(static)
            parts.append(OWN.sub(rf"\g<0>{name.parent.as_posix()}/", read(name.as_posix())))
        return without_unused(rcssmin.cssmin("\n".join(parts))) + rcssmin.cssmin(variables(app))

    script = join({name: read(name) for name in SCRIPTS})
    for name, text in ((SHEET, sheet(KATEX)), (WITH_EQUATIONS, sheet()), (SCRIPT, script)):
        bundle = static / name
        if not bundle.is_file() or bundle.read_text("utf-8") != text:
            bundle.write_text(text, "utf-8")
    return f"{zlib.crc32(script.encode()):08x}"


# The checksum of the scripts, as long as a build writes pages.
_checksum: list[str] = []


def configure(app, config):
    _checksum.clear()
    # Another script means another page.
    config.early_script = minified("--format=iife", script=EARLY.read_text("utf-8"))


def policy(early, runs_code):
    """Content security policy of a page: what it may load, and whether it may run WebAssembly.

    The worker is made of text that its page has, and so stands under the policy of the page.
    """
    digest = base64.b64encode(hashlib.sha256(early.encode()).digest()).decode()
    scripts = f"script-src 'self' 'sha256-{digest}'"
    running = (f"{scripts} 'wasm-unsafe-eval'", "worker-src 'self' blob:")
    return "; ".join([*POLICY, *(running if runs_code else (scripts,))])


def lighten(app, pagename, templatename, context, doctree):
    """Put the bundles in the place of their parts."""
    # The address of a bundle tells its content, so it has to be there before the page. Its parts are
    # there before the first page. (Some pages are written in each build, such as that of the search.)
    if not _checksum:
        _checksum.append(write_bundles(app))
    gone = [*UNUSED_FILES, *SHEETS, *SCRIPTS, SHEET if context["equations"] else WITH_EQUATIONS]
    context["late_script"] = f"_static/{SCRIPT}?v={_checksum[0]}"
    context["early_script"] = app.config.early_script
    context["policy"] = policy(app.config.early_script, context.get("runs_code"))
    for kind in ("css_files", "script_files"):
        context[kind] = [
            asset
            for asset in context[kind]
            if not any(fnmatch(str(asset.filename), f"*{name}*") for name in gone)
        ]


def setup(app):
    upstream.TEMPLATES.check()
    app.add_config_value("early_script", "", "html", str)
    for sheet in (SHEET, WITH_EQUATIONS):
        app.add_css_file(sheet, priority=900)
    app.connect("config-inited", configure)
    # After the extensions that add assets to single pages.
    app.connect("html-page-context", lighten, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
