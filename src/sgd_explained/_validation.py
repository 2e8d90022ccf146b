"""Checks of what callers pass in. Each names the argument, what came and what is allowed."""

from __future__ import annotations

import operator
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray: TypeAlias = NDArray[np.float64]
IndexArray: TypeAlias = NDArray[np.intp]


def real_array(name: str, value: ArrayLike) -> FloatArray:
    """Return ``value`` as floats, or say why it is not an array of real numbers."""
    array = _array(name, value, "real numbers")
    if array.dtype.kind not in "iuf":
        raise TypeError(
            f"{name} must hold real numbers (integers or floats), "
            f"got dtype {array.dtype} from {shown(value)}"
        )
    return np.asarray(array, np.float64)


def finite_array(name: str, value: ArrayLike) -> FloatArray:
    """Return ``value`` as floats, all of them finite."""
    array = real_array(name, value)
    finite = np.isfinite(array)
    if not finite.all():
        raise ValueError(f"{name} must be finite everywhere, got {array[~finite].flat[0]} in it")
    return array


def data_set(name: str, value: ArrayLike) -> FloatArray:
    """Return ``value`` as a finite, nonempty data set whose first axis counts the examples."""
    array = finite_array(name, value)
    if array.ndim == 0:
        raise ValueError(f"{name} must have examples along its first axis, got the scalar {array}")
    if array.size == 0:
        raise ValueError(f"{name} must hold at least one example, got shape {array.shape}")
    return array


def inputs(name: str, value: ArrayLike) -> FloatArray:
    """Return ``value`` as the inputs of the one-parameter model: a data set of shape ``(N,)``."""
    array = data_set(name, value)
    if array.ndim != 1:
        raise ValueError(f"{name} must have shape (N,), got shape {array.shape}")
    return array


def integer_array(name: str, value: ArrayLike) -> NDArray[np.integer[Any]]:
    """Return ``value`` if it is an array of integers; an empty one may have any type."""
    array = _array(name, value, "integers")
    if array.dtype.kind not in "iu" and array.size > 0:
        raise TypeError(f"{name} must hold integers, got dtype {array.dtype} from {shown(value)}")
    return array


def truth_array(name: str, value: ArrayLike) -> NDArray[np.bool_]:
    """Return ``value`` if it is an array of True and False; an empty one may have any type."""
    array = _array(name, value, "True and False")
    if array.dtype != bool and array.size > 0:
        raise TypeError(
            f"{name} must hold True and False, got dtype {array.dtype} from {shown(value)}"
        )
    return array


def finite_or_truth_array(name: str, value: ArrayLike) -> FloatArray | NDArray[np.bool_]:
    """Return ``value`` as finite floats, or as it is if it is an array of True and False."""
    array = _array(name, value, "real numbers, or of True and False,")
    return array if array.dtype == bool else finite_array(name, array)


def example_indices(name: str, array: NDArray[np.integer[Any]], n_examples: int) -> IndexArray:
    """Return an array of integers as indices, if each is one of ``0 … N − 1``."""
    if array.size and not 0 <= array.min() <= array.max() < n_examples:
        outside = (array < 0) | (array >= n_examples)
        raise ValueError(
            f"{name} must hold indices from 0 to {n_examples - 1}, got {array[outside].flat[0]}"
        )
    return np.asarray(array, np.intp)


def truth(name: str, value: Any) -> bool:
    """Return ``value`` if it is True or False, of Python or of NumPy."""
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} must be True or False, got {shown(value)}")
    return bool(value)


def positive_integer(name: str, value: Any) -> int:
    """Return ``value`` as an integer of at least 1."""
    return _integer_from(1, name, value)


def nonnegative_integer(name: str, value: Any) -> int:
    """Return ``value`` as an integer of at least 0."""
    return _integer_from(0, name, value)


def random_generator(name: str, value: Any) -> np.random.Generator:
    """Return a ``Generator`` as it is, or a new one from a seed, or from none (not repeatable)."""
    # NumPy would make a Generator of the legacy kind, whose draws are not those that its owner knows.
    legacy = isinstance(value, (np.random.RandomState, bool, np.bool_)) or value is np.random
    try:
        if legacy:
            raise TypeError
        return np.random.default_rng(value)
    except (TypeError, ValueError):
        raise TypeError(
            f"{name} must be None, a seed (an integer of at least 0) or a numpy.random.Generator, "
            f"such as numpy.random.default_rng(0), got {shown(value)}"
        ) from None


def real_number(name: str, value: Any) -> float:
    """Return ``value`` as one finite float."""
    array = finite_array(name, value)
    if array.ndim:
        raise ValueError(f"{name} must be one number, got shape {array.shape}")
    return float(array)


def positive_number(name: str, value: Any) -> float:
    """Return ``value`` as one finite float above 0."""
    number = real_number(name, value)
    if number <= 0:
        raise ValueError(f"{name} must be above 0, got {number}")
    return number


def nonnegative_number(name: str, value: Any) -> float:
    """Return ``value`` as one finite float of at least 0."""
    number = real_number(name, value)
    if number < 0:
        raise ValueError(f"{name} must be at least 0, got {number}")
    return number


def decay_factor(name: str, value: Any) -> float:
    """Return ``value`` as one float from 0 up to 1, which it does not reach."""
    number = real_number(name, value)
    if not 0 <= number < 1:
        raise ValueError(f"{name} must be at least 0 and below 1, got {number}")
    return number


def positive_rates(name: str, value: ArrayLike) -> Any:
    """Return ``value`` as a learning rate: a float, or one for each walker, all above 0."""
    rates = real_array(name, value)
    wrong = ~(np.isfinite(rates) & (rates > 0))
    if wrong.any():
        raise ValueError(f"{name} must be positive and finite, got {rates[wrong].flat[0]}")
    return rates if rates.ndim else float(rates)


def _integer_from(least: int, name: str, value: Any) -> int:
    try:
        if isinstance(value, bool):
            raise TypeError
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be an integer, got {shown(value)}") from None
    if number < least:
        raise ValueError(f"{name} must be at least {least}, got {number}")
    return number


def _array(name: str, value: ArrayLike, kind: str) -> NDArray[Any]:
    # NumPy would use the numbers under the mask.
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError(
            f"{name} must be an array of {kind} without a mask, got a masked array; "
            "its compressed() leaves the masked ones out"
        )
    try:
        return np.asarray(value)
    except ValueError as error:
        raise ValueError(
            f"{name} must be an array of {kind} with one shape, got {shown(value)}: {error}"
        ) from error


def shown(value: Any) -> str:
    """Return ``value`` as it is shown in a message, cut where it is long."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
