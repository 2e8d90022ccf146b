"""What pages leave for the whole site, kept in Sphinx's environment under the page that left it."""


class ByPage:
    """A table of pages, which forgets a page that is read again, and is whole after parallel reading."""

    def __init__(self, name):
        self.name = name

    def __call__(self, env):
        """Return the table of an environment."""
        if not hasattr(env, self.name):
            setattr(env, self.name, {})
        return getattr(env, self.name)

    def connect(self, app):
        """Keep the table in step with the pages."""
        app.connect("env-purge-doc", self._forget)
        app.connect("env-merge-info", self._merge)

    def _forget(self, app, env, docname):
        self(env).pop(docname, None)

    def _merge(self, app, env, docnames, other):
        read = self(other)
        self(env).update({docname: read[docname] for docname in docnames if docname in read})
