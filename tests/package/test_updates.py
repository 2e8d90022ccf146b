"""Update rules: what holds for all of them, for one walker, a crowd, and the layers of a network."""

import inspect
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import sgd_explained as se
from sgd_explained import updates
from sgd_explained.updates import (
    adagrad,
    adam,
    adamw,
    clip_by_norm,
    clip_by_value,
    momentum,
    nesterov,
    plain,
    rmsprop,
)


def required(function):
    """Names of the arguments that a function must be given."""
    parameters = inspect.signature(function).parameters.values()
    return [given.name for given in parameters if given.default is given.empty]


# Whatever rule there is, with its defaults; a new one is among them by itself.
DEFAULTS = [
    make()
    for make in (getattr(updates, name) for name in updates.__all__)
    if inspect.isfunction(make) and not required(make)
]
RULES = [
    plain,
    *DEFAULTS,
    momentum(0.5, dampening=0.3),
    adagrad(0.1, 0.5, 1e-3),
    rmsprop(0.9, 1e-3, momentum=0.5, centered=True),
    clip_by_value(0.5),
    clip_by_value(0.5, momentum()),
    clip_by_norm(0.7),
    clip_by_norm(0.7, adam()),
    clip_by_value(0.5, clip_by_norm(0.4, adamw())),
    clip_by_norm(0.7, clip_by_norm(0.4)),
]
rules = pytest.mark.parametrize("rule", RULES, ids=repr)


def test_no_rule_is_left_out():
    """One with an argument that has no default must be put into `RULES` by hand."""
    makers = {name for name in updates.__all__ if inspect.isfunction(vars(updates)[name])}
    assert makers <= {rule.factory.__name__ for rule in RULES}, "RULES must have them all"


numbers = st.just(0.0) | st.floats(1e-3, 10) | st.floats(-10, -1e-3)
few = settings(max_examples=25)


def path(rule, gradients, w, rate=0.1, **options):
    """Steps of a rule that gets these gradients one after the other."""
    memory, steps = None, []
    for gradient in gradients:
        step, memory = rule(gradient, memory, w, rate, **options)
        w = w - step
        steps.append(step)
    return np.array(steps)


@rules
@few
@given(
    gradients=hnp.arrays(float, (6, 4, 3), elements=numbers),
    w=hnp.arrays(float, (4, 3), elements=numbers),
    rates=hnp.arrays(float, (4, 1), elements=st.floats(1e-3, 1.0)),
)
def test_crowd_is_its_walkers_one_by_one(rule, gradients, w, rates):
    crowd = path(rule, gradients, w, rates, crowd=True)
    for m in range(4):
        one = path(rule, gradients[:, m], w[m], float(rates[m, 0]))
        np.testing.assert_allclose(crowd[:, m], one, rtol=1e-12, atol=1e-12)


@rules
@few
@given(gradients=hnp.arrays(float, 6, elements=numbers), w=numbers)
def test_floats_numpy_numbers_and_arrays_have_the_same_bits(rule, gradients, w):
    wanted = path(rule, gradients[:, np.newaxis], np.array([w]))[:, 0]
    for kind in (float, np.float64):
        got = path(rule, map(kind, gradients), kind(w))
        np.testing.assert_allclose(got, wanted, rtol=1e-15)  # A norm is squared and rooted.
    if "norm" not in repr(rule):
        assert got.tolist() == wanted.tolist()


@rules
@pytest.mark.parametrize("gradient", [0.0, 2.0])
def test_float_stays_a_float(rule, gradient):
    """NumPy's numbers are slower, and a walk of one walker takes Python's to the end."""
    step, memory = rule(gradient, None, 1.0, 0.1)
    assert type(step) is float
    assert type(rule(gradient, memory, 1.0, 0.1)[0]) is float


@rules
@pytest.mark.parametrize("crowd", [False, True])
def test_layers_are_one_long_vector(rule, crowd):
    rng = np.random.default_rng(0)
    gradients, w = rng.normal(size=(5, 3, 7)), rng.normal(size=(3, 7))
    if not crowd:
        gradients, w = gradients[:, 0], w[0]

    def apart(flat):
        first = flat.shape[:-1]
        return flat[..., :4].reshape(*first, 2, 2), flat[..., 4:6], flat[..., 6]

    together = path(rule, gradients, w, crowd=crowd)
    memory, weights = None, apart(w)
    for gradient, wanted in zip(gradients, together, strict=True):
        steps, memory = rule(apart(gradient), memory, weights, 0.1, crowd=crowd)
        weights = tuple(layer - step for layer, step in zip(weights, steps, strict=True))
        for step, same in zip(steps, apart(wanted), strict=True):
            np.testing.assert_array_equal(step, same)


@rules
def test_arguments_are_left_alone(rule):
    rng = np.random.default_rng(0)
    gradients, w = rng.normal(size=(4, 3)), rng.normal(size=3)
    for array in (gradients, w):
        array.setflags(write=False)
    memory, seen = None, []
    for gradient in gradients:
        _, memory = rule(gradient, memory, w, 0.1)
        seen.append((memory, repr(memory)))
    assert all(repr(memory) == text for memory, text in seen), "no memory is written into later"


@rules
@few
@given(gradients=hnp.arrays(float, (5, 3), elements=numbers), rate=st.floats(1e-3, 1.0))
def test_step_is_proportional_to_the_learning_rate(rule, gradients, rate):
    w = np.ones(3)
    memory = None
    for gradient in gradients:
        step, later = rule(gradient, memory, w, rate)
        twice, _ = rule(gradient, memory, w, 2 * rate)
        np.testing.assert_allclose(twice, 2 * step, rtol=1e-12)
        memory = later


@pytest.mark.parametrize("rule", [plain, momentum(), momentum(0.5, 0.3), nesterov()], ids=repr)
@few
@given(gradients=hnp.arrays(float, (5, 3), elements=numbers))
def test_without_division_the_steps_are_proportional_to_the_gradients(rule, gradients):
    steps = path(rule, gradients, np.zeros(3))
    np.testing.assert_array_equal(path(rule, 4 * gradients, np.zeros(3)), 4 * steps)


@pytest.mark.parametrize(
    "rule",
    [adagrad(eps=0.0), rmsprop(eps=0.0), rmsprop(eps=0.0, centered=True), adam(eps=0.0)],
    ids=repr,
)
@few
@given(
    gradients=hnp.arrays(float, (5, 3), elements=st.floats(0.1, 10)), factor=st.floats(1e-3, 1e3)
)
def test_with_division_the_size_of_the_gradients_does_not_matter(rule, gradients, factor):
    steps = path(rule, gradients, np.zeros(3))
    # A variance is a small difference of large numbers.
    rtol = 1e-5 if "centered=True" in repr(rule) else 1e-10
    np.testing.assert_allclose(path(rule, factor * gradients, np.zeros(3)), steps, rtol=rtol)


@few
@given(gradients=hnp.arrays(float, (5, 3), elements=numbers))
def test_rules_without_what_sets_them_apart_are_simpler_ones(gradients):
    w = np.ones(3)
    for special, general in [
        (momentum(0.0), plain),
        (momentum(0.0, dampening=0.5), plain),
        (nesterov(0.5), momentum(0.5, nesterov=True)),
        (adamw(weight_decay=0.0), adam()),
        (clip_by_norm(1e9), plain),
        (clip_by_norm(1e9, adamw()), adamw()),
        (clip_by_value(1e9, adam()), adam()),
    ]:
        np.testing.assert_array_equal(path(special, gradients, w), path(general, gradients, w))


@few
@given(gradient=hnp.arrays(float, (4, 3), elements=st.floats(-1e9, 1e9)), end=st.floats(1e-3, 1e3))
def test_clipping_never_lengthens(gradient, end):
    w = np.zeros((4, 3))
    for clip in (clip_by_norm, clip_by_value):
        for crowd in (False, True):
            step, _ = clip(end)(gradient, None, w, 1.0, crowd=crowd)
            assert (np.abs(step) <= np.abs(gradient)).all()
            assert (step * gradient >= 0).all()
            if clip is clip_by_value:
                assert (np.abs(step) <= end).all()
            else:
                norms = np.linalg.norm(step, axis=1) if crowd else np.linalg.norm(step)
                assert (norms <= end * (1 + 1e-12)).all()
        one, _ = clip(end)(float(gradient[0, 0]), None, 0.0, 1.0)
        assert abs(one) <= min(end, abs(gradient[0, 0]))


def test_clipping_keeps_the_direction():
    step, _ = clip_by_norm(1.0)(np.array([3.0, -4.0]), None, np.zeros(2), 1.0)
    np.testing.assert_allclose(step, [0.6, -0.8], rtol=1e-6)


def test_huge_gradients_of_a_crowd_are_shortened_too():
    step, _ = clip_by_norm(1.0)(np.array([1e200, -3.0]), None, np.zeros(2), 1.0, crowd=True)
    np.testing.assert_allclose(step, [1.0, -1.0], rtol=1e-6)


def test_decay_of_adamw_is_not_divided():
    steps = path(adamw(weight_decay=0.5), np.zeros((3, 1)), np.ones(1), 0.1)
    np.testing.assert_allclose(steps[:, 0], 0.05 * 0.95 ** np.arange(3), rtol=1e-12)


def faded(factor, numbers):
    """What a recursion adds up to: the sums of factor^(k − i) n_i over all i up to k."""
    return np.array(
        [numbers[: k + 1] @ factor ** np.arange(k, -1.0, -1.0) for k in range(len(numbers))]
    )


G = np.random.default_rng(0).normal(size=12)
K = np.arange(12)


@pytest.mark.parametrize(
    ("rule", "wanted"),
    [
        (momentum(0.5, dampening=0.3), faded(0.5, np.where(K == 0, 1.0, 0.7) * G)),
        (momentum(0.5, nesterov=True), G + 0.5 * faded(0.5, G)),
        (adagrad(0.1, 0.5, 0.01), G / (1 + 0.1 * K) / (np.sqrt(0.5 + np.cumsum(G**2)) + 0.01)),
        (rmsprop(0.9, 0.01), G / (np.sqrt(0.1 * faded(0.9, G**2)) + 0.01)),
        (
            rmsprop(0.9, 0.01, 0.5, centered=True),
            faded(
                0.5,
                G / (np.sqrt(0.1 * faded(0.9, G**2) - (0.1 * faded(0.9, G)) ** 2) + 0.01),
            ),
        ),
        (
            adam((0.5, 0.9), 0.01),
            0.5
            * faded(0.5, G)
            / (1 - 0.5 ** (K + 1))
            / (np.sqrt(0.1 * faded(0.9, G**2) / (1 - 0.9 ** (K + 1))) + 0.01),
        ),
    ],
    ids=repr,
)
def test_steps_are_the_sums_that_the_papers_mean(rule, wanted):
    np.testing.assert_allclose(path(rule, G, 0.0, 0.1), 0.1 * wanted, rtol=1e-9)


def test_defaults_are_those_of_pytorch():
    assert {repr(rule) for rule in DEFAULTS} >= {
        "momentum(momentum=0.9, dampening=0.0, nesterov=False)",
        "nesterov(momentum=0.9)",
        "adagrad(lr_decay=0.0, initial_accumulator_value=0.0, eps=1e-10)",
        "rmsprop(alpha=0.99, eps=1e-08, momentum=0.0, centered=False)",
        "adam(betas=(0.9, 0.999), eps=1e-08)",
        "adamw(betas=(0.9, 0.999), eps=1e-08, weight_decay=0.01)",
    }


@rules
def test_rule_is_a_value(rule):
    again = pickle.loads(pickle.dumps(rule))
    assert again == rule
    assert hash(again) == hash(rule)
    assert repr(again) == repr(rule)
    assert again(2.0, None, 1.0, 0.1) == rule(2.0, None, 1.0, 0.1)
    assert sum(rule == other for other in RULES) == 1


# -- In a walk


def another_gradient(w, x):
    return se.gradient(w, x)


@rules
@few
@given(seed=st.integers(0, 2**32 - 1), size=st.integers(1, 7))
def test_walk_follows_its_rule_in_every_way(rule, seed, size):
    """One walker and a crowd, built-in gradient and another, ours and wrapped: one path."""
    x = np.linspace(-5, 5, 7)
    w0 = np.random.default_rng(seed).uniform(-1, 1, 3)
    orders = se.epoch_orders("reshuffled", 7, 3, seed, walkers=3)
    options = {"learning_rate": 0.05, "epochs": 3, "batch_size": size}
    wanted = []
    for start, own in zip(w0, orders, strict=True):
        w, memory = start, None
        for order in own:
            for batch in se.batches(order, size):
                step, memory = rule(se.gradient(w, x[batch]).mean(), memory, w, 0.05)
                w = w - step
        wanted.append(w)
    for gradient in (se.gradient, another_gradient):
        for update in (rule, lambda *arguments: rule(*arguments)):
            if "norm" not in repr(rule) or update is rule:
                crowd = se.sgd(gradient, w0, x, order=orders, crowd=True, update=update, **options)
                np.testing.assert_allclose(crowd.final, wanted, rtol=1e-9, atol=1e-12)
            ends = [
                float(se.sgd(gradient, w, x, order=own, update=update, **options).final)
                for w, own in zip(w0, orders, strict=True)
            ]
            np.testing.assert_allclose(ends, wanted, rtol=1e-9, atol=1e-12)


@rules
@pytest.mark.parametrize("crowd", [False, True])
def test_walk_that_goes_on_is_the_walk_in_one(rule, crowd):
    x, w0 = np.linspace(-5, 5, 10), np.linspace(-0.5, 0.5, 4) if crowd else -0.5
    options = {"learning_rate": 0.02, "order": "sequential", "crowd": crowd, "update": rule}
    once = se.sgd(se.gradient, w0, x, epochs=4, **options)
    first = se.sgd(se.gradient, w0, x, epochs=1, **options)
    second = se.sgd(se.gradient, first.final, x, epochs=3, memory=first.memory, **options)
    np.testing.assert_array_equal(second.final, once.final)


def test_rule_of_ones_own_keeps_what_it_got():
    """It may store its arguments: nobody writes into them later."""
    kept = []

    def rule(gradient, memory, weights, rate):
        kept.append((gradient, weights, np.copy(gradient), np.copy(weights)))
        return rate * gradient, len(kept)

    walk = se.sgd(
        se.gradient, [-0.3, 0.2], [1.0, -2.0, 3.0], order="sequential", crowd=True, update=rule,
        keep="last",
    )  # fmt: skip
    assert walk.memory.content == 3
    for gradient, weights, gradient_then, weights_then in kept:
        np.testing.assert_array_equal(gradient, gradient_then)
        np.testing.assert_array_equal(weights, weights_then)
