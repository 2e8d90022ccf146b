r"""The model, its loss, and the risk that training wants small.

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
from typing import cast

import numpy as np
from numpy.typing import ArrayLike

from ._validation import FloatArray, finite_array, inputs, real_array

# Beyond this |y|, exp(-y^2) is exactly 0 in double precision, and with it the loss and all its
# derivatives. Outputs are clipped here so that a huge power of y never meets that 0 as inf * 0.
_SATURATION = 30.0

# How many losses of (weight, input) pairs are held in memory at once.
_PAIRS_AT_ONCE = 2**20


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
    The loss of the source article, chosen there because it is not a bowl: it has two minima, two
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
    y = _saturated(y)
    with np.errstate(under="ignore"):
        y2 = y * y
        return (y2 * y - y2) * np.exp(-y2)


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
    y = _saturated(y)
    with np.errstate(under="ignore"):
        return y * np.exp(-(y * y)) * (-2.0 + y * (3.0 + y * (2.0 - 2.0 * y)))


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
    y = _saturated(y)
    with np.errstate(under="ignore"):
        quintic = -2.0 + y * (6.0 + y * (10.0 + y * (-14.0 + y * (-4.0 + 4.0 * y))))
        return np.exp(-(y * y)) * quintic


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
        return np.multiply(x, loss_derivative(predict(w, x)))


def empirical_risk(w: ArrayLike, x: ArrayLike) -> FloatArray:
    r"""Return the empirical risk: the mean loss over a data set.

    .. math:: R(w) = \frac{1}{N} \sum_{i=1}^{N} \ell(w x_i)

    Parameters
    ----------
    w : array_like
        Weights, of any shape.
    x : array_like, shape (N,)
        Inputs.

    Returns
    -------
    numpy.ndarray or numpy.float64
        The risk at each weight, in the shape of ``w``.

    Raises
    ------
    TypeError
        If an argument is complex or not numeric.
    ValueError
        If ``x`` is empty, not one-dimensional or not finite, or ``w`` is not finite.

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

    >>> float(empirical_risk(0.7, [2.0])) == float(loss(1.4))
    True
    """
    return _mean_over_data(lambda w, x: loss(w * x), w, x)


def risk_gradient(w: ArrayLike, x: ArrayLike) -> FloatArray:
    r"""Return the gradient of the empirical risk: the mean of the per-example gradients.

    .. math:: R'(w) = \frac{1}{N} \sum_{i=1}^{N} x_i\, \ell'(w x_i)

    Parameters
    ----------
    w : array_like
        Weights, of any shape.
    x : array_like, shape (N,)
        Inputs.

    Returns
    -------
    numpy.ndarray or numpy.float64
        The slope of the risk at each weight, in the shape of ``w``.

    Raises
    ------
    TypeError
        If an argument is complex or not numeric.
    ValueError
        If ``x`` is empty, not one-dimensional or not finite, or ``w`` is not finite.

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
    return _mean_over_data(lambda w, x: x * loss_derivative(w * x), w, x)


def risk_curvature(w: ArrayLike, x: ArrayLike) -> FloatArray:
    r"""Return the second derivative of the empirical risk.

    .. math:: R''(w) = \frac{1}{N} \sum_{i=1}^{N} x_i^2\, \ell''(w x_i)

    Parameters
    ----------
    w : array_like
        Weights, of any shape.
    x : array_like, shape (N,)
        Inputs.

    Returns
    -------
    numpy.ndarray or numpy.float64
        The curvature of the risk at each weight, in the shape of ``w``.

    Raises
    ------
    TypeError
        If an argument is complex or not numeric.
    ValueError
        If ``x`` is empty, not one-dimensional or not finite, or ``w`` is not finite.

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
    # x * x alone may overflow where the product is 0.
    return _mean_over_data(lambda w, x: x * (x * loss_second_derivative(w * x)), w, x)


class BufferedGradient:
    """`gradient` for many steps of one shape, in memory that is used again at each step.

    The same operations in the same order as `gradient`, so the same bits; checks are the caller's.
    """

    def __init__(self, shape: tuple[int, ...]) -> None:
        self._output = np.empty(shape)
        self._bell = np.empty(shape)
        self._cubic = np.empty(shape)

    def __call__(self, w: FloatArray, x: FloatArray) -> FloatArray:
        """Gradient at ``w`` and ``x``, in a buffer that the next call overwrites."""
        y, bell, cubic = self._output, self._bell, self._cubic
        np.multiply(w, x, y)
        np.minimum(y, _SATURATION, out=y)
        np.maximum(y, -_SATURATION, out=y)
        np.multiply(y, y, bell)
        np.negative(bell, bell)
        np.exp(bell, bell)
        np.multiply(y, 2.0, cubic)
        np.subtract(2.0, cubic, cubic)
        np.multiply(cubic, y, cubic)
        np.add(cubic, 3.0, cubic)
        np.multiply(cubic, y, cubic)
        np.subtract(cubic, 2.0, cubic)
        np.multiply(y, bell, y)
        np.multiply(y, cubic, y)
        return np.multiply(x, y, y)


def scalar_gradient(w: float, x: float) -> float:
    """`gradient` for two Python floats, without checks: the same bits at a fifth of the time."""
    y = min(max(w * x, -_SATURATION), _SATURATION)
    return x * (y * float(np.exp(-(y * y))) * (-2.0 + y * (3.0 + y * (2.0 - 2.0 * y))))


def _saturated(y: ArrayLike) -> FloatArray:
    return cast(FloatArray, np.clip(real_array("y", y), -_SATURATION, _SATURATION))


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
    """Mean of ``term(w, x_i)`` over the inputs, for a block of weights at a time."""
    weights, examples = finite_array("w", w), inputs("x", x)
    flat = weights.reshape(-1, 1)
    means = np.empty(flat.shape[0])
    block = max(1, _PAIRS_AT_ONCE // examples.size)
    with np.errstate(over="ignore", under="ignore"):
        for start in range(0, flat.shape[0], block):
            means[start : start + block] = term(flat[start : start + block], examples).mean(axis=1)
    return means.reshape(weights.shape)[()]
