"""Run what a reader has written, and tell the page what it prints, draws and computes.

What goes to the page is data: ``send`` is given a kind and a dictionary, or the pixels of a frame.
"""

import ast
import builtins
import io
import json
import linecache
import sys
import traceback
from types import ModuleType

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np

# So that the first run need not wait for them.
import sgd_explained
import sgd_explained.measure  # noqa: F401
from gallery.files import STYLE
from run.in_page.canvas import show, stage
from told.values import VARIABLE, flat, record

# SciPy takes over every name that NumPy has, and this one stayed at home: it calls a compiler.
np.f2py = sys.modules["numpy.f2py"] = ModuleType("numpy.f2py")

# Characters of what one run may print: a loop without end would fill the memory of the page.
MOST_PRINTED = 200_000
BACKEND = "module://run.in_page.canvas"
WARM_UP = """
import matplotlib.pyplot as plt
fig, ax = plt.subplots(layout="constrained")
ax.plot([0, 1], label="$w_0$")
ax.set(xlabel="$w$", title="0")
ax.legend()
"""


class Printed(io.TextIOBase):
    """A stream whose lines go to the page as they are written."""

    def __init__(self, send, kind):
        self.send, self.kind = send, kind
        self.waiting, self.left = "", MOST_PRINTED

    def writable(self):
        return True

    def write(self, text):
        self.waiting += text
        if "\n" in text:
            self.flush()
        return len(text)

    def flush(self):
        text, self.waiting = self.waiting[: self.left], ""
        if text:
            self.left -= len(text)
            more = "" if self.left else "\n… and more, which is not shown.\n"
            self.send(self.kind, {"text": text + more})


class NoteClaims(ast.NodeTransformer):
    """Let a script go on where it finds that something is no longer so, and note it.

    A gallery script asserts what the site says of it. Who changes a number may well change that,
    and wants to see the figure all the same.
    """

    def visit_Assert(self, node):
        claim = ast.Constant(node.lineno)
        note = ast.Expr(ast.Call(ast.Name("__claim__", ast.Load()), [claim], []))
        caught = ast.ExceptHandler(ast.Name("AssertionError", ast.Load()), None, [note])
        return ast.copy_location(ast.Try([node], [caught], [], []), node)


def claims(tree):
    """Words of the asserts of a script, by their lines."""
    return {
        node.lineno: ast.unparse(node.test) if node.msg is None else _words(node.msg)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assert)
    }


def _words(message):
    return message.value if isinstance(message, ast.Constant) else ast.unparse(message)


def _compiled(source, name, noting):
    """Code of a script, and the expression at its end, whose value a cell shows."""
    tree = ast.parse(source, name)
    last = None
    if noting:
        tree = ast.fix_missing_locations(NoteClaims().visit(tree))
    elif tree.body and isinstance(tree.body[-1], ast.Expr):
        last = compile(ast.Expression(tree.body.pop().value), name, "eval")
    return compile(tree, name, "exec"), last


def failure(error, name):
    """What the page says of an error: the line of the script, the error, and how it came to it."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame.lineno for frame in frames if frame.filename == name]
    line = own[-1] if own else None
    if isinstance(error, SyntaxError) and error.filename == name:
        line = error.lineno
    # The way through this file is not the reader's.
    while frames and frames[0].filename != name:
        frames.pop(0)
    trace = "".join(
        ["Traceback (most recent call last):\n", *traceback.format_list(frames)] if frames else []
    )
    words = traceback.format_exception_only(error)
    return {"line": line, "error": words[-1].strip(), "trace": trace + "".join(words)}


def told(names):
    """Numbers that a script has told, as the site's own files have them."""
    shelf, numbers = names.get(VARIABLE), {}
    for name, value in flat(shelf) if isinstance(shelf, dict) else ():
        try:
            numbers[name] = record(value)
        except (TypeError, ValueError):  # The reader's own; the site would refuse it, too.
            numbers[name] = {"value": repr(value)}
    return numbers


def prepare(send, names, dark):
    """Set Matplotlib as for a script of the gallery, and say where its figures go."""
    stage.send, stage.names, stage.dark = send, names, dark
    plt.close("all")
    plt.rcdefaults()
    plt.switch_backend(BACKEND)
    mpl.rcParams.update(STYLE)


class Reader:
    """Runs what a reader has written; cells of a page share their names."""

    def __init__(self):
        self.names = {}

    def run(self, source, name, send, dark=False, cell=False):
        """Run a script, or a cell that goes on where the cell before has ended."""
        if not cell or not self.names:
            self.names.clear()
            self.names |= {"__name__": "__main__", "__builtins__": builtins}
        names = self.names
        prepare(send, names, dark)
        # Tracebacks show the lines of the reader's own code.
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        streams = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = Printed(send, "printed"), Printed(send, "warned")
        try:
            code, last = _compiled(source, name, noting=not cell)
            asserted = claims(ast.parse(source)) if not cell else {}
            names["__claim__"] = lambda line: send("claim", {"line": line, "words": asserted[line]})
            exec(code, names)  # noqa: S102, the reader's own, in the reader's browser
            value = eval(last, names) if last else None
            if value is not None:
                print(repr(value))
            show()
            if not cell:
                sys.stdout.flush()
                send("told", told(names))
        except SystemExit:
            show()
        except BaseException as error:  # noqa: BLE001, told to the reader
            sys.stdout.flush()
            send("failed", failure(error, name))
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            sys.stdout, sys.stderr = streams
            names.pop("__claim__", None)
            plt.close("all")


reader = Reader()


def run(source, name, give, dark, cell):
    """Run what the page has sent; ``give`` is its function, and takes a kind and JSON or pixels."""

    def send(kind, what):
        give(kind, json.dumps(what) if isinstance(what, dict) else what)

    reader.run(source, name, send, dark, cell)


def warm_up():
    """Draw a figure that nobody sees: fonts, mathematics and layout are ready then."""
    Reader().run(WARM_UP, "warm-up", lambda kind, what: None)
