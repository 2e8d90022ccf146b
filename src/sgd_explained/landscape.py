r"""The truth by brute force: everything that the risk of one weight has on an interval.

With a single weight :math:`w`, the whole landscape :math:`R(w)` can be searched. Its stationary
points, where :math:`R'(w) = 0`, are bracketed between neighbouring points of a fine grid and then
polished by bisection to the last bit that floats allow.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ._validation import FloatArray, IndexArray, finite_array, inputs, positive_integer, shown
from .losses import Loss, article, single_output_loss
from .risk import empirical_risk, risk_curvature, risk_gradient

# Width of a grid cell, in units of the output y of the largest input. The features of the losses
# are ten and more times as wide.
_CELL = 0.02

_MAX_CELLS = 2_000_000

_Function: TypeAlias = Callable[[FloatArray], FloatArray]


@dataclass(frozen=True)
class StationaryPoint:
    """A weight at which the risk is level.

    Attributes
    ----------
    w : float
        Where it is.
    risk : float
        The risk there: its depth or height.
    curvature : float
        The second derivative of the risk there.
    kind : {"minimum", "maximum"}
        What it is.

    Examples
    --------
    >>> RiskLandscape([1.0], (-0.5, 0.5)).stationary_points[0].kind
    'maximum'
    """

    w: float
    risk: float
    curvature: float
    kind: Literal["minimum", "maximum"]


class RiskLandscape:
    r"""All stationary points of the risk of one weight on an interval, and its basins.

    .. math:: R'(w) = \frac{1}{N} \sum_{i=1}^{N} x_i\, \ell'(w x_i) = 0

    Parameters
    ----------
    x : array_like, shape (N,)
        Inputs.
    interval : tuple of two floats
        The closed interval of weights ``(low, high)`` that is searched. Nothing is said of what
        lies outside it.
    loss : Loss
        The loss of an output :math:`y = w x`; the article's, unless another is given.

    Attributes
    ----------
    interval : tuple of two floats
        As given.
    stationary_points : tuple of StationaryPoint
        All of them, from left to right; minima and maxima alternate.

    Raises
    ------
    TypeError
        If an argument is complex or not numeric, or ``loss`` is not a loss.
    ValueError
        If ``x`` is empty, not one-dimensional or not finite; if ``loss`` takes targets; if the interval is not two finite
        numbers in rising order; if it is so wide that the search would need more than two million
        cells; or if the risk is flat to rounding on a part of it, so that nothing can be found
        there.

    Notes
    -----
    Any other risk of one weight has its landscape by `RiskLandscape.of`.

    The grid has cells of width :math:`0.02 / \max|x|`, far finer than any feature of the losses of
    this package; for a finer one, take more cells by `RiskLandscape.of`. A
    cell holds a stationary point where :math:`R'` changes sign; and a pair of them where
    :math:`R'` has an extremum, found from a change of sign of :math:`R''`, that lies beyond 0.
    The change of sign also says the kind: a minimum is where :math:`R'` turns from − to +. Where
    :math:`R'` only touches 0, the risk is level but has neither.

    Examples
    --------
    With the one input 1, the risk is the loss itself. It has four stationary points:

    >>> for point in RiskLandscape([1.0], (-4.0, 4.0)).stationary_points:
    ...     print(f"{point.kind} at {point.w:.4f}, loss {point.risk:.4f}")
    minimum at -1.1246, loss -0.7586
    maximum at 0.0000, loss 0.0000
    minimum at 0.5732, loss -0.1010
    maximum at 1.5514, loss 0.1196

    Which minimum does descent reach from here? From a maximum it goes nowhere: ``-1``.

    >>> landscape = RiskLandscape(np.linspace(-2, 5, 100), (-3.0, 3.0))
    >>> [round(minimum.w, 3) for minimum in landscape.minima]
    [-0.335, 0.194, 0.84]
    >>> landscape.basin([-0.1, 0.1, 0.5, 0.0])
    array([ 0,  1,  2, -1])
    """

    def __init__(self, x: ArrayLike, interval: tuple[float, float], loss: Loss = article) -> None:
        examples, loss = inputs("x", x), single_output_loss("loss", loss)
        low, high = _checked_interval(interval)
        # In units of the largest input nothing overflows; a power of two leaves the digits alone.
        largest = np.abs(examples).max()
        unit = math.ldexp(0.5, math.frexp(largest)[1])
        in_units = examples / unit
        cells = (high - low) * float(largest) / _CELL
        if cells > _MAX_CELLS:
            raise ValueError(
                f"interval must be narrower: {(low, high)} with inputs up to {largest:g} needs "
                f"{cells:.3g} cells, at most {_MAX_CELLS} are allowed"
            )
        self._find(
            lambda w: empirical_risk(w, examples, loss),
            lambda w: risk_gradient(unit * w, in_units, loss),
            lambda w: risk_curvature(unit * w, in_units, loss),
            (low, high),
            max(16, math.ceil(cells)),
            unit,
        )
        self._of = f"{examples.size} inputs"

    @classmethod
    def of(
        cls,
        risk: _Function,
        gradient: _Function,
        curvature: _Function,
        interval: tuple[float, float],
        cells: int = 2000,
    ) -> RiskLandscape:
        """Return the landscape of any function of one weight that has two derivatives.

        Parameters
        ----------
        risk, gradient, curvature : callable
            The function and its two derivatives, each for an array of weights of shape ``(m,)``.
        interval : tuple of two floats
            The closed interval of weights that is searched.
        cells : int
            The number of cells of the grid. In each of them, the gradient may turn at most once.

        Returns
        -------
        RiskLandscape
            All that is found on the interval.

        Raises
        ------
        TypeError
            If ``risk``, ``gradient`` or ``curvature`` is not callable or returns what is not
            numeric, or if ``cells`` is not an integer.
        ValueError
            If one of them returns another shape or what is not finite, if ``cells`` is not from 1
            to two million, or as the class does.

        Examples
        --------
        >>> landscape = RiskLandscape.of(
        ...     lambda w: w**4 / 4 - w**2 / 2, lambda w: w**3 - w, lambda w: 3 * w**2 - 1, (-2, 2)
        ... )
        >>> [minimum.w for minimum in landscape.minima]
        [-1.0, 1.0]
        >>> landscape
        <RiskLandscape of a function on (-2.0, 2.0): 2 minima and 1 maxima>
        """
        count = positive_integer("cells", cells)
        if count > _MAX_CELLS:
            raise ValueError(f"cells must be at most {_MAX_CELLS}, got {count}")
        landscape = cls.__new__(cls)
        landscape._find(
            _checked_function("risk", risk),
            _checked_function("gradient", gradient),
            _checked_function("curvature", curvature),
            _checked_interval(interval),
            count,
        )
        landscape._of = "a function"
        return landscape

    def _find(
        self,
        risk: _Function,
        slope: _Function,
        curvature: _Function,
        interval: tuple[float, float],
        cells: int,
        unit: float = 1.0,
    ) -> None:
        """Fill the landscape; slope and curvature are given in a unit of the inputs."""
        self.interval = low, high = interval
        # Many a risk is level at 0: as a point of the grid it is found exactly, and not to a last bit.
        grid = np.union1d(np.linspace(low, high, cells + 1), np.clip(0.0, low, high))
        roots, rising = _roots(slope, curvature, grid)
        self.stationary_points = tuple(
            StationaryPoint(w, height, unit * (unit * bend), "minimum" if rises else "maximum")
            for w, height, bend, rises in zip(
                roots.tolist(),
                risk(roots).tolist(),
                curvature(roots).tolist(),
                rising.tolist(),
                strict=True,
            )
        )

    def __repr__(self) -> str:
        found = f"{len(self.minima)} minima and {len(self.maxima)} maxima"
        return f"<RiskLandscape of {self._of} on {self.interval}: {found}>"

    @property
    def minima(self) -> tuple[StationaryPoint, ...]:
        """The minima, from left to right.

        Examples
        --------
        >>> [round(minimum.w, 3) for minimum in RiskLandscape([1.0], (-4.0, 4.0)).minima]
        [-1.125, 0.573]

        An interval need not hold one:

        >>> RiskLandscape([1.0], (-0.5, 0.5)).minima
        ()
        """
        return tuple(p for p in self.stationary_points if p.kind == "minimum")

    @property
    def maxima(self) -> tuple[StationaryPoint, ...]:
        """The maxima, from left to right.

        Examples
        --------
        With the article's loss the wall ``w = 0`` is one of them, whatever the inputs, unless all are 0:

        >>> landscape = RiskLandscape(np.linspace(-2, 5, 100), (-1.0, 1.0))
        >>> [round(maximum.w, 3) for maximum in landscape.maxima]
        [0.0, 0.323]
        """
        return tuple(p for p in self.stationary_points if p.kind == "maximum")

    @property
    def global_minimum(self) -> StationaryPoint:
        """The deepest minimum inside the interval; of equally deep ones, that which rounding favours.

        An end of the interval may be lower.

        Raises
        ------
        ValueError
            If there is no minimum in the interval.

        Examples
        --------
        >>> round(RiskLandscape([1.0], (-4.0, 4.0)).global_minimum.w, 4)
        -1.1246

        An interval without a valley has none:

        >>> RiskLandscape([1.0], (-0.5, 0.5)).global_minimum
        Traceback (most recent call last):
        ...
        ValueError: interval must hold a minimum of the risk, (-0.5, 0.5) has none
        """
        if not self.minima:
            raise ValueError(f"interval must hold a minimum of the risk, {self.interval} has none")
        return min(self.minima, key=lambda minimum: minimum.risk)

    def basin(self, w: ArrayLike) -> IndexArray:
        """Return which minimum descent in small steps reaches from each weight.

        Parameters
        ----------
        w : array_like
            Weights inside the interval, of any shape.

        Returns
        -------
        numpy.ndarray of int
            The index into `minima`, in the shape of ``w``; ``-1`` at a maximum, and where descent
            leaves the interval. A level place that is neither is passed over, though descent may
            end there.

        Raises
        ------
        TypeError
            If ``w`` is complex or not numeric.
        ValueError
            If a weight is not finite or lies outside the interval.

        Examples
        --------
        Beyond its last maximum the loss falls for ever, and descent leaves:

        >>> RiskLandscape([1.0], (-4.0, 4.0)).basin([-0.5, 2.0])
        array([ 0, -1])
        """
        weights = finite_array("w", w)
        low, high = self.interval
        outside = (weights < low) | (weights > high)
        if outside.any():
            raise ValueError(
                f"w must lie in the interval [{low}, {high}], got {weights[outside].flat[0]}"
            )
        # Between two maxima lies one minimum; before the first maximum, and after the last, one or none.
        tops = [p.w for p in self.maxima]
        first_is_top = self.maxima[:1] == self.stationary_points[:1]
        reached = np.searchsorted(tops, weights) - first_is_top
        nowhere = np.isin(weights, tops) | (reached == len(self.minima))
        return np.where(nowhere, -1, reached)


def _checked_interval(interval: tuple[float, float]) -> tuple[float, float]:
    ends = finite_array("interval", interval)
    if ends.shape != (2,) or not ends[0] < ends[1]:
        raise ValueError(f"interval must be (low, high) with low < high, got {interval!r}")
    return float(ends[0]), float(ends[1])


def _checked_function(name: str, function: _Function) -> _Function:
    if not callable(function):
        raise TypeError(f"{name} must be callable, got {shown(function)}")

    def checked(w: FloatArray) -> FloatArray:
        values = finite_array(f"{name}(w)", function(w))
        if values.shape != w.shape:
            raise ValueError(f"{name}(w) must have the shape {w.shape} of w, got {values.shape}")
        return values

    return checked


def _roots(
    slope: _Function,
    curvature: _Function,
    grid: FloatArray,
) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Return where ``slope`` changes sign on the grid's interval, and where it rises there.

    At a root on an end of the interval, the sign on its one side decides.
    """
    signs = np.sign(slope(grid))
    level = signs == 0.0
    if (level[1:] & level[:-1]).any():
        first = grid[1:][level[1:] & level[:-1]][0]
        raise ValueError(
            f"interval must leave out where the risk is flat to rounding, as it is near w = {first:g}"
        )
    # Where a cell's ends agree in sign, or one is level, a turning point of the slope may still
    # reach beyond 0.
    bends = np.sign(curvature(grid))
    same_side = signs[:-1] * signs[1:] >= 0.0
    hidden = np.flatnonzero(same_side & (bends[:-1] * bends[1:] < 0.0))
    turns = _bisected(curvature, grid[hidden], grid[hidden + 1])
    points = np.concatenate([grid, turns])
    by_place = np.argsort(points)
    points = points[by_place]
    signs = np.concatenate([signs, np.sign(slope(turns))])[by_place]

    before, after = np.append(-signs[1], signs[:-1]), np.append(signs[1:], -signs[-2])
    exact = np.flatnonzero((signs == 0.0) & (before * after == -1.0))
    crossing = np.flatnonzero(signs[:-1] * signs[1:] < 0.0)
    inside = _bisected(slope, points[crossing], points[crossing + 1])
    roots = np.concatenate([points[exact], inside])
    rising = np.concatenate([after[exact], after[crossing]]) == 1.0
    by_place = np.argsort(roots)
    return roots[by_place], rising[by_place]


def _bisected(function: _Function, left: FloatArray, right: FloatArray) -> FloatArray:
    """Halve all brackets at once until no float lies between their ends."""
    sign = np.sign(function(left))
    while True:
        middle = 0.5 * (left + right)
        if ((middle <= left) | (middle >= right)).all():
            return middle
        on_the_left = np.sign(function(middle)) == sign
        left = np.where(on_the_left, middle, left)
        right = np.where(on_the_left, right, middle)
