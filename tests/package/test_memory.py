"""Memory of a walk: of a long one, of a large crowd, and of large data."""

import tracemalloc

import numpy as np
import pytest

import sgd_explained as se

MEGABYTE = 2**20


def another_gradient(w, x):
    return se.gradient(w, x)


def blown_up(w, x):
    """Gradient that sends the walkers above 1 to infinity, and leaves the others."""
    return np.where(w > 1, np.inf, 0.0) + 0 * x


def peak(walk, *args, **options):
    """Most bytes in use at any time during a walk."""
    tracemalloc.start()
    try:
        walk(*args, **options)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def peak_of_sgd(epochs, keep, walkers=None, gradient=se.gradient, **options):
    data, w0 = np.linspace(-5, 5, 50), np.linspace(-0.3, 2.0, walkers or 1)
    rng = np.random.default_rng(0)
    return peak(
        se.sgd, gradient, w0 if walkers else w0[0], data, learning_rate=0.01, epochs=epochs,
        rng=rng, crowd=walkers is not None, keep=keep, **options,
    )  # fmt: skip


# A block of steps that are gathered at once holds 20 epochs, and two blocks meet in memory.
@pytest.mark.parametrize("gradient", [se.gradient, another_gradient])
@pytest.mark.parametrize("walkers", [None, 1, 20])
def test_memory_does_not_grow_with_the_steps_when_the_path_is_not_kept(gradient, walkers):
    peak_of_sgd(1, "last", walkers, gradient)  # Pays for what is imported on the way.
    short, long = (peak_of_sgd(epochs, "last", walkers, gradient) for epochs in (50, 150))
    assert long < short + 10_000
    # The same measure sees a path that is kept: 8 bytes a weight and 8 an index.
    path = peak_of_sgd(150, "all", walkers, gradient) - long
    assert path > 0.9 * 150 * 50 * (walkers or 1) * 16


def test_every_kth_point_takes_a_kth_of_the_memory():
    nothing, tenth, everything = (peak_of_sgd(100, keep, 20) for keep in ("last", 10, "all"))
    assert tenth - nothing == pytest.approx((everything - nothing) / 10, rel=0.05)


def test_crowd_that_diverges_takes_no_memory_for_it():
    peak_of_sgd(1, "last", 20, blown_up)
    short, long = (peak_of_sgd(epochs, "last", 20, blown_up) for epochs in (50, 150))
    assert long < short + 10_000


def test_gradient_descent_keeps_no_path_either():
    options = {"learning_rate": 0.1, "keep": "last"}
    short, long = (
        peak(se.gradient_descent, se.gradient, -0.3, np.ones(50), steps=steps, **options)
        for steps in (2200, 6600)
    )
    assert long < short + 10_000


def test_memory_is_a_part_of_the_data_only():
    """Examples are gathered in blocks, never a whole epoch at once."""
    data = np.zeros((100, 20_000))
    used = peak(
        se.sgd, lambda w, x: w - x, np.zeros(20_000), data, learning_rate=0.1, order="sequential",
        keep="last",
    )  # fmt: skip
    assert used < data.nbytes / 4


def test_crowd_that_shares_its_order_says_once_what_it_saw():
    """For each walker, these examples would be 16 MB."""
    data, w0 = np.linspace(-5, 5, 100), np.zeros(200)
    options = {"learning_rate": 0.1, "steps": 100, "crowd": True}
    assert peak(se.gradient_descent, se.gradient, w0, data, **options) < 3 * MEGABYTE
    walk = se.gradient_descent(se.gradient, w0, data, **options)
    assert walk.examples.shape == (100, 200, 100)


@pytest.mark.parametrize("order", ["sequential", [range(50)]])
def test_crowd_that_shares_its_order_shares_the_data(order):
    """For each walker, a batch would be 80 MB."""
    seen = []

    def gradient(w, x):
        seen.append(x.shape)
        return w * x[..., 0]

    used = peak(
        se.sgd, gradient, np.zeros(100), np.zeros((50, 2000)), learning_rate=0.1, batch_size=50,
        order=order, crowd=True,
    )  # fmt: skip
    assert used < 4 * MEGABYTE
    assert seen == [(100, 50, 2000)]
