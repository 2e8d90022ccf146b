"""How to cite the site, from ``CITATION.cff``: as a sentence, and as a BibTeX entry.

``citation`` takes one of these two as its argument: ``sentence`` or ``bibtex``.
"""

from pathlib import Path

import yaml
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

FORMS = ("sentence", "bibtex")


class Citation(SphinxDirective):
    """The citation in one form."""

    required_arguments = 1

    def run(self):
        form = directives.choice(self.arguments[0], FORMS)
        file = Path(self.env.srcdir).parent / "CITATION.cff"
        self.env.note_dependency(str(file))
        about = yaml.safe_load(file.read_text("utf-8"))
        authors = " and ".join(author["name"] for author in about["authors"])
        year = about["date-released"].year
        if form == "sentence":
            before, after = f"{authors} ({year}). ", f" (version {about['version']}). "
            title, url = nodes.emphasis("", about["title"]), about["url"]
            link = nodes.reference("", url, refuri=url)
            return [nodes.paragraph("", "", nodes.Text(before), title, nodes.Text(after), link)]
        fields = {
            "author": "{" + authors.replace("_", r"\_") + "}",
            "title": about["title"],
            "version": about["version"],
            "year": year,
            "url": about["url"],
        }
        lines = [f"  {name} = {{{value}}}," for name, value in fields.items()]
        entry = "\n".join(["@software{sgd_explained,", *lines, "}"])
        return [nodes.literal_block(entry, entry, language="bibtex")]


def setup(app):
    app.add_directive("citation", Citation)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
