r"""Problems by name: data, start, gradient and risk, for scripts, pages and tests to speak of.

=================  ==========================================================================
`article`          the hundred inputs of the source article, spread over [−5, 5]
`ten`              ten inputs over the same interval
`trap`             a hundred inputs over [−2, 5]: three valleys, and a start in the shallow one
`ravine`           two weights: a valley a hundred times as steep across as along
`saddle`           two weights: a start on the way into a saddle, and a valley on either side
=================  ==========================================================================

The first three have one weight and the article's loss. `least_squares` and `logistic_regression`
make a problem of your data; `linear_data` and `two_classes` draw some from a seed.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ._validation import (
    FloatArray,
    data_set,
    finite_array,
    nonnegative_number,
    positive_integer,
    random_generator,
)
from .landscape import RiskLandscape, StationaryPoint
from .losses import Loss, parabola, single_output_loss
from .losses import article as article_loss
from .losses import logistic as logistic_loss
from .risk import empirical_risk, gradient_of, risk_curvature, risk_gradient

__all__ = [
    "Problem",
    "article",
    "least_squares",
    "linear_data",
    "logistic_regression",
    "one_weight",
    "ravine",
    "saddle",
    "ten",
    "trap",
    "two_classes",
]


@dataclass(frozen=True, eq=False)
class Problem:
    r"""A risk to make small: the data, where a walk starts, and how each example pulls.

    Attributes
    ----------
    name : str
        What it is called.
    data : tuple of numpy.ndarray
        The columns of the data set, read-only: inputs, and targets where there are any.
    start : float or numpy.ndarray
        Where a walk starts.
    gradient : callable
        ``gradient(w, *examples)``, one for each example, as `sgd` wants it.
    risk, risk_gradient, risk_curvature : callable
        :math:`R(w)`, its gradient and its second derivatives, for weights with any first axes. With
        one weight these are numbers; with ``d`` weights they have shapes ``(...)``, ``(..., d)`` and
        ``(..., d, d)``.
    interval : tuple of two floats, or None
        Where the risk of one weight is looked at.
    loss : Loss or None
        The loss of an output, of problems with one weight.

    Examples
    --------
    >>> from sgd_explained.problems import trap
    >>> trap
    <Problem trap: 100 examples, start 0.194>
    >>> walk = sgd(trap.gradient, trap.start, *trap.data, learning_rate=0.03, rng=0)
    >>> [round(valley.w, 3) for valley in trap.valleys]
    [-0.335, 0.194, 0.84]
    """

    name: str
    data: tuple[FloatArray, ...]
    start: Any
    gradient: Callable[..., Any]
    risk: Callable[[ArrayLike], FloatArray]
    risk_gradient: Callable[[ArrayLike], FloatArray]
    risk_curvature: Callable[[ArrayLike], FloatArray]
    interval: tuple[float, float] | None = None
    loss: Loss | None = None

    def __post_init__(self) -> None:
        columns = tuple(data_set(f"data[{i}]", column).copy() for i, column in enumerate(self.data))
        start = finite_array("start", self.start).copy()
        for array in (*columns, start):
            array.setflags(write=False)
        object.__setattr__(self, "data", columns)
        object.__setattr__(self, "start", start if start.ndim else float(start))

    def __repr__(self) -> str:
        return f"<Problem {self.name}: {len(self.x)} examples, start {self.start}>"

    @property
    def x(self) -> FloatArray:
        """The inputs: the first column of the data.

        Examples
        --------
        >>> from sgd_explained.problems import ten
        >>> ten.x.size, float(ten.x[0])
        (10, -5.0)
        """
        return self.data[0]

    @property
    def targets(self) -> FloatArray:
        """The targets: the last column of the data, where there is more than one.

        Examples
        --------
        >>> from sgd_explained.problems import ravine, ten
        >>> ravine.targets.shape
        (100,)
        >>> ten.targets
        Traceback (most recent call last):
        ...
        AttributeError: the problem ten has no targets
        """
        if len(self.data) == 1:
            raise AttributeError(f"the problem {self.name} has no targets")
        return self.data[-1]

    @functools.cached_property
    def landscape(self) -> RiskLandscape:
        """The landscape of the risk on the interval, for a problem of one weight.

        Examples
        --------
        >>> from sgd_explained.problems import ravine, trap
        >>> trap.landscape
        <RiskLandscape of 100 inputs on (-1.0, 1.5): 3 minima and 2 maxima>

        With two weights there is none:

        >>> ravine.landscape
        Traceback (most recent call last):
        ...
        AttributeError: the problem ravine has no landscape, which is that of one weight
        """
        if self.loss is None or self.interval is None:
            raise AttributeError(
                f"the problem {self.name} has no landscape, which is that of one weight"
            )
        return RiskLandscape(self.x, self.interval, self.loss)

    @property
    def valleys(self) -> tuple[StationaryPoint, ...]:
        """The minima of the landscape, from left to right.

        Examples
        --------
        >>> from sgd_explained.problems import article
        >>> [round(valley.w, 3) for valley in article.valleys]
        [-0.299, 0.299]
        """
        return self.landscape.minima


def one_weight(
    name: str,
    x: ArrayLike,
    start: float,
    interval: tuple[float, float],
    loss: Loss = article_loss,
) -> Problem:
    r"""Return the problem of one weight and outputs :math:`y = w x`, for any loss.

    Parameters
    ----------
    name : str
        What it is called.
    x : array_like, shape (N,)
        The inputs.
    start : float
        Where a walk starts.
    interval : tuple of two floats
        Where its landscape is looked at.
    loss : Loss
        The loss of an output.

    Returns
    -------
    Problem
        Its gradient is `gradient_of` the loss.

    Raises
    ------
    TypeError, ValueError
        If ``x`` or ``start`` is not numeric and finite, or ``loss`` is not a loss of one output.

    Examples
    --------
    >>> from sgd_explained.losses import double_well
    >>> wells = one_weight("wells", [1.0, 2.0], 0.1, (-2.0, 2.0), double_well)
    >>> float(wells.risk(0.0)), len(wells.valleys)
    (0.25, 2)

    >>> one_weight("nothing", [], 0.1, (-2.0, 2.0))
    Traceback (most recent call last):
    ...
    ValueError: data[0] must hold at least one example, got shape (0,)
    """
    single_output_loss("loss", loss)
    return Problem(
        name,
        (np.asarray(x),),
        start,
        gradient_of(loss),
        lambda w: empirical_risk(w, x, loss),
        lambda w: risk_gradient(w, x, loss),
        lambda w: risk_curvature(w, x, loss),
        interval,
        loss,
    )


def least_squares(x: ArrayLike, t: ArrayLike, name: str = "least squares") -> Problem:
    r"""Return the problem of fitting a line: half the mean square of the residuals.

    .. math:: R(w) = \frac{1}{2N} \sum_{i=1}^{N} (w \cdot x_i - t_i)^2

    Parameters
    ----------
    x : array_like, shape (N, d)
        The inputs. A column of ones gives the line an intercept.
    t : array_like, shape (N,)
        The targets.
    name : str
        What it is called.

    Returns
    -------
    Problem
        A walk starts at ``w = 0``.

    Raises
    ------
    TypeError, ValueError
        If an argument is not numeric and finite, or the shapes do not fit.

    Examples
    --------
    >>> line = least_squares([[1.0, 0.0], [1.0, 1.0]], [1.0, 3.0])
    >>> float(line.risk([1.0, 2.0])), line.risk_gradient([0.0, 0.0])
    (0.0, array([-2. , -1.5]))

    Weights may have more axes, such as one that counts walkers:

    >>> line.risk(np.zeros((5, 2))).shape
    (5,)
    """
    return _linear(name, parabola, x, t, _residual, lambda t: 1.0)


def logistic_regression(x: ArrayLike, t: ArrayLike, name: str = "logistic regression") -> Problem:
    r"""Return the problem of telling two classes apart by a line.

    .. math:: R(w) = \frac{1}{N} \sum_{i=1}^{N} \log\left(1 + e^{-t_i\, w \cdot x_i}\right)

    Parameters
    ----------
    x : array_like, shape (N, d)
        The inputs. A column of ones gives the line an intercept.
    t : array_like, shape (N,)
        The classes, each −1 or 1.
    name : str
        What it is called.

    Returns
    -------
    Problem
        A walk starts at ``w = 0``.

    Raises
    ------
    TypeError, ValueError
        If an argument is not numeric and finite, the shapes do not fit, or a class is neither −1
        nor 1.

    Examples
    --------
    >>> sides = logistic_regression([[1.0], [-2.0]], [1, -1])
    >>> round(float(sides.risk([0.0])), 4)
    0.6931

    >>> logistic_regression([[1.0], [-2.0]], [1, 0])
    Traceback (most recent call last):
    ...
    ValueError: t must be -1 or 1 for each example, got 0.0
    """
    classes = data_set("t", t)
    wrong = np.abs(classes) != 1
    if wrong.any():
        raise ValueError(f"t must be -1 or 1 for each example, got {classes[wrong].flat[0]}")
    return _linear(name, logistic_loss, x, classes, _margin, lambda t: t)


def linear_data(
    n_examples: int,
    weights: ArrayLike,
    noise: float = 0.0,
    rng: np.random.Generator | int | None = None,
) -> tuple[FloatArray, FloatArray]:
    """Draw normal inputs, and targets that are a line of them with noise.

    Parameters
    ----------
    n_examples : int
        The number of examples ``N``.
    weights : array_like, shape (d,)
        The weights of the line.
    noise : float
        The standard deviation of the noise, at least 0.
    rng : numpy.random.Generator, int or None
        The source of randomness: a generator, or a seed for a new one.

    Returns
    -------
    x : numpy.ndarray, shape (N, d)
        The inputs.
    t : numpy.ndarray, shape (N,)
        The targets.

    Raises
    ------
    TypeError, ValueError
        If an argument is of another kind or out of its range.

    Examples
    --------
    >>> x, t = linear_data(50, [1.0, -2.0], noise=0.1, rng=0)
    >>> x.shape, t.shape
    ((50, 2), (50,))

    Without noise, the weights fit exactly:

    >>> float(least_squares(*linear_data(50, [1.0, -2.0], rng=0)).risk([1.0, -2.0]))
    0.0
    """
    n, line = positive_integer("n_examples", n_examples), _vector("weights", weights)
    spread, generator = nonnegative_number("noise", noise), random_generator("rng", rng)
    x = generator.normal(size=(n, line.size))
    return x, (x * line).sum(axis=1) + spread * generator.normal(size=n)


def two_classes(
    n_examples: int,
    weights: ArrayLike,
    rng: np.random.Generator | int | None = None,
) -> tuple[FloatArray, FloatArray]:
    r"""Draw normal inputs, and classes with the odds that logistic regression thinks of.

    Class 1 has the probability :math:`1 / (1 + e^{-w \cdot x})`, class −1 the rest.

    Parameters
    ----------
    n_examples : int
        The number of examples ``N``.
    weights : array_like, shape (d,)
        The true weights :math:`w`. The larger they are, the more clearly the classes part.
    rng : numpy.random.Generator, int or None
        The source of randomness: a generator, or a seed for a new one.

    Returns
    -------
    x : numpy.ndarray, shape (N, d)
        The inputs.
    t : numpy.ndarray, shape (N,)
        The classes, each −1 or 1.

    Raises
    ------
    TypeError, ValueError
        If an argument is of another kind or out of its range.

    Examples
    --------
    >>> x, t = two_classes(50, [1.0, -2.0], rng=0)
    >>> sorted(set(t.tolist()))
    [-1.0, 1.0]

    Huge weights leave no doubt:

    >>> x, t = two_classes(50, [1e6], rng=0)
    >>> bool((t == np.sign(x[:, 0])).all())
    True
    """
    n, line = positive_integer("n_examples", n_examples), _vector("weights", weights)
    generator = random_generator("rng", rng)
    x = generator.normal(size=(n, line.size))
    doubt = generator.logistic(size=n)  # It is below s with the probability 1 / (1 + exp(-s)).
    return x, np.where((x * line).sum(axis=1) > doubt, 1.0, -1.0)


def _vector(name: str, value: ArrayLike) -> FloatArray:
    array = finite_array(name, value)
    if array.ndim != 1 or array.size == 0:
        raise ValueError(f"{name} must have shape (d,) with d >= 1, got shape {array.shape}")
    return array


def _residual(scores: FloatArray, t: FloatArray) -> FloatArray:
    return scores - t


def _margin(scores: FloatArray, t: FloatArray) -> FloatArray:
    return t * scores


def _linear(
    name: str,
    loss: Loss,
    x: ArrayLike,
    t: ArrayLike,
    judged: Callable[[FloatArray, FloatArray], FloatArray],
    sign: Callable[[FloatArray], Any],
    start: ArrayLike | None = None,
) -> Problem:
    """Problem of a loss of ``judged(w · x, t)``, which has the slope ``sign(t)`` in ``w · x``."""
    inputs, targets = data_set("x", x), data_set("t", t)
    if inputs.ndim != 2 or targets.shape != inputs.shape[:1]:
        raise ValueError(
            "x and t must have shapes (N, d) and (N,), "
            f"got x of shape {inputs.shape} and t of shape {targets.shape}"
        )

    def outputs(w: ArrayLike) -> Any:
        return judged(_weights(w, inputs.shape[1])[..., np.newaxis, :] @ inputs.T, targets)[
            ..., 0, :
        ]

    def gradient(w: FloatArray, x: FloatArray, t: FloatArray) -> Any:
        slopes = loss.slope(judged((x * w).sum(axis=-1), t))
        return (slopes * sign(t))[..., np.newaxis] * x

    def risk(w: ArrayLike) -> Any:
        return loss.value(outputs(w)).mean(axis=-1)

    def risk_gradient(w: ArrayLike) -> Any:
        return loss.slope(outputs(w)) * sign(targets) @ inputs / len(inputs)

    def risk_curvature(w: ArrayLike) -> Any:
        bends = loss.curvature(outputs(w))
        return np.einsum("...i,ij,ik->...jk", bends, inputs, inputs) / len(inputs)

    first = np.zeros(inputs.shape[1]) if start is None else start
    return Problem(name, (inputs, targets), first, gradient, risk, risk_gradient, risk_curvature)


def _weights(w: ArrayLike, size: int) -> FloatArray:
    weights = finite_array("w", w)
    if weights.shape[-1:] != (size,):
        raise ValueError(f"w must have shape (..., {size}), got shape {weights.shape}")
    return weights


def _ravine() -> Problem:
    # On an ellipse, the mean of x xᵀ is diagonal; and these targets have nothing to do with x.
    angle = 2 * np.pi * np.arange(100) / 100
    x = np.sqrt(2) * np.stack([np.cos(angle), 10 * np.sin(angle)], axis=1)
    t = np.cos(2 * angle)
    return _linear("ravine", parabola, x, t, _residual, lambda t: 1.0, start=[-8.0, 0.6])


def _saddle() -> Problem:
    angle = 2 * np.pi * np.arange(100) / 100
    pulls = 0.5 * np.stack([np.cos(angle), np.sin(angle)], axis=1)

    def risk_gradient(w: ArrayLike) -> FloatArray:
        weights = _weights(w, 2)
        along, across = weights[..., 0], weights[..., 1]
        return np.stack([along * (along * along - 1.0), across], axis=-1)

    def risk_curvature(w: ArrayLike) -> FloatArray:
        along = _weights(w, 2)[..., 0]
        bends = np.zeros((*along.shape, 2, 2))
        bends[..., 0, 0], bends[..., 1, 1] = 3.0 * along * along - 1.0, 1.0
        return bends

    def risk(w: ArrayLike) -> FloatArray:
        weights = _weights(w, 2)
        along, across = weights[..., 0], weights[..., 1]
        return np.asarray(0.25 * (along * along - 1.0) ** 2 - 0.25 + 0.5 * across * across)[()]

    return Problem(
        "saddle",
        (pulls,),
        [0.0, 1.5],
        lambda w, pull: risk_gradient(w) + pull,
        risk,
        risk_gradient,
        risk_curvature,
    )


#: The source article's run: a hundred inputs over [−5, 5], start −0.3, looked at on [−1, 1].
article = one_weight("article", np.linspace(-5, 5, 100), -0.3, (-1.0, 1.0))

#: Ten inputs over [−5, 5], with the start and the interval of `article`.
ten = one_weight("ten", np.linspace(-5, 5, 10), -0.3, (-1.0, 1.0))

#: A hundred inputs over [−2, 5], which leave three valleys on [−1, 1.5]; the start lies on the floor
#: of the shallow one in the middle.
trap = one_weight("trap", np.linspace(-2, 5, 100), 0.194, (-1.0, 1.5))

#: Least squares in two weights, :math:`R(w) = \tfrac12 w_0^2 + \tfrac12 100\, w_1^2 + \tfrac14`,
#: from a hundred inputs on an ellipse. Its targets cannot be fitted, so the gradients of the
#: examples still differ at the minimum ``w = 0``.
ravine = _ravine()

#: Two weights with :math:`R(w) = \tfrac14 w_0^4 - \tfrac12 w_0^2 + \tfrac12 w_1^2`: a saddle at 0,
#: and valleys at :math:`(\pm 1, 0)`. Each of a hundred examples adds a pull of length 0.5 to the
#: gradient, evenly in all directions. Gradient descent from the start goes into
#: the saddle, and leaves it only by rounding.
saddle = _saddle()
