"""Which examples a step sees: orders of the data, and batches cut from them.

An *epoch* is one pass: as many draws as there are examples (``N``). An *order* lists the indices of
the examples in the order in which they are drawn, and a *batch* is a run of ``batch_size`` (``b``)
of them.
"""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike

from ._validation import (
    IndexArray,
    example_indices,
    integer_array,
    positive_integer,
    random_generator,
    shown,
)

Rule: TypeAlias = Literal["sequential", "reshuffled", "with_replacement"]


def epoch_orders(
    rule: Rule,
    n_examples: int,
    epochs: int,
    rng: np.random.Generator | int | None = None,
    walkers: int | None = None,
) -> IndexArray:
    """Return the order in which the examples are seen, epoch by epoch.

    Parameters
    ----------
    rule : {"sequential", "reshuffled", "with_replacement"}
        - ``"sequential"``: ``0, 1, …, N − 1`` in every epoch. Nothing is random.
        - ``"reshuffled"``: a new random permutation for every epoch; every example is seen once.
        - ``"with_replacement"``: ``N`` independent uniform draws; an example may be seen twice or
          not at all.
    n_examples : int
        The number of examples ``N``.
    epochs : int
        The number of passes.
    rng : numpy.random.Generator, int or None
        The source of randomness of the rules that draw: a generator, or a seed for a new one.
        With ``None``, each call draws others.
    walkers : int, optional
        The number ``M`` of walkers that each need an order of their own. Without it, one order.

    Returns
    -------
    numpy.ndarray of int, shape (epochs, N) or (M, epochs, N)
        Indices from ``0`` to ``N − 1``.

    Raises
    ------
    TypeError
        If a count is not an integer, or if ``rng`` is none of what it may be.
    ValueError
        If the rule is unknown or a count is below 1.

    Notes
    -----
    As long as a batch does not hold all examples, of these rules only drawing with replacement makes
    every step's gradient an unbiased estimate given the steps before it. Within a reshuffled epoch,
    which examples are left follows from those seen (Mishchenko, Khaled & Richtárik 2020).

    Examples
    --------
    >>> epoch_orders("sequential", 3, epochs=2)
    array([[0, 1, 2],
           [0, 1, 2]])

    A reshuffled epoch holds every example once:

    >>> order = epoch_orders("reshuffled", 5, epochs=1, rng=0)
    >>> sorted(order[0].tolist())
    [0, 1, 2, 3, 4]
    """
    checked_rule("rule", rule)
    n = positive_integer("n_examples", n_examples)
    crowd = () if walkers is None else (positive_integer("walkers", walkers),)
    in_order = np.broadcast_to(np.arange(n), (*crowd, n))
    drawn = np.empty((*crowd, positive_integer("epochs", epochs), n), dtype=np.intp)
    generator = random_generator("rng", rng)
    for epoch in range(drawn.shape[-2]):
        if rule == "sequential":
            drawn[..., epoch, :] = in_order
        elif rule == "reshuffled":
            drawn[..., epoch, :] = generator.permuted(in_order, axis=-1)
        else:
            drawn[..., epoch, :] = generator.integers(n, size=in_order.shape)
    return drawn


def batches(order: ArrayLike, batch_size: int) -> list[IndexArray]:
    """Cut the order of one epoch into batches.

    Parameters
    ----------
    order : array_like of int, shape (N,)
        The indices of the examples, each from ``0`` to ``N − 1``, in the order of one epoch.
    batch_size : int
        The number ``b`` of examples in a batch, at most ``N``.

    Returns
    -------
    list of numpy.ndarray
        The batches in order. The last holds what is left over, so it may be smaller.

    Raises
    ------
    TypeError
        If the order does not hold integers, or ``batch_size`` is not one.
    ValueError
        If the order is not one-dimensional, is empty or holds what is no index of ``N`` examples,
        or if the batch size is not in ``1 … N``.

    Examples
    --------
    >>> batches([4, 2, 0, 1, 3], 2)
    [array([4, 2]), array([0, 1]), array([3])]

    One batch of everything makes a step of full-batch gradient descent:

    >>> batches([0, 1, 2], 3)
    [array([0, 1, 2])]
    """
    array = integer_array("order", order)
    if array.ndim != 1 or array.size == 0:
        raise ValueError(f"order must have shape (N,) with N >= 1, got shape {array.shape}")
    epoch = example_indices("order", array, array.size)
    size = checked_batch_size(batch_size, epoch.size)
    return [epoch[start : start + size] for start in range(0, epoch.size, size)]


def checked_rule(name: str, rule: str) -> None:
    """Refuse what is not the name of a rule."""
    if not isinstance(rule, str) or rule not in get_args(Rule):  # type: ignore[redundant-expr]
        allowed = ", ".join(repr(known) for known in get_args(Rule))
        raise ValueError(f"{name} must be one of {allowed}, got {shown(rule)}")


def checked_batch_size(batch_size: int, n_examples: int) -> int:
    """Return the batch size if it is an integer in ``1 … N``."""
    size = positive_integer("batch_size", batch_size)
    if size > n_examples:
        raise ValueError(
            f"batch_size must be at most the number of examples, {n_examples}, got {size}"
        )
    return size
