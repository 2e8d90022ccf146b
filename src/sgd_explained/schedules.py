r"""Schedules: the learning rate :math:`\eta_k` as a function of the number :math:`k` of the step.

The first step has the number 0. A schedule is called with it and returns the rate of that step:
a float, or one for each walker of a crowd if it was made from such an array. Any other function of
the number of the step will do as well. `step`, `exponential`, `cosine` and `warmup` are ``StepLR``,
``ExponentialLR``, ``CosineAnnealingLR`` and ``LinearLR`` of ``torch.optim.lr_scheduler``, and their
arguments have the names that they have there, but for the ``steps`` of `warmup`, which are
``total_iters``.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from numpy.typing import ArrayLike

from ._validation import (
    nonnegative_number,
    positive_integer,
    positive_number,
    positive_rates,
    shown,
)
from ._values import Made, made

__all__ = [
    "Schedule",
    "constant",
    "cosine",
    "exponential",
    "inverse",
    "inverse_square_root",
    "step",
    "warmup",
]


@dataclass(frozen=True)
class Schedule(Made):
    """A learning rate over time, made by a function of this module.

    Examples
    --------
    >>> schedule = inverse(0.5, tau=10)
    >>> schedule
    inverse(learning_rate=0.5, tau=10)
    >>> schedule(10)
    0.25

    What is made from the same arguments is equal:

    >>> schedule == inverse(0.5, 10)
    True
    """

    __repr__ = Made.__repr__


@made(Schedule)
def constant(learning_rate: ArrayLike) -> Callable[[int], Any]:
    r"""Keep the learning rate as it is: :math:`\eta_k = \eta_0`.

    Parameters
    ----------
    learning_rate : float or array_like of shape (M,)
        :math:`\eta_0`.

    Returns
    -------
    Schedule
        A function of the number of the step.

    Raises
    ------
    TypeError, ValueError
        If ``learning_rate`` is not numeric, or not positive and finite.

    Examples
    --------
    >>> schedule = constant(0.1)
    >>> schedule(0), schedule(1000)
    (0.1, 0.1)
    """
    rate = positive_rates("learning_rate", learning_rate)
    return lambda k: rate


@made(Schedule)
def inverse(learning_rate: ArrayLike, tau: float) -> Callable[[int], Any]:
    r"""Let the learning rate fall as one over the number of the step.

    .. math:: \eta_k = \frac{\eta_0}{1 + k / \tau}

    Parameters
    ----------
    learning_rate : float or array_like of shape (M,)
        :math:`\eta_0`, the rate of the first step.
    tau : float
        :math:`\tau`: after so many steps the rate has halved.

    Returns
    -------
    Schedule
        A function of the number of the step.

    Raises
    ------
    TypeError, ValueError
        If an argument is not numeric, or not positive and finite.

    Notes
    -----
    As Robbins & Monro (1951) ask: the rates add up to infinity, their squares do not.

    Examples
    --------
    >>> schedule = inverse(0.1, tau=100)
    >>> schedule(0), schedule(100)
    (0.1, 0.05)
    """
    rate, time = positive_rates("learning_rate", learning_rate), positive_number("tau", tau)
    return lambda k: rate / (1 + k / time)


@made(Schedule)
def inverse_square_root(learning_rate: ArrayLike, tau: float) -> Callable[[int], Any]:
    r"""Let the learning rate fall as one over the square root of the number of the step.

    .. math:: \eta_k = \frac{\eta_0}{\sqrt{1 + k / \tau}}

    Parameters
    ----------
    learning_rate : float or array_like of shape (M,)
        :math:`\eta_0`, the rate of the first step.
    tau : float
        :math:`\tau`: after three times as many steps the rate has halved.

    Returns
    -------
    Schedule
        A function of the number of the step.

    Raises
    ------
    TypeError, ValueError
        If an argument is not numeric, or not positive and finite.

    Notes
    -----
    With averaging of the weights, a schedule for risks that are convex and no more, with bounded
    gradients (Nemirovski, Juditsky, Lan & Shapiro 2009).

    Examples
    --------
    >>> schedule = inverse_square_root(0.1, tau=100)
    >>> schedule(0), schedule(300)
    (0.1, 0.05)
    """
    rate, time = positive_rates("learning_rate", learning_rate), positive_number("tau", tau)
    return lambda k: rate / math.sqrt(1 + k / time)


@made(Schedule)
def step(learning_rate: ArrayLike, step_size: int, gamma: float = 0.1) -> Callable[[int], Any]:
    r"""Multiply the learning rate by a factor every so many steps.

    .. math:: \eta_k = \eta_0\, \gamma^{\lfloor k / s \rfloor}

    Parameters
    ----------
    learning_rate : float or array_like of shape (M,)
        :math:`\eta_0`, the rate of the first step.
    step_size : int
        :math:`s`, the number of steps with one rate.
    gamma : float
        :math:`\gamma`, the factor.

    Returns
    -------
    Schedule
        A function of the number of the step.

    Raises
    ------
    TypeError, ValueError
        If an argument is not numeric, or not positive and finite, or ``step_size`` is no integer.

    Notes
    -----
    ``torch.optim.lr_scheduler.StepLR``.

    Examples
    --------
    >>> schedule = step(0.5, step_size=30, gamma=0.5)
    >>> schedule(29), schedule(30), schedule(60)
    (0.5, 0.25, 0.125)
    """
    rate = positive_rates("learning_rate", learning_rate)
    size, factor = positive_integer("step_size", step_size), positive_number("gamma", gamma)
    return lambda k: rate * factor ** (k // size)


@made(Schedule)
def exponential(learning_rate: ArrayLike, gamma: float) -> Callable[[int], Any]:
    r"""Multiply the learning rate by a factor at every step.

    .. math:: \eta_k = \eta_0\, \gamma^k

    Parameters
    ----------
    learning_rate : float or array_like of shape (M,)
        :math:`\eta_0`, the rate of the first step.
    gamma : float
        :math:`\gamma`, the factor.

    Returns
    -------
    Schedule
        A function of the number of the step.

    Raises
    ------
    TypeError, ValueError
        If an argument is not numeric, or not positive and finite.

    Notes
    -----
    ``torch.optim.lr_scheduler.ExponentialLR``. With :math:`\gamma < 1` the rates add up to
    :math:`\eta_0 / (1 - \gamma)` only, so that a walk with small gradients may stop on its way.
    With :math:`\gamma > 1` they rise, as in a range test.

    Examples
    --------
    >>> schedule = exponential(0.8, gamma=0.5)
    >>> schedule(0), schedule(3)
    (0.8, 0.1)
    """
    rate, factor = positive_rates("learning_rate", learning_rate), positive_number("gamma", gamma)
    return lambda k: rate * factor**k


@made(Schedule)
def cosine(learning_rate: ArrayLike, T_max: int, eta_min: float = 0.0) -> Callable[[int], Any]:
    r"""Let the learning rate fall along half a wave of the cosine.

    .. math::

       \eta_k = \eta_{\text{min}} + \tfrac{1}{2} (\eta_0 - \eta_{\text{min}})
       \left(1 + \cos \frac{\pi k}{T_{\text{max}}}\right)

    Parameters
    ----------
    learning_rate : float or array_like of shape (M,)
        :math:`\eta_0`, the rate of the first step.
    T_max : int
        :math:`T_{\text{max}}`, the number of steps; from then on the rate is :math:`\eta_{\text{min}}`.
    eta_min : float
        :math:`\eta_{\text{min}}`, the rate at the end. With 0, a walk may have ``T_max`` steps and no
        more: a rate of 0 is an error.

    Returns
    -------
    Schedule
        A function of the number of the step.

    Raises
    ------
    TypeError, ValueError
        If an argument is not numeric or out of its range.

    Notes
    -----
    Loshchilov & Hutter (2017), without their restarts. ``CosineAnnealingLR`` of
    ``torch.optim.lr_scheduler`` does the same up to ``T_max``, and rises again then.

    Examples
    --------
    >>> schedule = cosine(0.1, T_max=100)
    >>> [round(schedule(k), 3) for k in (0, 50, 99, 100)]
    [0.1, 0.05, 0.0, 0.0]
    """
    rate, last = positive_rates("learning_rate", learning_rate), positive_integer("T_max", T_max)
    lowest = nonnegative_number("eta_min", eta_min)
    return lambda k: lowest + 0.5 * (rate - lowest) * (1 + math.cos(math.pi * min(k, last) / last))


@made(Schedule)
def warmup(
    schedule: Callable[[int], Any] | ArrayLike, steps: int, start_factor: float = 1 / 3
) -> Callable[[int], Any]:
    r"""Let the learning rate rise on a line, and then follow a schedule.

    .. math::

       \eta_k = \begin{cases}
       \eta_0 \left(f + (1 - f)\, k / s\right) & k < s \\
       \eta^{\text{schedule}}_{k - s} & k \ge s
       \end{cases}

    Parameters
    ----------
    schedule : callable, float or array_like of shape (M,)
        What comes afterwards, with the rate :math:`\eta_0` at its own step 0.
    steps : int
        :math:`s`, the number of steps on the line.
    start_factor : float
        :math:`f`, where the line begins, as a part of :math:`\eta_0`: above 0, at most 1.

    Returns
    -------
    Schedule
        A function of the number of the step.

    Raises
    ------
    TypeError, ValueError
        If an argument is not numeric or out of its range.

    Notes
    -----
    Goyal et al. (2017). ``LinearLR`` and then the schedule, in ``SequentialLR`` of
    ``torch.optim.lr_scheduler``.

    Examples
    --------
    >>> schedule = warmup(0.4, steps=4, start_factor=0.25)
    >>> [round(schedule(k), 3) for k in range(6)]
    [0.1, 0.175, 0.25, 0.325, 0.4, 0.4]

    It goes before any other:

    >>> warmup(inverse(0.4, tau=10), steps=4)(14)
    0.2
    """
    then = schedule if callable(schedule) else constant(positive_rates("schedule", schedule))
    length, factor = positive_integer("steps", steps), positive_number("start_factor", start_factor)
    if factor > 1:
        raise ValueError(f"start_factor must be at most 1, got {shown(start_factor)}")

    def rate(k: int) -> Any:
        if k >= length:
            return then(k - length)
        return then(0) * (factor + (1 - factor) * k / length)

    return rate
