r"""The walks: gradient descent, and stochastic gradient descent.

Both repeat one step,

.. math:: w_{k+1} = w_k - \eta_k\, \frac{1}{|B_k|} \sum_{i \in B_k} \nabla \ell_i(w_k)

and differ only in the batch :math:`B_k`: all examples, or a few of them. :math:`\eta_k` is the
learning rate. One call walks one weight (or a vector of weights), or a *crowd*: many independent
walkers, each with its own start and its own order of the data.
"""

from __future__ import annotations

import contextvars
import functools
import itertools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import problem
from ._validation import (
    FloatArray,
    IndexArray,
    data_set,
    example_indices,
    finite_array,
    integer_array,
    positive_integer,
    real_array,
    shown,
    truth,
)
from .sampling import Rule, checked_batch_size, checked_rule, epoch_orders

PerExampleGradient: TypeAlias = Callable[..., Any]
Schedule: TypeAlias = Callable[[int], ArrayLike]
Keep: TypeAlias = int | Literal["all", "last"]

# A step as the walk sees it: the weights and the step's examples in, the mean gradient out.
_MeanGradient: TypeAlias = Callable[..., Any]

# How many steps, and how many numbers of the data, are gathered at once, ahead of their use.
_STEPS_AT_ONCE = 2**10
_GATHERED_AT_ONCE = 2**17

# The walkers of a crowd from which on NumPy's own sum is quicker than that of BLAS.
_SUMMED_BY_BLAS = 10_000

# NumPy adds fewer numbers than this one after the other, in whatever direction they lie.
_SUMMED_IN_TURN = 8


class DivergenceError(ArithmeticError):
    """A walker's weight stopped being finite.

    Examples
    --------
    On a bowl, any learning rate above 2 throws the walker further out at each step:

    >>> options = {"learning_rate": 1e200, "order": "sequential"}
    >>> sgd(lambda w, t: w - t, 1.0, [0.0, 0.0], **options)
    Traceback (most recent call last):
    ...
    sgd_explained.descent.DivergenceError: the walk diverged: step 2 went from w = -1e+200 to inf; a smaller learning_rate may keep it finite

    In a crowd it is marked instead, and stays at its last finite weight:

    >>> walk = sgd(lambda w, t: w - t, [0.0, 1.0], [0.0, 0.0], crowd=True, **options)
    >>> walk.diverged.tolist(), walk.final.tolist()
    ([False, True], [0.0, -1e+200])
    """


@dataclass(frozen=True, eq=False)
class Walk:
    """The path of a walk, and what it saw on its way.

    ``K`` points are kept; the first is the start. A crowd of ``M`` walkers has the axis that is
    written ``[M]`` here, one walker has not.

    Attributes
    ----------
    weights : numpy.ndarray, shape (K, [M], ...)
        The weights at the points that were kept.
    steps : numpy.ndarray of int, shape (K,)
        How many steps had been taken at each of these points: ``0`` first.
    examples : numpy.ndarray of int, shape (K − 1, [M], b)
        The indices of the examples in the step that led to ``weights[1:]``, read-only. Where the
        last batch of an epoch was smaller, the row is filled up with ``-1``.
    diverged : numpy.ndarray of bool, shape (M,), or None
        Which walkers of the crowd stopped being finite; they stay at their last finite weights.
        ``None`` for one walker, whose divergence is an error.

    Examples
    --------
    >>> walk = sgd(gradient, -0.3, [-1.0, 1.0], learning_rate=0.1, order="sequential")
    >>> walk.weights.shape, walk.steps.tolist(), walk.examples.tolist()
    ((3,), [0, 1, 2], [[0], [1]])
    """

    weights: FloatArray
    steps: IndexArray
    examples: IndexArray
    diverged: np.ndarray[Any, np.dtype[np.bool_]] | None

    @property
    def final(self) -> Any:
        """The weights after the last step, shape ``([M], ...)``.

        Examples
        --------
        >>> walk = sgd(gradient, -0.3, [1.0], learning_rate=0.1, order="sequential")
        >>> bool(walk.final == walk.weights[-1])
        True
        """
        return self.weights[-1]


def sgd(
    gradient: PerExampleGradient,
    w0: ArrayLike,
    *data: ArrayLike,
    learning_rate: ArrayLike | Schedule,
    epochs: int = 1,
    batch_size: int = 1,
    order: Rule | ArrayLike = "reshuffled",
    rng: np.random.Generator | None = None,
    crowd: bool = False,
    keep: Keep = "all",
) -> Walk:
    r"""Walk by stochastic gradient descent.

    .. math:: w_{k+1} = w_k - \eta_k\, \frac{1}{|B_k|} \sum_{i \in B_k} \nabla \ell_i(w_k)

    Parameters
    ----------
    gradient : callable
        ``gradient(w, *examples)``: the gradient of each example's loss. With weights of shape
        ``S`` (``()`` for a scalar) and a batch of ``b`` examples it returns shape ``(b, *S)``: no
        mean is taken, `sgd` does that. For a crowd, ``w`` comes in shape ``(M, 1, *S)``, the
        examples in ``(M, b, ...)``, and ``(M, b, *S)`` is returned. It is a pure function: what
        comes in is read-only, and may have been drawn several epochs ahead.
    w0 : array_like, shape S, or (M, \*S) for a crowd
        Where the walk starts.
    \*data : array_like, each of shape (N, ...)
        The data set: inputs, and targets if the gradient takes them.
    learning_rate : float, array_like of shape (M,), or callable
        The learning rate :math:`\eta`: one number, one per walker of a crowd, or a schedule that
        gets the number of the step (from 0) and returns either.
    epochs : int
        The number of passes over the data.
    batch_size : int
        The number ``b`` of examples in a step, from 1 to ``N``. Where ``b`` does not divide ``N``,
        the last batch of an epoch is smaller, and its own mean is used.
    order : {"reshuffled", "sequential", "with_replacement"} or array_like of int
        The rule that says which example comes when (see `epoch_orders`), or the indices
        themselves: shape ``(epochs, N)``, or ``(M, epochs, N)`` to give each walker its own.
        The shape must agree with ``epochs``.
    rng : numpy.random.Generator, optional
        The source of randomness; required by the rules that draw. The same state gives the same
        walk.
    crowd : bool
        Whether the first axis of ``w0`` counts ``M`` independent walkers.
    keep : {"all", "last"} or int
        Which points of the path to keep: all, the first and the last, or every ``keep``-th and the
        last. With ``"last"``, memory does not grow with the number of steps.

    Returns
    -------
    Walk
        The weights that were kept, and the examples that led to them.

    Raises
    ------
    TypeError
        If an argument, or what ``gradient`` returns, is complex or not numeric, or if a rule that
        draws has no ``rng``.
    ValueError
        If an argument is out of its range or a shape is wrong; the message names it.
    DivergenceError
        If one walker's weights stop being finite. In a crowd, such a walker is frozen instead and
        marked in `Walk.diverged`.

    See Also
    --------
    gradient_descent : the same walk, with all examples in every step.

    Notes
    -----
    Robbins & Monro (1951) in its form for finite data: Bottou, Curtis & Nocedal (2018),
    Algorithm 4.1.

    Examples
    --------
    The source article's run: one pass over 100 sorted inputs.

    >>> x = np.linspace(-5, 5, 100)
    >>> walk = sgd(gradient, -0.3, x, learning_rate=0.01, order="sequential")
    >>> round(float(walk.final), 4)
    -0.227

    A crowd of three walkers, each with an order of its own:

    >>> rng = np.random.default_rng(0)
    >>> walk = sgd(gradient, [-0.3, -0.3, 0.3], x, learning_rate=0.01, rng=rng, crowd=True)
    >>> walk.weights.shape
    (101, 3)

    A batch cannot hold more examples than there are:

    >>> sgd(gradient, -0.3, x, learning_rate=0.01, rng=rng, batch_size=101)
    Traceback (most recent call last):
    ...
    ValueError: batch_size must be at most the number of examples, 100, got 101
    """
    crowd = truth("crowd", crowd)
    start, examples = _checked_start(w0, crowd), _checked_data(data)
    n = examples[0].shape[0]
    epochs = positive_integer("epochs", epochs)
    batch_size = checked_batch_size(batch_size, n)
    return _walk(
        _mean_gradient(gradient, start, examples, batch_size, crowd),
        start,
        examples,
        _checked_learning_rate(learning_rate, start, crowd),
        _orders(order, n, epochs, rng, start.shape[:crowd]),
        epochs=epochs,
        batch_size=batch_size,
        crowd=crowd,
        keep_every=_checked_keep(keep),
    )


def gradient_descent(
    gradient: PerExampleGradient,
    w0: ArrayLike,
    *data: ArrayLike,
    learning_rate: ArrayLike | Schedule,
    steps: int,
    crowd: bool = False,
    keep: Keep = "all",
) -> Walk:
    r"""Walk by gradient descent: every step sees the whole data set.

    .. math:: w_{k+1} = w_k - \eta_k\, \frac{1}{N} \sum_{i=1}^{N} \nabla \ell_i(w_k)

    Parameters
    ----------
    gradient : callable
        ``gradient(w, *examples)``: the gradient of each example's loss, as for `sgd`.
    w0 : array_like, shape S, or (M, \*S) for a crowd
        Where the walk starts.
    \*data : array_like, each of shape (N, ...)
        The data set.
    learning_rate : float, array_like of shape (M,), or callable
        The learning rate, as for `sgd`.
    steps : int
        The number of steps. Each costs ``N`` gradients.
    crowd : bool
        Whether the first axis of ``w0`` counts independent walkers.
    keep : {"all", "last"} or int
        Which points of the path to keep, as for `sgd`.

    Returns
    -------
    Walk
        The weights that were kept.

    Raises
    ------
    TypeError, ValueError, DivergenceError
        As `sgd` does.

    See Also
    --------
    sgd : a few examples in every step.

    Notes
    -----
    Cauchy (1847), applied to the empirical risk.

    Examples
    --------
    The wanted weight of ``x = 1`` is the loss's own minimum:

    >>> walk = gradient_descent(gradient, -1.0, [1.0], learning_rate=0.2, steps=50)
    >>> round(float(walk.final), 4)
    -1.1246

    At the wall ``w = 0`` every gradient is 0, and the walk stands still:

    >>> walk = gradient_descent(gradient, 0.0, [1.0, 2.0], learning_rate=0.2, steps=50)
    >>> float(walk.final)
    0.0
    """
    n = _checked_data(data)[0].shape[0]
    return sgd(
        gradient,
        w0,
        *data,
        learning_rate=learning_rate,
        epochs=positive_integer("steps", steps),
        batch_size=n,
        order="sequential",
        crowd=crowd,
        keep=keep,
    )


class _Orders(NamedTuple):
    """The orders of the epochs: ``drawn(first, last)`` has shape ``(*axis, last − first, N)``.

    The axis is ``()`` for one walker, ``(M,)`` for walkers with orders of their own, and ``(1,)``
    where a crowd shares them.
    """

    axis: tuple[int, ...]
    drawn: Callable[[int, int], IndexArray]


def _walk(
    mean_gradient: _MeanGradient,
    start: FloatArray,
    data: tuple[FloatArray, ...],
    learning_rate: Callable[[int], Any],
    orders: _Orders,
    *,
    epochs: int,
    batch_size: int,
    crowd: bool,
    keep_every: int | None,
) -> Walk:
    n, walkers = data[0].shape[0], start.shape[:crowd]
    steps = _kept_steps(epochs * math.ceil(n / batch_size), keep_every)
    weights = np.empty((len(steps), *start.shape))
    seen = np.full((len(steps) - 1, *orders.axis, batch_size), -1, dtype=np.intp)
    diverged = np.zeros(walkers, dtype=np.bool_) if crowd else None

    w: Any = start[()]
    # What is not finite shows in the sum with factors 0. BLAS is quick with few numbers; for many it
    # starts threads, which take more time than they save. The bare sum of a crowd may be infinite
    # where no walker is: then each of them is looked at.
    few = start.size < _SUMMED_BY_BLAS or diverged is None
    total = np.zeros(start.size).dot if few else np.sum
    weights[0] = w
    step, kept, frozen = 0, 1, False
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        for indices in _blocks_of_steps(orders, n, epochs, batch_size, data):
            gathered = [_for_each(walkers, column.take(indices, axis=0)) for column in data]
            for batch, *examples in zip(indices, *gathered, strict=True):
                moved = w - learning_rate(step) * mean_gradient(w, *examples)
                step += 1
                if frozen:
                    moved[diverged] = w[diverged]
                if not math.isfinite(moved if isinstance(moved, float) else total(moved.ravel())):
                    moved = _frozen_or_raised(w, moved, diverged, step)
                    frozen = True
                w = moved
                if step == steps[kept]:
                    weights[kept] = w
                    seen[kept - 1, ..., : batch.shape[-1]] = batch
                    kept += 1
    return Walk(weights, steps, _for_each(walkers, seen), diverged)


def _kept_steps(total: int, keep_every: int | None) -> IndexArray:
    if keep_every is None:
        return np.array([0, total], dtype=np.intp)
    steps = np.arange(0, total + 1, keep_every, dtype=np.intp)
    return steps if steps[-1] == total else np.append(steps, total)


def _blocks_of_steps(
    orders: _Orders, n: int, epochs: int, batch_size: int, data: tuple[FloatArray, ...]
) -> Iterator[IndexArray]:
    """Cut the orders into blocks of shape (steps, *axis, b) that can be gathered at once.

    Short epochs share a block, unless they end in a smaller batch: that is a block of its own.
    """
    numbers_per_draw = math.prod(orders.axis) * sum(column[0].size for column in data)
    steps_at_once = _GATHERED_AT_ONCE // (batch_size * numbers_per_draw)
    draws_at_once = min(max(1, steps_at_once), _STEPS_AT_ONCE) * batch_size
    epochs_at_once = 1 if n % batch_size else max(1, draws_at_once // n)
    for first in range(0, epochs, epochs_at_once):
        drawn = orders.drawn(first, min(first + epochs_at_once, epochs))
        order = drawn.reshape(*orders.axis, -1)
        draws = order.shape[-1]
        full = draws - draws % batch_size
        cuts = sorted({*range(0, full, draws_at_once), full, draws})
        for begin, end in itertools.pairwise(cuts):
            size = min(batch_size, end - begin)
            block = order[..., begin:end].reshape(*orders.axis, -1, size)
            yield np.ascontiguousarray(np.moveaxis(block, -2, 0))


def _for_each(walkers: tuple[int, ...], rows: NDArray[Any]) -> NDArray[Any]:
    """Show rows of shape (K, [m], ...), read-only, as the (K, [M], ...) of a crowd."""
    return np.broadcast_to(rows, (len(rows), *walkers, *rows.shape[1 + len(walkers) :]))


def _frozen_or_raised(w: Any, moved: Any, diverged: Any, step: int) -> Any:
    """Put the walkers that diverged back to where they were, or raise if there is only one."""
    if diverged is None:
        raise DivergenceError(
            f"the walk diverged: step {step} went from w = {w} to {moved}; "
            "a smaller learning_rate may keep it finite"
        )
    lost = ~np.isfinite(moved).reshape(diverged.size, -1).all(axis=1)
    diverged |= lost
    moved[lost] = w[lost]
    return moved


def _mean_gradient(
    gradient: PerExampleGradient,
    start: FloatArray,
    data: tuple[FloatArray, ...],
    batch_size: int,
    crowd: bool,
) -> _MeanGradient:
    """Return the function that averages ``gradient`` over a step's examples.

    The package's own gradient of a scalar weight has two fast ways: plain floats for one walker
    that sees one example at a time, and memory that is used again for a crowd.
    """
    if not callable(gradient):
        raise TypeError(f"gradient must be callable, got {shown(gradient)}")
    if gradient is problem.gradient:
        if len(data) != 1 or data[0].ndim != 1 or start.ndim != crowd:
            raise ValueError(
                "gradient is that of one scalar weight and inputs of shape (N,), got w0 of shape "
                f"{start.shape} (crowd={crowd}) and data of shapes {[d.shape for d in data]}"
            )
        if crowd:
            return _buffered_mean(start.size, batch_size)
        if batch_size == 1:
            return lambda w, x: problem.scalar_gradient(float(w), x.item())
    axis = int(crowd)
    gradient = _as_in_the_call(gradient)

    def mean(w: Any, *examples: FloatArray) -> Any:
        size = examples[0].shape[axis]
        # A gradient that writes into the weights would change the walk in silence.
        w.setflags(write=False)
        values = real_array(
            "gradient(w, ...)", gradient(w[:, np.newaxis] if crowd else w, *examples)
        )
        expected = (*start.shape[:axis], size, *start.shape[axis:])
        if values.shape != expected:
            raise ValueError(
                f"gradient must return one gradient per example, shape {expected}, "
                f"got shape {values.shape}"
            )
        return values.mean(axis=axis)

    return mean


def _as_in_the_call(function: Callable[..., Any]) -> Callable[..., Any]:
    """Let a function of the caller run under the caller's ``numpy.errstate``, not the walk's."""
    return functools.partial(contextvars.copy_context().run, function)


def _buffered_mean(walkers: int, batch_size: int) -> _MeanGradient:
    if batch_size == 1:
        each = problem.BufferedGradient((walkers,))
        return lambda w, x: each(w, x[:, 0])
    gradients: dict[int, problem.BufferedGradient] = {}

    def mean(w: FloatArray, x: FloatArray) -> Any:
        size = x.shape[1]
        # NumPy is slow along short axes. The sum of a few has the same bits along either.
        short = size < _SUMMED_IN_TURN
        if size not in gradients:
            gradients[size] = problem.BufferedGradient(x.T.shape if short else x.shape)
        if short:
            return gradients[size](w, x.T).mean(axis=0)
        return gradients[size](w[:, np.newaxis], x).mean(axis=1)

    return mean


def _checked_start(w0: ArrayLike, crowd: bool) -> FloatArray:
    start = finite_array("w0", w0).copy()
    if crowd and start.ndim == 0:
        raise ValueError(
            f"w0 must count the walkers of a crowd along its first axis, got the scalar {start}"
        )
    if start.size == 0:
        raise ValueError(f"w0 must hold at least one weight, got shape {start.shape}")
    return start


def _checked_data(data: tuple[ArrayLike, ...]) -> tuple[FloatArray, ...]:
    if not data:
        raise TypeError("data must hold at least one array of examples, got none")
    columns = tuple(data_set(f"data[{i}]", column) for i, column in enumerate(data))
    lengths = [column.shape[0] for column in columns]
    if len(set(lengths)) != 1:
        raise ValueError(f"data must have equally many examples in each array, got {lengths}")
    return columns


def _checked_learning_rate(
    learning_rate: ArrayLike | Schedule, start: FloatArray, crowd: bool
) -> Callable[[int], Any]:
    def checked(name: str, value: ArrayLike) -> Any:
        rates = real_array(name, value)
        allowed = [(), start.shape[:1]] if crowd else [()]
        if rates.shape not in allowed:
            raise ValueError(
                f"{name} must have shape {' or '.join(map(str, allowed))}, got shape {rates.shape}"
            )
        wrong = ~(np.isfinite(rates) & (rates > 0))
        if wrong.any():
            raise ValueError(f"{name} must be positive and finite, got {rates[wrong].flat[0]}")
        if rates.ndim == 0:
            return float(rates)
        return rates.reshape(-1, *[1] * (start.ndim - 1))

    if callable(learning_rate):
        schedule = _as_in_the_call(learning_rate)
        return lambda step: checked(f"learning_rate({step})", schedule(step))
    constant = checked("learning_rate", learning_rate)
    return lambda step: constant


def _checked_keep(keep: Keep) -> int | None:
    if not isinstance(keep, str):
        return positive_integer("keep", keep)
    if keep not in ("all", "last"):
        raise ValueError(f"keep must be 'all', 'last' or an integer of at least 1, got {keep!r}")
    return 1 if keep == "all" else None


def _orders(
    order: Rule | ArrayLike,
    n: int,
    epochs: int,
    rng: np.random.Generator | None,
    walkers: tuple[int, ...],
) -> _Orders:
    """Return the orders that a rule draws when they are asked for, or those that were given."""
    if isinstance(order, str):
        checked_rule("order", order)
        axis = (1,) if walkers and order == "sequential" else walkers
        return _Orders(
            axis,
            lambda first, last: epoch_orders(
                order,  # type: ignore[arg-type]
                n,
                last - first,
                rng,
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
    return _Orders(given.shape[:-2], lambda first, last: given[..., first:last, :])
