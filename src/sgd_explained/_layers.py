"""A tuple of arrays of weights, such as a network's layers, as one array; and the way back."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ._validation import FloatArray


class Layers:
    """The shapes of the arrays, without the first axis if that counts the walkers of a crowd."""

    def __init__(self, shapes: list[tuple[int, ...]], crowd: bool) -> None:
        self.shapes = shapes
        self._ends = np.cumsum([math.prod(shape) for shape in shapes])[:-1].tolist()
        self._first_axes = int(crowd)

    def joined(self, arrays: tuple[Any, ...]) -> FloatArray:
        """Return all numbers of the arrays along one axis, after the first axis of a crowd."""
        axes = self._first_axes
        return np.concatenate(
            [np.reshape(array, (*np.shape(array)[:axes], -1)) for array in arrays], axis=-1
        )

    def apart(self, joined: FloatArray) -> tuple[FloatArray, ...]:
        """Return views of the arrays, with whatever first axes there are; numbers for single ones."""
        first = joined.shape[:-1]
        parts = np.split(joined, self._ends, axis=-1)
        return tuple(
            part.reshape((*first, *shape))[()]
            for part, shape in zip(parts, self.shapes, strict=True)
        )
