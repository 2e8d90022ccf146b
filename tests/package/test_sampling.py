"""Orders of the data, and batches cut from them."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import sgd_explained as se

seeds = st.integers(0, 2**32 - 1)
counts = st.integers(1, 12)


@given(counts, counts, seeds, st.none() | st.integers(1, 4))
def test_reshuffled_epochs_hold_every_example_once(n, epochs, seed, walkers):
    order = se.epoch_orders("reshuffled", n, epochs, np.random.default_rng(seed), walkers)
    assert order.shape == (*(() if walkers is None else (walkers,)), epochs, n)
    np.testing.assert_array_equal(np.sort(order, axis=-1) - np.arange(n), 0)


@given(counts, counts, seeds, st.none() | st.integers(1, 4))
def test_draws_with_replacement_are_examples(n, epochs, seed, walkers):
    order = se.epoch_orders("with_replacement", n, epochs, np.random.default_rng(seed), walkers)
    assert order.shape == (*(() if walkers is None else (walkers,)), epochs, n)
    assert order.min() >= 0
    assert order.max() < n


@given(counts, counts)
def test_sequential_epochs_need_no_randomness(n, epochs):
    order = se.epoch_orders("sequential", n, epochs, walkers=2)
    np.testing.assert_array_equal(order, np.tile(np.arange(n), (2, epochs, 1)))


@given(st.sampled_from(["reshuffled", "with_replacement"]), counts, counts, seeds)
def test_same_rng_gives_the_same_order(rule, n, epochs, seed):
    first, second = (
        se.epoch_orders(rule, n, epochs, np.random.default_rng(seed)) for _ in range(2)
    )
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize(
    ("rule", "outcomes"),
    [
        ("reshuffled", list(itertools.permutations(range(3)))),
        ("with_replacement", list(itertools.product(range(3), repeat=3))),
    ],
)
def test_all_orders_are_equally_likely(rule, outcomes):
    order = se.epoch_orders(rule, 3, 20_000, np.random.default_rng(1))
    drawn, counts = np.unique(order, axis=0, return_counts=True)
    assert drawn.tolist() == [list(outcome) for outcome in outcomes]
    assert stats.chisquare(counts).pvalue > 1e-3


def test_walkers_have_orders_of_their_own():
    order = se.epoch_orders("reshuffled", 50, 2, np.random.default_rng(0), walkers=3)
    assert len(np.unique(order.reshape(6, 50), axis=0)) == 6


@given(st.permutations(range(12)), st.integers(1, 12))
def test_batches_are_the_order_cut_up(order, size):
    batches = se.batches(order, size)
    assert np.concatenate(batches).tolist() == list(order)
    assert {len(batch) for batch in batches[:-1]} <= {size}
    assert 1 <= len(batches[-1]) <= size


def test_indices_are_of_the_kind_that_numpy_takes_them_in():
    kinds = {batch.dtype for batch in se.batches(np.array([1, 0], np.uint8), 1)}
    assert kinds == {np.dtype(np.intp)}


def test_one_example_is_a_batch():
    assert [batch.tolist() for batch in se.batches([0], 1)] == [[0]]
