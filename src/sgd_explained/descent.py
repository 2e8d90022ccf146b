r"""The walks: gradient descent, and stochastic gradient descent.

Both repeat one step,

.. math:: w_{k+1} = w_k - \eta_k\, \frac{1}{|B_k|} \sum_{i \in B_k} \nabla \ell_i(w_k)

and differ only in the batch :math:`B_k`: all examples, or a few of them. :math:`\eta_k` is the
learning rate. One call walks one weight (or a vector of weights), or a *crowd*: many independent
walkers, each with its own start and its own order of the data.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from ._course import (
    Course,
    Keep,
    PerExampleGradient,
    Schedule,
    Seed,
    checked_data,
    checked_keep,
    checked_learning_rate,
    checked_length,
    checked_observer,
    checked_start,
    checked_update,
    mean_gradient,
    observers_of,
    orders_of,
)
from ._steps import Diverged, for_each, take_steps
from ._validation import FloatArray, IndexArray, positive_integer, shown, truth
from ._values import checked_function
from .observers import Observer, running_mean
from .sampling import Rule, checked_batch_size
from .updates import Rule as UpdateRule
from .updates import plain

Start: TypeAlias = ArrayLike | tuple[ArrayLike, ...]


class DivergenceError(ArithmeticError):
    """A walker's weight stopped being finite.

    Examples
    --------
    On this bowl, any learning rate above 2 throws a walker further out at each step, unless it
    starts at the lowest point:

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


@dataclass(frozen=True, eq=False)
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

        Where a `running_mean` observed the walk, it is what that has seen: with a ``start`` the mean
        after so many steps, or ``None`` if there were no more.

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
    w0 : array_like, shape S, or (M, \*S) for a crowd; or tuple of numpy.ndarray
        Where the walk starts. Of a tuple of arrays, such as the layers of a network, the gradient
        gets and returns a tuple. A tuple of plain numbers or lists is one array.
    \*data : array_like, each of shape (N, ...)
        The data set: inputs, and targets if the gradient takes them.
    learning_rate : float, array_like of shape (M,), or callable
        The learning rate :math:`\eta`: one number, one per walker of a crowd, or a schedule that
        gets the number of the step (from 0) and returns either. `sgd_explained.schedules` has some.
        It may be asked for hundreds of steps ahead.
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
        gradient is nan in a walk of one walker.
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
    start, layers = checked_start(w0, walkers, crowd)
    examples = checked_data(data)
    n, size = examples[0].shape[0], checked_batch_size(batch_size, examples[0].shape[0])
    epochs, steps = checked_length(epochs, steps, math.ceil(n / size))
    course = Course(
        mean_gradient(gradient, start, layers, examples, size, of_crowd),
        checked_learning_rate(learning_rate, start, of_crowd),
        update,
        checked_update(update, start),
        checked_observer(observe, truth("progress", progress)),
        orders_of(order, n, epochs, rng, start.shape[:of_crowd]),
        epochs,
        steps,
        size,
        of_crowd,
        checked_keep(keep),
    )
    remembered = _checked_memory(memory, update, start)
    try:
        path, remembered, seen, diverged = take_steps(course, start, layers, examples, remembered)
    except Diverged as diverging:
        raise DivergenceError(str(diverging)) from None
    observers = observers_of(observe)
    seen = (seen or ())[: len(observers)]
    several = isinstance(observe, (tuple, list))
    return Walk(
        path.weights if layers is None else layers.apart(path.weights),
        path.steps,
        for_each(start.shape[:of_crowd], path.seen),
        diverged,
        n,
        seen if several else next(iter(seen), None),
        Memory(update, start.shape, remembered),
        observers if several else observe,
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
    w0 : array_like, shape S, or (M, \*S) for a crowd; or tuple of numpy.ndarray
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
    n = checked_data(data)[0].shape[0]
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
        A function that does the same, for `sgd` and `gradient_descent`. If it knows one walker only,
        it comes into a crowd by `each_walker` of the marked one.

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


def _each_array(function: Callable[[Any], Any], weights: Any) -> Any:
    """Apply a function to the weights, or to each array of a tuple of them."""
    return tuple(map(function, weights)) if isinstance(weights, tuple) else function(weights)


def _arrays(weights: Any) -> tuple[Any, ...]:
    return weights if isinstance(weights, tuple) else (weights,)


def _plural(word: str, count: float) -> str:
    return word if count == 1 else f"{word}s"


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
