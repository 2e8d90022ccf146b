"""The order in which pages are read: those with cells to run do not come one after the other.

Sphinx deals out neighbours in the alphabet to each process. The story's pages run cells and are
neighbours, so one process would read them all while the others wait for it.
"""

TOGETHER = 10


def spread(app, env, docnames):
    """Deal the names out like cards, so that any few that follow each other are from all over."""
    rounds = max(1, len(docnames) // TOGETHER)
    docnames[:] = [name for first in range(rounds) for name in docnames[first::rounds]]


def setup(app):
    app.connect("env-before-read-docs", spread)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
