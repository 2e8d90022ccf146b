"""The directive that shows a figure or video of the gallery on any page.

It reads the file that ``gallery/scraper.py`` has written beside the picture::

    :::{gallery-figure} plot_travel
    :index: 1
    :name: fig-travel
    The caption, which carries the claim.
    :::

The option ``brief`` leaves out the transcript, and the chapters of a film.
"""

import json
from html import escape
from pathlib import Path
from urllib.parse import quote

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from gallery.pages import show_in
from gallery.uses import note_use, script_link

# Where the wide picture would be so small that one could not read it, the narrow one is shown.
NARROW_PAGE, WIDE_PAGE = "(width <= 33em)", "(width > 33em)"
# A picture below no more text than so many characters is on the first screen.
ABOVE = 600


class gallery_picture(nodes.General, nodes.Element):
    """A picture of the gallery in one scheme: the narrow image, and then the wide one."""


class gallery_video(nodes.General, nodes.Element):
    """A video of the gallery, for a light or for a dark page."""


class gallery_chapters(nodes.General, nodes.Element):
    """Links to the chapters of a film."""


class gallery_transcript(nodes.General, nodes.Element):
    """What a figure shows, in words, folded away."""


def url_of(image, builder):
    """Address of an image, from the page that is being written."""
    return f"{builder.imgpath}/{quote(builder.images[image['uri']])}"


def visit_picture_html(self, node):
    narrow, wide = node.findall(nodes.image)
    size = {side: narrow[side] for side in ("width", "height")}
    source = {"media": NARROW_PAGE, "srcset": url_of(narrow, self.builder), **size}
    self.body.append("<picture>" + self.emptytag(node, "source", "", **source))
    shown = {name: wide[name] for name in ("alt", "width", "height")}
    shown |= {"class": " ".join(node["classes"]), "loading": node.get("loading", "eager")}
    self.body.append(self.emptytag(wide, "img", "", src=url_of(wide, self.builder), **shown))
    self.body.append("</picture>\n")
    raise nodes.SkipNode


def visit_video_html(self, node):
    def url(file):
        return f"{self.builder.dlpath}/{file}"

    attributes = {
        "controls": "controls",
        "playsinline": "playsinline",
        "preload": "none",
        "src": url(node["file"]),
        "poster": url(node["poster"]),
        "width": node["width"],
        "height": node["height"],
        "aria-label": node["alt"],
    }
    for name in ("loading", "data-seconds"):
        if name in node:
            attributes[name] = node[name]
    self.body.append(self.starttag(node, "video", "", **attributes))
    for kind, label in (("captions", "English"), ("chapters", "Chapters")):
        if kind in node:
            track = {"kind": kind, "label": label, "srclang": "en", "src": url(node[kind])}
            self.body.append(self.emptytag(node, "track", "", **track, CLASS=""))
    self.body.append(f'<a href="{url(node["file"])}">Download the video</a></video>\n')
    # On paper it stands for the video; the browser fetches it when it prints.
    poster = {"src": attributes["poster"], "alt": node["alt"], "loading": "lazy"}
    size = {side: node[side] for side in ("width", "height")}
    self.body.append(self.emptytag(node, "img", "\n", CLASS="poster", **poster, **size))
    if "captions" in node:
        told = self.starttag({}, "p", "", CLASS="film-captions", **{"aria-live": "polite"})
        self.body.append(f"{told}</p>\n")
    raise nodes.SkipNode


def visit_chapters_html(self, node):
    self.body.append('<ol class="chapters">\n')
    for start, title in node["chapters"]:
        minutes, seconds = divmod(round(start), 60)
        url = f"{self.builder.dlpath}/{node['file']}#t={start:g}"
        self.body.append(f'<li><a href="{url}">{minutes}:{seconds:02} {escape(title)}</a></li>\n')
    self.body.append("</ol>\n")
    raise nodes.SkipNode


def visit_transcript_html(self, node):
    self.body.append('<details class="transcript"><summary>What the figure shows</summary>\n')


def depart_transcript_html(self, node):
    self.body.append("</details>\n")


def skip(self, node):
    raise nodes.SkipNode


class GalleryFigure(SphinxDirective):
    """Show the figure or video that a gallery script made."""

    names_script = True
    required_arguments = 1
    has_content = True
    option_spec = {
        "index": directives.positive_int,
        "name": directives.unchanged,
        "class": directives.class_option,
        "brief": directives.flag,
    }

    def run(self):
        script, index = self.arguments[0], self.options.get("index", 1)
        gallery = Path(self.env.srcdir, self.config.sphinx_gallery_conf["gallery_dirs"])
        found = sorted(gallery.glob(f"*/images/sphx_glr_{script}_{index:03}.json"))
        if not found:
            message = f"gallery-figure: no gallery script made figure {index} of {script!r}"
            return [self.state.document.reporter.warning(message, line=self.lineno)]
        self.env.note_dependency(str(found[0]))
        page = found[0].parent.parent / script
        page_of_script = page.relative_to(self.env.srcdir).as_posix()
        note_use(self.env, page_of_script)
        record = json.loads(found[0].read_text("utf-8"))
        # Without a caption a figure is no figure: docutils would close a caption never opened.
        kind = nodes.figure if self.content else nodes.container
        figure: nodes.Element = kind(classes=["gallery-figure", *self.options.get("class", [])])
        show = self.video if record["kind"] == "video" else self.picture
        schemes = [scheme for scheme in ("light", "dark") if scheme in record]
        for scheme in schemes:
            shown = show(record, scheme, found[0].parent)
            if len(schemes) > 1:
                show_in(scheme, shown)
            figure += shown
        told = "brief" not in self.options
        if told and "chapter_list" in record:
            figure += gallery_chapters(file=shown["file"], chapters=record["chapter_list"])
        if told and record["transcript"]:
            figure += gallery_transcript(
                "", *(nodes.paragraph("", t) for t in record["transcript"])
            )
        self.set_source_info(figure)
        self.add_name(figure)
        if self.content:
            first, *rest = self.parse_content_to_nodes()
            caption = nodes.caption("", "", *first.children)
            if self.names_script:
                caption += [nodes.Text(" "), script_link(self.env, page_of_script)]
            figure += caption
            if rest:
                figure += nodes.legend("", *rest)
        return [figure]

    def picture(self, record, scheme, folder):
        """Images of one scheme."""

        def image(name, width, height, **more):
            uri = "/" + (folder / name).relative_to(self.env.srcdir).as_posix()
            return nodes.image(uri=uri, width=str(width), height=str(height), **more)

        return gallery_picture(
            "",
            image(record[f"narrow_{scheme}"], *record["narrow_size"]),
            image(record[scheme], record["width"], record["height"], alt=record["alt"]),
        )

    def video(self, record, scheme, folder):
        """Video of one scheme, with its poster; both travel as downloads do."""

        def add(name):
            source = (folder / name).relative_to(self.env.srcdir).as_posix()
            self.env.note_dependency(source)
            return self.env.dlfiles.add_file(self.env.docname, source).as_posix()

        return gallery_video(
            file=add(record[scheme]),
            poster=add(record[f"{scheme}_poster"]),
            alt=record["alt"],
            width=str(record["width"]),
            height=str(record["height"]),
            **{kind: add(record[kind]) for kind in ("captions", "chapters") if kind in record},
            **({"data-seconds": str(record["seconds"])} if "seconds" in record else {}),
        )


def opening_pictures(doctree, scheme):
    """Give the pictures of a page's first screen: thumbnails, or one picture or video."""
    characters = 0
    for node in doctree.findall():
        if isinstance(node, nodes.Text):
            characters += len(node)
        elif isinstance(node, gallery_picture | gallery_video | nodes.image):
            schemes = [each for each in node["classes"] if each.startswith("only-")]
            of_another = isinstance(node.parent, gallery_picture)
            if not of_another and (not schemes or f"only-{scheme}" in schemes):
                yield node
                if not isinstance(node, nodes.image):
                    return
        # A live figure has the first screen for itself.
        if characters > ABOVE or node.tagname == "live_figure":
            return


def fetch_opening_pictures(app, pagename, templatename, context, doctree):
    """Fetch the pictures that a page opens with beside the style sheets, not after them."""
    if doctree is None:
        return
    context["opening_pictures"] = early = []
    for scheme in ("light", "dark"):
        where = f"(prefers-color-scheme: {scheme})"
        for place, opening in enumerate(opening_pictures(doctree, scheme)):
            match opening:
                case gallery_picture():
                    for page, image in zip((NARROW_PAGE, WIDE_PAGE), opening.children, strict=True):
                        early.append((f"{page} and {where}", url_of(image, app.builder)))
                case gallery_video():
                    early.append((where, f"{app.builder.dlpath}/{opening['poster']}"))
                case _:
                    # Sphinx has written it, and put the address of the file in its place. A narrow
                    # screen is full with two.
                    seen = f"{WIDE_PAGE} and {where}" if place > 1 else where
                    early.append((seen, opening["uri"]))


def setup(app):
    app.add_directive("gallery-figure", GalleryFigure)
    other = {"latex": (skip, None), "text": (skip, None), "man": (skip, None)}
    app.add_node(gallery_picture, html=(visit_picture_html, None), **other)
    app.add_node(gallery_video, html=(visit_video_html, None), **other)
    app.add_node(gallery_chapters, html=(visit_chapters_html, None), **other)
    app.add_node(gallery_transcript, html=(visit_transcript_html, depart_transcript_html), **other)
    app.connect("html-page-context", fetch_opening_pictures)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
