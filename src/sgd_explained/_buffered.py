"""A formula of one variable, written with operators, run in memory that is used again each time.

The formula is called once, with a stand-in that writes down each operation instead of doing it.
The operations are then done in the same order, so with the same bits, whenever they are asked for.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, cast

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from ._validation import FloatArray

# What NumPy's arrays do for these powers.
_POWERS = {2: np.square, 0.5: np.sqrt, -1: np.reciprocal}


class _StandIn(NDArrayOperatorsMixin):
    """A variable, or what an operation on one gives; the list of operations is common to all."""

    __hash__ = object.__hash__

    def __init__(self, operations: list[tuple[np.ufunc, tuple[Any, ...], _StandIn]]) -> None:
        self._operations = operations

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        if method != "__call__" or options or ufunc.nout != 1:
            return NotImplemented
        result = _StandIn(self._operations)
        self._operations.append((ufunc, inputs, result))
        return result

    def __pow__(self, exponent: float) -> Any:
        if exponent in _POWERS:
            return _POWERS[exponent](self)
        return np.power(self, exponent)  # type: ignore[call-overload]

    def __bool__(self) -> bool:
        raise TypeError


def buffered(formula: Callable[[Any], Any], y: FloatArray) -> Callable[[], FloatArray]:
    """Return a function that evaluates the formula at what ``y`` holds then, and overwrites it.

    A formula that does more than NumPy's elementwise operations is called as it is.
    """
    operations: list[tuple[np.ufunc, tuple[Any, ...], _StandIn]] = []
    variable = _StandIn(operations)

    def as_it_is() -> FloatArray:
        return cast(FloatArray, formula(y.copy()))

    try:
        result = formula(variable)
    except (TypeError, ValueError, AttributeError):
        return as_it_is
    if not isinstance(result, _StandIn) or any(
        np.ndim(operand) for _, used, _ in operations for operand in used
    ):
        return as_it_is

    last_use = {id(operand): i for i, (_, used, _) in enumerate(operations) for operand in used}
    last_use |= {id(result): len(operations)}
    memory, free = {id(variable): y}, []
    program: list[Callable[[], Any]] = []
    for i, (ufunc, used, given) in enumerate(operations):
        operands = [
            memory[id(operand)] if isinstance(operand, _StandIn) else np.asarray(operand, float)
            for operand in used
        ]
        # Each number of an operand is read before that of the result is written in its place.
        done = {id(operand) for operand in used if isinstance(operand, _StandIn)}
        free += [memory[which] for which in done if last_use[which] == i]
        memory[id(given)] = free.pop() if free else np.empty_like(y)
        program.append(functools.partial(ufunc, *operands, out=memory[id(given)]))
    output = memory[id(result)]

    def run() -> FloatArray:
        for operation in program:
            operation()
        return output

    return run
