"""The map of a story: its pages in order, each with the still of a live figure and a sentence.

Each line of the directive ``story-map`` names a page, a figure and its state, and says a sentence::

    :::{story-map}
    gradient-descent | bowl | Take a few steps by hand.
    travelling | travel?step=100 | Send a walker over the surfaces.
    :::

A page that has been read to its end on this device is marked (``reading.js``).
"""

from docutils import nodes
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective

from live import stills
from live.figure import MODULES, mistake, note_sources


class StoryMap(SphinxDirective):
    """Show the pages of a story as pictures."""

    has_content = True

    def run(self):
        stations = nodes.enumerated_list(classes=["story-map", "live-figure"], enumtype="arabic")
        for number, line in enumerate(self.content):
            station = self.station(line)
            if isinstance(station, str):
                where = self.content_offset + number + 1
                return [self.state.document.reporter.warning(f"story-map: {station}", line=where)]
            stations += station
        return [stations]

    def station(self, line):
        """Item of the list for a line of the directive, or what is wrong with the line."""
        parts = [part.strip() for part in line.split("|")]
        if len(parts) != 3:
            return f"a line must read: page | figure?state | sentence, got {line!r}"
        page, figure, sentence = parts
        name, _, state = figure.partition("?")
        problem = mistake(name, state)
        if problem is not None:
            return problem
        note_sources(self.env, name)
        widths = {"map": stills.WIDTHS["narrow"]}
        picture = stills.markup(stills.asked(MODULES / f"{name}.js", state, page, widths=widths))
        # The title and the sentence say what the picture is for.
        hidden = f'<div class="story-picture" aria-hidden="true">{picture}</div>'
        link = addnodes.pending_xref(
            "",
            nodes.inline("", "", classes=["xref", "doc"]),
            refdomain="std",
            reftype="doc",
            reftarget=page,
            refdoc=self.env.docname,
            refexplicit=False,
            refwarn=True,
        )
        self.set_source_info(link)
        told = nodes.paragraph("", sentence)
        return nodes.list_item(
            "", nodes.raw("", hidden, format="html"), nodes.paragraph("", "", link), told
        )


def setup(app):
    app.add_directive("story-map", StoryMap)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
