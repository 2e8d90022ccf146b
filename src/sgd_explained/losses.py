r"""Losses as values: each with its slope and its curvature.

Symbols, as in the mathematics of the site:

========================  =====================================================
:math:`y`                 the output that is judged: a number
:math:`\ell(y)`           the loss of an output
:math:`\ell'(y)`          its slope
:math:`\ell''(y)`         its curvature
========================  =====================================================

What :math:`y` stands for is the loss's own affair. The article's loss judges the output
:math:`w x` of the model itself; it needs no target. With a target :math:`t`, `parabola` and `huber`
judge the residual :math:`y = w \cdot x - t`, and `logistic` the margin :math:`y = t\, w \cdot x` of
a target :math:`\pm 1`. `cross_entropy` judges the scores of many classes, and takes the class.

A new loss is one entry here: three formulas in plain NumPy, and its name in `LOSSES`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike

from ._validation import FloatArray, IndexArray, real_array, shown

__all__ = [
    "LOSSES",
    "Formula",
    "Loss",
    "article",
    "cross_entropy",
    "double_well",
    "huber",
    "logistic",
    "parabola",
]


@dataclass(frozen=True)
class Formula:
    """A formula of the output, for outputs of any shape.

    Attributes
    ----------
    expression : callable
        The formula in NumPy's operators and elementwise functions. It serves a float, an array, and
        the memory that a walk uses again and again.
    saturation : float
        The size of an output beyond which all outputs are as this one: they are clipped there.
        It keeps the powers of a huge output from meeting an exponential that is 0.

    Examples
    --------
    >>> cube = Formula(lambda y: y * y * y)
    >>> cube([1.0, -2.0])
    array([ 1., -8.])

    What is too large for a float is infinite, without a warning:

    >>> float(cube(1e200))
    inf
    """

    expression: Callable[[Any], Any]
    saturation: float = math.inf

    def __call__(self, y: ArrayLike) -> FloatArray:
        """Evaluate the formula at outputs ``y``; what is no array of real numbers is refused."""
        outputs = real_array("y", y)
        if self.saturation < math.inf:
            outputs = np.clip(outputs, -self.saturation, self.saturation)
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            return cast(FloatArray, self.expression(outputs)[()])


@dataclass(frozen=True)
class Loss:
    r"""A loss, with its slope and its curvature.

    Attributes
    ----------
    name : str
        What it is called.
    value, slope, curvature : callable
        :math:`\ell(y)`, :math:`\ell'(y)` and :math:`\ell''(y)`, each for outputs of any shape: a
        `Formula`, or any function of an array. For walks the slope is made of arithmetic and of
        NumPy's elementwise functions, and takes a float as well.
    targets : bool
        Whether these take a target after the outputs, as those of `cross_entropy` do.

    Examples
    --------
    >>> cubic = Loss("cubic", lambda y: y**3, lambda y: 3 * y**2, lambda y: 6 * y)
    >>> cubic.slope(np.array([0.0, 2.0]))
    array([ 0., 12.])
    >>> cubic
    <Loss cubic>
    """

    name: str
    value: Callable[..., FloatArray]
    slope: Callable[..., FloatArray]
    curvature: Callable[..., FloatArray]
    targets: bool = False

    def __repr__(self) -> str:
        return f"<Loss {self.name}>"


def single_output_loss(name: str, value: Any) -> Loss:
    """Return ``value`` if it is a loss of one output without a target."""
    if not isinstance(value, Loss):
        raise TypeError(
            f"{name} must be a Loss, such as sgd_explained.losses.huber, got {shown(value)}"
        )
    if value.targets:
        raise ValueError(f"{name} must be a loss of one output, without a target, got {value}")
    return value


# Beyond this |y|, exp(-y^2) is exactly 0 in double precision, and with it the article's loss and all
# its derivatives.
_BELL_ENDS = 30.0


def _article_curvature(y: Any) -> Any:
    quintic = -2.0 + y * (6.0 + y * (10.0 + y * (-14.0 + y * (-4.0 + 4.0 * y))))
    return np.exp(-(y * y)) * quintic


def _article_value(y: Any) -> Any:
    y2 = y * y
    return (y2 * y - y2) * np.exp(-y2)


article = Loss(
    "article",
    Formula(_article_value, _BELL_ENDS),
    Formula(lambda y: y * np.exp(-(y * y)) * (-2.0 + y * (3.0 + y * (2.0 - 2.0 * y))), _BELL_ENDS),
    Formula(_article_curvature, _BELL_ENDS),
)

parabola = Loss(
    "parabola",
    Formula(lambda y: y * (0.5 * y)),
    Formula(lambda y: 1.0 * y),
    Formula(lambda y: 1.0 + 0.0 * np.sign(y)),  # nan stays nan, and infinity is no exception.
)

double_well = Loss(
    "double_well",
    Formula(lambda y: 0.25 * np.square(y * y - 1.0)),
    Formula(lambda y: y * (y * y - 1.0)),
    Formula(lambda y: 3.0 * (y * y) - 1.0),
)


def _within_one(y: Any) -> Any:
    return np.minimum(np.maximum(y, -1.0), 1.0)


def _huber_value(y: Any) -> Any:
    nearest = _within_one(y)
    return nearest * (y - 0.5 * nearest)


huber = Loss(
    "huber",
    Formula(_huber_value),
    Formula(_within_one),
    Formula(lambda y: (np.abs(y) <= 1.0) + 0.0 * np.sign(y)),
)

logistic = Loss(
    "logistic",
    Formula(lambda y: np.logaddexp(0.0, -y)),
    Formula(lambda y: -1.0 / (1.0 + np.exp(y))),
    Formula(lambda y: 1.0 / (2.0 + np.exp(y) + np.exp(-y))),
)


def _cross_entropy_value(scores: ArrayLike, labels: ArrayLike) -> FloatArray:
    z, label = _scores_and_labels(scores, labels)
    return cast(FloatArray, -np.take_along_axis(_log_softmax(z), label, axis=-1)[..., 0])


def _cross_entropy_slope(scores: ArrayLike, labels: ArrayLike) -> FloatArray:
    z, label = _scores_and_labels(scores, labels)
    return cast(FloatArray, np.exp(_log_softmax(z)) - (np.arange(z.shape[-1]) == label))


def _cross_entropy_curvature(scores: ArrayLike, labels: ArrayLike) -> FloatArray:
    z, _ = _scores_and_labels(scores, labels)
    p = np.exp(_log_softmax(z))
    return cast(
        FloatArray,
        p[..., np.newaxis] * np.eye(z.shape[-1]) - p[..., np.newaxis] * p[..., np.newaxis, :],
    )


def _log_softmax(z: FloatArray) -> Any:
    shifted = z - z.max(axis=-1, keepdims=True)  # The largest power is 1: none overflows.
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def _scores_and_labels(scores: ArrayLike, labels: ArrayLike) -> tuple[FloatArray, IndexArray]:
    z, classes = real_array("scores", scores), real_array("labels", labels)
    if z.ndim == 0 or z.shape[-1] < 2:
        raise ValueError(f"scores must have one for each class, at least 2, got shape {z.shape}")
    if classes.shape != z.shape[:-1]:
        raise ValueError(
            f"labels must have the shape {z.shape[:-1]} of scores without its last axis, "
            f"got shape {classes.shape}"
        )
    wrong = ~np.isin(classes, np.arange(z.shape[-1]))
    if wrong.any():
        raise ValueError(
            f"labels must be whole numbers from 0 to {z.shape[-1] - 1}, "
            f"got {classes[wrong].flat[0]}"
        )
    return z, classes.astype(np.intp)[..., np.newaxis]


cross_entropy = Loss(
    "cross_entropy",
    _cross_entropy_value,
    _cross_entropy_slope,
    _cross_entropy_curvature,
    targets=True,
)

LOSSES = {
    loss.name: loss for loss in (article, parabola, double_well, huber, logistic, cross_entropy)
}


def loss(y: ArrayLike) -> FloatArray:
    r"""Return the loss of an output.

    .. math:: \ell(y) = (y^3 - y^2)\, e^{-y^2}

    Parameters
    ----------
    y : array_like
        Outputs, of any shape.

    Returns
    -------
    numpy.ndarray or numpy.float64
        Losses, in the shape of ``y``. Smaller is better; the loss can be negative.

    Raises
    ------
    TypeError
        If ``y`` is complex or not numeric.

    See Also
    --------
    loss_derivative : its slope.
    RiskLandscape : finds its minima and maxima.

    Notes
    -----
    The loss of the source article. It is not a bowl: it has two minima, two
    maxima, and tails that flatten to 0. It is nonconvex.

    Examples
    --------
    >>> loss([0.0, 1.0])
    array([0., 0.])
    >>> round(float(loss(-1.0)), 4)
    -0.7358

    Far out the loss is 0, however large the output:

    >>> float(loss(1e200))
    0.0
    """
    return article.value(y)


def loss_derivative(y: ArrayLike) -> FloatArray:
    r"""Return the slope of the loss.

    .. math:: \ell'(y) = y\, e^{-y^2}\, (-2 + 3y + 2y^2 - 2y^3)

    Parameters
    ----------
    y : array_like
        Outputs, of any shape.

    Returns
    -------
    numpy.ndarray or numpy.float64
        Slopes, in the shape of ``y``.

    Raises
    ------
    TypeError
        If ``y`` is complex or not numeric.

    See Also
    --------
    gradient : the slope with respect to the weight.

    Notes
    -----
    The factored form that the site derives by the product and the chain rule. The cubic is
    evaluated by Horner's rule.

    Examples
    --------
    >>> float(loss_derivative(1.0)) == float(np.exp(-1.0))
    True

    The slope is 0 at the maximum in the origin, and where the tails are flat:

    >>> np.abs(loss_derivative([0.0, 1e200]))
    array([0., 0.])
    """
    return article.slope(y)


def loss_second_derivative(y: ArrayLike) -> FloatArray:
    r"""Return the curvature of the loss.

    .. math:: \ell''(y) = e^{-y^2}\, (-2 + 6y + 10y^2 - 14y^3 - 4y^4 + 4y^5)

    Parameters
    ----------
    y : array_like
        Outputs, of any shape.

    Returns
    -------
    numpy.ndarray or numpy.float64
        Curvatures, in the shape of ``y``: positive in a valley, negative on a hill.

    Raises
    ------
    TypeError
        If ``y`` is complex or not numeric.

    See Also
    --------
    risk_curvature : the mean over a data set, with respect to the weight.

    Notes
    -----
    The product rule applied once more to :func:`loss_derivative`.

    Examples
    --------
    The origin is a maximum of the loss, so it curves downwards there:

    >>> float(loss_second_derivative(0.0))
    -2.0
    >>> abs(float(loss_second_derivative(-1e200)))
    0.0
    """
    return article.curvature(y)
