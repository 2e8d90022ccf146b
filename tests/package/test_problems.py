"""The named problems: their gradients are those of their risks, and they are what they claim."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sgd_explained as se
from sgd_explained import problems
from sgd_explained.losses import huber

DATA = problems.linear_data(40, [1.0, -2.0, 0.5], noise=0.3, rng=0)
CLASSES = problems.two_classes(60, [1.0, -2.0, 0.5], rng=1)
ALL = [
    problems.article,
    problems.ten,
    problems.trap,
    problems.ravine,
    problems.saddle,
    problems.least_squares(*DATA),
    problems.logistic_regression(*CLASSES),
    problems.one_weight("huber", [0.5, 1.0], 2.0, (-3.0, 3.0), huber),
]
each = pytest.mark.parametrize("problem", ALL, ids=repr)


def weights_near(problem, seed, count=6):
    shape = (count, *np.shape(problem.start))
    return problem.start + np.random.default_rng(seed).normal(size=shape)


def directions(problem):
    """Unit vectors of the weights; for one weight, the number 1."""
    size = np.size(problem.start)
    return np.eye(size) if np.ndim(problem.start) else np.ones(1)


@each
def test_risk_gradient_is_the_mean_of_the_gradients(problem):
    w = weights_near(problem, 0)
    pulls = problem.gradient(w[:, np.newaxis], *problem.data)
    np.testing.assert_allclose(problem.risk_gradient(w), pulls.mean(axis=1), rtol=1e-9, atol=1e-12)


@each
def test_derivatives_are_finite_differences(problem):
    w, step = weights_near(problem, 1), 1e-5
    vector = np.ndim(problem.start) > 0
    for i, direction in enumerate(directions(problem)):
        at = (Ellipsis, i) if vector else ...
        for function, derivative in [
            (problem.risk, problem.risk_gradient),
            (problem.risk_gradient, problem.risk_curvature),
        ]:
            difference = (function(w + step * direction) - function(w - step * direction)) / (
                2 * step
            )
            np.testing.assert_allclose(derivative(w)[at], difference, rtol=1e-5, atol=1e-6)


@each
def test_walk_on_it_works_for_one_walker_and_a_crowd(problem):
    one = se.sgd(problem.gradient, problem.start, *problem.data, learning_rate=1e-3, rng=0)
    assert np.shape(one.final) == np.shape(problem.start)
    crowd = se.sgd(
        problem.gradient, problem.start, *problem.data, walkers=3, learning_rate=1e-3, rng=0
    )
    assert crowd.final.shape == (3, *np.shape(problem.start))
    assert not crowd.diverged.any()


@each
def test_it_cannot_be_changed_by_accident(problem):
    problem = dataclasses.replace(problem)
    for array in (*problem.data, *([problem.start] if np.ndim(problem.start) else [])):
        with pytest.raises(ValueError, match="read-only"):
            array += 1.0
    with pytest.raises(dataclasses.FrozenInstanceError):
        problem.name = "another"


def test_problems_say_what_they_are():
    assert [repr(problem) for problem in ALL] == [
        "<Problem article: 100 examples, start -0.3>",
        "<Problem ten: 10 examples, start -0.3>",
        "<Problem trap: 100 examples, start 0.194>",
        "<Problem ravine: 100 examples, start [-8.   0.6]>",
        "<Problem saddle: 100 examples, start [0.  1.5]>",
        "<Problem least squares: 40 examples, start [0. 0. 0.]>",
        "<Problem logistic regression: 60 examples, start [0. 0. 0.]>",
        "<Problem huber: 2 examples, start 2.0>",
    ]
    assert [problem.interval for problem in ALL[:3]] == [(-1, 1), (-1, 1), (-1, 1.5)]
    assert {(problem.interval, problem.loss) for problem in ALL[3:-1]} == {(None, None)}


def test_problems_are_equal_only_to_themselves():
    twin = dataclasses.replace(problems.ten)
    assert twin != problems.ten
    assert len({twin, problems.ten}) == 2


def test_parts_of_a_problem_are_taken_from_their_places():
    assert type(dataclasses.replace(problems.ten).start) is float
    three = dataclasses.replace(problems.ravine, data=(*problems.ravine.data, np.ones(100)))
    np.testing.assert_array_equal(three.targets, np.ones(100))
    for part in (
        dataclasses.replace(problems.saddle, interval=(-1.0, 1.0)),
        dataclasses.replace(problems.ten, interval=None),
    ):
        with pytest.raises(AttributeError, match="has no landscape"):
            part.landscape  # noqa: B018 - it is asked for
    assert [(valley.w, valley.risk) for valley in ALL[-1].valleys] == [(0.0, 0.0)]


@pytest.mark.parametrize(
    ("problem", "formula"),
    [
        (problems.ravine, lambda w: w[..., 0] ** 2 / 2 + 50 * w[..., 1] ** 2 + 0.25),
        (
            problems.saddle,
            lambda w: w[..., 0] ** 4 / 4 - w[..., 0] ** 2 / 2 + w[..., 1] ** 2 / 2,
        ),
        (ALL[5], lambda w: ((w @ DATA[0].T - DATA[1]) ** 2).mean(axis=-1) / 2),
        (ALL[6], lambda w: np.log1p(np.exp(-CLASSES[1] * (w @ CLASSES[0].T))).mean(axis=-1)),
    ],
    ids=["ravine", "saddle", "least squares", "logistic regression"],
)
def test_risk_is_that_of_its_formula(problem, formula):
    w = weights_near(problem, 2)
    np.testing.assert_allclose(problem.risk(w), formula(w), rtol=1e-12)


def test_examples_of_two_weights_lie_evenly_around_the_origin():
    angle = np.radians(np.arange(100) * 3.6)
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    np.testing.assert_allclose(problems.saddle.x, circle / 2, atol=1e-15)
    np.testing.assert_allclose(problems.ravine.x, circle * [2**0.5, 200**0.5], atol=1e-13)
    np.testing.assert_allclose(problems.ravine.targets, np.cos(2 * angle), atol=1e-14)
    assert len(problems.saddle.data) == 1
    at_the_saddle = problems.saddle.gradient(np.zeros(2), problems.saddle.x)
    np.testing.assert_array_equal(at_the_saddle, problems.saddle.x)


def test_data_is_drawn_as_it_says():
    x, t = problems.linear_data(2000, [1.0, -2.0], 0.3, rng=5)
    rng = np.random.default_rng(5)
    np.testing.assert_array_equal(x, rng.normal(size=(2000, 2)))
    np.testing.assert_allclose(t - x @ [1.0, -2.0], 0.3 * rng.normal(size=2000), atol=1e-14)
    x, t = problems.linear_data(2000, [1.0, -2.0], rng=5)
    np.testing.assert_allclose(t, x @ [1.0, -2.0], atol=1e-14)
    x, t = problems.two_classes(2000, [1.0, -2.0], rng=5)
    np.testing.assert_array_equal(x, np.random.default_rng(5).normal(size=(2000, 2)))
    assert set(t) == {-1.0, 1.0}


def test_data_of_the_article_and_its_sisters():
    np.testing.assert_array_equal(problems.article.x, np.linspace(-5, 5, 100))
    np.testing.assert_array_equal(problems.ten.x, np.linspace(-5, 5, 10))
    np.testing.assert_array_equal(problems.trap.x, np.linspace(-2, 5, 100))
    assert problems.article.gradient is se.gradient


def test_trap_starts_on_the_floor_of_its_shallow_valley():
    left, shallow, right = problems.trap.valleys
    assert problems.trap.start == pytest.approx(shallow.w, abs=1e-3)
    assert left.risk < right.risk < shallow.risk
    assert problems.trap.landscape is problems.trap.landscape


def test_landscape_is_that_of_one_weight():
    text = r"^the problem saddle has no landscape, which is that of one weight$"
    with pytest.raises(AttributeError, match=text):
        problems.saddle.landscape  # noqa: B018 - it is asked for


def test_ravine_is_a_hundred_times_as_steep_across_as_along():
    np.testing.assert_allclose(
        problems.ravine.risk_curvature([3.0, 4.0]), np.diag([1.0, 100.0]), atol=1e-12
    )
    np.testing.assert_allclose(problems.ravine.risk_gradient([0.0, 0.0]), 0.0, atol=1e-14)
    assert problems.ravine.risk([0.0, 0.0]) == pytest.approx(0.25)
    pulls = problems.ravine.gradient(np.zeros(2), *problems.ravine.data)
    assert np.linalg.norm(pulls, axis=1).max() > 1, "noise is left at the floor"


def test_saddle_is_one_and_descent_goes_into_it():
    assert np.linalg.eigvalsh(problems.saddle.risk_curvature([0.0, 0.0])).tolist() == [-1.0, 1.0]
    for side in (-1.0, 1.0):
        assert not problems.saddle.risk_gradient([side, 0.0]).any()
        assert problems.saddle.risk([side, 0.0]) == -0.25
    problem = problems.saddle
    descent = se.gradient_descent(problem.gradient, problem.start, *problem.data, learning_rate=0.1)
    np.testing.assert_allclose(descent.final, [0, 0], atol=1e-3)
    noisy = se.sgd(
        problem.gradient, problem.start, *problem.data, learning_rate=0.05, epochs=5, walkers=50,
        rng=0, keep="last",
    )  # fmt: skip
    assert (np.abs(noisy.final[:, 0]) > 0.5).all(), "noise frees every walker"


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1))
def test_least_squares_is_solved_by_lstsq(seed):
    x, t = problems.linear_data(30, [1.0, -2.0], noise=0.5, rng=seed)
    best, *_ = np.linalg.lstsq(x, t, rcond=None)
    np.testing.assert_allclose(problems.least_squares(x, t).risk_gradient(best), 0, atol=1e-12)


def test_classes_have_the_odds_of_the_model():
    x, t = problems.two_classes(200_000, [1.5, -0.5], rng=0)
    chance = 1 / (1 + np.exp(-x @ [1.5, -0.5]))
    for low in np.linspace(0.1, 0.8, 8):
        inside = (chance > low) & (chance < low + 0.1)
        assert (t[inside] == 1).mean() == pytest.approx(chance[inside].mean(), abs=0.02)


def test_drawn_data_is_that_of_its_seed():
    for drawn in (
        lambda rng: problems.linear_data(5, [1.0], 0.1, rng),
        lambda rng: problems.two_classes(5, [1.0], rng),
    ):
        first, second, other = drawn(3), drawn(np.random.default_rng(3)), drawn(4)
        np.testing.assert_array_equal(first[0], second[0])
        np.testing.assert_array_equal(first[1], second[1])
        assert (first[0] != other[0]).any()
