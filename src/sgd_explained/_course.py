"""What a walk is made of, out of the arguments that it is called with, each of them checked."""

from __future__ import annotations

import contextvars
import functools
import math
from collections.abc import Callable
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from ._layers import Layers
from ._validation import (
    FloatArray,
    IndexArray,
    data_set,
    example_indices,
    finite_array,
    integer_array,
    positive_integer,
    positive_rates,
    random_generator,
    real_array,
    shown,
)
from ._values import checked_function
from .observers import Step, combined
from .observers import progress as progress_observer
from .sampling import Rule, checked_rule, epoch_orders
from .updates import Rule as UpdateRule
from .updates import Update, applied_rule

PerExampleGradient: TypeAlias = Callable[..., Any]
Schedule: TypeAlias = Callable[[int], ArrayLike]
Keep: TypeAlias = int | Literal["all", "last"]
Seed: TypeAlias = np.random.Generator | int | None

# A step as the walk sees it: the weights and the step's examples in, the mean gradient out.
MeanGradient: TypeAlias = Callable[..., Any]

# NumPy adds fewer numbers than this one after the other, in whatever direction they lie.
_SUMMED_IN_TURN = 8


class Orders(NamedTuple):
    """The orders of the epochs: ``drawn(first, last)`` has shape ``(*axis, last − first, N)``.

    The axis is ``()`` for one walker, ``(M,)`` for walkers with orders of their own, and ``(1,)``
    where a crowd shares them.
    """

    axis: tuple[int, ...]
    drawn: Callable[[int, int], IndexArray]


class Gradient(NamedTuple):
    """The mean gradient of a step; of the built-in kind, also that of one example.

    For one walker ``scalar`` takes two floats. For a crowd ``single`` takes two arrays; what it
    returns is overwritten by its next call.
    """

    mean: MeanGradient
    scalar: Callable[[float, float], float] | None = None
    single: MeanGradient | None = None


class Course(NamedTuple):
    """All that a walk is made of; ``rule`` is the update with five arguments."""

    gradient: Gradient
    rate: Callable[[int], Any]
    update: Any
    rule: UpdateRule
    observer: Callable[[Step, Any], tuple[Any, ...]] | None
    orders: Orders
    epochs: int
    steps: int
    batch_size: int
    crowd: bool
    keep_every: int | None


def mean_gradient(
    gradient: PerExampleGradient,
    start: FloatArray,
    layers: Layers | None,
    data: tuple[FloatArray, ...],
    batch_size: int,
    crowd: bool,
) -> Gradient:
    """Return the function that averages ``gradient`` over a step's examples.

    A gradient of one weight may offer two fast ways: plain floats for one walker that sees one
    example at a time (``scalar``), and memory that is used again for a crowd (``buffered``).
    """
    checked_function("gradient", gradient, "a function of w and examples")
    scalar, buffered = (getattr(gradient, way, None) for way in ("scalar", "buffered"))
    if scalar is not None and buffered is not None:
        if len(data) != 1 or data[0].ndim != 1 or start.ndim != crowd:
            raise ValueError(
                "gradient is that of one scalar weight and inputs of shape (N,), got w0 of shape "
                f"{start.shape} (crowd={crowd}) and data of shapes {[d.shape for d in data]}"
            )
        if crowd:
            return _buffered_gradient(buffered, start.size)
    else:
        scalar = None
    if not crowd:
        gradient = getattr(gradient, "one_walker", gradient)
    mean = _checked_mean(gradient, start, layers, crowd)
    return Gradient(mean, scalar if batch_size == 1 else None)


def _checked_mean(
    gradient: PerExampleGradient, start: FloatArray, layers: Layers | None, crowd: bool
) -> MeanGradient:
    """Return the function that takes the mean of what a gradient returns, and looks at it."""
    axis, taken = int(crowd), getattr(gradient, "mean_taken", False)
    shapes = [start.shape[axis:]] if layers is None else layers.shapes
    kind = "the mean gradient of the batch" if taken else "one gradient per example"
    gradient = _as_in_the_call(gradient)

    def mean_of(values: ArrayLike, shape: tuple[int, ...], size: int) -> Any:
        array = real_array("gradient(w, ...)", values)
        expected = (*start.shape[:axis], *([] if taken else [size]), *shape)
        if array.shape != expected:
            raise ValueError(
                f"gradient must return {kind}, shape {expected}, got shape {array.shape}"
            )
        return array[()] if taken else array.mean(axis=axis)

    def mean(w: Any, *examples: FloatArray) -> Any:
        # A gradient that writes into the weights would change the walk in silence.
        w.setflags(write=False)
        seen, size = w[:, np.newaxis] if crowd else w, examples[0].shape[axis]
        if layers is None:
            return mean_of(gradient(seen, *examples), shapes[0], size)
        values = gradient(layers.apart(seen), *examples)
        if not isinstance(values, (tuple, list)) or len(values) != len(shapes):
            raise ValueError(
                f"gradient must return a tuple of {len(shapes)} arrays, as w0 is, "
                f"got {shown(values)}"
            )
        return layers.joined(
            tuple(mean_of(part, shape, size) for part, shape in zip(values, shapes, strict=True))
        )

    return mean


def _as_in_the_call(function: Callable[..., Any]) -> Callable[..., Any]:
    """Let a function of the caller run under the caller's ``numpy.errstate``, not the walk's."""
    return functools.partial(contextvars.copy_context().run, function)


def _buffered_gradient(
    buffered: Callable[[tuple[int, ...]], MeanGradient], walkers: int
) -> Gradient:
    single, of_shape = buffered((walkers,)), functools.cache(buffered)

    def mean(w: FloatArray, x: FloatArray) -> Any:
        size = x.shape[1]
        if size == 1:
            return single(w, x[:, 0]).copy()
        # NumPy is slow along short axes. The sum of a few has the same bits along either.
        if size < _SUMMED_IN_TURN:
            return of_shape(x.T.shape)(w, x.T).mean(axis=0)
        return of_shape(x.shape)(w[:, np.newaxis], x).mean(axis=1)

    return Gradient(mean, single=single)


def checked_start(w0: Any, walkers: int | None, crowd: bool) -> tuple[FloatArray, Layers | None]:
    """Return the start as one array, and how it falls apart if it is a tuple of arrays."""
    if walkers is not None and crowd:
        raise ValueError(
            "walkers must be left out where crowd=True, as w0 has them along its first axis, "
            f"got {shown(walkers)}"
        )
    layers = None
    # A tuple of numbers, or of tuples, is an array as a list is.
    if isinstance(w0, tuple) and any(isinstance(part, np.ndarray) and part.ndim for part in w0):
        parts = tuple(_checked_weights(f"w0[{i}]", part, crowd) for i, part in enumerate(w0))
        if crowd and len({len(part) for part in parts}) > 1:
            raise ValueError(
                "w0 must count the same walkers along the first axis of each array, "
                f"got {[len(part) for part in parts]}"
            )
        shapes = [part.shape[int(crowd) :] for part in parts]
        start = Layers(shapes, crowd).joined(parts)
        layers = Layers(shapes, crowd or walkers is not None)
    else:
        start = _checked_weights("w0", w0, crowd)
    if walkers is not None:
        count = positive_integer("walkers", walkers)
        start = np.broadcast_to(start, (count, *start.shape)).copy()
    return start, layers


def _checked_weights(name: str, w0: ArrayLike, crowd: bool) -> FloatArray:
    start = finite_array(name, w0).copy()
    if crowd and start.ndim == 0:
        raise ValueError(
            f"{name} must count the walkers of a crowd along its first axis, got the scalar {start}"
        )
    if start.size == 0:
        raise ValueError(f"{name} must hold at least one weight, got shape {start.shape}")
    return start


def checked_data(data: tuple[ArrayLike, ...]) -> tuple[FloatArray, ...]:
    if not data:
        raise TypeError("data must hold at least one array of examples, got none")
    columns = tuple(data_set(f"data[{i}]", column) for i, column in enumerate(data))
    lengths = [column.shape[0] for column in columns]
    if len(set(lengths)) != 1:
        raise ValueError(f"data must have equally many examples in each array, got {lengths}")
    return columns


def checked_length(epochs: int | None, steps: int | None, steps_per_epoch: int) -> tuple[int, int]:
    """Return the number of epochs that are drawn, and that of the steps that are taken."""
    if steps is not None:
        if epochs is not None:
            raise ValueError(
                f"steps must be left out where epochs are given, got {steps} and {epochs}"
            )
        total = positive_integer("steps", steps)
        return math.ceil(total / steps_per_epoch), total
    count = 1 if epochs is None else positive_integer("epochs", epochs)
    return count, count * steps_per_epoch


def checked_learning_rate(
    learning_rate: ArrayLike | Schedule, start: FloatArray, crowd: bool
) -> Callable[[int], Any]:
    allowed = [(), start.shape[:1]] if crowd else [()]

    def checked(name: str, value: Any) -> Any:
        if type(value) is float and 0.0 < value < math.inf:
            return value
        rates = positive_rates(name, value)
        if np.shape(rates) not in allowed:
            raise ValueError(
                f"{name} must have shape {' or '.join(map(str, allowed))}, "
                f"got shape {np.shape(rates)}"
            )
        if isinstance(rates, float):
            return rates
        shaped = rates[(..., *[np.newaxis] * (start.ndim - 1))].copy()
        shaped.setflags(write=False)
        return shaped

    if callable(learning_rate):
        schedule = _as_in_the_call(checked_function("learning_rate", learning_rate, "cosine(0.1)"))
        return lambda step: checked(f"learning_rate({step})", schedule(step))
    constant = checked("learning_rate", learning_rate)
    return lambda step: constant


def checked_update(update: Any, start: FloatArray) -> UpdateRule:
    rule = applied_rule("update", update)
    if isinstance(update, Update):
        return rule
    rule = _as_in_the_call(rule)

    def checked(mean: Any, memory: Any, w: Any, rate: Any, crowd: bool) -> tuple[Any, Any]:
        returned = rule(mean, memory, w, rate, crowd)
        if not isinstance(returned, tuple) or len(returned) != 2:
            raise TypeError(f"update must return a step and its memory, got {shown(returned)}")
        step = real_array("step of update", returned[0])
        if step.shape != start.shape:
            raise ValueError(
                f"update must return a step of the shape {start.shape} of the weights, "
                f"got shape {step.shape}"
            )
        return step[()], returned[1]

    return checked


def observers_of(observe: Any) -> tuple[Any, ...]:
    if observe is None:
        return ()
    return tuple(observe) if isinstance(observe, (tuple, list)) else (observe,)


def checked_observer(observe: Any, progress: bool) -> Callable[[Step, Any], tuple[Any, ...]] | None:
    observers = observers_of(observe)
    if len(observers) == 1 and observers[0] is observe:
        checked_function("observe", observe, "running_mean()")
    if progress:
        observers += (progress_observer(),)
    return _as_in_the_call(combined(observers)) if observers else None


def checked_keep(keep: Keep) -> int | None:
    if not isinstance(keep, str):
        return positive_integer("keep", keep)
    if keep not in ("all", "last"):
        raise ValueError(f"keep must be 'all', 'last' or an integer of at least 1, got {keep!r}")
    return 1 if keep == "all" else None


def orders_of(
    order: Rule | ArrayLike,
    n: int,
    epochs: int,
    rng: Seed,
    walkers: tuple[int, ...],
) -> Orders:
    """Return the orders that a rule draws when they are asked for, or those that were given."""
    if isinstance(order, str):
        checked_rule("order", order)
        in_turn = order == "sequential"
        axis = (1,) if walkers and in_turn else walkers
        generator = random_generator("rng", rng)
        return Orders(
            axis,
            lambda first, last: epoch_orders(
                order,  # type: ignore[arg-type]
                n,
                last - first,
                generator,
                *axis,
            ),
        )
    array = integer_array("order", order)
    allowed = [(epochs, n), (*walkers, epochs, n)] if walkers else [(epochs, n)]
    if array.shape not in allowed:
        raise ValueError(
            f"order must have shape {' or '.join(map(str, allowed))}, got shape {array.shape}"
        )
    given = example_indices("order", array, n)
    if walkers and given.ndim == 2:
        given = given[np.newaxis]
    return Orders(given.shape[:-2], lambda first, last: given[..., first:last, :])
