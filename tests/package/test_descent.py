"""The walks: what holds for every start, data set, order and batch size."""

import itertools
import math
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import sgd_explained as se
from sgd_explained import _steps

seeds = st.integers(0, 2**32 - 1)
starts = st.floats(-1, 1)
rates = st.floats(1e-4, 0.1)
data_sets = hnp.arrays(float, st.integers(1, 9), elements=st.floats(-5, 5))
rules = st.sampled_from(["sequential", "reshuffled", "with_replacement"])


def another_gradient(w, x):
    """The package's gradient under another name: takes the general way through `sgd`."""
    return se.gradient(w, x)


def line_gradient(w, x, t):
    """Gradient of (w₀ + w₁x − t)²/2 for each example: two weights, and targets."""
    error = w[..., 0] + w[..., 1] * x - t
    return np.stack([error, error * x], axis=-1)


ways = pytest.mark.parametrize("gradient", [se.gradient, another_gradient])


@ways
@given(data=data_sets, w0=starts, rate=rates, rule=rules, seed=seeds, draw=st.data())
def test_each_step_follows_the_mean_gradient_of_its_batch(
    gradient, data, w0, rate, rule, seed, draw
):
    size = draw.draw(st.integers(1, len(data)))
    orders = se.epoch_orders(rule, len(data), 2, np.random.default_rng(seed))
    w, weights, seen = w0, [w0], []
    for order in orders:
        for batch in se.batches(order, size):
            w = w - rate * sum(se.gradient(w, x) for x in data[batch]) / len(batch)
            weights.append(w)
            seen.append([*batch, *[-1] * (size - len(batch))])

    walk = se.sgd(gradient, w0, data, learning_rate=rate, epochs=2, batch_size=size, order=orders)
    np.testing.assert_allclose(walk.weights, weights, rtol=1e-10, atol=1e-12)
    assert walk.examples.tolist() == seen
    assert walk.steps.tolist() == list(range(len(weights)))
    assert walk.diverged is None
    assert walk.final == walk.weights[-1]


def test_smaller_last_batch_takes_its_own_mean():
    """Three examples in batches of two: the last step sees one example, and divides by one."""
    walk = se.sgd(
        lambda w, t: w - t, 0.0, [1.0, 3.0, 8.0], learning_rate=0.5, batch_size=2,
        order="sequential",
    )  # fmt: skip
    assert walk.weights.tolist() == [0.0, 1.0, 4.5]
    assert walk.examples.tolist() == [[0, 1], [2, -1]]


@given(data=data_sets, w0=starts, rate=rates)
def test_gradient_descent_follows_the_risk(data, w0, rate):
    w, weights = w0, [w0]
    for _ in range(5):
        w = w - rate * se.risk_gradient(w, data)
        weights.append(w)
    walk = se.gradient_descent(se.gradient, w0, data, learning_rate=rate, steps=5)
    np.testing.assert_allclose(walk.weights, weights, rtol=1e-10, atol=1e-12)
    assert walk.examples.tolist() == [list(range(len(data)))] * 5


@pytest.mark.parametrize("size", [1, 2, 3, 4])
@pytest.mark.parametrize(
    ("orders", "correction"),
    [
        pytest.param(list(itertools.permutations(range(4))), True, id="reshuffled"),
        pytest.param(list(itertools.product(range(4), repeat=4)), False, id="with replacement"),
    ],
)
def test_first_step_is_unbiased_and_its_variance_is_known(orders, correction, size):
    """Over all orders there are: mean = true gradient, variance = σ²/b (·(N−b)/(N−1))."""
    data, w0, rate = np.array([-4.0, -1.0, 2.0, 5.0]), -0.3, 0.01
    orders = np.array(orders)[:, np.newaxis]
    crowd = np.full(len(orders), w0)
    walk = se.sgd(
        se.gradient, crowd, data, learning_rate=rate, batch_size=size, order=orders, crowd=True
    )
    steps = (w0 - walk.weights[1]) / rate
    assert steps.mean() == pytest.approx(se.risk_gradient(w0, data), rel=1e-10)
    variance = se.gradient(w0, data).var() / size
    if correction:
        variance *= (4 - size) / (4 - 1)
    assert steps.var() == pytest.approx(variance, rel=1e-10, abs=1e-20)


def test_with_replacement_later_steps_are_unbiased_too_and_reshuffled_ones_are_not():
    data, rate = np.array([-4.0, 2.0, 5.0]), 0.05

    def bias_of_the_second_step(orders):
        orders = np.array(list(orders))
        walk = se.sgd(
            se.gradient, np.full(len(orders), -0.3), data, learning_rate=rate,
            order=orders[:, np.newaxis], crowd=True,
        )  # fmt: skip
        step = (walk.weights[1] - walk.weights[2]) / rate
        excess = step - se.risk_gradient(walk.weights[1], data)
        return max(abs(excess[orders[:, 0] == first].mean()) for first in range(3))

    assert bias_of_the_second_step(itertools.product(range(3), repeat=3)) < 1e-12
    assert bias_of_the_second_step(itertools.permutations(range(3))) > 0.1


@given(data=data_sets, w0=starts, rate=rates, rule=rules, seed=seeds, draw=st.data())
def test_same_rng_gives_the_same_walk(data, w0, rate, rule, seed, draw):
    size = draw.draw(st.integers(1, len(data)))
    options = {"learning_rate": rate, "epochs": 3, "batch_size": size}

    def walk(order):
        rng = np.random.default_rng(seed)
        return se.sgd(se.gradient, w0, data, order=order, rng=rng, **options)

    first, second = walk(rule), walk(rule)
    np.testing.assert_array_equal(first.weights, second.weights)
    np.testing.assert_array_equal(first.examples, second.examples)
    # The rule draws what `epoch_orders` draws, so that a walk can be replayed.
    replayed = walk(se.epoch_orders(rule, len(data), 3, np.random.default_rng(seed)))
    np.testing.assert_array_equal(first.weights, replayed.weights)


@pytest.mark.parametrize("rule", ["sequential", "reshuffled", "with_replacement"])
@pytest.mark.parametrize("size", [1, 2, 3, 6])
@pytest.mark.parametrize("walkers", [None, 2])
def test_many_short_epochs_are_drawn_one_after_the_other(rule, size, walkers):
    """Several are gathered at once: neither the draws nor the generator's state may show it."""
    w0 = -0.3 if walkers is None else np.full(walkers, -0.3)
    used, wanted = np.random.default_rng(7), np.random.default_rng(7)
    walk = se.sgd(
        lambda w, x: x * w, w0, np.arange(6.0), learning_rate=1e-3, epochs=1100, batch_size=size,
        order=rule, rng=used, crowd=walkers is not None,
    )  # fmt: skip
    orders = se.epoch_orders(rule, 6, 1100, wanted, walkers)
    steps = orders.reshape(*orders.shape[:-2], -1, size)
    np.testing.assert_array_equal(walk.examples, np.moveaxis(steps, -2, 0))
    assert used.random() == wanted.random()


def test_another_rng_gives_another_walk():
    data = np.linspace(-5, 5, 50)
    ends = {
        float(se.sgd(se.gradient, -0.3, data, learning_rate=0.01, rng=rng).final)
        for rng in map(np.random.default_rng, range(5))
    }
    assert len(ends) == 5


@ways
@given(data=data_sets, seed=seeds, draw=st.data())
def test_crowd_is_its_walkers_one_by_one(gradient, data, seed, draw):
    size = draw.draw(st.integers(1, len(data)))
    rng = np.random.default_rng(seed)
    w0, rate = rng.uniform(-1, 1, 4), rng.uniform(1e-3, 0.1, 4)
    orders = se.epoch_orders("reshuffled", len(data), 2, rng, walkers=4)
    options = {"epochs": 2, "batch_size": size}
    crowd = se.sgd(gradient, w0, data, learning_rate=rate, order=orders, crowd=True, **options)
    assert not crowd.diverged.any()
    for m in range(4):
        one = se.sgd(gradient, w0[m], data, learning_rate=rate[m], order=orders[m], **options)
        np.testing.assert_allclose(crowd.weights[:, m], one.weights, rtol=1e-10, atol=1e-12)
        np.testing.assert_array_equal(crowd.examples[:, m], one.examples)
        np.testing.assert_array_equal(crowd.steps, one.steps)


def test_crowd_may_share_one_order():
    data, orders = np.linspace(-5, 5, 10), np.arange(10)[np.newaxis, ::-1]
    crowd = se.sgd(se.gradient, [-0.3, 0.2], data, learning_rate=0.01, order=orders, crowd=True)
    for m, w0 in enumerate([-0.3, 0.2]):
        one = se.sgd(se.gradient, w0, data, learning_rate=0.01, order=orders)
        np.testing.assert_allclose(crowd.weights[:, m], one.weights, rtol=1e-12)
        np.testing.assert_array_equal(crowd.examples[:, m], one.examples)


@given(seeds, st.integers(1, 7))
def test_vector_weights_and_targets(seed, size):
    rng = np.random.default_rng(seed)
    x, t, w0 = rng.normal(size=7), rng.normal(size=7), rng.normal(size=(3, 2))
    orders = se.epoch_orders("reshuffled", 7, 2, rng, walkers=3)
    options = {"learning_rate": 0.1, "epochs": 2, "batch_size": size}
    crowd = se.sgd(line_gradient, w0, x, t, order=orders, crowd=True, **options)
    for m in range(3):
        (a, b), path = w0[m], [w0[m]]
        for order in orders[m]:
            for batch in se.batches(order, size):
                error = a + b * x[batch] - t[batch]
                a, b = a - 0.1 * np.mean(error), b - 0.1 * np.mean(error * x[batch])
                path.append([a, b])
        one = se.sgd(line_gradient, w0[m], x, t, order=orders[m], **options)
        np.testing.assert_allclose(one.weights, path, rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(crowd.weights[:, m], path, rtol=1e-10, atol=1e-12)


def test_crowd_axis_is_declared_and_not_guessed():
    """Three weights, or three walkers: the same array means either."""
    data = [2.0, 4.0]
    vector = se.sgd(
        lambda w, t: w - t[:, np.newaxis], np.zeros(3), data, learning_rate=0.5,
        order="sequential",
    )  # fmt: skip
    crowd = se.sgd(
        lambda w, t: w - t, np.zeros(3), data, learning_rate=0.5, order="sequential", crowd=True
    )
    np.testing.assert_array_equal(vector.weights, crowd.weights)
    assert vector.examples.shape == (2, 1)
    assert crowd.examples.shape == (2, 3, 1)
    assert vector.diverged is None
    assert crowd.diverged.shape == (3,)


@pytest.mark.parametrize("crowd", [False, True])
def test_crowd_may_be_said_by_numpy(crowd):
    w0 = [-0.3] if crowd else -0.3
    first, second = (
        se.sgd(se.gradient, w0, [1.0], learning_rate=0.1, order="sequential", crowd=said)
        for said in (crowd, np.bool_(crowd))
    )
    np.testing.assert_array_equal(first.weights, second.weights)
    assert second.weights.shape == ((2, 1) if crowd else (2,))


@given(data=data_sets, w0=starts, seed=seeds)
def test_mirrored_data_and_start_give_the_mirrored_walk(data, w0, seed):
    def path(sign):
        rng = np.random.default_rng(seed)
        return se.sgd(se.gradient, sign * w0, sign * data, learning_rate=0.05, rng=rng).weights

    np.testing.assert_array_equal(path(-1), -path(1))


@given(seeds, st.integers(1, 40), st.integers(1, 6), st.booleans())
def test_ways_to_keep_the_path_agree(seed, every, size, crowd):
    data, w0 = np.linspace(-5, 5, 6), [-0.3, 0.4] if crowd else -0.3

    def walk(keep):
        return se.sgd(
            se.gradient, w0, data, learning_rate=0.05, epochs=5, batch_size=size, crowd=crowd,
            rng=np.random.default_rng(seed), keep=keep,
        )  # fmt: skip

    everything = walk("all")
    total = 5 * math.ceil(6 / size)
    assert everything.steps.tolist() == list(range(total + 1))
    for keep, wanted in [("last", {0, total}), (every, {*range(0, total, every), total})]:
        kept = walk(keep)
        assert kept.steps.tolist() == sorted(wanted)
        np.testing.assert_array_equal(kept.weights, everything.weights[kept.steps])
        np.testing.assert_array_equal(kept.examples, everything.examples[kept.steps[1:] - 1])


def test_schedule_gets_the_number_of_the_step():
    asked = []

    def schedule(step):
        asked.append(step)
        return 1 / (step + 1)

    walk = se.sgd(
        lambda w, t: w - t, 9.0, [1.0, 2.0, 6.0], learning_rate=schedule, epochs=2,
        order="sequential",
    )  # fmt: skip
    assert asked == list(range(6))
    # With η = 1/(k+1) on a bowl, the walk is the running mean of what it has seen.
    assert walk.weights.tolist() == pytest.approx([9.0, 1.0, 1.5, 3.0, 2.5, 2.4, 3.0])


@given(data_sets, seeds, rates)
def test_constant_schedule_is_the_number(data, seed, rate):
    def path(learning_rate):
        rng = np.random.default_rng(seed)
        return se.sgd(se.gradient, -0.3, data, learning_rate=learning_rate, rng=rng).weights

    np.testing.assert_array_equal(path(rate), path(lambda step: rate))


@pytest.mark.parametrize("shape", [(), (2,), (3, 1)])
def test_schedule_may_give_each_walker_its_own_rate(shape):
    def gradient(w, t):
        return w - t.reshape(*t.shape, *[1] * len(shape))

    rates, w0 = np.array([0.01, 0.1, 0.2]), np.full((3, *shape), -0.3)
    options = {"order": "sequential", "crowd": True}
    constant, scheduled = (
        se.sgd(gradient, w0, [1.0, 2.0], learning_rate=rate, **options).weights
        for rate in (rates, lambda step: rates)
    )
    np.testing.assert_array_equal(constant, scheduled)
    steps = (constant[1] - constant[0]).reshape(3, -1).T
    np.testing.assert_allclose(steps, np.broadcast_to(1.3 * rates, steps.shape), rtol=1e-12)


@np.errstate(over="ignore")
def steep(w, t):
    return 1e200 * (w - t) ** 3


def test_one_walker_that_diverges_raises():
    with pytest.raises(
        se.DivergenceError, match=r"step 2 .*; a smaller learning_rate may keep it finite$"
    ):
        se.sgd(steep, 2.0, [0.0, 0.0], learning_rate=1.0, order="sequential")
    assert issubclass(se.DivergenceError, ArithmeticError)


@pytest.mark.parametrize("shape", [(), (2,)])
def test_diverged_walkers_of_a_crowd_are_marked_and_frozen(shape):
    """The walker at the bottom stays well; the others stop where they were finite last."""
    w0 = np.array([2.0, 0.0, -3.0])
    w0 = np.broadcast_to(w0.reshape(3, *[1] * len(shape)), (3, *shape)).copy()
    if shape:
        w0[2, 1] = 0.0  # A single weight that is not finite is enough.

    @np.errstate(over="ignore")
    def gradient(w, t):
        return 1e200 * w**3 + 0 * t.reshape(*t.shape, *[1] * len(shape))

    walk = se.sgd(gradient, w0, np.zeros(4), learning_rate=1.0, order="sequential", crowd=True)
    assert walk.diverged.tolist() == [True, False, True]
    assert np.isfinite(walk.weights).all()
    np.testing.assert_array_equal(walk.final[1], w0[1])
    np.testing.assert_array_equal(walk.weights[2:], np.stack([walk.weights[1]] * 3))
    assert (walk.weights[1, 0] != w0[0]).all()


@pytest.mark.parametrize("shape", [(), (2,)])
@pytest.mark.parametrize("at_once", [1024, 1])
def test_diverged_walkers_stay_when_later_gradients_are_finite(monkeypatch, shape, at_once):
    """The example that blew the weights up is gone in the next step; its victims do not walk on."""
    monkeypatch.setattr(_steps, "_STEPS_AT_ONCE", at_once)

    def gradient(w, x):
        x = x.reshape(*x.shape, *[1] * len(shape))
        return np.where((x == 0) & (w < 7), np.inf, 1.0) + 0 * w

    w0 = np.broadcast_to(np.reshape([0.0, 5.0, 9.0], (3, *[1] * len(shape))), (3, *shape))
    walk = se.sgd(
        gradient, w0, [1.0, 0.0, 1.0, 2.0], learning_rate=[0.1, 0.2, 1e-3], order="sequential",
        crowd=True,
    )  # fmt: skip
    assert walk.diverged.tolist() == [True, True, False]
    np.testing.assert_array_equal(walk.weights[2:, :2], [walk.weights[1, :2]] * 3)
    assert (np.diff(walk.weights[:, 2], axis=0) < 0).all()


@settings(max_examples=20)
@given(st.integers(2, 9), st.integers(1, 4), st.integers(1, 3), seeds)
def test_data_larger_than_one_block(n, size, epochs, seed):
    """Examples are gathered ahead in blocks; a block's end must not show in the walk."""
    assume(size <= n)
    features = 20_000
    x = np.random.default_rng(seed).normal(size=(n, features)) / features
    rng = np.random.default_rng(seed)
    walk = se.sgd(
        lambda w, x: w - x, np.zeros(features), x, learning_rate=0.5, epochs=epochs,
        batch_size=size, rng=rng, keep="last",
    )  # fmt: skip
    w = np.zeros(features)
    for order in se.epoch_orders("reshuffled", n, epochs, np.random.default_rng(seed)):
        for batch in se.batches(order, size):
            w = w - 0.5 * (w - x[batch]).mean(axis=0)
    np.testing.assert_allclose(walk.final, w, rtol=1e-10, atol=1e-15)


def overflowing(w, x):
    return w * x + np.exp(1000.0)


@pytest.mark.parametrize("w0", [-0.3, [-0.3, 0.3]])
def test_warnings_of_the_gradient_are_heard(w0):
    """The walk may overflow in silence, because it looks; a gradient may not."""
    options = {"learning_rate": 1.0, "order": "sequential", "crowd": np.ndim(w0) == 1}
    with pytest.warns(RuntimeWarning, match="overflow"), suppress(se.DivergenceError):
        se.sgd(overflowing, w0, [1.0], **options)
    with np.errstate(all="ignore"), suppress(se.DivergenceError):
        se.sgd(overflowing, w0, [1.0], **options)


def test_warnings_of_the_schedule_are_heard():
    with pytest.warns(RuntimeWarning, match="underflow"), np.errstate(under="warn"):
        se.sgd(
            se.gradient, -0.3, [1.0], order="sequential",
            learning_rate=lambda step: 0.1 + np.exp(-1000.0),
        )  # fmt: skip


@ways
def test_strict_caller_gets_the_same_walk(gradient):
    """With inputs this far out, the loss underflows on purpose."""
    w0, data = [-0.3, 0.2, 0.0, 2.0], np.linspace(-100, 100, 7)

    def paths():
        for start, crowd in [(w0, True), (0.3, False)]:
            for size in (1, 2, 7):
                yield se.sgd(
                    gradient, start, data, learning_rate=0.01, batch_size=size, crowd=crowd,
                    order="sequential",
                ).weights  # fmt: skip

    relaxed = list(paths())
    with np.errstate(all="raise"):
        for path, wanted in zip(paths(), relaxed, strict=True):
            np.testing.assert_array_equal(path, wanted)


@pytest.mark.parametrize("walkers", [None, 2])
def test_steps_underflow_in_silence(walkers):
    """The gradient here does not; the learning rate times it does."""
    with np.errstate(all="raise"):
        walk = se.sgd(
            lambda w, x: np.full_like(w * x, 1e-200), -0.3, [1.0], learning_rate=1e-200,
            walkers=walkers,
        )  # fmt: skip
    assert (walk.final == -0.3).all()


def test_walks_are_equal_only_to_themselves():
    """Arrays have no one truth and no hash, so a walk goes by its identity."""
    first, second = (
        se.sgd(se.gradient, -0.3, [1.0, 2.0], learning_rate=0.1, order="sequential")
        for _ in range(2)
    )
    assert first != second
    assert len({first, second, first}) == 2


def test_data_of_the_caller_is_left_alone():
    data, w0 = np.linspace(-5, 5, 10), np.array([-0.3, 0.3])
    before = data.copy(), w0.copy()
    walk = se.sgd(se.gradient, w0, data, learning_rate=0.1, order="sequential", crowd=True)
    np.testing.assert_array_equal(data, before[0])
    np.testing.assert_array_equal(w0, before[1])
    assert not np.shares_memory(walk.weights, w0)


@pytest.mark.parametrize("crowd", [False, True])
@pytest.mark.parametrize("which", ["weights", "examples"])
def test_gradient_that_writes_into_what_it_gets_is_told(crowd, which):
    data, w0 = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([-0.3, 0.3])

    def gradient(w, x):
        if which == "weights":
            w += 1.0
        else:
            x += 1.0
        return (w - x)[..., 0] if crowd else w - x

    with pytest.raises(ValueError, match="read-only"):
        se.sgd(gradient, w0, data, learning_rate=0.1, order="sequential", crowd=crowd)
    assert w0.tolist() == [-0.3, 0.3]
    assert data.tolist() == [[1.0, 2.0], [3.0, 4.0]]


def test_start_may_be_changed_during_the_walk():
    w0 = np.array([-0.3, 0.3])

    def gradient(w, x):
        w0[:] = 9.0
        return w - x

    walk = se.sgd(gradient, w0, [[1.0, 2.0]], learning_rate=0.5, order="sequential")
    np.testing.assert_allclose(walk.weights, [[-0.3, 0.3], [0.35, 1.15]], rtol=1e-15)


@pytest.mark.parametrize("size", [1, 2])
def test_one_weight_is_a_numpy_float_at_every_step(size):
    kinds = []

    def gradient(w, x):
        kinds.append(type(w))
        return w * x

    se.sgd(gradient, 1, [1.0, 2.0, 3.0], learning_rate=0.1, batch_size=size, order="sequential")
    assert set(kinds) == {np.float64}
