r"""Update rules: what a step does with the gradient.

Symbols, as in the papers:

========================  =====================================================
:math:`g_k`               the gradient of the batch of step :math:`k`
:math:`\eta_k`            the learning rate of the step
:math:`s_k`               the step: :math:`w_{k+1} = w_k - s_k`
========================  =====================================================

A rule is a pure function: it gets the gradient, what it returned as its memory a step ago (``None``
at first), the weights and the learning rate, and returns the step and its new memory. All of them
but `clip_by_norm` work number by number, so the same rule serves one weight, an array of weights,
and a crowd; a tuple of arrays, such as the layers of a network, is taken as one long vector. Names,
defaults and meaning are those of ``torch.optim``, but for the learning rate, which is an argument of
the walk, and for the 0.9 of `momentum` and `nesterov`, whose default is 0 there.

You may write your own: any function of these four that returns these two.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from ._layers import Layers
from ._validation import decay_factor, nonnegative_number, positive_number, shown, truth
from ._values import Made, checked_function, made

__all__ = [
    "Rule",
    "Update",
    "adagrad",
    "adam",
    "adamw",
    "clip_by_norm",
    "clip_by_value",
    "momentum",
    "nesterov",
    "plain",
    "rmsprop",
]

Rule: TypeAlias = Callable[..., tuple[Any, Any]]


@dataclass(frozen=True)
class Update(Made):
    """An update rule, made by a function of this module.

    It is called as ``update(gradient, memory, weights, learning_rate)`` and returns the step, which
    is to be taken from the weights, and the memory for its next call. With ``crowd=True`` the first
    axis of each array counts walkers; that matters to `clip_by_norm` alone.

    Examples
    --------
    >>> rule = momentum(0.5)
    >>> step, memory = rule(1.0, None, 0.0, 0.1)
    >>> step, memory = rule(1.0, memory, 0.0, 0.1)
    >>> round(step, 3)
    0.15

    The same for the layers of a network:

    >>> steps, memory = rule((np.ones((2, 2)), np.ones(2)), None, (np.ones((2, 2)), np.ones(2)), 0.1)
    >>> steps[1]
    array([0.1, 0.1])
    >>> rule
    momentum(momentum=0.5, dampening=0.0, nesterov=False)
    """

    __repr__ = Made.__repr__

    def __call__(
        self, gradient: Any, memory: Any, weights: Any, learning_rate: Any, crowd: bool = False
    ) -> tuple[Any, Any]:
        """Return the step and the memory for the next call."""
        if not isinstance(gradient, tuple):
            step, memory = self.function(gradient, memory, weights, learning_rate, crowd)
            return step, memory
        layers = Layers([np.shape(layer)[int(crowd) :] for layer in gradient], crowd)
        flat = layers.joined(gradient), memory, layers.joined(weights), learning_rate, crowd
        step, memory = self.function(*flat)
        return layers.apart(step), memory


@made(Update)
def _plain() -> Rule:
    return lambda g, memory, w, rate, crowd: (rate * g, None)


#: The rule of Robbins & Monro (1951): the gradient times the learning rate,
#: :math:`s_k = \eta_k g_k`. It has no memory. ``torch.optim.SGD`` with its defaults.
plain = _plain()


@made(Update)
def momentum(momentum: float = 0.9, dampening: float = 0.0, nesterov: bool = False) -> Rule:
    r"""Add up gradients, each forgotten a little at every step: the heavy ball.

    .. math::

       \begin{aligned}
       m_k &= \beta\, m_{k-1} + (1 - d)\, g_k, \qquad m_0 = g_0 \\
       s_k &= \eta_k\, m_k \quad \text{or, with Nesterov,} \quad \eta_k\, (g_k + \beta\, m_k)
       \end{aligned}

    Parameters
    ----------
    momentum : float
        :math:`\beta`, from 0 up to but not including 1.
    dampening : float
        :math:`d`, from 0 up to but not including 1.
    nesterov : bool
        Whether the step looks ahead along the momentum.

    Returns
    -------
    Update
        The rule.

    Raises
    ------
    TypeError, ValueError
        If an argument is of another kind or out of its range; Nesterov's step knows no dampening.

    Notes
    -----
    Polyak (1964); in the form of ``torch.optim.SGD``, which multiplies by the learning rate last.
    On a gradient that stays the same, the steps tend to :math:`(1 - d) / (1 - \beta)` times the plain
    one.

    Examples
    --------
    >>> rule, memory, steps = momentum(0.5), None, []
    >>> for _ in range(4):
    ...     step, memory = rule(1.0, memory, 0.0, 1.0)
    ...     steps.append(step)
    >>> steps
    [1.0, 1.5, 1.75, 1.875]

    Without momentum it is the plain rule, whatever the dampening:

    >>> momentum(0.0)(2.0, 7.0, 0.0, 0.1)[0] == plain(2.0, None, 0.0, 0.1)[0]
    True
    """
    mu, damped = decay_factor("momentum", momentum), decay_factor("dampening", dampening)
    ahead = truth("nesterov", nesterov)
    if ahead and not (mu > 0 and damped == 0):
        raise ValueError(
            "nesterov must have momentum above 0 and no dampening, "
            f"got momentum {mu} and dampening {damped}"
        )
    new = 1.0 - damped if mu else 1.0

    def rule(g: Any, memory: Any, w: Any, rate: Any, crowd: bool) -> tuple[Any, Any]:
        ball = +g if memory is None else mu * memory + (g if new == 1 else new * g)
        return rate * (g + mu * ball if ahead else ball), ball

    return rule


@made(Update)
def nesterov(momentum: float = 0.9) -> Rule:
    r"""Let the heavy ball look ahead: `momentum` with ``nesterov=True``.

    .. math:: m_k = \beta\, m_{k-1} + g_k, \qquad s_k = \eta_k\, (g_k + \beta\, m_k)

    Parameters
    ----------
    momentum : float
        :math:`\beta`, above 0 and below 1.

    Returns
    -------
    Update
        The rule.

    Raises
    ------
    TypeError, ValueError
        If ``momentum`` is not numeric or out of its range.

    Notes
    -----
    Nesterov (1983), in the form of ``torch.optim.SGD``. At a constant learning rate its weights are
    the places at which Sutskever et al. (2013) take the gradient, ahead of theirs by the momentum.

    Examples
    --------
    >>> nesterov(0.5)(1.0, None, 0.0, 1.0)
    (1.5, 1.0)

    Without momentum there is nothing to look along:

    >>> nesterov(0.0)
    Traceback (most recent call last):
    ...
    ValueError: nesterov must have momentum above 0 and no dampening, got momentum 0.0 and dampening 0.0
    """
    return _heavy_ball(momentum, 0.0, True).function


# Inside the functions, arguments of PyTorch's names hide those of this module.
_heavy_ball = momentum


@made(Update)
def adagrad(
    lr_decay: float = 0.0, initial_accumulator_value: float = 0.0, eps: float = 1e-10
) -> Rule:
    r"""Divide each weight's gradient by the root of the sum of its squares so far.

    .. math::

       v_k = v_{k-1} + g_k^2, \qquad
       s_k = \frac{\eta_k}{1 + k\, \lambda} \frac{g_k}{\sqrt{v_k} + \epsilon}

    Parameters
    ----------
    lr_decay : float
        :math:`\lambda`, at least 0.
    initial_accumulator_value : float
        :math:`v_{-1}`, at least 0.
    eps : float
        :math:`\epsilon`, at least 0.

    Returns
    -------
    Update
        The rule.

    Raises
    ------
    TypeError, ValueError
        If an argument is not numeric or below 0.

    Notes
    -----
    Duchi, Hazan & Singer (2011). ``torch.optim.Adagrad``, whose learning rate is 0.01 by default.

    Examples
    --------
    The first step of each weight is as long as the learning rate, where its gradient is far from 0
    beside ``eps``:

    >>> step, memory = adagrad()(np.array([100.0, -0.01]), None, np.zeros(2), 0.01)
    >>> np.round(step, 6)
    array([ 0.01, -0.01])
    """
    decay = nonnegative_number("lr_decay", lr_decay)
    first = nonnegative_number("initial_accumulator_value", initial_accumulator_value)
    tiny = nonnegative_number("eps", eps)

    def rule(g: Any, memory: Any, w: Any, rate: Any, crowd: bool) -> tuple[Any, Any]:
        k, squares = memory or (0, first)
        squares = squares + g * g
        return rate / (1 + k * decay) * g / (_root(squares) + tiny), (k + 1, squares)

    return rule


@made(Update)
def rmsprop(
    alpha: float = 0.99, eps: float = 1e-8, momentum: float = 0.0, centered: bool = False
) -> Rule:
    r"""Divide each weight's gradient by the root of a running mean of its squares.

    .. math::

       \begin{aligned}
       v_k &= \alpha\, v_{k-1} + (1 - \alpha)\, g_k^2, \qquad v_{-1} = 0 \\
       m_k &= \beta\, m_{k-1} + \frac{g_k}{\sqrt{v_k} + \epsilon}, \qquad s_k = \eta_k\, m_k
       \end{aligned}

    Parameters
    ----------
    alpha : float
        :math:`\alpha`, from 0 up to but not including 1.
    eps : float
        :math:`\epsilon`, at least 0.
    momentum : float
        :math:`\beta`, from 0 up to but not including 1.
    centered : bool
        Whether the square of a running mean of the gradient is taken from :math:`v_k` under the
        root, which leaves the variance.

    Returns
    -------
    Update
        The rule.

    Raises
    ------
    TypeError, ValueError
        If an argument is of another kind or out of its range.

    Notes
    -----
    Tieleman & Hinton (2012), and Graves (2013) for the centered one. ``torch.optim.RMSprop``, whose
    learning rate is 0.01 by default.

    Examples
    --------
    The running mean begins at 0, so the first step is ten times as long as the learning rate:

    >>> round(rmsprop()(5.0, None, 0.0, 0.01)[0], 6)
    0.1

    Where the gradient is 0, so is the step:

    >>> rmsprop()(0.0, None, 0.0, 0.01)[0]
    0.0
    """
    beta, tiny = decay_factor("alpha", alpha), nonnegative_number("eps", eps)
    mu, around_mean = decay_factor("momentum", momentum), truth("centered", centered)

    def rule(g: Any, memory: Any, w: Any, rate: Any, crowd: bool) -> tuple[Any, Any]:
        squares, mean, ball = memory or (0.0, 0.0, 0.0)
        squares = beta * squares + (1 - beta) * (g * g)
        spread = squares
        if around_mean:
            mean = mean + (1 - beta) * (g - mean)
            spread = squares - mean * mean
        scaled = g / (_root(spread) + tiny)
        if mu:
            scaled = ball = mu * ball + scaled
        return rate * scaled, (squares, mean, ball)

    return rule


@made(Update)
def adam(betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-8) -> Rule:
    r"""Divide a running mean of the gradient by the root of one of its squares.

    .. math::

       \begin{aligned}
       m_k &= \beta_1 m_{k-1} + (1 - \beta_1)\, g_k, \qquad
       v_k = \beta_2 v_{k-1} + (1 - \beta_2)\, g_k^2 \\
       s_k &= \eta_k\, \frac{m_k / (1 - \beta_1^{k+1})}{\sqrt{v_k / (1 - \beta_2^{k+1})} + \epsilon}
       \end{aligned}

    Parameters
    ----------
    betas : tuple of two floats
        :math:`\beta_1` and :math:`\beta_2`, each from 0 up to but not including 1.
    eps : float
        :math:`\epsilon`, at least 0.

    Returns
    -------
    Update
        The rule.

    Raises
    ------
    TypeError, ValueError
        If an argument is not numeric or out of its range.

    Notes
    -----
    Kingma & Ba (2015), Algorithm 1. The divisors undo that both means begin at 0.
    ``torch.optim.Adam``, whose learning rate is 0.001 by default.

    Examples
    --------
    The first step of each weight is as long as the learning rate, where its gradient is far from 0
    beside ``eps``:

    >>> step, memory = adam()(np.array([100.0, -0.01]), None, np.zeros(2), 0.001)
    >>> np.round(step, 6)
    array([ 0.001, -0.001])
    """
    beta1, beta2 = _two_factors("betas", betas)
    tiny = nonnegative_number("eps", eps)

    def rule(g: Any, memory: Any, w: Any, rate: Any, crowd: bool) -> tuple[Any, Any]:
        k, mean, squares = memory or (0, 0.0, 0.0)
        k += 1
        mean = mean + (1 - beta1) * (g - mean)
        squares = beta2 * squares + (1 - beta2) * (g * g)
        size = _root(squares) / math.sqrt(1 - beta2**k) + tiny
        return rate / (1 - beta1**k) * (mean / size), (k, mean, squares)

    return rule


@made(Update)
def adamw(
    betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-8, weight_decay: float = 1e-2
) -> Rule:
    r"""Take a step of `adam`, and let the weights decay beside it.

    .. math:: s_k = s_k^{\text{Adam}} + \eta_k\, \lambda\, w_k

    Parameters
    ----------
    betas : tuple of two floats
        As for `adam`.
    eps : float
        As for `adam`.
    weight_decay : float
        :math:`\lambda`, at least 0.

    Returns
    -------
    Update
        The rule.

    Raises
    ------
    TypeError, ValueError
        If an argument is not numeric or out of its range.

    Notes
    -----
    Loshchilov & Hutter (2019): a penalty in the loss would be divided by the root of the squares,
    too; this decay is not. Here it is multiplied by the whole rate, as in ``torch.optim.AdamW``;
    there by the schedule alone. PyTorch's learning rate is 0.001 by default.

    Examples
    --------
    Where the gradient is 0, only the decay is left:

    >>> round(adamw(weight_decay=0.5)(0.0, None, 2.0, 0.01)[0], 6)
    0.01

    Without decay it is `adam`:

    >>> adamw(weight_decay=0.0)(3.0, None, 2.0, 0.01) == adam()(3.0, None, 2.0, 0.01)
    True
    """
    step_of, decay = adam(betas, eps).function, nonnegative_number("weight_decay", weight_decay)

    def rule(g: Any, memory: Any, w: Any, rate: Any, crowd: bool) -> tuple[Any, Any]:
        step, memory = step_of(g, memory, w, rate, crowd)
        return step + rate * decay * w, memory

    return rule


@made(Update)
def clip_by_value(clip_value: float, update: Rule | None = None) -> Rule:
    r"""Cut each number of the gradient to an interval before another rule gets it.

    .. math:: g_k \to \min(\max(g_k, -G), G)

    Parameters
    ----------
    clip_value : float
        :math:`G`, above 0.
    update : callable, optional
        The rule that takes the step; without it, `plain`.

    Returns
    -------
    Update
        The rule.

    Raises
    ------
    TypeError, ValueError
        If an argument is of another kind or out of its range.

    Notes
    -----
    ``torch.nn.utils.clip_grad_value_`` before the step. It turns the gradient, as numbers are cut
    one by one.

    Examples
    --------
    >>> step, _ = clip_by_value(1.0)(np.array([3.0, -0.5]), None, np.zeros(2), 1.0)
    >>> step
    array([ 1. , -0.5])
    """
    end, then = positive_number("clip_value", clip_value), applied_rule("update", update)

    def rule(g: Any, memory: Any, w: Any, rate: Any, crowd: bool) -> tuple[Any, Any]:
        if type(g) is float:
            within = min(max(g, -end), end)
        else:
            within = np.minimum(np.maximum(g, -end), end)
        return then(within, memory, w, rate, crowd)

    return rule


@made(Update)
def clip_by_norm(max_norm: float, update: Rule | None = None) -> Rule:
    r"""Shorten a long gradient before another rule gets it.

    .. math:: g_k \to g_k \min\left(1, \frac{G}{\|g_k\| + 10^{-6}}\right)

    Parameters
    ----------
    max_norm : float
        :math:`G`, above 0.
    update : callable, optional
        The rule that takes the step; without it, `plain`.

    Returns
    -------
    Update
        The rule. The norm is that of all weights together, and in a crowd each walker has its own.

    Raises
    ------
    TypeError, ValueError
        If an argument is of another kind or out of its range.

    Notes
    -----
    Pascanu, Mikolov & Bengio (2013). ``torch.nn.utils.clip_grad_norm_`` before the step, whose
    :math:`10^{-6}` it keeps.

    Examples
    --------
    The gradient keeps its direction:

    >>> step, _ = clip_by_norm(1.0)(np.array([30.0, 40.0]), None, np.zeros(2), 1.0)
    >>> np.round(step, 6)
    array([0.6, 0.8])
    """
    longest, then = positive_number("max_norm", max_norm), applied_rule("update", update)

    def rule(g: Any, memory: Any, w: Any, rate: Any, crowd: bool) -> tuple[Any, Any]:
        one = type(g) is float
        most = longest / ((abs(g) if one else _norm(g, crowd)) + 1e-6)
        return then(g * (min(1.0, most) if one else np.minimum(1.0, most)), memory, w, rate, crowd)

    return rule


def applied_rule(name: str, update: Any) -> Rule:
    """Return a rule as a function of five arguments; the last says whether there is a crowd."""
    if update is None:
        return plain.function
    if isinstance(update, Update):
        return update.function
    checked_function(name, update, "momentum(0.9)")
    return lambda g, memory, w, rate, crowd: update(g, memory, w, rate)


def _norm(g: Any, crowd: bool) -> Any:
    """Return the norm of all numbers, or that of each walker, in a shape that broadcasts."""
    axes = tuple(range(int(crowd), np.ndim(g)))
    return np.sqrt(np.sum(np.square(g), axis=axes, keepdims=True)) if axes else np.abs(g)


def _root(squares: Any) -> Any:
    return math.sqrt(squares) if type(squares) is float and squares >= 0 else np.sqrt(squares)


def _two_factors(name: str, value: Any) -> tuple[float, float]:
    try:
        first, second = value
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be two numbers, got {shown(value)}") from None
    return decay_factor(f"{name}[0]", first), decay_factor(f"{name}[1]", second)
