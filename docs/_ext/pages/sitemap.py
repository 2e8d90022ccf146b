"""The sitemap in alphabetical order.

Pages are written side by side, and sphinx-sitemap lists them as they end: in another order each
time. Two builds of the same sources must give the same bytes.
"""

from pathlib import Path
from xml.etree import ElementTree

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def sort_sitemap(app, exception):
    path = Path(app.outdir, app.config.sitemap_filename)
    if exception is None and path.is_file():
        ElementTree.register_namespace("", NAMESPACE)
        tree = ElementTree.parse(path)
        pages = tree.getroot()
        pages[:] = sorted(pages, key=lambda page: page.findtext(f"{{{NAMESPACE}}}loc", ""))
        tree.write(path, encoding="utf-8", xml_declaration=True)


def setup(app):
    app.setup_extension("sphinx_sitemap")
    # After the sitemap has been written.
    app.connect("build-finished", sort_sitemap, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
