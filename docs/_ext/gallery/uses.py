"""The way from a script of the gallery to the pages that show its figures or quote its numbers.

Its own page tells which these are. The way back stands on those pages: captions and numbers are
links to the script.
"""

from docutils import nodes
from sphinx import addnodes

from by_page import ByPage

# Scripts, given by their pages, that each page shows something of.
uses = ByPage("script_uses")


def note_use(env, script):
    """Note that the page being read shows something of a script, given by its page."""
    if env.docname != script:
        uses(env).setdefault(env.docname, set()).add(script)


def users(env):
    """Pages that show something of each script, by the page of the script, in reading order."""
    order = list(_in_order(env, env.config.root_doc))
    found: dict[str, list[str]] = {}
    for page in sorted(uses(env), key=lambda page: (page not in order, page)):
        for script in uses(env)[page]:
            found.setdefault(script, []).append(page)
    return {
        script: sorted(pages, key=lambda page: order.index(page) if page in order else len(order))
        for script, pages in found.items()
    }


def _in_order(env, page):
    yield page
    for below in env.toctree_includes.get(page, ()):
        yield from _in_order(env, below)


def changed(app, env):
    """Pages of scripts to be written again, because other pages show them than before."""
    before, now = getattr(env, "script_users", {}), users(env)
    env.script_users = now
    scripts = sorted(before.keys() | now.keys())
    return [name for name in scripts if before.get(name) != now.get(name) and name in env.all_docs]


def tell_pages(app, doctree):
    """Leave a place on the page of a script, after its introduction."""
    gallery = app.config.sphinx_gallery_conf["gallery_dirs"]
    place = app.env.docname.removeprefix(f"{gallery}/")
    if place == app.env.docname or "/" not in place or place.endswith("/index"):
        return
    introduction = next(doctree.findall(nodes.paragraph), None)
    if introduction is not None:
        introduction.parent.insert(
            introduction.parent.index(introduction) + 1,
            nodes.paragraph("", "", classes=["script-users"]),
        )


def fill(app, doctree, docname):
    """Link the pages that show a script."""
    for place in list(doctree.findall(nodes.paragraph)):
        if "script-users" not in place["classes"]:
            continue
        pages = users(app.env).get(docname, [])
        if not pages:
            place.parent.remove(place)
        for i, page in enumerate(pages):
            place += nodes.Text(
                ", " if i else "On the page " if len(pages) == 1 else "On the pages "
            )
            address = app.builder.get_relative_uri(docname, page)
            title = app.env.titles[page].astext()
            place += nodes.reference("", title, internal=True, refuri=address)
        place += nodes.Text(".")


def page_link(document, page, shown, explicit=True):
    """Link from a document to a page, to be resolved when all pages are known."""
    return addnodes.pending_xref(
        "",
        shown,
        refdoc=document,
        refdomain="std",
        refexplicit=explicit,
        reftype="doc",
        reftarget=page,
        refwarn=True,
    )


def script_link(env, script):
    """Link to the page of a script, for a caption."""
    return page_link(env.docname, f"/{script}", nodes.inline("", "The script"))


def setup(app):
    app.connect("doctree-read", tell_pages)
    app.connect("doctree-resolved", fill)
    uses.connect(app)
    app.connect("env-updated", changed)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "env_version": 1}
