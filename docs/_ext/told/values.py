"""The values that a script tells, as JSON has them.

This is also what runs a script in the page, so it needs NumPy and the package only.
"""

import math
from numbers import Integral, Real

import numpy as np

from sgd_explained.measure import Estimate

VARIABLE = "numbers"


def plain(value):
    """Return a told value as JSON has it; an error in words where it cannot be shown."""
    if isinstance(value, Estimate):
        ends = {end: _number(getattr(value, end)) for end in ("value", "low", "high")}
        return {**ends, "method": value.method}
    if isinstance(value, str):
        return {"value": value}
    return {"value": _number(value)}


def _number(value):
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    if isinstance(value, bool | np.bool_) or not isinstance(value, Real):
        raise TypeError(f"must be a number, a text, an Estimate, or rows of these, got {value!r}")
    if not math.isfinite(value):
        raise ValueError(f"must be finite, got {value}")
    return int(value) if isinstance(value, Integral) else float(value)


def flat(told, prefix=""):
    """Give the names and values of a dictionary, those of inner ones as ``outer.inner``."""
    for key, value in told.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            yield from flat(value, f"{name}.")
        else:
            yield name, value


def record(value):
    """Return the record of a value: that of one number, or rows of them."""
    if not isinstance(value, list):
        return plain(value)
    rows = [[plain(cell) for cell in row] for row in value]
    if not rows or len({len(row) for row in rows}) > 1:
        raise ValueError("must have rows, all equally long")
    return {"rows": rows}
