r"""Equations that are checked against the ones before them.

``checked-line`` shows an expression of SymPy as one line of a derivation. Each line must equal the
one before it, or there is a warning at its place::

    :::{checked-line} \ell'(y) =
    :begin:
    Derivative((y**3 - y**2)*exp(-y**2), y)
    :::

The argument is TeX that stands before the expression. The option ``begin`` starts a derivation.
``equals`` gives another expression to compare with than the line before, and ``where`` the meaning
of a symbol, such as ``y = w*x``, under which the two are equal. ``label`` numbers the equation.
"""

from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from sphinx.directives.patches import MathDirective
from sphinx.util.docutils import SphinxDirective

# Where two expressions are compared as numbers, besides by algebra.
PLACES = (-1.3, 0.7, 2)


def parse(text):
    """Read an expression of the symbols w, x and y, as it is written, not simplified."""
    from sympy import Symbol
    from sympy.parsing.sympy_parser import parse_expr

    symbols = {name: Symbol(name, real=True) for name in "wxy"}
    return parse_expr(text, local_dict=symbols, evaluate=False)


def equal(one, other, where=""):
    """Whether two expressions are equal, by algebra and at several numbers."""
    from sympy import simplify

    rest = (one - other).doit()
    if where:
        symbol, meaning = (parse(side) for side in where.split("="))
        rest = rest.subs(symbol, meaning).doit()
    numbers = (
        rest.subs(
            {symbol: place + i for i, symbol in enumerate(sorted(rest.free_symbols, key=str))}
        )
        for place in PLACES
    )
    return simplify(rest) == 0 and all(abs(number.evalf()) < 1e-12 for number in numbers)


class CheckedLine(SphinxDirective):
    """A line of a derivation, checked against the line before it."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec = {
        "begin": directives.flag,
        "equals": directives.unchanged_required,
        "where": directives.unchanged,
        "label": directives.unchanged,
    }

    def run(self):
        from sympy import latex

        text = " ".join(self.content)
        line, document = parse(text), self.env.current_document
        if "begin" not in self.options:
            if "equals" in self.options:
                before = parse(self.options["equals"])
            elif (before := document.get("derivation")) is None:
                return [self.warning(f"the first line must have the option begin: {text}")]
            if not equal(line, before, self.options.get("where", "")):
                return [self.warning(f"this line is not equal to the one before it: {text}")]
        document["derivation"] = line
        tex = f"{self.arguments[0] if self.arguments else '='} {latex(line, order='none')}"
        options = {key: value for key, value in self.options.items() if key == "label"}
        equation = MathDirective(
            "math", [], options, StringList([tex]), self.lineno, self.content_offset, tex,
            self.state, self.state_machine,
        )  # fmt: skip
        return equation.run()

    def warning(self, problem):
        return self.state.document.reporter.warning(f"derivation: {problem}", line=self.lineno)


def setup(app):
    app.add_directive("checked-line", CheckedLine)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
