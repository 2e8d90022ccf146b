"""The time of a step; run by ``nox -s benchmark``.

The last columns say nanoseconds per step (one walker) or per step and walker (a crowd); these are
printed with the processor's name at the end, and stored as ``extra_info``.
"""

import numpy as np
import pytest

import sgd_explained as se
from sgd_explained.problems import article

pytest.importorskip("pytest_benchmark")

X = article.x
WALKERS, EPOCHS = 1000, 10


def any_gradient(w, x):
    """Gradient in plain NumPy, as a user would write it: no checks, no buffers."""
    y = w * x
    return x * y * np.exp(-y * y) * (-2 + y * (3 + y * (2 - 2 * y)))


@pytest.fixture
def per_step(benchmark, record_figure):
    """Measure a walk, and tell the best time of a step. It has no limit: machines differ."""

    def measured(what, walk, steps):
        benchmark.pedantic(walk, rounds=15, warmup_rounds=2)
        nanoseconds = benchmark.stats.stats.min / steps * 1e9
        benchmark.extra_info["ns_per_step"] = nanoseconds
        record_figure(what, nanoseconds, "ns")

    return measured


@pytest.mark.parametrize("keep", ["all", "last"])
@pytest.mark.parametrize("gradient", [se.gradient, any_gradient])
def test_one_walker(per_step, gradient, keep):
    orders = se.epoch_orders("reshuffled", 100, EPOCHS, np.random.default_rng(0))
    per_step(
        f"one walker, {gradient.__name__}, keep={keep!r}",
        lambda: se.sgd(
            gradient, -0.3, X, learning_rate=0.01, epochs=EPOCHS, order=orders, keep=keep
        ),
        EPOCHS * 100,
    )


@pytest.mark.parametrize("rule", ["sequential", "reshuffled", "with_replacement"])
def test_short_epochs(per_step, rule):
    rng = np.random.default_rng(0)
    per_step(
        f"one walker, 3 examples, {rule}",
        lambda: se.sgd(
            se.gradient, -0.3, X[:3], learning_rate=0.01, epochs=1000, order=rule, rng=rng,
            keep="last",
        ),
        3000,
    )  # fmt: skip


@pytest.mark.parametrize("walkers", [None, 100])
def test_gradient_descent(per_step, walkers):
    w0 = -0.3 if walkers is None else np.full(walkers, -0.3)
    who = "one walker" if walkers is None else f"crowd of {walkers}"
    per_step(
        f"gradient descent, {who}, per gradient",
        lambda: se.gradient_descent(
            se.gradient, w0, X, learning_rate=0.01, steps=100, crowd=walkers is not None
        ),
        100 * X.size * (walkers or 1),
    )


@pytest.mark.parametrize("size", [1, 10])
@pytest.mark.parametrize("gradient", [se.gradient, any_gradient])
def test_crowd(per_step, gradient, size):
    """For batches the time is that of a gradient, so that the rows can be compared."""
    rng = np.random.default_rng(0)
    orders = se.epoch_orders("reshuffled", 100, EPOCHS, rng, walkers=WALKERS)
    w0 = rng.uniform(-0.5, 0.5, WALKERS)
    per_step(
        f"crowd of {WALKERS}, batch {size}, {gradient.__name__}, per gradient",
        lambda: se.sgd(
            gradient, w0, X, learning_rate=0.01, epochs=EPOCHS, batch_size=size, order=orders,
            crowd=True, keep="last",
        ),
        EPOCHS * 100 * WALKERS,
    )  # fmt: skip


@pytest.mark.parametrize("rule", ["reshuffled", "with_replacement"])
def test_crowd_with_drawing(per_step, rule):
    rng = np.random.default_rng(0)
    per_step(
        f"crowd of {WALKERS}, drawing {rule}",
        lambda: se.sgd(
            se.gradient, np.full(WALKERS, -0.3), X, learning_rate=0.01, epochs=EPOCHS, order=rule,
            rng=rng, crowd=True, keep="last",
        ),
        EPOCHS * 100 * WALKERS,
    )  # fmt: skip


@pytest.mark.parametrize("size", [1, 16])
def test_vector_of_weights(per_step, size):
    rng = np.random.default_rng(0)
    x, t = rng.normal(size=(400, 30)), np.sign(rng.normal(size=400))

    def gradient(w, x, t):
        return -(t / (1 + np.exp(t * (x @ w))))[:, np.newaxis] * x

    per_step(
        f"30 weights, batch {size}",
        lambda: se.sgd(
            gradient, np.zeros(30), x, t, learning_rate=0.1, batch_size=size, order="sequential",
            keep="last",
        ),
        400 // size,
    )  # fmt: skip


def test_risk(per_step):
    w = np.linspace(-1, 1, 1000)
    per_step("risk, per weight and input", lambda: se.empirical_risk(w, X), w.size * X.size)


def test_landscape(per_step):
    per_step("landscape of 100 inputs on [-3, 3]", lambda: se.RiskLandscape(X, (-3.0, 3.0)), 1)
