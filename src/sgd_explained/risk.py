r"""The model of one weight, and the risk that training wants small, for any loss.

Symbols, as in the mathematics of the site:

========================  =====================================================
:math:`x`                 an input: one number of the data set
:math:`w`                 the weight: the one parameter that is learned
:math:`y = w x`           the output of the model
:math:`\ell(y)`           the loss of an output; it needs no target
:math:`R(w)`              the empirical risk: the mean loss over the data set
========================  =====================================================

All quantities are pure numbers: nothing here has a physical unit. Weights and inputs are finite;
the risk refuses others, and the functions of single examples give nan where the formulas do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from ._buffered import buffered
from ._validation import FloatArray, finite_array, inputs, real_array
from .losses import Formula, Loss, article, single_output_loss

# How many losses of (weight, input) pairs are held in memory at once.
_PAIRS_AT_ONCE = 2**20

_Function = TypeVar("_Function", bound=Callable[..., Any])


def predict(w: ArrayLike, x: ArrayLike) -> FloatArray:
    """Return the output of the model, ``y = w x``.

    Parameters
    ----------
    w : array_like
        Weights, finite.
    x : array_like
        Inputs, finite, of a shape that broadcasts with that of ``w``.

    Returns
    -------
    numpy.ndarray or numpy.float64
        Outputs, in the broadcast shape; ``±inf`` where the product is too large for a float.

    Raises
    ------
    TypeError
        If an argument is complex or not numeric.
    ValueError
        If the shapes do not broadcast.

    Notes
    -----
    One parameter and no offset: the smallest model that can be trained at all. It is the model of
    the source article, and it leaves the whole space of hypotheses small enough to draw.

    Examples
    --------
    >>> predict(-0.3, [1.0, 2.0])
    array([-0.3, -0.6])

    With a column of weights and a row of inputs, every weight meets every input:

    >>> predict([[0.0], [2.0]], [1.0, 2.0, 3.0])
    array([[0., 0., 0.],
           [2., 4., 6.]])
    """
    weights, examples = _broadcastable(w, x)
    with np.errstate(over="ignore", under="ignore"):
        return np.multiply(weights, examples)


class _FastWays:
    """How a walk gets the gradient of one weight without checks, and without memory of its own.

    `sgd` asks any gradient for these two: ``scalar(w, x)`` serves two floats, and
    ``buffered(shape)`` returns a function of two arrays whose result the next call overwrites. Both
    have the bits of the gradient itself.
    """

    def __init__(self, loss: Loss) -> None:
        slope = loss.slope if isinstance(loss.slope, Formula) else Formula(loss.slope)
        self._expression, self._saturation = slope.expression, slope.saturation

    def scalar(self, w: float, x: float) -> float:
        y, end = w * x, self._saturation
        if not -end <= y <= end:
            y = min(max(y, -end), end)
        return x * float(self._expression(y))

    def buffered(self, shape: tuple[int, ...]) -> Callable[[FloatArray, FloatArray], FloatArray]:
        y, end = np.empty(shape), np.full(shape, self._saturation)
        slope, clips = buffered(self._expression, y), self._saturation < np.inf
        multiply, other_end = np.multiply, -end

        def each(w: FloatArray, x: FloatArray) -> FloatArray:
            multiply(w, x, y)
            if clips:
                np.minimum(y, end, out=y)
                np.maximum(y, other_end, out=y)
            given = slope()
            return multiply(x, given, given)

        return each


def _with_fast_ways(loss: Loss) -> Callable[[_Function], _Function]:
    def decorated(function: _Function) -> _Function:
        ways = _FastWays(loss)
        vars(function).update(scalar=ways.scalar, buffered=ways.buffered)
        return function

    return decorated


@_with_fast_ways(article)
def gradient(w: ArrayLike, x: ArrayLike) -> FloatArray:
    r"""Return the gradient of each example's loss with respect to the weight.

    .. math::

       \frac{\partial \ell}{\partial w}
       = \frac{\partial \ell}{\partial y} \frac{\partial y}{\partial w}
       = x\, \ell'(w x)

    Parameters
    ----------
    w : array_like
        Weights, finite.
    x : array_like
        Inputs, finite, of a shape that broadcasts with that of ``w``.

    Returns
    -------
    numpy.ndarray or numpy.float64
        Per-example gradients, in the broadcast shape: no mean is taken.

    Raises
    ------
    TypeError
        If an argument is complex or not numeric.
    ValueError
        If the shapes do not broadcast.

    See Also
    --------
    gradient_of : the same for another loss.
    risk_gradient : the mean of these over a data set.
    sgd : follows them.

    Notes
    -----
    The chain rule. The source article's text loses the factor ``x``; its code has it.

    Examples
    --------
    At one and the same weight, every input pulls another way:

    >>> np.round(gradient(-0.3, [-5.0, 1.0, 5.0]), 3)
    array([-0.198,  0.731, -3.755])

    At ``w = 0`` all of them are exactly 0:

    >>> bool(np.any(gradient(0.0, [-5.0, 1.0, 5.0])))
    False
    """
    with np.errstate(over="ignore", under="ignore"):
        return np.multiply(x, article.slope(predict(w, x)))


def gradient_of(loss: Loss) -> Callable[[ArrayLike, ArrayLike], FloatArray]:
    r"""Return the gradient of each example's loss with respect to the weight, for any loss.

    .. math:: \frac{\partial \ell}{\partial w} = x\, \ell'(w x)

    Parameters
    ----------
    loss : Loss
        A loss of one output, without a target.

    Returns
    -------
    callable
        A function of ``w`` and ``x`` like `gradient`, which is the one of the article's loss. A
        walk knows how to take it quickly.

    Raises
    ------
    TypeError
        If ``loss`` is not a loss.
    ValueError
        If it takes targets.

    See Also
    --------
    sgd_explained.losses : the losses that there are.

    Examples
    --------
    >>> from sgd_explained.losses import article, parabola
    >>> gradient_of(parabola)(0.5, [1.0, 2.0])
    array([0.5, 2. ])
    >>> gradient_of(article) is gradient
    True
    """
    if single_output_loss("loss", loss) is article:
        return gradient

    @_with_fast_ways(loss)
    def gradient_of_each(w: ArrayLike, x: ArrayLike) -> FloatArray:
        with np.errstate(over="ignore", under="ignore"):
            return np.multiply(x, loss.slope(predict(w, x)))

    return gradient_of_each


def empirical_risk(w: ArrayLike, x: ArrayLike, loss: Loss = article) -> FloatArray:
    r"""Return the empirical risk: the mean loss over a data set.

    .. math:: R(w) = \frac{1}{N} \sum_{i=1}^{N} \ell(w x_i)

    Parameters
    ----------
    w : array_like
        Weights, of any shape.
    x : array_like, shape (N,)
        Inputs.
    loss : Loss
        The loss of an output; the article's, unless another is given.

    Returns
    -------
    numpy.ndarray or numpy.float64
        The risk at each weight, in the shape of ``w``.

    Raises
    ------
    TypeError
        If an argument is complex or not numeric, or ``loss`` is not a loss.
    ValueError
        If ``loss`` takes targets, if ``x`` is empty, not one-dimensional or not finite, or if ``w`` is not
        finite.

    Notes
    -----
    "Empirical" because it is the mean over the examples at hand (Bottou, Curtis & Nocedal 2018,
    eq. 2.4).

    Examples
    --------
    >>> x = np.linspace(-5, 5, 100)
    >>> np.round(empirical_risk([-0.3, 0.0, 0.3], x), 4)
    array([-0.2327,  0.    , -0.2327])

    With a single input, the risk is that input's loss:

    >>> from sgd_explained.losses import article, parabola
    >>> float(empirical_risk(0.7, [2.0])) == float(article.value(1.4))
    True

    The same mean of another loss:

    >>> float(empirical_risk(2.0, [1.0, 3.0], parabola))
    10.0
    """
    of = single_output_loss("loss", loss)
    return _mean_over_data(lambda y, x: of.value(y), w, x)


def risk_gradient(w: ArrayLike, x: ArrayLike, loss: Loss = article) -> FloatArray:
    r"""Return the gradient of the empirical risk: the mean of the per-example gradients.

    .. math:: R'(w) = \frac{1}{N} \sum_{i=1}^{N} x_i\, \ell'(w x_i)

    Parameters
    ----------
    w : array_like
        Weights, of any shape.
    x : array_like, shape (N,)
        Inputs.
    loss : Loss
        The loss of an output; the article's, unless another is given.

    Returns
    -------
    numpy.ndarray or numpy.float64
        The slope of the risk at each weight, in the shape of ``w``.

    Raises
    ------
    TypeError
        If an argument is complex or not numeric, or ``loss`` is not a loss.
    ValueError
        If ``loss`` takes targets, if ``x`` is empty, not one-dimensional or not finite, or if ``w`` is not
        finite.

    Notes
    -----
    The mean and the derivative may be exchanged because the sum is finite.

    Examples
    --------
    On symmetric data the risk is even, so its slope is odd:

    >>> x = np.linspace(-5, 5, 100)
    >>> left, right = risk_gradient([-0.2, 0.2], x)
    >>> bool(abs(left + right) < 1e-15)
    True

    The wall: no example has a slope at ``w = 0``, so the risk has none.

    >>> abs(float(risk_gradient(0.0, x)))
    0.0
    """
    of = single_output_loss("loss", loss)
    return _mean_over_data(lambda y, x: x * of.slope(y), w, x)


def risk_curvature(w: ArrayLike, x: ArrayLike, loss: Loss = article) -> FloatArray:
    r"""Return the second derivative of the empirical risk.

    .. math:: R''(w) = \frac{1}{N} \sum_{i=1}^{N} x_i^2\, \ell''(w x_i)

    Parameters
    ----------
    w : array_like
        Weights, of any shape.
    x : array_like, shape (N,)
        Inputs.
    loss : Loss
        The loss of an output; the article's, unless another is given.

    Returns
    -------
    numpy.ndarray or numpy.float64
        The curvature of the risk at each weight, in the shape of ``w``.

    Raises
    ------
    TypeError
        If an argument is complex or not numeric, or ``loss`` is not a loss.
    ValueError
        If ``loss`` takes targets, if ``x`` is empty, not one-dimensional or not finite, or if ``w`` is not
        finite.

    Notes
    -----
    Gradient descent near a minimum :math:`w^*` converges for learning rates below
    :math:`2 / R''(w^*)`.

    Examples
    --------
    >>> x = np.linspace(-2, 5, 100)
    >>> bool(risk_curvature(-0.335, x) > 0)
    True

    At ``w = 0`` only the mean square of the inputs counts:

    >>> bool(np.isclose(risk_curvature(0.0, x), -2 * np.mean(x**2)))
    True
    """
    of = single_output_loss("loss", loss)
    # x * x alone may overflow where the product is 0.
    return _mean_over_data(lambda y, x: x * (x * of.curvature(y)), w, x)


def _broadcastable(w: ArrayLike, x: ArrayLike) -> tuple[FloatArray, FloatArray]:
    weights, examples = real_array("w", w), real_array("x", x)
    try:
        np.broadcast_shapes(weights.shape, examples.shape)
    except ValueError:
        raise ValueError(
            "w and x must have shapes that broadcast, "
            f"got w of shape {weights.shape} and x of shape {examples.shape}"
        ) from None
    return weights, examples


def _mean_over_data(
    term: Callable[[FloatArray, FloatArray], FloatArray], w: ArrayLike, x: ArrayLike
) -> FloatArray:
    """Mean of ``term(w x_i, x_i)`` over the inputs, for a block of weights at a time."""
    weights, examples = finite_array("w", w), inputs("x", x)
    flat = weights.reshape(-1, 1)
    means = np.empty(flat.shape[0])
    block = max(1, _PAIRS_AT_ONCE // examples.size)
    with np.errstate(over="ignore", under="ignore"):
        for start in range(0, flat.shape[0], block):
            means[start : start + block] = term(
                flat[start : start + block] * examples, examples
            ).mean(axis=1)
    return means.reshape(weights.shape)[()]
