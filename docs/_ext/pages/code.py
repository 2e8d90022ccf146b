"""Code on pages, with marks on those words only that do not look like all the others.

Pygments marks every name, comma and space, too. On the page of a script that is two marks of three,
which a phone would style and lay out one by one for nothing to be seen.
"""

from docutils import nodes
from pygments.formatters import HtmlFormatter
from pygments.token import STANDARD_TYPES, Name, Punctuation, Text, Whitespace
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx_gallery._doctree_links import CodeLinksTransform, code_links_block

import upstream

# Kinds of words that have the colour of the code around them, in light and in dark.
PLAIN = {Name, Name.Other, Punctuation, Punctuation.Marker, Whitespace}
CLASSES = [[STANDARD_TYPES[kind]] for kind in PLAIN]


class CodeFormatter(HtmlFormatter[str]):
    """Pygments' formatter, without marks on plain words."""

    def format(self, tokensource, outfile):
        """Write tokens, given as pairs of kind and text."""
        kinds = ((Text if kind in PLAIN else kind, text) for kind, text in tokensource)
        return super().format(kinds, outfile)


class PlainWords(SphinxPostTransform):
    """Take the marks off plain words in scripts, of which sphinx-gallery makes nodes; not off links."""

    default_priority = CodeLinksTransform.default_priority + 1
    formats = ("html",)

    def run(self, **kwargs):
        for block in self.document.findall(code_links_block):
            for part in list(block.findall(nodes.inline)):
                if part.parent is block and part["classes"] in CLASSES:
                    part.parent.replace(part, part.children)


def setup(app):
    upstream.CODE.put(CodeFormatter)
    upstream.CODE_OF_SCRIPTS.check()
    app.add_post_transform(PlainWords)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
