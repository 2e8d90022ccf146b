"""The proof of Nesterov's best constants on the page about momentum, line by line, in SymPy.

A line is told as the page writes it and as SymPy reads it, and an altered line is refused.
"""

from pathlib import Path

import pytest
import sympy as sp

PAGE = (Path(__file__).parents[2] / "docs/practice/momentum.md").read_text(encoding="utf-8")
PROOF = PAGE.split("The proof, for Nesterov's step")[1].split("\n::::\n")[0]

SYMBOLS = rho, beta, kappa, q, c, L, w, m, a, eta = sp.symbols(
    "rho beta kappa q c L w m a eta", positive=True
)

# What the page says, and the same for SymPy.
LINES = {
    "sum": (r"$(1 + \beta)\, q$", "(1 + beta)*q"),
    "product": (r"$\beta q$", "beta*q"),
    "first": (r"q \le \frac{\rho^2}{\beta}", "rho**2/beta"),
    "second": (
        r"q\, \big( \rho - \beta\, (1 - \rho) \big) \le \rho^2",
        "rho**2/(rho - beta*(1 - rho))",
    ),
    "below": (
        r"-q \le \frac{\rho^2}{\rho + \beta\, (1 + \rho)}",
        "rho**2/(rho + beta*(1 + rho))",
    ),
    "meet": (r"$\beta = \frac{\rho}{2 - \rho}$", "rho/(2 - rho)"),
    "quotient": (
        r"\left( 1 + \frac{2 \rho}{\rho^2 / \beta^2 + \rho^2 / \beta - 1 - \rho} \right)",
        "(1 + rho)/(1 - rho)*(1 + 2*rho/(rho**2/beta**2 + rho**2/beta - 1 - rho))",
    ),
    "best": (
        r"\frac{4 - (1 - \rho)^2}{3\, (1 - \rho)^2}",
        "(4 - (1 - rho)**2)/(3*(1 - rho)**2)",
    ),
    "rate": (r"$1 - 2 / \sqrt{3\kappa + 1}$", "1 - 2/sqrt(3*kappa + 1)"),
    "flat": (r"$\eta c = (1 - \rho)^2$", "(1 - rho)**2"),
}


def read(lines):
    names = {str(symbol): symbol for symbol in SYMBOLS}
    return {name: sp.sympify(text, locals=names) for name, text in lines.items()}


def same(one, other):
    return sp.simplify(one - other) == 0


def failures(lines):
    """Return which steps of the proof do not follow."""
    line = read(lines)
    memory = beta * m + a * w
    step = sp.Matrix([w - eta * (a * w + beta * memory), memory]).jacobian([w, m])
    # A root of size ρ: the largest sum for a product is ρ + product / ρ.
    edge = line["sum"] - rho - line["product"] / rho
    at_meeting = {beta: line["meet"]}
    rise = sp.diff(1 / (line["quotient"] * (1 - rho) / (1 + rho) - 1), beta)
    kappa_of_rho = line["best"].subs(rho, line["rate"])
    third = sp.sqrt(3 * kappa + 1)
    learning_rate = line["flat"].subs(rho, line["rate"]).subs(kappa, L / c) / c
    holds = {
        "sum": same(step.trace(), line["sum"].subs(q, 1 - eta * a)),
        "product": same(step.det(), line["product"].subs(q, 1 - eta * a)),
        "first": same(line["product"].subs(q, line["first"]), rho**2),
        "second": same(edge.subs(q, line["second"]), 0),
        "below": same((-line["sum"] - rho - line["product"] / rho).subs(q, -line["below"]), 0),
        "meet": same((line["first"] - line["second"]).subs(at_meeting), 0),
        "quotient": same((1 + line["below"]) / (1 - line["second"]), line["quotient"]),
        "grows": same(rise, -(2 * rho**2 / beta**3 + rho**2 / beta**2) / (2 * rho)),
        "best": same(line["quotient"].subs(at_meeting), line["best"]),
        "rate": same(kappa_of_rho, kappa),
        "constants": same(learning_rate, 4 / (3 * L + c))
        and same(line["meet"].subs(rho, line["rate"]), (third - 2) / (third + 2)),
        "together": same(
            (line["sum"] ** 2 - 4 * line["product"]).subs(q, 1 - line["flat"]).subs(at_meeting), 0
        ),
    }  # fmt: skip
    return [name for name, true in holds.items() if not true]


def test_page_has_the_lines():
    flat = " ".join(PROOF.split())
    for name, (written, _) in LINES.items():
        assert written in flat, name


def test_proof_holds():
    assert failures({name: text for name, (_, text) in LINES.items()}) == []


ALTERED = [
    (name, old, new)
    for name, (_, text) in LINES.items()
    for old, new in [("1", "2"), ("2", "3"), ("rho", "rho/2"), ("beta", "2*beta")]
    if old in text
]


@pytest.mark.parametrize(("name", "old", "new"), ALTERED)
def test_an_altered_line_is_refused(name, old, new):
    lines = {each: text for each, (_, text) in LINES.items()}
    assert failures(lines | {name: lines[name].replace(old, new, 1)})
