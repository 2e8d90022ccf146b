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
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ._layers import Layers
from ._validation import (
    FloatArray,
    IndexArray,
    data_set,
    example_indices,
    finite_array,
    integer_array,
    positive_integer,
    positive_rates,
    random_generator,
    real_array,
    shown,
    truth,
)
from ._values import checked_function
from .observers import Observer, Step, Stop, combined, running_mean
from .observers import progress as _progress
from .sampling import Rule, checked_batch_size, checked_rule, epoch_orders
from .updates import Rule as UpdateRule
from .updates import Update, applied_rule, plain

PerExampleGradient: TypeAlias = Callable[..., Any]
Schedule: TypeAlias = Callable[[int], ArrayLike]
Keep: TypeAlias = int | Literal["all", "last"]
Start: TypeAlias = ArrayLike | tuple[ArrayLike, ...]
Seed: TypeAlias = np.random.Generator | int | None

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


@dataclass(frozen=True)
class Memory:
    """What an update rule remembers at the end of a walk, for a walk that goes on from there.

    Attributes
    ----------
    update : callable
        The rule that it belongs to.
    shape : tuple of int
        The shape of the weights; those of a tuple of arrays are taken as one vector.
    content : object
        What the rule returned with its last step.

    Examples
    --------
    >>> from sgd_explained.updates import momentum
    >>> options = {"learning_rate": 0.1, "order": "sequential", "update": momentum(0.9)}
    >>> once = sgd(gradient, -0.3, [1.0], epochs=6, **options)
    >>> first = sgd(gradient, -0.3, [1.0], epochs=3, **options)
    >>> second = sgd(gradient, first.final, [1.0], epochs=3, memory=first.memory, **options)
    >>> bool(second.final == once.final)
    True
    """

    update: UpdateRule
    shape: tuple[int, ...]
    content: Any = field(repr=False, compare=False)


@dataclass(frozen=True, eq=False, repr=False)
class Walk:
    """The path of a walk, and what it saw on its way.

    ``K`` points are kept; the first is the start. A crowd of ``M`` walkers has the axis that is
    written ``[M]`` here, one walker has not. Where the weights are a tuple of arrays, so is what is
    said of them here.

    Attributes
    ----------
    weights : numpy.ndarray, shape (K, [M], ...), or tuple of them
        The weights at the points that were kept.
    steps : numpy.ndarray of int, shape (K,)
        How many steps had been taken at each of these points: ``0`` first.
    examples : numpy.ndarray of int, shape (K − 1, [M], b)
        The indices of the examples in the step that led to ``weights[1:]``, read-only. Where the
        last batch of an epoch was smaller, the row is filled up with ``-1``.
    diverged : numpy.ndarray of bool, shape (M,), or None
        Which walkers of the crowd stopped being finite; they stay at their last finite weights.
        ``None`` for one walker, whose divergence is an error.
    n_examples : int
        The number of examples of the data set.
    seen : object
        What the observer saw, or a tuple of that for several; ``None`` without one.
    memory : Memory or None
        What the update rule remembers.
    observe : callable, tuple of callables, or None
        The observers, as they were given.

    Examples
    --------
    >>> walk = sgd(gradient, -0.3, [-1.0, 1.0], learning_rate=0.1, order="sequential")
    >>> walk
    <Walk of one walker: 2 steps (1 epoch) from -0.3 to -0.4059>
    >>> walk.weights.shape, walk.steps.tolist(), walk.examples.tolist()
    ((3,), [0, 1, 2], [[0], [1]])
    """

    weights: Any
    steps: IndexArray
    examples: IndexArray
    diverged: np.ndarray[Any, np.dtype[np.bool_]] | None
    n_examples: int
    seen: Any = None
    memory: Memory | None = None
    observe: Any = None

    @property
    def final(self) -> Any:
        """The weights after the last step, shape ``([M], ...)``.

        Examples
        --------
        >>> walk = sgd(gradient, -0.3, [1.0], learning_rate=0.1, order="sequential")
        >>> bool(walk.final == walk.weights[-1])
        True
        """
        return _each_array(lambda weights: weights[-1], self.weights)

    @property
    def epochs(self) -> FloatArray:
        """How many passes over the data had been taken at each point, shape ``(K,)``.

        Examples
        --------
        >>> sgd(gradient, -0.3, [1.0, 2.0], epochs=2, order="sequential").epochs
        array([0. , 0.5, 1. , 1.5, 2. ])
        """
        size = self.examples.shape[-1]
        whole, more = np.divmod(self.steps, math.ceil(self.n_examples / size))
        return np.asarray(whole + more * size / self.n_examples)

    @property
    def mean(self) -> Any:
        """The mean of the weights after each step, shape ``([M], ...)``: that of Polyak and Ruppert.

        Raises
        ------
        ValueError
            If the path was thinned out, and no `running_mean` observed it.

        Examples
        --------
        >>> walk = sgd(lambda w, t: w - t, 9.0, [1.0, 3.0], learning_rate=1.0, order="sequential")
        >>> float(walk.mean)
        2.0
        """
        observers = self.observe if isinstance(self.observe, tuple) else (self.observe,)
        seen = self.seen if isinstance(self.observe, tuple) else (self.seen,)
        for observer, result in zip(observers, seen, strict=True):
            if isinstance(observer, Observer) and observer.factory is running_mean:
                return result
        if self.steps[-1] >= len(self.steps):
            raise ValueError(
                "the mean is that of all steps: walk with keep='all' or observe=running_mean(); "
                f"{len(self.steps) - 1} of {self.steps[-1]} were kept"
            )
        return _each_array(lambda weights: weights[1:].mean(axis=0), self.weights)

    def __repr__(self) -> str:
        crowd, steps, epochs = self.diverged is not None, self.steps[-1], self.epochs[-1]
        text = f"{steps:,} {_plural('step', steps)} ({epochs:.4g} {_plural('epoch', epochs)})"
        start, final = _each_array(lambda weights: weights[0], self.weights), self.final
        if not crowd and isinstance(final, float):
            text += f" from {start:.4g} to {final:.4g}"
        elif isinstance(final, tuple) or final.ndim > crowd:
            shapes = [str(array.shape[crowd:]) for array in _arrays(final)]
            text += f" of weights of {_plural('shape', len(shapes))} {', '.join(shapes)}"
        if self.diverged is None:
            return f"<Walk of one walker: {text}>"
        walkers, lost = self.diverged.size, np.count_nonzero(self.diverged)
        text += f", {lost:,} diverged" if lost else ""
        return f"<Walk of {walkers:,} {_plural('walker', walkers)}: {text}>"


def sgd(
    gradient: PerExampleGradient,
    w0: Start,
    *data: ArrayLike,
    learning_rate: ArrayLike | Schedule = 0.01,
    epochs: int | None = None,
    steps: int | None = None,
    batch_size: int = 1,
    order: Rule | ArrayLike = "reshuffled",
    rng: Seed = None,
    walkers: int | None = None,
    crowd: bool = False,
    keep: Keep = "all",
    update: UpdateRule = plain,
    memory: Memory | None = None,
    observe: Any = None,
    progress: bool = False,
) -> Walk:
    r"""Walk by stochastic gradient descent.

    .. math:: w_{k+1} = w_k - \eta_k\, \frac{1}{|B_k|} \sum_{i \in B_k} \nabla \ell_i(w_k)

    A walk is an order of the examples, a learning rate over time, an update rule, and an observer.
    Each is an argument, and each may be a function of your own.

    Parameters
    ----------
    gradient : callable
        ``gradient(w, *examples)``: the gradient of each example's loss. With weights of shape
        ``S`` (``()`` for a scalar) and a batch of ``b`` examples it returns shape ``(b, *S)``: no
        mean is taken, `sgd` does that. For a crowd, ``w`` comes in shape ``(M, 1, *S)``, the
        examples in ``(M, b, ...)``, and ``(M, b, *S)`` is returned. It is a pure function: what
        comes in is read-only, and may have been drawn several epochs ahead. A gradient that knows
        one walker only comes into a crowd by `each_walker`; one that takes the mean over the batch
        itself is marked by `of_batch`.
    w0 : array_like, shape S, or (M, \*S) for a crowd; or tuple of array_like
        Where the walk starts. Of a tuple of arrays, such as the layers of a network, the gradient
        gets and returns a tuple.
    \*data : array_like, each of shape (N, ...)
        The data set: inputs, and targets if the gradient takes them.
    learning_rate : float, array_like of shape (M,), or callable
        The learning rate :math:`\eta`: one number, one per walker of a crowd, or a schedule that
        gets the number of the step (from 0) and returns either. `sgd_explained.schedules` has some.
        It may be asked for a few steps ahead.
    epochs : int, optional
        The number of passes over the data; 1, unless ``steps`` is given.
    steps : int, optional
        The number of steps, instead of ``epochs``.
    batch_size : int
        The number ``b`` of examples in a step, from 1 to ``N``. Where ``b`` does not divide ``N``,
        the last batch of an epoch is smaller, and its own mean is used.
    order : {"reshuffled", "sequential", "with_replacement"} or array_like of int
        The rule that says which example comes when (see `epoch_orders`), or the indices
        themselves: shape ``(epochs, N)``, or ``(M, epochs, N)`` to give each walker its own.
        The shape must agree with ``epochs``, or with the epochs that ``steps`` takes.
    rng : numpy.random.Generator, int or None
        The source of randomness of the rules that draw: a generator, or a seed for a new one. The
        same state gives the same walk; with ``None``, each call gives another.
    walkers : int, optional
        The number ``M`` of walkers of a crowd that all start at ``w0``.
    crowd : bool
        Whether the first axis of ``w0`` counts ``M`` independent walkers.
    keep : {"all", "last"} or int
        Which points of the path to keep: all, the first and the last, or every ``keep``-th and the
        last. With ``"last"``, memory does not grow with the number of steps.
    update : callable
        What a step does with the gradient: a rule of `sgd_explained.updates`, or a function of
        gradient, memory, weights and learning rate that returns the step and the new memory.
    memory : Memory, optional
        `Walk.memory` of the walk that this one continues.
    observe : callable or sequence of callables, optional
        Who sees each step: an observer of `sgd_explained.observers`, or a function like these.
    progress : bool
        Whether to say on ``sys.stderr`` how far the walk is, if that is a terminal.

    Returns
    -------
    Walk
        The weights that were kept, the examples that led to them, and what the observers saw.

    Raises
    ------
    TypeError
        If an argument, or what a function among them returns, is of another kind: complex, not
        numeric, or a generator of the legacy kind.
    ValueError
        If an argument is out of its range or a shape is wrong; the message names it. Also if the
        gradient of one walker is nan.
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

    Each walker of a crowd has an order of its own:

    >>> sgd(gradient, [-0.3, -0.3, 0.3], x, rng=0, crowd=True).weights.shape
    (101, 3)
    >>> from sgd_explained.updates import momentum
    >>> sgd(gradient, -0.3, x, walkers=2000, epochs=5, update=momentum(0.9), rng=0, keep="last")
    <Walk of 2,000 walkers: 500 steps (5 epochs)>

    A batch cannot hold more examples than there are:

    >>> sgd(gradient, -0.3, x, batch_size=101)
    Traceback (most recent call last):
    ...
    ValueError: batch_size must be at most the number of examples, 100, got 101
    """
    of_crowd = truth("crowd", crowd) or walkers is not None
    start, layers = _checked_start(w0, walkers, crowd)
    examples = _checked_data(data)
    n, size = examples[0].shape[0], checked_batch_size(batch_size, examples[0].shape[0])
    epochs, steps = _checked_length(epochs, steps, math.ceil(n / size))
    return _walk(
        _Course(
            _mean_gradient(gradient, start, layers, examples, size, of_crowd),
            _checked_learning_rate(learning_rate, start, of_crowd),
            _checked_update(update, start),
            _checked_observer(observe, truth("progress", progress)),
            _orders(order, n, epochs, rng, start.shape[:of_crowd]),
            epochs,
            steps,
            size,
            of_crowd,
            _checked_keep(keep),
        ),
        start,
        layers,
        examples,
        _checked_memory(memory, update, start),
        (update, tuple(observe) if isinstance(observe, list) else observe),
    )


def gradient_descent(
    gradient: PerExampleGradient,
    w0: Start,
    *data: ArrayLike,
    learning_rate: ArrayLike | Schedule = 0.01,
    steps: int = 100,
    walkers: int | None = None,
    crowd: bool = False,
    keep: Keep = "all",
    update: UpdateRule = plain,
    memory: Memory | None = None,
    observe: Any = None,
    progress: bool = False,
) -> Walk:
    r"""Walk by gradient descent: every step sees the whole data set.

    .. math:: w_{k+1} = w_k - \eta_k\, \frac{1}{N} \sum_{i=1}^{N} \nabla \ell_i(w_k)

    Parameters
    ----------
    gradient : callable
        ``gradient(w, *examples)``: the gradient of each example's loss, as for `sgd`.
    w0 : array_like, shape S, or (M, \*S) for a crowd; or tuple of array_like
        Where the walk starts, as for `sgd`.
    \*data : array_like, each of shape (N, ...)
        The data set.
    learning_rate : float, array_like of shape (M,), or callable
        The learning rate, as for `sgd`.
    steps : int
        The number of steps. Each costs ``N`` gradients.
    walkers : int, optional
        The number of walkers of a crowd that all start at ``w0``. They take the same path, unless
        each has its own learning rate.
    crowd : bool
        Whether the first axis of ``w0`` counts independent walkers.
    keep : {"all", "last"} or int
        Which points of the path to keep, as for `sgd`.
    update : callable
        What a step does with the gradient, as for `sgd`.
    memory : Memory, optional
        `Walk.memory` of the walk that this one continues.
    observe : callable or sequence of callables, optional
        Who sees each step, as for `sgd`.
    progress : bool
        Whether to say how far the walk is, as for `sgd`.

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
        steps=positive_integer("steps", steps),
        batch_size=n,
        order="sequential",
        walkers=walkers,
        crowd=crowd,
        keep=keep,
        update=update,
        memory=memory,
        observe=observe,
        progress=progress,
    )


def each_walker(gradient: PerExampleGradient) -> PerExampleGradient:
    """Let a gradient that knows one walker serve a crowd: it is asked for each walker in turn.

    Parameters
    ----------
    gradient : callable
        ``gradient(w, *examples)`` with weights of shape ``S`` and examples of shape ``(b, ...)``.

    Returns
    -------
    callable
        The same for a crowd; for one walker, the walks use ``gradient`` itself. It takes as much
        longer as there are walkers: a gradient that broadcasts is faster.

    Raises
    ------
    TypeError
        If ``gradient`` is not callable.

    Examples
    --------
    Here ``x @ w`` would not do for weights of shape ``(M, 1, 2)``:

    >>> def line(w, x, t):
    ...     return (x @ w - t)[:, np.newaxis] * x
    >>> x, t = np.eye(2), np.array([1.0, 3.0])
    >>> walk = sgd(each_walker(line), np.zeros((5, 2)), x, t, rng=0, crowd=True)
    >>> walk.final.shape
    (5, 2)
    """
    checked_function("gradient", gradient, "a function of w and examples")

    def for_each(w: Any, *examples: FloatArray) -> Any:
        ones = [
            gradient(
                _each_array(lambda weights, m=m: weights[m, 0], w),  # type: ignore[misc]
                *(column[m] for column in examples),
            )
            for m in range(len(examples[0]))
        ]
        if isinstance(w, tuple):
            return tuple(np.stack(layer) for layer in zip(*ones, strict=True))
        return np.stack(ones)

    vars(for_each).update(one_walker=gradient, mean_taken=getattr(gradient, "mean_taken", False))
    return for_each


def of_batch(gradient: Callable[..., Any]) -> PerExampleGradient:
    """Mark a gradient that takes the mean over the batch itself, as a network's does.

    Parameters
    ----------
    gradient : callable
        ``gradient(w, *examples)`` that returns the mean over the ``b`` examples, in the shape of the
        weights: ``S``, or ``(M, *S)`` for a crowd.

    Returns
    -------
    callable
        The same function, for `sgd` and `gradient_descent`.

    Raises
    ------
    TypeError
        If ``gradient`` is not callable.

    Examples
    --------
    >>> mean_of_batch = of_batch(lambda w, t: (w - t).mean(axis=-1))
    >>> walk = sgd(mean_of_batch, 0.0, [1.0, 3.0], learning_rate=1.0, batch_size=2)
    >>> float(walk.final)
    2.0

    Without the mark, one gradient for each example is expected:

    >>> sgd(lambda w, t: (w - t).mean(axis=-1), 0.0, [1.0, 3.0], batch_size=2)
    Traceback (most recent call last):
    ...
    ValueError: gradient must return one gradient per example, shape (2,), got shape ()
    """
    checked_function("gradient", gradient, "a function of w and examples")

    def marked(w: Any, *examples: FloatArray) -> Any:
        return gradient(w, *examples)

    vars(marked).update(mean_taken=True)
    return marked


class _Orders(NamedTuple):
    """The orders of the epochs: ``drawn(first, last)`` has shape ``(*axis, last − first, N)``.

    The axis is ``()`` for one walker, ``(M,)`` for walkers with orders of their own, and ``(1,)``
    where a crowd shares them.
    """

    axis: tuple[int, ...]
    drawn: Callable[[int, int], IndexArray]


class _Gradient(NamedTuple):
    """The mean gradient of a step, and for one float and one example of the built-in kind, another."""

    mean: _MeanGradient
    scalar: Callable[[float, float], float] | None = None
    buffered: bool = False


class _Rate(NamedTuple):
    """The learning rate of a step; whether it is the same for all of them."""

    at: Callable[[int], Any]
    constant: bool


class _Rule(NamedTuple):
    """The update rule with its five arguments; whether it is one of ours, and whether the plain one."""

    step: UpdateRule
    ours: bool
    plain: bool


class _Course(NamedTuple):
    gradient: _Gradient
    learning_rate: _Rate
    rule: _Rule
    observer: Callable[[Step, Any], tuple[Any, ...]] | None
    orders: _Orders
    epochs: int
    steps: int
    batch_size: int
    crowd: bool
    keep_every: int | None


class _Path:
    """The points of the path that are kept."""

    def __init__(self, course: _Course, start: FloatArray) -> None:
        self.steps = _kept_steps(course.steps, course.keep_every)
        self.weights = np.empty((len(self.steps), *start.shape))
        rows = (len(self.steps) - 1, *course.orders.axis, course.batch_size)
        self.seen = np.full(rows, -1, dtype=np.intp)
        self.weights[0] = start
        self.kept = 1

    @property
    def next(self) -> int:
        """The number of the step after which the next point is kept."""
        return int(self.steps[self.kept]) if self.kept < len(self.steps) else -1

    def keep(self, w: Any, batch: IndexArray) -> None:
        self.weights[self.kept] = w
        self.seen[self.kept - 1, ..., : batch.shape[-1]] = batch
        self.kept += 1

    def keep_block(self, step: int, path: FloatArray, indices: IndexArray) -> None:
        """Keep what is wanted of the weights after step + 1, step + 2, …."""
        last = int(np.searchsorted(self.steps, step + len(path), side="right"))
        taken = self.steps[self.kept : last] - (step + 1)
        self.weights[self.kept : last] = path[taken]
        self.seen[self.kept - 1 : last - 1, ..., : indices.shape[-1]] = indices[taken]
        self.kept = last

    def end(self, step: int, w: Any, batch: IndexArray) -> None:
        """End after this step, which is kept as the last one."""
        if self.steps[self.kept - 1] != step:
            self.steps[self.kept] = step
            self.keep(w, batch)
        self.steps, self.weights = self.steps[: self.kept], self.weights[: self.kept]
        self.seen = self.seen[: self.kept - 1]


def _walk(
    course: _Course,
    start: FloatArray,
    layers: Layers | None,
    data: tuple[FloatArray, ...],
    memory: Any,
    given: tuple[UpdateRule, Any],
) -> Walk:
    n, walkers = data[0].shape[0], start.shape[: course.crowd]
    diverged = np.zeros(walkers, dtype=np.bool_) if course.crowd else None
    path = _Path(course, start)
    state = _State(start[()], memory, 0, None)
    quickly = _quick_way(course)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        try:
            for indices in _blocks_of_steps(
                course.orders, n, course.epochs, course.batch_size, data
            ):
                indices = indices[: course.steps - state.step]
                if not len(indices):
                    break
                gathered = [_for_each(walkers, column.take(indices, axis=0)) for column in data]
                rates = _rates(course.learning_rate, state.step, len(indices))
                if quickly is not None and (diverged is None or not diverged.any()):
                    further = quickly(state, path, indices, gathered, rates)
                    if further is not None:
                        state = further
                        continue
                state = _carefully(course, state, path, diverged, layers, indices, gathered, rates)
        except _Stopped as stopped:
            state = stopped.state
    update, observe = given
    seen = state.seen if state.seen is None else state.seen[: len(_observers(observe))]
    return Walk(
        path.weights if layers is None else layers.apart(path.weights),
        path.steps,
        _for_each(walkers, path.seen),
        diverged,
        n,
        seen if isinstance(observe, tuple) or not seen else seen[0],
        Memory(update, start.shape, state.memory),
        observe,
    )


class _State(NamedTuple):
    """Where a walk is: its weights, the rule's memory, the steps so far, what observers saw."""

    w: Any
    memory: Any
    step: int
    seen: tuple[Any, ...] | None


class _Stopped(Exception):
    def __init__(self, state: _State) -> None:
        self.state = state


_Quick: TypeAlias = Callable[..., _State | None]


def _quick_way(course: _Course) -> _Quick | None:
    """Return what takes a block of steps with a built-in gradient and update, unobserved.

    It returns ``None``, and leaves all as it was, if a weight is not finite in the end: no weight
    becomes finite again, so none has been in between. The block is then walked carefully.
    """
    gradient, rule = course.gradient, course.rule
    if not rule.ours or course.observer is not None:
        return None
    if gradient.scalar is not None:
        return functools.partial(_one_walker_quickly, gradient.scalar, rule)
    if gradient.buffered:
        return functools.partial(_crowd_quickly, gradient.mean, rule)
    return None


def _one_walker_quickly(
    gradient: Callable[[float, float], float],
    rule: _Rule,
    state: _State,
    path: _Path,
    indices: IndexArray,
    gathered: list[FloatArray],
    rates: Any,
) -> _State | None:
    w, memory, update = float(state.w), state.memory, rule.step
    points: list[float] = []
    try:
        for x, rate in zip(gathered[0].ravel().tolist(), rates, strict=False):
            if rule.plain:
                w -= rate * gradient(w, x)
            else:
                change, memory = update(gradient(w, x), memory, w, rate, False)
                w -= change
            points.append(w)
    except ArithmeticError:  # Python's floats raise where NumPy's are infinite.
        return None
    if not math.isfinite(w):
        return None
    path.keep_block(state.step, np.array(points), indices)
    return _State(w, memory, state.step + len(indices), None)


def _crowd_quickly(
    gradient: _MeanGradient,
    rule: _Rule,
    state: _State,
    path: _Path,
    indices: IndexArray,
    gathered: list[FloatArray],
    rates: Any,
) -> _State | None:
    w, memory, update = state.w.copy(), state.memory, rule.step
    kept, step, wanted = path.kept, state.step, path.next
    for x, rate in zip(gathered[0], rates, strict=False):
        slope = gradient(w, x)
        if rule.plain:
            change = np.multiply(slope, rate, out=slope)
        else:
            change, memory = update(slope, memory, w, rate, True)
        np.subtract(w, change, out=w)
        step += 1
        if step == wanted:
            path.keep(w, indices[step - state.step - 1])
            wanted = path.next
    if not np.isfinite(w).all():
        path.kept = kept
        return None
    return _State(w, memory, step, None)


def _carefully(
    course: _Course,
    state: _State,
    path: _Path,
    diverged: NDArray[np.bool_] | None,
    layers: Layers | None,
    indices: IndexArray,
    gathered: list[FloatArray],
    rates: Any,
) -> _State:
    """Take a block of steps, and look at each of them."""
    w: Any = np.float64(state.w) if isinstance(state.w, float) else state.w
    _, memory, step, seen = state
    gradient, update = course.gradient.mean, course.rule.step
    # The buffer of a built-in gradient is written into again; what is handed on is a copy of it.
    copies = course.gradient.buffered and (course.observer is not None or not course.rule.ours)
    # What is not finite shows in the sum with factors 0. BLAS is quick with few numbers; for many it
    # starts threads, which take more time than they save. The bare sum of a crowd may be infinite
    # where no walker is: then each of them is looked at.
    few = w.size < _SUMMED_BY_BLAS or diverged is None
    total = np.zeros(w.size).dot if few else np.sum
    frozen, wanted = diverged is not None and bool(diverged.any()), path.next
    for batch, rate, *examples in zip(indices, rates, *gathered, strict=False):
        mean = gradient(w, *examples)
        mean = np.positive(mean) if copies else mean
        change, memory = update(mean, memory, w, rate, course.crowd)
        moved = w - change
        step += 1
        if frozen:
            moved[diverged] = w[diverged]
        if not math.isfinite(moved if isinstance(moved, float) else total(moved.ravel())):
            moved = _frozen_or_raised(w, moved, mean, diverged, step)
            frozen = True
        w = moved
        if step == wanted:
            path.keep(w, batch)
            wanted = path.next
        if course.observer is not None:
            told = Step(
                step, course.steps, _shown_apart(layers, w), _shown_apart(layers, mean), rate, batch
            )
            try:
                seen = course.observer(told, seen)
            except Stop as stop:
                path.end(step, w, batch)
                raise _Stopped(_State(w, memory, step, stop.args[0])) from None
    return _State(w, memory, step, seen)


def _rates(rate: _Rate, first: int, count: int) -> Any:
    """Return the learning rates of a block of steps."""
    if rate.constant:
        return itertools.repeat(rate.at(first), count)
    return map(rate.at, range(first, first + count))


def _shown_apart(layers: Layers | None, values: Any) -> Any:
    """Return the weights, or the gradient, as an observer sees them: as they were given, read-only."""
    if isinstance(values, np.ndarray):
        values.setflags(write=False)
    return values if layers is None else layers.apart(values)


def _arrays(weights: Any) -> tuple[Any, ...]:
    return weights if isinstance(weights, tuple) else (weights,)


def _each_array(function: Callable[[Any], Any], weights: Any) -> Any:
    """Apply a function to the weights, or to each array of a tuple of them."""
    return tuple(map(function, weights)) if isinstance(weights, tuple) else function(weights)


def _plural(word: str, count: float) -> str:
    return word if count == 1 else f"{word}s"


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


def _frozen_or_raised(w: Any, moved: Any, mean: Any, diverged: Any, step: int) -> Any:
    """Put the walkers that diverged back to where they were, or raise if there is only one."""
    if diverged is None:
        if np.isnan(mean).any():
            raise ValueError(f"gradient must return numbers, got nan in step {step}, at w = {w}")
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
    layers: Layers | None,
    data: tuple[FloatArray, ...],
    batch_size: int,
    crowd: bool,
) -> _Gradient:
    """Return the function that averages ``gradient`` over a step's examples.

    A gradient of one weight may offer two fast ways: plain floats for one walker that sees one
    example at a time (``scalar``), and memory that is used again for a crowd (``buffered``).
    """
    checked_function("gradient", gradient, "a function of w and examples")
    scalar, buffered = (getattr(gradient, way, None) for way in ("scalar", "buffered"))
    if scalar is not None and buffered is not None:
        if len(data) != 1 or data[0].ndim != 1 or start.ndim != crowd or layers is not None:
            raise ValueError(
                "gradient is that of one scalar weight and inputs of shape (N,), got w0 of shape "
                f"{start.shape} (crowd={crowd}) and data of shapes {[d.shape for d in data]}"
            )
        if crowd:
            return _Gradient(_buffered_mean(buffered, start.size, batch_size), buffered=True)
    else:
        scalar = None
    if not crowd:
        gradient = getattr(gradient, "one_walker", gradient)
    mean = _checked_mean(gradient, start, layers, crowd)
    return _Gradient(mean, scalar if batch_size == 1 else None)


def _checked_mean(
    gradient: PerExampleGradient, start: FloatArray, layers: Layers | None, crowd: bool
) -> _MeanGradient:
    """Return the function that takes the mean of what a gradient returns, and looks at it."""
    axis, taken = int(crowd), getattr(gradient, "mean_taken", False)
    shapes = [start.shape[axis:]] if layers is None else layers.shapes
    kind = "the mean gradient of the batch" if taken else "one gradient per example"
    gradient = _as_in_the_call(gradient)

    def mean_of(values: ArrayLike, shape: tuple[int, ...], size: int) -> Any:
        array = real_array("gradient(w, ...)", values)
        expected = (*start.shape[:axis], *([] if taken else [size]), *shape)
        if array.shape != expected:
            raise ValueError(
                f"gradient must return {kind}, shape {expected}, got shape {array.shape}"
            )
        return array[()] if taken else array.mean(axis=axis)

    def mean(w: Any, *examples: FloatArray) -> Any:
        # A gradient that writes into the weights would change the walk in silence.
        w.setflags(write=False)
        seen, size = w[:, np.newaxis] if crowd else w, examples[0].shape[axis]
        if layers is None:
            return mean_of(gradient(seen, *examples), shapes[0], size)
        values = gradient(layers.apart(seen), *examples)
        if not isinstance(values, (tuple, list)) or len(values) != len(shapes):
            raise ValueError(
                f"gradient must return a tuple of {len(shapes)} arrays, as w0 is, "
                f"got {shown(values)}"
            )
        return layers.joined(
            tuple(mean_of(part, shape, size) for part, shape in zip(values, shapes, strict=True))
        )

    return mean


def _as_in_the_call(function: Callable[..., Any]) -> Callable[..., Any]:
    """Let a function of the caller run under the caller's ``numpy.errstate``, not the walk's."""
    return functools.partial(contextvars.copy_context().run, function)


def _buffered_mean(
    buffered: Callable[[tuple[int, ...]], _MeanGradient], walkers: int, batch_size: int
) -> _MeanGradient:
    if batch_size == 1:
        each = buffered((walkers,))
        return lambda w, x: each(w, x[:, 0])
    gradients: dict[int, _MeanGradient] = {}

    def mean(w: FloatArray, x: FloatArray) -> Any:
        size = x.shape[1]
        # NumPy is slow along short axes. The sum of a few has the same bits along either.
        short = size < _SUMMED_IN_TURN
        if size not in gradients:
            gradients[size] = buffered(x.T.shape if short else x.shape)
        if short:
            return gradients[size](w, x.T).mean(axis=0)
        return gradients[size](w[:, np.newaxis], x).mean(axis=1)

    return mean


def _checked_start(w0: Any, walkers: int | None, crowd: bool) -> tuple[FloatArray, Layers | None]:
    """Return the start as one array, and how it falls apart if it is a tuple of arrays."""
    if walkers is not None and crowd:
        raise ValueError(
            "walkers must be left out where crowd=True, as w0 has them along its first axis, "
            f"got {shown(walkers)}"
        )
    layers = None
    # A tuple of numbers, or of tuples, is an array as a list is.
    if isinstance(w0, tuple) and any(isinstance(part, np.ndarray) and part.ndim for part in w0):
        parts = tuple(_checked_weights(f"w0[{i}]", part, crowd) for i, part in enumerate(w0))
        if crowd and len({len(part) for part in parts}) > 1:
            raise ValueError(
                "w0 must count the same walkers along the first axis of each array, "
                f"got {[len(part) for part in parts]}"
            )
        shapes = [part.shape[int(crowd) :] for part in parts]
        start = Layers(shapes, crowd).joined(parts)
        layers = Layers(shapes, crowd or walkers is not None)
    else:
        start = _checked_weights("w0", w0, crowd)
    if walkers is not None:
        count = positive_integer("walkers", walkers)
        start = np.broadcast_to(start, (count, *start.shape)).copy()
    return start, layers


def _checked_weights(name: str, w0: ArrayLike, crowd: bool) -> FloatArray:
    start = finite_array(name, w0).copy()
    if crowd and start.ndim == 0:
        raise ValueError(
            f"{name} must count the walkers of a crowd along its first axis, got the scalar {start}"
        )
    if start.size == 0:
        raise ValueError(f"{name} must hold at least one weight, got shape {start.shape}")
    return start


def _checked_data(data: tuple[ArrayLike, ...]) -> tuple[FloatArray, ...]:
    if not data:
        raise TypeError("data must hold at least one array of examples, got none")
    columns = tuple(data_set(f"data[{i}]", column) for i, column in enumerate(data))
    lengths = [column.shape[0] for column in columns]
    if len(set(lengths)) != 1:
        raise ValueError(f"data must have equally many examples in each array, got {lengths}")
    return columns


def _checked_length(epochs: int | None, steps: int | None, steps_per_epoch: int) -> tuple[int, int]:
    """Return the number of epochs that are drawn, and that of the steps that are taken."""
    if steps is not None:
        if epochs is not None:
            raise ValueError(
                f"steps must be left out where epochs are given, got {steps} and {epochs}"
            )
        total = positive_integer("steps", steps)
        return math.ceil(total / steps_per_epoch), total
    count = 1 if epochs is None else positive_integer("epochs", epochs)
    return count, count * steps_per_epoch


def _checked_learning_rate(
    learning_rate: ArrayLike | Schedule, start: FloatArray, crowd: bool
) -> _Rate:
    allowed = [(), start.shape[:1]] if crowd else [()]

    def checked(name: str, value: Any) -> Any:
        if type(value) is float and 0.0 < value < math.inf:
            return value
        rates = positive_rates(name, value)
        if np.shape(rates) not in allowed:
            raise ValueError(
                f"{name} must have shape {' or '.join(map(str, allowed))}, "
                f"got shape {np.shape(rates)}"
            )
        if isinstance(rates, float):
            return rates
        return rates.reshape(-1, *[1] * (start.ndim - 1))

    if callable(learning_rate):
        schedule = _as_in_the_call(checked_function("learning_rate", learning_rate, "cosine(0.1)"))
        return _Rate(lambda step: checked(f"learning_rate({step})", schedule(step)), False)
    constant = checked("learning_rate", learning_rate)
    return _Rate(lambda step: constant, True)


def _checked_update(update: Any, start: FloatArray) -> _Rule:
    rule = applied_rule("update", update)
    if isinstance(update, Update):
        return _Rule(rule, ours=True, plain=update == plain)
    rule = _as_in_the_call(rule)

    def checked(mean: Any, memory: Any, w: Any, rate: Any, crowd: bool) -> tuple[Any, Any]:
        returned = rule(mean, memory, w, rate, crowd)
        if not isinstance(returned, tuple) or len(returned) != 2:
            raise TypeError(f"update must return a step and its memory, got {shown(returned)}")
        step = real_array("step of update", returned[0])
        if step.shape != start.shape:
            raise ValueError(
                f"update must return a step of the shape {start.shape} of the weights, "
                f"got shape {step.shape}"
            )
        return step[()], returned[1]

    return _Rule(checked, ours=False, plain=False)


def _checked_memory(memory: Any, update: UpdateRule, start: FloatArray) -> Any:
    if memory is None:
        return None
    if not isinstance(memory, Memory):
        raise TypeError(f"memory must be that of a walk, walk.memory, got {shown(memory)}")
    if memory.update != update or memory.shape != start.shape:
        raise ValueError(
            f"memory must be of the update {update!r} and weights of shape {start.shape}, "
            f"got that of {memory.update!r} and {memory.shape}"
        )
    return memory.content


def _observers(observe: Any) -> tuple[Any, ...]:
    if observe is None:
        return ()
    return tuple(observe) if isinstance(observe, (tuple, list)) else (observe,)


def _checked_observer(
    observe: Any, progress: bool
) -> Callable[[Step, Any], tuple[Any, ...]] | None:
    observers = _observers(observe)
    if len(observers) == 1 and observers[0] is observe:
        checked_function("observe", observe, "running_mean()")
    if progress:
        observers += (_progress(),)
    return _as_in_the_call(combined(observers)) if observers else None


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
    rng: Seed,
    walkers: tuple[int, ...],
) -> _Orders:
    """Return the orders that a rule draws when they are asked for, or those that were given."""
    if isinstance(order, str):
        checked_rule("order", order)
        in_turn = order == "sequential"
        axis = (1,) if walkers and in_turn else walkers
        generator = None if in_turn and rng is None else random_generator("rng", rng)
        return _Orders(
            axis,
            lambda first, last: epoch_orders(
                order,  # type: ignore[arg-type]
                n,
                last - first,
                generator,
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
