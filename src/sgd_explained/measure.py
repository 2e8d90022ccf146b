r"""What a sample says of the truth: an estimate, and the interval in which the truth should lie.

All intervals are meant to hold the truth in 95 of 100 experiments. They are for samples whose
members are independent of each other, such as the walkers of a crowd.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ._validation import (
    FloatArray,
    finite_array,
    finite_or_truth_array,
    positive_integer,
    real_array,
    shown,
    truth_array,
)

__all__ = ["Estimate", "by_groups", "crossing", "fraction", "mean", "spread"]

_Array = TypeVar("_Array", bound=NDArray[Any])

# A standard normal number lies within ± this far from 0 in 95 of 100 cases.
_Z = NormalDist().inv_cdf(0.975)

# The largest difference of log-odds at neighbouring places that a curve may be interpolated over:
# from 18 % to 82 %, for example.
_WIDEST_GAP = 3.0

# The scales of probability on which a curve may be straight, with their slopes: the logarithm of
# the odds, and the two for what is the first, or the last, of many rare events.
_HEIGHTS: tuple[tuple[Callable[[Any], Any], Callable[[Any], Any]], ...] = (
    (lambda p: np.log(p / (1 - p)), lambda p: 1 / (p * (1 - p))),
    (lambda p: np.log(-np.log1p(-p)), lambda p: -1 / ((1 - p) * np.log1p(-p))),
    (lambda p: -np.log(-np.log(p)), lambda p: -1 / (p * np.log(p))),
)

# The scales of place, with their inverses.
_PLACES: tuple[tuple[Callable[[Any], Any], Callable[[Any], Any]], ...] = (
    (np.log, np.exp),
    (np.positive, np.positive),
    (np.reciprocal, np.reciprocal),
)


@dataclass(frozen=True, eq=False)
class Estimate:
    """A measured value, and its 95 % interval.

    Attributes
    ----------
    value, low, high : float or numpy.ndarray of float
        The value, and the ends of its interval: ``low <= value <= high``, all finite and of one
        shape. Arrays hold many estimates of one kind.
    method : str
        How the interval was computed, in a few words.

    Examples
    --------
    It is written with its interval, each number in the same format:

    >>> low_loss = Estimate(0.0817, 0.0779, 0.0855, "given")
    >>> f"{low_loss:.1%}"
    '8.2% (7.8% to 8.6%)'

    Many of them are indexed as an array is, and come one by one in a loop:

    >>> both = Estimate([1.0, 2.0], [0.5, 1.5], [1.5, 2.5], "given")
    >>> print(both[1])
    2 (1.5 to 2.5)
    >>> [estimate.low for estimate in both]
    [0.5, 1.5]
    """

    value: Any
    low: Any
    high: Any
    method: str

    def __post_init__(self) -> None:
        for name in ("low", "value", "high"):
            array = finite_array(name, getattr(self, name))
            object.__setattr__(self, name, array if array.ndim else array.item())
        shapes = [np.shape(numbers) for numbers in (self.low, self.value, self.high)]
        if len(set(shapes)) > 1:
            raise ValueError(f"low, value and high must have one shape, got {shapes}")
        wrong = ~((self.low <= self.value) & np.less_equal(self.value, self.high))
        if np.any(wrong):
            first = [float(np.extract(wrong, x)[0]) for x in (self.low, self.value, self.high)]
            raise ValueError(f"low, value and high must be in rising order, got {first}")

    @property
    def bars(self) -> FloatArray:
        """How far the interval reaches below and above the value, as error bars want it.

        The shape is ``(2, m)`` for ``m`` estimates, and ``(2, 1)`` for one.

        Examples
        --------
        >>> Estimate(4.0, 1.0, 9.0, "given").bars
        array([[3.],
               [5.]])
        """
        below, above = self.value - self.low, self.high - self.value
        return np.stack([np.atleast_1d(below), np.atleast_1d(above)])

    def map(self, function: Callable[[Any], Any]) -> Estimate:
        """Return the estimate of ``function(truth)``, for a function that only rises or only falls.

        Examples
        --------
        >>> f"{Estimate(4.0, 1.0, 9.0, 'given').map(np.sqrt):.0f}"
        '2 (1 to 3)'

        Where the function falls, the ends change places:

        >>> f"{Estimate(0.25, 0.2, 0.3, 'given').map(lambda share: 1 - share):.0%}"
        '75% (70% to 80%)'
        """
        low, value, high = (function(numbers) for numbers in (self.low, self.value, self.high))
        return Estimate(value, np.minimum(low, high), np.maximum(low, high), self.method)

    def __getitem__(self, index: Any) -> Estimate:
        return Estimate(self.value[index], self.low[index], self.high[index], self.method)

    def __iter__(self) -> Iterator[Estimate]:
        return (self[i] for i in range(len(self.value)))

    def __format__(self, spec: str) -> str:
        if np.ndim(self.value):
            return f"[{', '.join(format(estimate, spec) for estimate in self)}]"
        value, low, high = (format(x, spec or ".4g") for x in (self.value, self.low, self.high))
        return f"{value} ({low} to {high})"

    def __str__(self) -> str:
        return format(self)


def mean(values: ArrayLike) -> Estimate:
    r"""Estimate an expected value by the mean of independent values.

    .. math::

        \bar v \pm t\, \frac{s}{\sqrt n}, \qquad
        s^2 = \frac{1}{n - 1} \sum_{j=1}^n (v_j - \bar v)^2

    where :math:`t` is the quantile 0.975 of Student's distribution with :math:`n - 1` degrees of
    freedom.

    Parameters
    ----------
    values : array_like, shape (..., n)
        Independent values along the last axis, at least two.

    Returns
    -------
    Estimate
        Of shape ``(...)``.

    Raises
    ------
    TypeError
        If the values are no real numbers.
    ValueError
        If one is not finite, or there are fewer than two.

    Notes
    -----
    Exact for normal values (Student 1908). For others it holds better, the more there are: of
    squares of normal numbers, about 93 of 100 intervals hold the truth at 100 values, and 95 at 2,000.
    For the share of trials with an event, use :func:`fraction`.

    Examples
    --------
    >>> print(mean([1.0, 2.0, 3.0, 4.0]))
    2.5 (0.4457 to 4.554)

    Values that do not differ leave no doubt:

    >>> print(mean(np.ones(10)))
    1 (1 to 1)
    """
    sample = _along_last("values", finite_array("values", values), 2)
    n = sample.shape[-1]
    center = sample.mean(axis=-1)
    half = _student(n - 1) * sample.std(axis=-1, ddof=1) / np.sqrt(n)
    return Estimate(center, center - half, center + half, f"mean of {n:,}, Student's t")


def fraction(events: ArrayLike) -> Estimate:
    r"""Estimate a probability by the fraction of independent trials in which an event occurred.

    .. math::

        \frac{1}{1 + z^2 / n} \Bigl( f + \frac{z^2}{2 n}
        \pm z \sqrt{\frac{f (1 - f)}{n} + \frac{z^2}{4 n^2}} \Bigr)

    where :math:`f` is the fraction among :math:`n` trials and :math:`z = 1.96`. It has a width also
    where nothing, or everything, occurred.

    Parameters
    ----------
    events : array_like of bool, shape (..., n)
        Whether the event occurred, trial by trial along the last axis.

    Returns
    -------
    Estimate
        Of shape ``(...)``.

    Raises
    ------
    TypeError
        If the events are not True or False.
    ValueError
        If there is no trial.

    Notes
    -----
    Wilson (1927). It holds the truth in 95 of 100 experiments on average over the probabilities.
    At a single one it may be more or fewer, for fractions go in steps. Of ten trials and more: at
    the worst, where 0.18 events are expected, 83 of 100; where one event and one other outcome or
    more are expected, at least 90.

    Examples
    --------
    >>> f"{fraction([True] * 30 + [False] * 70):.1%}"
    '30.0% (21.9% to 39.6%)'

    What was never seen in a thousand trials may still have a probability of almost 0.4 %:

    >>> f"{fraction(np.zeros(1000, dtype=bool)):.2%}"
    '0.00% (0.00% to 0.38%)'
    """
    trials = _along_last("events", truth_array("events", events), 1)
    n = trials.shape[-1]
    f = trials.mean(axis=-1)
    middle = f + _Z**2 / (2 * n)
    half = _Z * np.sqrt(f * (1 - f) / n + _Z**2 / (4 * n**2))
    low, high = (middle - half) / (1 + _Z**2 / n), (middle + half) / (1 + _Z**2 / n)
    # Where nothing, or everything, occurred, an end is the fraction itself, but for rounding.
    low, high = np.where(f > 0, low, 0.0), np.where(f < 1, high, 1.0)
    return Estimate(f, low, high, f"fraction of {n:,}, Wilson's interval")


def spread(values: ArrayLike) -> Estimate:
    r"""Estimate a standard deviation by that of independent values.

    .. math::

        s\, \sqrt c\, \exp\Bigl( \pm \frac{z c}{2}
        \sqrt{\frac{\kappa - 1 + 3 / n}{n - 1}} \Bigr), \qquad c = \frac{n}{n - z}

    is the interval, where :math:`z = 1.96` and :math:`\kappa` is the kurtosis of the :math:`n`
    values: the mean fourth power of their deviations, over the square of the mean second one.

    Parameters
    ----------
    values : array_like, shape (..., n)
        Independent values along the last axis, at least four, not all equal.

    Returns
    -------
    Estimate
        The value is :math:`s`, with :math:`n - 1` in its denominator. Of shape ``(...)``.

    Raises
    ------
    TypeError
        If the values are no real numbers.
    ValueError
        If one is not finite, if there are fewer than four, or if all are equal.

    Notes
    -----
    Bonett (2006), but with deviations from the mean. The variance of :math:`s^2` is about
    :math:`(\kappa - 1) \sigma^4 / n` for every distribution that has a kurtosis, and the interval is that of
    :math:`\log s`, which is closer to normal. Where tails are heavy a sample shows too little of
    them: of exponential values, 90 of 100 intervals hold the truth at 100 values, 94 at 1,000.

    Examples
    --------
    >>> print(spread(np.random.default_rng(0).normal(0, 2, 10_000)))
    1.996 (1.969 to 2.024)

    Values that do not differ have no spread to measure:

    >>> spread(np.ones(10))
    Traceback (most recent call last):
    ...
    ValueError: values must not all be equal along the last axis, got 1.0 only
    """
    sample = _along_last("values", finite_array("values", values), 4)
    n = sample.shape[-1]
    same = (sample == sample[..., :1]).all(axis=-1)
    if same.any():
        only = sample[same].min()
        raise ValueError(f"values must not all be equal along the last axis, got {only} only")
    s = sample.std(axis=-1, ddof=1)
    deviations = (sample - sample.mean(axis=-1, keepdims=True)) / s[..., np.newaxis]
    kurtosis = (n / (n - 1)) ** 2 * (deviations**4).mean(axis=-1)
    c = n / (n - _Z)
    reach = np.exp(_Z * c / 2 * np.sqrt((kurtosis - 1 + 3 / n) / (n - 1)))
    method = f"spread of {n:,}, Bonett's interval"
    return Estimate(s, s * np.sqrt(c) / reach, s * np.sqrt(c) * reach, method)


def crossing(at: ArrayLike, events: ArrayLike, level: float = 0.5) -> Estimate:
    r"""Estimate where a rising curve of probabilities crosses a level.

    Between neighbouring places, the logarithm of the odds, :math:`\log \frac{p}{1 - p}`, is
    interpolated as a straight line over the logarithm of the place.

    Parameters
    ----------
    at : array_like, shape (m,)
        The places, such as learning rates: positive, in rising order.
    events : array_like of bool, shape (m, n)
        Whether an event occurred in each of ``n`` independent trials, place by place. The same
        trials may serve all places: what these have in common is taken into account.
    level : float, default 0.5
        The probability to look for, between 0 and 1.

    Returns
    -------
    Estimate
        The place. The interval holds each place where the curve is not surely below or above the
        level, with 95 % confidence, and that on any of nine ways to interpolate: as a straight line
        in :math:`\log \frac{p}{1 - p}`, :math:`\log(-\log(1 - p))` or :math:`-\log(-\log p)` over
        the logarithm of the place, the place, or its reciprocal.

    Raises
    ------
    TypeError
        If the places are no real numbers, or the events not True or False.
    ValueError
        If shapes do not fit, places are not positive and rising, or the level is not between 0 and
        1; if the fractions do not rise across the level, or not surely so within the places; or if
        the log-odds differ by more than 3 between the two places about the level, so that an
        interpolation would be a guess.

    Notes
    -----
    The confidence set of Fieller (1954) for where a line is 0, between all neighbouring places. It
    is too wide rather than too narrow: many trials at places that are a few times closer than the
    rise is wide serve better than few trials at many. Where noise makes the curve cross more than
    once, the value is the middle crossing.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> rates = np.array([0.8, 0.9, 1.0, 1.1, 1.2])
    >>> odds = rates[:, np.newaxis] ** 8
    >>> print(crossing(rates, rng.random((5, 4000)) < odds / (1 + odds)))
    1 (0.9918 to 1.009)

    Too few places give no answer:

    >>> crossing([0.5, 2.0], rng.random((2, 1000)) < [[0.004], [0.996]])
    Traceback (most recent call last):
    ...
    ValueError: at must hold places between 0.5 and 2.0: the fraction jumps from 0.004 to 0.994
    """
    places, trials, sought = _curve(at, events, level)
    m, n = trials.shape
    # Half a trial more on either side: no odds are 0 or infinite.
    f = (trials.sum(axis=1) + 0.5) / (n + 1)
    seen, crossed = trials.mean(axis=1), np.flatnonzero(np.diff(f >= sought))
    if not f[0] < sought <= f[-1]:
        raise ValueError(
            f"events must rise across the level {sought}, got fractions "
            f"from {seen[0]:.3f} to {seen[-1]:.3f}"
        )
    left = int(crossed[crossed.size // 2])
    log_odds = _HEIGHTS[0][0]
    if abs(np.diff(log_odds(f))[left]) > _WIDEST_GAP:
        raise ValueError(
            f"at must hold places between {places[left]} and {places[left + 1]}: "
            f"the fraction jumps from {seen[left]:.3f} to {seen[left + 1]:.3f}"
        )
    # The variance of each fraction, and the covariance of each with the next.
    own = f * (1 - f) / n
    both = (trials[:-1] & trials[1:]).mean(axis=1)
    shared = (both - seen[:-1] * seen[1:]) / n
    found = [_crossed(f, own, shared, left, sought, *height) for height in _HEIGHTS]
    value, low, high = found[0][0], min(x for _, x, _ in found), max(x for _, _, x in found)
    if low <= 0 or high >= m - 1:
        end, side = (places[0], "below") if low <= 0 else (places[-1], "above")
        raise ValueError(
            f"at must reach further, or events hold more trials than {n:,}: "
            f"at {end} the fraction is not surely {side} the level {sought}"
        )

    def place(position: float, scale: Callable[[Any], Any], back: Callable[[Any], Any]) -> float:
        return float(back(np.interp(position, np.arange(m), scale(places))))

    return Estimate(
        place(value, *_PLACES[0]),
        min(place(low, *scales) for scales in _PLACES),
        max(place(high, *scales) for scales in _PLACES),
        f"{n:,} trials at each place, with the error of interpolating",
    )


def by_groups(statistic: Callable[..., Any], *samples: ArrayLike, groups: int = 20) -> Estimate:
    r"""Estimate any statistic of independent members, by how it differs from group to group.

    .. math:: T \pm t\, \frac{s_T}{\sqrt G}

    where :math:`T` is the statistic of all members, :math:`s_T` its standard deviation over
    :math:`G` groups of them, and :math:`t` the quantile 0.975 of Student's distribution with
    :math:`G - 1` degrees of freedom.

    Parameters
    ----------
    statistic : callable
        Takes the samples, or a group of each, and returns a number or an array of numbers.
    \*samples : array_like, shape (..., n)
        Numbers, or True and False, with members along the last axis. What belongs to one member
        stands at the same place in each sample.
    groups : int, default 20
        The number ``G`` of groups, at least two. Members that are left over are in no group.

    Returns
    -------
    Estimate
        Of the shape of what the statistic returns.

    Raises
    ------
    TypeError
        If there is no sample, if one holds other than real numbers or True and False, or if
        ``groups`` is not an integer.
    ValueError
        If a sample or the statistic is not finite, if the samples' numbers of members differ, if
        there are fewer than two groups, or fewer members than groups, or if the shape of the
        statistic differs from group to group.

    Notes
    -----
    The method of batch means (Schmeiser 1982). A group is a stretch of the members, so that a long
    series with a memory far shorter than a group is fit, too. Groups must be large enough for the
    statistic to have little bias within one.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> a = rng.normal(size=10_000)
    >>> print(by_groups(lambda a, b: np.corrcoef(a, b)[0, 1], a, a + rng.normal(size=10_000)))
    0.7034 (0.6921 to 0.7148)

    Groups without members are refused:

    >>> by_groups(np.median, [1.0, 2.0], groups=3)
    Traceback (most recent call last):
    ...
    ValueError: groups must be at most the number of members, 2, got 3
    """
    arrays = [
        _along_last(name, finite_or_truth_array(name, sample), 1)
        for name, sample in ((f"samples[{i}]", sample) for i, sample in enumerate(samples))
    ]
    if not arrays:
        raise TypeError("samples must be at least one, got none")
    counts = [array.shape[-1] for array in arrays]
    if len(set(counts)) > 1:
        raise ValueError(f"samples must hold equally many members, got {counts}")
    G, n = positive_integer("groups", groups), counts[0]
    if G < 2:
        raise ValueError(f"groups must be at least 2, got {G}")
    if n < G:
        raise ValueError(f"groups must be at most the number of members, {n}, got {G}")
    size = n // G
    value = finite_array("statistic", statistic(*arrays))
    each = [
        finite_array(f"statistic of group {i}", statistic(*(array[..., part] for array in arrays)))
        for i, part in enumerate(slice(i * size, (i + 1) * size) for i in range(G))
    ]
    shapes = sorted({value.shape, *(one.shape for one in each)})
    if len(shapes) > 1:
        raise ValueError(f"statistic must have one shape in all groups, got {shapes}")
    half = _student(G - 1) * np.std(each, axis=0, ddof=1) / np.sqrt(G)
    method = f"{G:,} groups of {size:,}, Student's t"
    return Estimate(value, value - half, value + half, method)


def _student(freedom: int) -> float:
    """Return the quantile 0.975 of Student's distribution.

    A number with this distribution is √v tan θ, where the angle θ has the density cos^(v − 1) θ.
    """
    angles = np.linspace(0, min(np.pi / 2, 9 / np.sqrt(freedom)), 10_001)
    density = np.cos(angles) ** (freedom - 1)
    below = np.cumsum(density[:-1] + density[1:])
    angle = np.interp(0.95 * below[-1], below, angles[1:])
    return float(np.sqrt(freedom) * np.tan(angle))


def _crossed(
    f: FloatArray,
    own: FloatArray,
    shared: FloatArray,
    left: int,
    level: float,
    scale: Callable[[Any], Any],
    slope: Callable[[Any], Any],
) -> tuple[float, float, float]:
    """Return where straight lines on a scale cross the level, and from where to where they may.

    Positions count places: 0 is the first, 1 the second, and 1.5 half way to the third. The curve
    crosses after place ``left``.
    """
    height, slopes = scale(f) - scale(level), slope(f)
    own, shared = own * slopes**2, shared * slopes[:-1] * slopes[1:]
    value = left + height[left] / (height[left] - height[left + 1])
    last = f.size - 1
    positions = np.sort(np.append(np.linspace(0, last, 1000 * last + 1), value))
    i = np.minimum(positions.astype(int), last - 1)
    t = positions - i
    line = (1 - t) * height[i] + t * height[i + 1]
    variance = (1 - t) ** 2 * own[i] + 2 * t * (1 - t) * shared[i] + t**2 * own[i + 1]
    (unsure,) = np.nonzero(line**2 <= _Z**2 * variance)
    # The next position on either side is surely outside.
    low, high = max(unsure[0] - 1, 0), min(unsure[-1] + 1, positions.size - 1)
    return float(value), float(positions[low]), float(positions[high])


def _curve(
    at: ArrayLike, events: ArrayLike, level: float
) -> tuple[FloatArray, NDArray[np.bool_], float]:
    """Return the arguments of a crossing, or say what is wrong with them."""
    places, sought = finite_array("at", at), real_array("level", level)
    trials = _along_last("events", truth_array("events", events), 1)
    if places.ndim != 1 or places.size < 2 or (places <= 0).any() or (np.diff(places) <= 0).any():
        raise ValueError(
            f"at must hold two or more positive places in rising order, got {shown(at)}"
        )
    if trials.ndim != 2 or len(trials) != places.size:
        raise ValueError(f"events must have shape ({places.size}, n), got {trials.shape}")
    if sought.ndim or not 0 < sought < 1:
        raise ValueError(f"level must be one number between 0 and 1, got {shown(level)}")
    return places, trials, float(sought)


def _along_last(name: str, array: _Array, least: int) -> _Array:
    """Return an array that holds enough members along its last axis."""
    if array.ndim == 0 or array.shape[-1] < least:
        raise ValueError(
            f"{name} must hold at least {least} along the last axis, got shape {array.shape}"
        )
    return array
