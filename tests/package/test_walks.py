"""What a walk may be made of besides its gradient: starts, lengths, layers, observers."""

import dataclasses
import io
import itertools
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sgd_explained as se
from sgd_explained import _steps, losses
from sgd_explained.observers import (
    Stop,
    exponential_mean,
    gradient_count,
    progress,
    running_mean,
    stop_when,
)
from sgd_explained.problems import least_squares, linear_data, trap
from sgd_explained.schedules import cosine, inverse
from sgd_explained.updates import Update, adam, momentum, plain

X = np.linspace(-5, 5, 10)


def bowl(w, t):
    return w - t


def another_gradient(w, x):
    return se.gradient(w, x)


# -- The call


def test_shortest_call_works():
    walk = se.sgd(se.gradient, -0.3, X)
    assert walk.steps[-1] == 10
    assert set(walk.examples.ravel()) == set(range(10))
    assert se.gradient_descent(se.gradient, -0.3, X).steps[-1] == 100


def test_what_is_left_out_of_a_call_is_what_the_documentation_says():
    same = {"learning_rate": 0.01, "keep": "all", "update": plain}
    of_sgd = {"epochs": 1, "batch_size": 1, "order": "reshuffled", "rng": 0}
    for shortest, longest in [
        (se.sgd(se.gradient, -0.3, X, rng=0), se.sgd(se.gradient, -0.3, X, **same, **of_sgd)),
        (
            se.gradient_descent(se.gradient, -0.3, X),
            se.gradient_descent(se.gradient, -0.3, X, steps=100, **same),
        ),
    ]:
        np.testing.assert_array_equal(shortest.weights, longest.weights)


@pytest.mark.parametrize(
    "options",
    [
        {"learning_rate": [0.1, 0.2], "walkers": 2},
        {"learning_rate": [0.1, 0.2], "crowd": True},
        {"keep": 7},
        {"update": momentum(), "memory": se.Memory(momentum(), (), 5.0)},
        {"observe": [gradient_count(), running_mean()]},
    ],
    ids=", ".join,
)
def test_gradient_descent_is_sgd_that_sees_everything_at_each_step(options):
    w0 = [-0.3, 0.2] if "crowd" in options else -0.3
    descent = se.gradient_descent(se.gradient, w0, X, steps=20, **options)
    of_all = {"steps": 20, "batch_size": 10, "order": "sequential"}
    stochastic = se.sgd(se.gradient, w0, X, **of_all, **options)
    for name in ("weights", "steps", "examples"):
        np.testing.assert_array_equal(getattr(descent, name), getattr(stochastic, name))
    assert (descent.seen, descent.memory) == (stochastic.seen, stochastic.memory)


class Spied:
    """The gradient of a bowl with the fast ways of a built-in one; it holds the weights that came."""

    def __init__(self):
        self.weights = []

    def __call__(self, w, x):
        self.weights.append(w)
        return w - x

    scalar = __call__

    def buffered(self, shape):
        given = np.empty(shape)

        def each(w, x):
            self.weights.append(w)
            return np.subtract(w, x, out=given)

        return each


@pytest.mark.parametrize("walk", [se.sgd, se.gradient_descent])
@pytest.mark.parametrize("observe", [None, gradient_count()])
@pytest.mark.parametrize("update", [plain, momentum(), lambda g, memory, w, rate: (rate * g, 0)])
def test_built_in_parts_that_nobody_observes_are_walked_quickly(walk, observe, update):
    """Then one walker goes in Python's floats, and a crowd in one array that is written over."""
    quickly, options = isinstance(update, Update) and not observe, {"update": update, "steps": 4}
    one, crowd = Spied(), Spied()
    walk(one, 3.0, [1.0], observe=observe, **options)
    assert {type(w) for w in one.weights} == {float if quickly else np.float64}
    walk(crowd, 3.0, [1.0], walkers=2, observe=observe, **options)
    assert len({id(w) for w in crowd.weights}) == (1 if quickly else 4)


@pytest.mark.parametrize("way", ["scalar", "buffered"])
@pytest.mark.parametrize("walkers", [None, 2])
def test_function_with_one_of_the_fast_ways_is_a_function_like_any_other(way, walkers):
    def gradient(w, x):
        return w - x

    spied = Spied()
    vars(gradient)[way] = getattr(spied, way)
    se.sgd(gradient, 3.0, X, walkers=walkers)
    assert not spied.weights


@pytest.mark.parametrize("rule", ["reshuffled", "with_replacement"])
def test_seed_is_the_generator_made_of_it_and_none_is_always_another(rule):
    def path(rng):
        return se.sgd(se.gradient, -0.3, X, epochs=300, order=rule, rng=rng).weights

    np.testing.assert_array_equal(path(7), path(np.random.default_rng(7)))
    np.testing.assert_array_equal(path(7), path(np.random.default_rng(np.random.SeedSequence(7))))
    assert (path(None) != path(None)).any()


@pytest.mark.parametrize("w0", [-0.3, [-0.3, 0.2]])
def test_walkers_of_one_start_are_the_crowd_of_copies(w0):
    def gradient(w, x):
        return w * x.reshape(*x.shape, *[1] * np.ndim(w0))

    options = {"learning_rate": 0.01, "epochs": 2, "rng": 3}
    walkers = se.sgd(gradient, w0, X, walkers=4, **options)
    crowd = se.sgd(gradient, np.stack([w0] * 4), X, crowd=True, **options)
    np.testing.assert_array_equal(walkers.weights, crowd.weights)
    np.testing.assert_array_equal(walkers.examples, crowd.examples)


@pytest.mark.parametrize("gradient", [se.gradient, another_gradient])
@pytest.mark.parametrize("walkers", [None, 3])
@pytest.mark.parametrize("size", [1, 3, 10])
@pytest.mark.parametrize("keep", ["all", "last", 4])
def test_steps_end_a_walk_within_an_epoch(gradient, walkers, size, keep):
    options = {"batch_size": size, "walkers": walkers, "keep": keep}
    for steps in (1, 7, 13):
        short = se.sgd(gradient, -0.3, X, steps=steps, rng=5, **options)
        long = se.sgd(gradient, -0.3, X, epochs=20, rng=5, batch_size=size, walkers=walkers)
        assert short.steps[-1] == steps
        np.testing.assert_array_equal(short.weights, long.weights[short.steps])
        np.testing.assert_array_equal(short.examples, long.examples[short.steps[1:] - 1])


@pytest.mark.parametrize("gradient", [se.gradient, another_gradient])
@pytest.mark.parametrize("walkers", [None, 3])
@pytest.mark.parametrize("size", [1, 4])
def test_schedule_that_ends_with_the_walk_is_asked_for_no_step_beyond(
    monkeypatch, gradient, walkers, size
):
    monkeypatch.setattr(_steps, "_STEPS_AT_ONCE", 4)
    asked, ends_at_0 = [], cosine(0.1, 6)
    walk = se.sgd(
        gradient, -0.3, X, walkers=walkers, batch_size=size, steps=6,
        learning_rate=lambda step: asked.append(step) or ends_at_0(step),
    )  # fmt: skip
    assert asked == list(range(6))
    assert walk.steps[-1] == 6


@pytest.mark.parametrize("walkers", [None, 3])
@pytest.mark.parametrize("size", [1, 4])
@pytest.mark.parametrize("keep", ["all", "last", 7])
@pytest.mark.parametrize("update", [plain, momentum()], ids=repr)
def test_blocks_of_steps_leave_no_seams(monkeypatch, walkers, size, keep, update):
    options = {
        "walkers": walkers, "batch_size": size, "keep": keep, "update": update, "epochs": 3,
        "rng": 1, "learning_rate": inverse(0.05, 10),
    }  # fmt: skip
    whole = se.sgd(another_gradient, -0.3, X, **options)
    monkeypatch.setattr(_steps, "_STEPS_AT_ONCE", 4)
    for gradient in (se.gradient, another_gradient):
        walk = se.sgd(gradient, -0.3, X, **options)
        for name in ("weights", "steps", "examples"):
            np.testing.assert_array_equal(getattr(walk, name), getattr(whole, name))
        np.testing.assert_array_equal(walk.memory.content, whole.memory.content)


class Counted(np.random.Generator):
    """A generator that counts the epochs that are drawn of it."""

    epochs = 0

    def permuted(self, *args, **options):
        self.epochs += 1
        return super().permuted(*args, **options)


@pytest.mark.parametrize("examples", [6, 17])
@pytest.mark.parametrize("features", [(), (7,), (40,)])
@pytest.mark.parametrize("size", [1, 2, 3])
@pytest.mark.parametrize("walkers", [None, 2])
def test_examples_are_gathered_a_block_ahead(monkeypatch, examples, features, size, walkers):
    """A block holds what it may, or a single step; the next block would not have fitted in, too."""
    numbers, steps = 60, 8
    monkeypatch.setattr(_steps, "_GATHERED_AT_ONCE", numbers)
    monkeypatch.setattr(_steps, "_STEPS_AT_ONCE", steps)
    blocks, drawn, rng = [], [], Counted(np.random.PCG64(0))

    def gradient(w, x):
        block = x
        while block.base is not None:
            block = block.base
        if not blocks or block is not blocks[-1]:
            blocks.append(block)
        drawn.append(rng.epochs)
        return 0.0 * x

    w0, data = np.zeros(features), np.zeros((examples, *features))
    se.sgd(gradient, w0, data, walkers=walkers, batch_size=size, epochs=12, rng=rng)
    for block in blocks:
        assert len(block) <= steps
        assert block.size <= numbers or len(block) == 1
    for block, after in itertools.pairwise(blocks):
        if block.shape[1:] == after.shape[1:] and not examples % size:
            together = len(block) + len(after)
            assert together > steps or together * block[0].size > numbers
    if examples > steps * size:
        in_an_epoch = -(-examples // size)
        assert drawn == [k // in_an_epoch + 1 for k in range(12 * in_an_epoch)]


def test_steps_say_how_many_orders_there_are():
    orders = [[0, 1, 2], [2, 1, 0]]
    walk = se.sgd(bowl, 1.0, X[:3], steps=4, order=orders)
    assert walk.examples.ravel().tolist() == [0, 1, 2, 2]


def test_epochs_count_the_passes():
    walk = se.sgd(se.gradient, -0.3, X, epochs=2, batch_size=4, rng=0)
    np.testing.assert_allclose(walk.epochs, [0, 0.4, 0.8, 1, 1.4, 1.8, 2])
    assert se.gradient_descent(se.gradient, -0.3, X, steps=3).epochs.tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("walk", "text"),
    [
        (
            lambda: se.sgd(bowl, 8.0, np.zeros(10), learning_rate=0.5),
            "<Walk of one walker: 10 steps (1 epoch) from 8 to 0.007812>",
        ),
        (
            lambda: se.sgd(se.gradient, 0.0, X, walkers=2000, steps=5),
            "<Walk of 2,000 walkers: 5 steps (0.5 epochs)>",
        ),
        (lambda: se.sgd(se.gradient, 0.0, [1.0], walkers=1), "<Walk of 1 walker: 1 step (1 epoch)>"),
        (
            lambda: se.sgd(bowl, [0.0, 1.0], [[0.0, 1.0]]),
            "<Walk of one walker: 1 step (1 epoch) of weights of shape (2,)>",
        ),
        (
            lambda: se.sgd(
                lambda w, x: tuple(0 * layer for layer in w), (np.zeros((3, 1, 2)), np.zeros(3)),
                [1.0], crowd=True, order="sequential",
            ),
            "<Walk of 3 walkers: 1 step (1 epoch) of weights of shapes (1, 2), ()>",
        ),
        (
            lambda: se.sgd(lambda w, x: np.where(w > 0, np.inf, 0.0 * x), [0.0, 1.0], X, crowd=True),
            "<Walk of 2 walkers: 10 steps (1 epoch), 1 diverged>",
        ),
    ],
)  # fmt: skip
def test_walk_says_what_it_was(walk, text):
    assert repr(walk()) == text


def test_walk_may_be_made_of_its_path_alone():
    walk = se.Walk(np.array([3.0, 1.0, 2.0]), np.arange(3), np.zeros((2, 1), int), None, 2)
    assert (walk.seen, walk.memory, walk.observe) == (None, None, None)
    assert walk.mean == 1.5


def test_walk_and_its_memory_cannot_be_changed_by_accident():
    walk = se.sgd(bowl, 1.0, X)
    for thing, name in [(walk, "weights"), (walk.memory, "content")]:
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(thing, name, None)


def test_memories_are_those_of_the_same_rule_and_shape_whatever_they_hold():
    first, second = (se.sgd(bowl, 1.0, X, walkers=3, update=momentum()).memory for _ in range(2))
    assert first == second
    assert hash(first) == hash(second)
    assert first != se.sgd(bowl, 1.0, X, walkers=2, update=momentum()).memory
    assert repr(se.sgd(bowl, 1.0, X).memory) == "Memory(update=plain, shape=())"


# -- Layers


def net(w, x, t):
    """Gradients of (a·tanh(W x) − t)²/2 for one walker."""
    hidden, out = w
    h = np.tanh(x @ hidden.T)
    error = (h @ out - t)[:, np.newaxis]
    back = error * out * (1 - h**2)
    return back[:, :, np.newaxis] * x[:, np.newaxis, :], error * h


@pytest.mark.parametrize("update", [momentum(), adam()], ids=repr)
@pytest.mark.parametrize("size", [1, 4])
def test_layers_walk_as_one_vector_does(update, size):
    rng = np.random.default_rng(0)
    x, t = rng.normal(size=(9, 2)), rng.normal(size=9)
    start = rng.normal(size=(3, 2)), rng.normal(size=3)

    def flat(w, x, t):
        layers = net((w[:6].reshape(3, 2), w[6:]), x, t)
        return np.concatenate([layer.reshape(len(x), -1) for layer in layers], axis=1)

    options = {"epochs": 3, "batch_size": size, "rng": 2, "update": update, "learning_rate": 0.05}
    together = se.sgd(flat, np.concatenate([layer.ravel() for layer in start]), x, t, **options)
    apart = se.sgd(net, start, x, t, observe=running_mean(), **options)
    hidden, out = apart.weights
    shapes = [layer.shape for layer in start]
    seen = se.sgd(net, start, x, t, observe=lambda step, _: step, **options).seen
    assert [layer.shape for layer in seen.weights] == shapes
    assert [layer.shape for layer in seen.gradient] == shapes
    np.testing.assert_array_equal(hidden.reshape(len(hidden), -1), together.weights[:, :6])
    np.testing.assert_array_equal(out, together.weights[:, 6:])
    np.testing.assert_array_equal(apart.final[1], together.final[6:])
    for layer, mean in zip(apart.weights, apart.mean, strict=True):
        np.testing.assert_allclose(mean, layer[1:].mean(axis=0), rtol=1e-12)

    # A crowd of one start, for a gradient that knows one walker; and the mean by the gradient.
    @se.of_batch
    def mean_of_batch(w, x, t):
        return tuple(layer.mean(axis=0) for layer in net(w, x, t))

    for gradient in (net, mean_of_batch):
        crowd = se.sgd(se.each_walker(gradient), start, x, t, walkers=3, **options)
        assert [layer.shape for layer in crowd.final] == [(3, 3, 2), (3, 3)]
        one = se.sgd(gradient, start, x, t, order=crowd_order(crowd, 9), **{**options, "rng": None})
        for layer, wanted in zip(crowd.final, one.final, strict=True):
            np.testing.assert_allclose(layer[1], wanted, rtol=1e-9)
    starts = tuple(np.stack([layer] * 3) for layer in start)
    crowd = se.sgd(se.each_walker(net), starts, x, t, crowd=True, **options)
    again = se.sgd(se.each_walker(net), start, x, t, walkers=3, **options)
    for layer, wanted in zip(crowd.final, again.final, strict=True):
        np.testing.assert_array_equal(layer, wanted)


def crowd_order(walk, n):
    """The order of the second walker."""
    seen = walk.examples[:, 1].ravel()
    return seen[seen >= 0].reshape(-1, n)


@pytest.mark.parametrize("shape", [(), (2,)])
def test_gradient_of_one_walker_serves_a_crowd(shape):
    def gradient(w, x):
        return w - x.reshape(-1, *[1] * len(shape))

    starts, options = np.linspace(-1, 1, 3 * 2).reshape(3, -1)[:, : 2 if shape else 1], {"rng": 5}
    starts = starts.reshape(3, *shape)
    wanted = se.sgd(
        lambda w, x: w - x.reshape(3, -1, *[1] * len(shape)), starts, X, crowd=True, **options
    )
    crowd = se.sgd(se.each_walker(gradient), starts, X, crowd=True, **options)
    np.testing.assert_array_equal(crowd.weights, wanted.weights)


def test_gradient_of_one_walker_serves_one_walker_as_it_is():
    problem = least_squares(*linear_data(20, [1.0, -2.0], 0.1, rng=0))
    shapes = []

    def gradient(w, x, t):
        shapes.append(w.shape)
        return (x @ w - t)[:, np.newaxis] * x

    options = {"learning_rate": 0.05, "rng": 0}
    one = se.sgd(se.each_walker(gradient), problem.start, *problem.data, **options)
    assert set(shapes) == {(2,)}
    wanted = se.sgd(problem.gradient, problem.start, *problem.data, **options)
    np.testing.assert_allclose(one.weights, wanted.weights, rtol=1e-12, atol=1e-15)


def test_tuple_of_numbers_is_a_vector_as_before():
    walk = se.sgd(bowl, (0.0, 1.0), [[2.0, 2.0]], learning_rate=0.5)
    assert walk.final.tolist() == [1.0, 1.5]


# -- Observers


@pytest.mark.parametrize("walkers", [None, 3])
@pytest.mark.parametrize("gradient", [se.gradient, another_gradient])
def test_who_is_observed_walks_as_before(walkers, gradient):
    options = {"epochs": 3, "batch_size": 3, "rng": 1, "walkers": walkers}
    seen = []
    walk = se.sgd(
        gradient, -0.3, X, observe=lambda step, _: seen.append(step), learning_rate=0.02, **options
    )
    alone = se.sgd(gradient, -0.3, X, learning_rate=0.02, **options)
    np.testing.assert_array_equal(walk.weights, alone.weights)
    assert [step.number for step in seen] == list(range(1, 13))
    assert {step.of for step in seen} == {12}
    for k, step in enumerate(seen):
        np.testing.assert_array_equal(step.weights, walk.weights[k + 1])
        np.testing.assert_allclose(
            walk.weights[k] - step.learning_rate * step.gradient, walk.weights[k + 1], rtol=1e-15
        )
        np.testing.assert_array_equal(
            step.examples, walk.examples[k][..., : step.examples.shape[-1]]
        )


@pytest.mark.parametrize("part", ["weights", "gradient", "learning_rate", "examples"])
@pytest.mark.parametrize("schedule", [False, True])
def test_who_observes_cannot_write_into_what_is_seen(part, schedule):
    rates, order = np.array([0.1, 0.2, 0.3]), np.array([[2, 0, 1]])

    def write(step, _):
        getattr(step, part)[...] = 0

    with pytest.raises(ValueError, match="read-only"):
        se.sgd(
            another_gradient,
            -0.3,
            [1.0, 2.0, 3.0],
            learning_rate=(lambda k: rates) if schedule else rates,
            order=order,
            walkers=3,
            observe=write,
        )
    assert rates.tolist() == [0.1, 0.2, 0.3]
    assert order.tolist() == [[2, 0, 1]]


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1), st.integers(0, 40), st.floats(0, 0.99))
def test_means_are_those_of_the_path(seed, start, decay):
    both = running_mean(start), exponential_mean(decay)
    walk = se.sgd(se.gradient, -0.3, X, walkers=2, epochs=3, rng=seed, observe=both)
    path = walk.weights[1:]
    if start < len(path):
        np.testing.assert_allclose(walk.seen[0], path[start:].mean(axis=0), rtol=1e-12)
        np.testing.assert_array_equal(walk.mean, walk.seen[0])
    else:
        assert walk.seen[0] is None
    parts = (1 - decay) * decay ** np.arange(len(path))[::-1]
    parts[0] /= 1 - decay
    np.testing.assert_allclose(walk.seen[1], parts @ path, rtol=1e-9)


@pytest.mark.parametrize("keep", ["last", 2])
def test_mean_is_not_that_of_a_part_of_the_path(keep):
    walk = se.sgd(bowl, 1.0, X[:2], steps=2 if keep == "last" else 6, keep=keep)
    kept = {"last": "1 of 2", 2: "3 of 6"}[keep]
    with pytest.raises(ValueError, match=rf"^the mean .*; {kept} were kept$"):
        walk.mean  # noqa: B018 - it is asked for


def test_mean_comes_from_the_path_if_it_is_all_there():
    walk = se.sgd(se.gradient, -0.3, X, rng=0)
    assert walk.mean == walk.weights[1:].mean()
    crowd = se.sgd(se.gradient, -0.3, X, rng=0, walkers=3)
    np.testing.assert_array_equal(crowd.mean, crowd.weights[1:].mean(axis=0))
    observed = se.sgd(se.gradient, -0.3, X, rng=0, keep="last", observe=running_mean())
    assert observed.mean == pytest.approx(walk.mean, rel=1e-12)


def test_gradients_are_counted():
    options = {"epochs": 3, "batch_size": 4, "rng": 0}
    assert se.sgd(se.gradient, -0.3, X, observe=gradient_count(), **options).seen == 30
    assert se.sgd(se.gradient, -0.3, X, observe=[gradient_count()], **options).seen == (30,)


@pytest.mark.parametrize(
    ("order", "lines"), [("sequential", 1), ([range(10)], 1), ("reshuffled", 3)]
)
def test_crowd_that_shares_its_order_is_told_of_its_examples_once(order, lines):
    walk = se.sgd(
        bowl, 1.0, X, walkers=3, batch_size=2, order=order, observe=lambda step, _: step.examples
    )
    assert walk.seen.shape == (lines, 2)
    assert walk.examples.shape == (5, 3, 2)


@pytest.mark.parametrize("keep", ["all", "last", 4, 7])
@pytest.mark.parametrize("walkers", [None, 3])
def test_stopping_ends_the_walk_after_that_step(keep, walkers):
    options = {"rng": 4, "epochs": 4, "walkers": walkers, "update": momentum()}
    whole = se.sgd(se.gradient, -0.3, X, **options)
    stopped = se.sgd(
        se.gradient, -0.3, X, keep=keep, **options,
        observe=[stop_when(lambda step: step.number == 14), running_mean()],
    )  # fmt: skip
    wanted = {"all": list(range(15)), "last": [0, 14], 4: [0, 4, 8, 12, 14], 7: [0, 7, 14]}[keep]
    assert stopped.steps.tolist() == wanted
    np.testing.assert_array_equal(stopped.weights, whole.weights[wanted])
    np.testing.assert_array_equal(stopped.examples, whole.examples[np.array(wanted[1:]) - 1])
    assert stopped.seen[0] == 14
    np.testing.assert_allclose(stopped.mean, whole.weights[1:15].mean(axis=0), rtol=1e-12)
    assert stopped.memory.content is not None


def test_crowd_stops_when_all_of_it_is_there():
    walk = se.gradient_descent(
        bowl, [1.0, 8.0], [0.0], learning_rate=0.5, crowd=True,
        observe=stop_when(lambda step: np.abs(step.weights) < 0.1),
    )  # fmt: skip
    assert walk.seen == walk.steps[-1] == 7


def test_observer_may_stop_without_a_word():
    def stop(step, seen):
        raise Stop

    assert se.sgd(bowl, 1.0, [0.0, 0.0], observe=stop).seen is None


def test_schedule_that_ends_is_not_asked_beyond_the_stop():
    asked = []

    def schedule(k):
        asked.append(k)
        return 0.1

    se.sgd(bowl, 1.0, X, learning_rate=schedule, observe=stop_when(lambda step: step.number == 3))
    assert asked == [0, 1, 2]


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize("terminal", [True, False])
@pytest.mark.parametrize("walk", [se.sgd, se.gradient_descent])
def test_progress_is_for_terminals(monkeypatch, walk, terminal):
    out = Terminal() if terminal else io.StringIO()
    monkeypatch.setattr(sys, "stderr", out)
    walk = walk(bowl, 1.0, X[:1], steps=1000, progress=True, observe=gradient_count())
    assert walk.seen == 1000
    if terminal:
        lines = out.getvalue().split("\r")[1:]
        assert len(lines) == 100
        assert lines[0] == "  1 % of 1,000 steps"
        assert lines[-1] == "100 % of 1,000 steps\n"
    else:
        assert out.getvalue() == ""
    assert progress() == progress()


def test_progress_alone_is_not_seen():
    assert se.gradient_descent(bowl, 1.0, X, progress=True).seen is None
    assert se.sgd(bowl, 1.0, X, progress=True, observe=()).seen == ()


# -- What is not finite


def test_nan_of_the_gradient_is_told_to_one_walker():
    def gradient(w, x):
        return np.where(x > 2, np.nan, w)

    with pytest.raises(
        ValueError, match=r"gradient must return numbers, got nan in step 3, at w ="
    ):
        se.sgd(gradient, 0.5, [1.0, 2.0, 3.0], order="sequential")
    walk = se.sgd(
        lambda w, x: np.where((x > 2) & (w > 0), np.nan, w + 0 * x), [0.5, -0.5], [1.0, 2.0, 3.0],
        order="sequential", crowd=True,
    )  # fmt: skip
    assert walk.diverged.tolist() == [True, False]
    assert np.isfinite(walk.weights).all()


STEEP = losses.Loss("steep", lambda y: 1e150 * y**4, lambda y: 1e150 * y * y * y, lambda y: y * y)


@pytest.mark.parametrize("loss", [losses.double_well, STEEP], ids=repr)
@pytest.mark.parametrize("schedule", [0.5, lambda step: 0.5])
@pytest.mark.parametrize("keep", ["all", "last", 3])
@pytest.mark.parametrize("update", [momentum(0.0), momentum(0.5)], ids=repr)
def test_divergence_is_found_at_its_step_by_the_quick_ways_too(
    monkeypatch, loss, schedule, keep, update
):
    """A block of steps is walked quickly; only if its end is not finite, each step is looked at."""
    monkeypatch.setattr(_steps, "_STEPS_AT_ONCE", 16)
    quick = se.gradient_of(loss)

    def slow(w, x):
        with np.errstate(all="ignore"):
            return quick(w, x)

    options = {"learning_rate": schedule, "order": "sequential", "keep": keep, "epochs": 40}
    data, said, ends = [1.0, 2.0], [], []
    for gradient in (quick, slow):
        with pytest.raises(se.DivergenceError) as caught:
            se.sgd(gradient, 9.0, data, update=update, **options)
        said.append(str(caught.value))
        ends.append(se.sgd(gradient, [9.0, 0.0, -7.0], data, crowd=True, update=update, **options))
    assert said[0] == said[1]
    assert ends[0].diverged.tolist() == ends[1].diverged.tolist() == [True, False, True]
    np.testing.assert_array_equal(ends[0].weights, ends[1].weights)
    np.testing.assert_array_equal(ends[0].examples, ends[1].examples)


@pytest.mark.parametrize("shape", [(2,), (10_000,), (4, 5_000)])
def test_sum_of_the_weights_may_be_infinite(shape):
    crowd = len(shape) == 2
    walk = se.sgd(
        lambda w, x: np.zeros((*shape[:-1], 1, shape[-1])), np.full(shape, 1e308), [1.0, 2.0],
        crowd=crowd, keep="last",
    )  # fmt: skip
    assert (walk.final == 1e308).all()
    assert not np.any(walk.diverged)


def test_formula_on_which_pythons_floats_raise_is_walked_by_numpy():
    loss = losses.Loss("pole", lambda y: np.log(abs(y)), lambda y: 1 / y, lambda y: -1 / y**2)
    with pytest.warns(RuntimeWarning, match="divide"), pytest.raises(se.DivergenceError):
        se.sgd(se.gradient_of(loss), 0.0, [1.0], order="sequential")


@pytest.mark.parametrize("loss", [losses.article, losses.huber, losses.logistic], ids=repr)
@pytest.mark.parametrize("size", [1, 2, 8, 9])
def test_any_loss_walks_quickly_as_it_walks_slowly(loss, size):
    quick, w0 = se.gradient_of(loss), np.linspace(-1, 1, 5)

    def slow(w, x):
        return quick(w, x)

    options = {"learning_rate": 0.05, "epochs": 2, "batch_size": size, "rng": 0}
    for start, crowd in [(w0, True), (0.3, False)]:
        paths = [
            se.sgd(gradient, start, trap.x, crowd=crowd, **options).weights
            for gradient in (quick, slow)
        ]
        np.testing.assert_array_equal(*paths)


def test_default_of_the_exponential_mean_is_that_of_pytorch():
    assert repr(se.observers.exponential_mean()) == "exponential_mean(decay=0.999)"
