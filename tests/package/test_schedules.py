"""Schedules: their formulas, and that they are values."""

import inspect
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sgd_explained as se
from sgd_explained import schedules

rates = st.floats(1e-6, 10)
steps = st.integers(0, 10_000)

SCHEDULES = [
    schedules.constant(0.1),
    schedules.inverse(0.1, 20),
    schedules.inverse_square_root(0.1, 20),
    schedules.step(0.1, 30),
    schedules.exponential(0.1, 0.99),
    schedules.cosine(0.1, 50, 0.01),
    schedules.warmup(0.1, 10),
    schedules.warmup(schedules.inverse(0.1, 20), 10, 0.1),
]
each = pytest.mark.parametrize("schedule", SCHEDULES, ids=repr)


def test_no_schedule_is_left_out():
    makers = {name for name in schedules.__all__ if inspect.isfunction(vars(schedules)[name])}
    assert {schedule.factory.__name__ for schedule in SCHEDULES} == makers, (
        "SCHEDULES must have them all"
    )


@given(rates, steps, st.floats(0.5, 1e4))
def test_formulas(rate, k, tau):
    assert schedules.constant(rate)(k) == rate
    assert schedules.inverse(rate, tau)(k) == pytest.approx(rate * tau / (tau + k))
    assert schedules.inverse_square_root(rate, tau)(k) ** 2 == pytest.approx(
        rate**2 * tau / (tau + k)
    )
    assert schedules.step(rate, 100, 0.9)(k) == pytest.approx(rate * 0.9 ** (k // 100))
    assert schedules.exponential(rate, 0.999)(k) == pytest.approx(rate * 0.999**k)


@given(rates, st.integers(1, 1000), steps, st.floats(0, 1))
def test_cosine_falls_to_its_end_and_stays(rate, last, k, part):
    schedule = schedules.cosine(rate, last, part * rate)
    assert schedule(0) == pytest.approx(rate)
    assert schedule(last + k) == pytest.approx(part * rate, rel=1e-12, abs=1e-12 * rate)
    assert schedule(k + 1) <= schedule(k) * (1 + 1e-12)
    middle = schedules.cosine(rate, 2 * last, part * rate)(last)
    assert middle == pytest.approx((1 + part) / 2 * rate)


@given(rates, st.integers(1, 1000), steps, st.floats(1e-3, 1))
def test_warmup_is_a_line_and_then_the_schedule_from_its_beginning(rate, length, k, factor):
    then = schedules.inverse(rate, 10)
    schedule = schedules.warmup(then, length, factor)
    assert schedule(0) == pytest.approx(factor * rate)
    assert schedule(length + k) == then(k)
    if length > 1:
        differences = np.diff([schedule(i) for i in range(length + 1)])
        np.testing.assert_allclose(differences, (1 - factor) * rate / length, atol=1e-12 * rate)


def test_defaults_are_those_of_pytorch():
    assert schedules.step(1.0, 1)(1) == 0.1
    assert schedules.cosine(1.0, 1)(1) == 0
    assert schedules.warmup(1.0, 2)(0) == 1 / 3


def test_line_of_a_warmup_may_be_level():
    assert [schedules.warmup(0.1, 2, start_factor=1.0)(k) for k in range(3)] == [0.1] * 3


@each
def test_schedule_is_a_value(schedule):
    again = pickle.loads(pickle.dumps(schedule))
    assert again == schedule
    assert [again(k) for k in range(60)] == [schedule(k) for k in range(60)]
    assert sum(schedule == other for other in SCHEDULES) == 1


@pytest.mark.parametrize(
    "made",
    [
        schedules.constant,
        lambda rate: schedules.inverse(rate, 20),
        lambda rate: schedules.inverse_square_root(rate, 20),
        lambda rate: schedules.step(rate, 5),
        lambda rate: schedules.exponential(rate, 0.9),
        lambda rate: schedules.cosine(rate, 40),
        lambda rate: schedules.warmup(rate, 8),
    ],
)
def test_each_walker_may_have_its_own(made):
    rates, x, order = [0.01, 0.2], np.linspace(-5, 5, 20), [range(20)]
    crowd = se.sgd(se.gradient, [-0.3, 0.2], x, learning_rate=made(rates), order=order, crowd=True)
    for m, (w0, rate) in enumerate(zip([-0.3, 0.2], rates, strict=True)):
        one = se.sgd(se.gradient, w0, x, learning_rate=made(rate), order=order)
        np.testing.assert_allclose(crowd.weights[:, m], one.weights, rtol=1e-12)
