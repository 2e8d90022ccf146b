"""The steps of a walk: quickly where all is built in and finite, and else with a look at each."""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ._course import Course, MeanGradient, Orders
from ._layers import Layers
from ._validation import FloatArray, IndexArray
from .observers import Step, Stop
from .updates import Rule as UpdateRule
from .updates import Update, plain

# How many steps, and how many numbers of the data, are gathered at once, ahead of their use.
_STEPS_AT_ONCE = 1_024
_GATHERED_AT_ONCE = 131_072

# The walkers of a crowd from which on NumPy's own sum is quicker than that of BLAS.
_SUMMED_BY_BLAS = 10_000

# Plain steps are taken without a call of their rule.
_PLAIN = plain.function


class Path:
    """The points of the path that are kept."""

    def __init__(self, course: Course, start: FloatArray) -> None:
        self.steps = _kept_steps(course.steps, course.keep_every)
        self.weights = np.empty((len(self.steps), *start.shape))
        rows = (len(self.steps) - 1, *course.orders.axis, course.batch_size)
        self.seen = np.full(rows, -1)
        self.weights[0] = start
        self.kept = 1

    @property
    def next(self) -> int | None:
        """The number of the step after which the next point is kept, if there is one."""
        return int(self.steps[self.kept]) if self.kept < len(self.steps) else None

    def keep(self, w: Any, batch: IndexArray) -> None:
        self.weights[self.kept] = w
        self.seen[self.kept - 1, ..., : batch.shape[-1]] = batch
        self.kept += 1

    def keep_block(self, step: int, path: FloatArray, indices: IndexArray) -> None:
        """Keep what is wanted of the weights after step + 1, step + 2, …."""
        last = int(np.searchsorted(self.steps, step + len(path), side="right"))
        taken = self.steps[self.kept : last] - (step + 1)
        self.weights[self.kept : last] = path[taken]
        self.seen[self.kept - 1 : last - 1] = indices[taken]
        self.kept = last

    def end(self, step: int, w: Any, batch: IndexArray) -> None:
        """End after this step, which is kept as the last one."""
        if self.steps[self.kept - 1] != step:
            self.steps[self.kept] = step
            self.keep(w, batch)
        self.steps, self.weights = self.steps[: self.kept], self.weights[: self.kept]
        self.seen = self.seen[: self.kept - 1]


class State(NamedTuple):
    """Where a walk is: its weights, the rule's memory, the steps so far, what observers saw."""

    w: Any
    memory: Any
    step: int
    seen: tuple[Any, ...] | None


class Diverged(Exception):
    """One walker's weight stopped being finite; the message says where."""


class _Stopped(Exception):
    """An observer ended the walk; the arguments are the rule's memory, and what observers saw."""


def take_steps(
    course: Course,
    start: FloatArray,
    layers: Layers | None,
    data: tuple[FloatArray, ...],
    memory: Any,
) -> tuple[Path, Any, tuple[Any, ...] | None, NDArray[np.bool_] | None]:
    """Return the path, the rule's memory, what observers saw, and which of a crowd diverged."""
    n, walkers = data[0].shape[0], start.shape[: course.crowd]
    diverged = np.zeros(walkers, dtype=np.bool_) if course.crowd else None
    path = Path(course, start)
    state = State(start[()], memory, 0, None)
    quickly = _quick_way(course)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        try:
            for indices in _blocks_of_steps(
                course.orders, n, course.epochs, course.batch_size, data
            ):
                indices = indices[: course.steps - state.step]
                if not len(indices):
                    break
                gathered = [for_each(walkers, column.take(indices, axis=0)) for column in data]
                # A schedule may end with the walk: it is asked for no step beyond.
                rates: Any = map(course.rate, range(state.step, state.step + len(indices)))
                if quickly is not None:
                    rates = list(rates)
                if quickly is not None and (diverged is None or not diverged.any()):
                    further = quickly(state, path, indices, gathered, rates)
                    if further is not None:
                        state = further
                        continue
                state = _carefully(course, state, path, diverged, layers, indices, gathered, rates)
        except _Stopped as stopped:
            memory, seen = stopped.args
            return path, memory, seen, diverged
    return path, state.memory, state.seen, diverged


_Quick: TypeAlias = Callable[..., State | None]


def _quick_way(course: Course) -> _Quick | None:
    """Return what takes a block of steps with a built-in gradient and update, unobserved.

    It returns ``None``, and leaves all as it was, if a weight is not finite in the end: no weight
    becomes finite again, so none has been in between. The block is then walked carefully.
    """
    gradient, rule = course.gradient, course.rule
    if not isinstance(course.update, Update) or course.observer is not None:
        return None
    if gradient.scalar is not None:
        return functools.partial(_one_walker_quickly, gradient.scalar, rule)
    if gradient.single is not None:
        return functools.partial(_crowd_quickly, gradient.single, gradient.mean, rule)
    return None


def _one_walker_quickly(
    gradient: Callable[[float, float], float],
    update: UpdateRule,
    state: State,
    path: Path,
    indices: IndexArray,
    gathered: list[FloatArray],
    rates: Any,
) -> State | None:
    w, memory = float(state.w), state.memory
    points: list[float] = []
    try:
        for x, rate in zip(gathered[0].ravel().tolist(), rates, strict=True):
            if update is _PLAIN:
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
    return State(np.float64(w), memory, state.step + len(indices), None)


def _crowd_quickly(
    single: MeanGradient,
    gradient: MeanGradient,
    update: UpdateRule,
    state: State,
    path: Path,
    indices: IndexArray,
    gathered: list[FloatArray],
    rates: Any,
) -> State | None:
    w, memory = state.w.copy(), state.memory
    kept, step, wanted = path.kept, state.step, path.next
    inputs = gathered[0]
    if indices.shape[-1] == 1:
        gradient, inputs = single, inputs[..., 0]
    for x, rate in zip(inputs, rates, strict=True):
        change = gradient(w, x)
        if update is _PLAIN:
            change *= rate
        else:
            change, memory = update(change, memory, w, rate, True)
        w -= change
        step += 1
        if step == wanted:
            path.keep(w, indices[step - state.step - 1])
            wanted = path.next
    if not np.isfinite(w).all():
        path.kept = kept
        return None
    return State(w, memory, step, None)


def _carefully(
    course: Course,
    state: State,
    path: Path,
    diverged: NDArray[np.bool_] | None,
    layers: Layers | None,
    indices: IndexArray,
    gathered: list[FloatArray],
    rates: Any,
) -> State:
    """Take a block of steps, and look at each of them."""
    w, memory, step, seen = state
    gradient, update = course.gradient.mean, course.rule
    # What is not finite shows in the sum with factors 0. BLAS is quick with few numbers; for many it
    # starts threads, which take more time than they save. The bare sum of a crowd may be infinite
    # where no walker is: then each of them is looked at.
    total: Callable[[Any], Any] = np.sum
    if w.size < _SUMMED_BY_BLAS or diverged is None:
        total = np.zeros(w.size).dot
    frozen, wanted = diverged is not None and bool(diverged.any()), path.next
    for batch, rate, *examples in zip(indices, rates, *gathered, strict=True):
        mean = gradient(w, *examples)
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
                raise _Stopped(memory, stop.args[0]) from None
    return State(w, memory, step, seen)


def _shown_apart(layers: Layers | None, values: Any) -> Any:
    """Return the weights, or the gradient, as an observer sees them: as they were given, read-only."""
    values.setflags(write=False)
    return values if layers is None else layers.apart(values)


def _kept_steps(total: int, keep_every: int | None) -> IndexArray:
    if keep_every is None:
        return np.array([0, total])
    steps = np.arange(0, total + 1, keep_every)
    return steps if steps[-1] == total else np.append(steps, total)


def _blocks_of_steps(
    orders: Orders, n: int, epochs: int, batch_size: int, data: tuple[FloatArray, ...]
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
        draws = drawn.shape[-2] * n
        order = drawn.reshape(*orders.axis, draws)
        full = draws - draws % batch_size
        cuts = sorted({*range(0, full, draws_at_once), full, draws})
        for begin, end in itertools.pairwise(cuts):
            size = min(batch_size, end - begin)
            block = order[..., begin:end].reshape(*orders.axis, (end - begin) // size, size)
            steps = np.ascontiguousarray(np.moveaxis(block, -2, 0))
            steps.setflags(write=False)
            yield steps


def for_each(walkers: tuple[int, ...], rows: NDArray[Any]) -> NDArray[Any]:
    """Show rows of shape (K, [m], ...), read-only, as the (K, [M], ...) of a crowd."""
    return np.broadcast_to(rows, (len(rows), *walkers, *rows.shape[1 + len(walkers) :]))


def _frozen_or_raised(w: Any, moved: Any, mean: Any, diverged: Any, step: int) -> Any:
    """Put the walkers that diverged back to where they were, or raise if there is only one."""
    if diverged is None:
        if np.isnan(mean).any():
            raise ValueError(f"gradient must return numbers, got nan in step {step}, at w = {w}")
        raise Diverged(
            f"the walk diverged: step {step} went from w = {w} to {moved}; "
            "a smaller learning_rate may keep it finite"
        )
    lost = ~np.isfinite(moved).reshape(diverged.size, -1).all(axis=1)
    diverged |= lost
    moved[lost] = w[lost]
    return moved
