r"""Observers: what is noted of a walk while it goes on.

An observer is a function of a `Step` and of what it returned a step ago (``None`` at first). What
it returned last is `Walk.seen`. To end the walk, it raises `Stop`. So you may write your own:

>>> def lowest(step, seen):
...     return step.weights if seen is None else min(seen, step.weights)
>>> walk = sgd(gradient, -0.3, [1.0, 2.0], observe=lowest, order="sequential")
>>> bool(walk.seen == walk.weights[1:].min())
True

All arrays of a step are read-only, and the walk writes into none of them later.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from ._validation import decay_factor, nonnegative_integer, shown
from ._values import Made, checked_function, made

__all__ = [
    "Observer",
    "Step",
    "Stop",
    "exponential_mean",
    "gradient_count",
    "progress",
    "running_mean",
    "stop_when",
]


class Step(NamedTuple):
    r"""A step that was just taken.

    Attributes
    ----------
    number : int
        How many steps have been taken with this one: 1 for the first.
    of : int
        How many the walk is to have.
    weights : float, numpy.ndarray or tuple of numpy.ndarray
        The weights after the step, as `Walk.final` has them.
    gradient : float, numpy.ndarray or tuple of numpy.ndarray
        The mean gradient of the step's batch.
    learning_rate : float or numpy.ndarray
        The learning rate of the step.
    examples : numpy.ndarray of int, shape ([M], b)
        The indices of the examples in the batch; of a crowd that shares its order, shape (1, b).

    Examples
    --------
    >>> walk = sgd(gradient, 0.0, [1.0, 2.0], observe=lambda step, seen: step, rng=0)
    >>> walk.seen.number, walk.seen.of
    (2, 2)
    """

    number: int
    of: int
    weights: Any
    gradient: Any
    learning_rate: Any
    examples: Any


_Seer: TypeAlias = Callable[[Step, Any], Any]


class Stop(Exception):
    """Raised by an observer to end the walk after the step that it sees.

    Its argument is what the observer would have returned.

    Examples
    --------
    >>> def first_three(step, seen):
    ...     if step.number == 3:
    ...         raise Stop("enough")
    >>> walk = sgd(gradient, -0.3, [1.0], epochs=10, observe=first_three, order="sequential")
    >>> walk.steps.tolist(), walk.seen
    ([0, 1, 2, 3], 'enough')
    """


@dataclass(frozen=True)
class Observer(Made):
    """An observer, made by a function of this module.

    Examples
    --------
    >>> running_mean(start=10)
    running_mean(start=10)
    """

    __repr__ = Made.__repr__


@made(Observer)
def running_mean(start: int = 0) -> _Seer:
    r"""Average the weights: the mean of Polyak and Ruppert.

    .. math:: \bar w_K = \frac{1}{K - s} \sum_{k=s+1}^{K} w_k

    Parameters
    ----------
    start : int
        :math:`s`: how many steps go by before the mean begins.

    Returns
    -------
    Observer
        What it sees has the form of the weights; before the first step of the mean it is ``None``.

    Raises
    ------
    TypeError, ValueError
        If ``start`` is not an integer of at least 0.

    Notes
    -----
    Ruppert (1988), Polyak & Juditsky (1992). `Walk.mean` has the result.

    Examples
    --------
    >>> walk = sgd(
    ...     lambda w, t: w - t, 9.0, [1.0, 2.0, 6.0], learning_rate=1.0, order="sequential",
    ...     observe=running_mean(), keep="last",
    ... )
    >>> float(walk.seen)
    3.0

    The first steps may be left out:

    >>> walk = sgd(
    ...     lambda w, t: w - t, 9.0, [1.0, 2.0, 6.0], learning_rate=1.0, order="sequential",
    ...     observe=running_mean(start=1),
    ... )
    >>> float(walk.seen)
    4.0
    """
    before = nonnegative_integer("start", start)

    def see(step: Step, mean: Any) -> Any:
        count = step.number - before
        if count < 1:
            return None
        return step.weights if count == 1 else _towards(mean, step.weights, 1 / count)

    return see


@made(Observer)
def exponential_mean(decay: float = 0.999) -> _Seer:
    r"""Average the weights, and forget the old ones.

    .. math:: \bar w_k = \beta\, \bar w_{k-1} + (1 - \beta)\, w_k, \qquad \bar w_1 = w_1

    Parameters
    ----------
    decay : float
        :math:`\beta`, from 0 up to but not including 1. About :math:`1 / (1 - \beta)` steps count.

    Returns
    -------
    Observer
        What it sees has the form of the weights.

    Raises
    ------
    TypeError, ValueError
        If ``decay`` is not numeric or out of its range.

    Notes
    -----
    ``get_ema_multi_avg_fn`` of ``torch.optim.swa_utils``.

    Examples
    --------
    >>> options = {"learning_rate": 1.0, "order": "sequential", "observe": exponential_mean(0.5)}
    >>> float(sgd(lambda w, t: w - t, 0.0, [1.0, 3.0], **options).seen)
    2.0

    With a decay of 0 nothing old is left:

    >>> options = {"learning_rate": 1.0, "order": "sequential", "observe": exponential_mean(0.0)}
    >>> float(sgd(lambda w, t: w - t, 0.0, [1.0, 3.0], **options).seen)
    3.0
    """
    new = 1 - decay_factor("decay", decay)
    return lambda step, mean: (
        step.weights if step.number == 1 else _towards(mean, step.weights, new)
    )


@made(Observer)
def gradient_count() -> _Seer:
    """Count the gradients of single examples that a walker has taken.

    Returns
    -------
    Observer
        What it sees is the count, an integer.

    Examples
    --------
    The last batch of an epoch may be smaller:

    >>> sgd(gradient, -0.3, [1.0, 2.0, 3.0], batch_size=2, observe=gradient_count(), rng=0).seen
    3

    A crowd takes so many for each of its walkers:

    >>> walk = sgd(gradient, -0.3, [1.0, 2.0, 3.0], walkers=5, observe=gradient_count(), rng=0)
    >>> walk.seen
    3
    """
    return lambda step, count: (count or 0) + step.examples.shape[-1]


@made(Observer)
def stop_when(condition: Callable[[Step], Any]) -> _Seer:
    """End the walk after the first step of which a condition is true.

    Parameters
    ----------
    condition : callable
        A function of the `Step`. In a crowd it may return one truth for each walker; the walk ends
        when all are true at once.

    Returns
    -------
    Observer
        What it sees is the number of the step at which it ended the walk, or ``None``.

    Raises
    ------
    TypeError
        If ``condition`` cannot be called.

    Examples
    --------
    >>> bowl = lambda w, t: w - t
    >>> close = stop_when(lambda step: abs(step.gradient) < 0.01)
    >>> walk = gradient_descent(bowl, 1.0, [0.0], learning_rate=0.5, steps=1000, observe=close)
    >>> walk.seen, float(walk.final)
    (8, 0.00390625)

    If that never comes, the walk goes on to its end:

    >>> walk = gradient_descent(bowl, 1.0, [0.0], learning_rate=0.5, steps=3, observe=close)
    >>> walk.seen is None
    True
    """
    if not callable(condition):
        raise TypeError(f"condition must be callable, got {shown(condition)}")

    def see(step: Step, _: Any) -> None:
        if np.all(condition(step)):
            raise Stop(step.number)

    return see


@made(Observer)
def progress() -> _Seer:
    """Say on the terminal how far the walk has come, at each percent of its steps.

    Returns
    -------
    Observer
        It writes to ``sys.stderr`` if that is a terminal, and nowhere else. ``progress=True`` of
        `sgd` and `gradient_descent` adds it.

    Examples
    --------
    >>> walk = sgd(gradient, -0.3, [1.0, 2.0], observe=progress(), rng=0)

    What it sees is nothing:

    >>> walk.seen is None
    True
    """

    def see(step: Step, _: Any) -> None:
        percent = 100 * step.number // step.of
        if percent > 100 * (step.number - 1) // step.of and sys.stderr.isatty():
            end = "\n" if step.number == step.of else ""
            sys.stderr.write(f"\r{percent:3} % of {step.of:,} steps{end}")
            sys.stderr.flush()

    return see


def combined(observe: Any) -> _Seer:
    """Return one observer for several: what they see is a tuple. One that stops, stops all."""
    seers = [
        checked_function(f"observe[{i}]", seer, "running_mean()") for i, seer in enumerate(observe)
    ]

    def see(step: Step, seen: Any) -> tuple[Any, ...]:
        now, stops = [], False
        for seer, before in zip(seers, seen or [None] * len(seers), strict=True):
            try:
                now.append(seer(step, before))
            except Stop as stop:
                now.append(stop.args[0] if stop.args else None)
                stops = True
        if stops:
            raise Stop(tuple(now))
        return tuple(now)

    return see


def _towards(old: Any, new: Any, part: float) -> Any:
    if isinstance(old, tuple):
        return tuple(_towards(a, b, part) for a, b in zip(old, new, strict=True))
    return old + part * (new - old)
