"""Memory of a long walk whose path is not kept."""

import tracemalloc

import numpy as np
import pytest

import sgd_explained as se


def another_gradient(w, x):
    return se.gradient(w, x)


def peak(epochs, gradient, keep, walkers):
    """Most bytes in use at any time during a walk."""
    data, w0 = np.linspace(-5, 5, 50), np.full(walkers, -0.3)
    rng = np.random.default_rng(0)
    tracemalloc.start()
    try:
        se.sgd(
            gradient, w0, data, learning_rate=0.01, epochs=epochs, rng=rng, crowd=True, keep=keep
        )
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("gradient", [se.gradient, another_gradient])
@pytest.mark.parametrize("walkers", [1, 20])
def test_memory_does_not_grow_with_the_steps_when_the_path_is_not_kept(gradient, walkers):
    peak(1, gradient, "last", walkers)  # The first call pays for what is imported on the way.
    short, long = (peak(epochs, gradient, "last", walkers) for epochs in (2, 40))
    assert long < short + 10_000
    # The same measure sees a path that is kept: 8 bytes a weight and 8 an index.
    path = peak(40, gradient, "all", walkers) - long
    assert path > 0.9 * 40 * 50 * walkers * 16


def test_memory_is_a_part_of_the_data_only():
    """Examples are gathered in blocks, never a whole epoch at once."""
    data = np.zeros((100, 20_000))
    tracemalloc.start()
    try:
        se.sgd(
            lambda w, x: w - x, np.zeros(20_000), data, learning_rate=0.1, order="sequential",
            keep="last",
        )  # fmt: skip
        assert tracemalloc.get_traced_memory()[1] < data.nbytes / 4
    finally:
        tracemalloc.stop()
