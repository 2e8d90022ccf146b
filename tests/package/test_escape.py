"""What the site tells about traps: who leaves, when, where to, and who cannot."""

import numpy as np
import pytest

import sgd_explained as se
from sgd_explained.problems import ten, trap

X, LANDSCAPE = trap.x, trap.landscape
DEEPEST, TRAP, MEDIUM = LANDSCAPE.minima
WALL, BARRIER = (top.w for top in LANDSCAPE.maxima)
START = trap.start


def crowd(rate, batch_size=1, epochs=50, walkers=400, **options):
    return se.sgd(
        se.gradient,
        START,
        X,
        learning_rate=rate,
        epochs=epochs,
        batch_size=batch_size,
        rng=1,
        walkers=walkers,
        keep="last",
        **options,
    ).final


def fraction_out(weights):
    return np.mean((weights < WALL) | (weights > BARRIER))


def test_small_steps_stay_and_larger_ones_leave_for_the_medium_valley():
    assert fraction_out(crowd(0.005)) == 0
    freed = crowd(0.03)
    assert fraction_out(freed) > 0.99
    assert np.mean(LANDSCAPE.basin(freed) == 2) > 0.99
    assert freed.mean() == pytest.approx(MEDIUM.w, abs=0.02)


@pytest.mark.parametrize("batch_size", [1, 5, 10])
def test_half_leave_at_one_temperature_if_epochs_are_counted(batch_size):
    temperature = 0.0138
    fraction = fraction_out(crowd(temperature * batch_size, batch_size))
    # Five standard errors of a fraction of one half, and what the rule itself is off.
    assert fraction == pytest.approx(0.5, abs=5 * 0.5 / np.sqrt(400) + 0.03)


def test_temperature_does_not_decide_if_steps_are_counted():
    temperature, steps = 0.0155, 500
    fractions = [
        fraction_out(crowd(temperature * b, b, epochs=steps * b // X.size)) for b in (1, 5, 20)
    ]
    assert fractions[0] + 0.2 < fractions[1] < fractions[2] - 0.2


def test_more_time_frees_more():
    fractions = [fraction_out(crowd(0.014, epochs=epochs)) for epochs in (10, 50, 150)]
    assert fractions[0] + 0.1 < fractions[1] < fractions[2] - 0.1


def test_reshuffling_holds_walkers_better():
    drawn = fraction_out(crowd(0.0105, order="with_replacement"))
    assert fraction_out(crowd(0.0105)) + 0.5 < drawn


def test_noise_vanishes_at_the_wall_and_every_example_pushes_away_from_it():
    assert not se.gradient(0.0, X).any()
    w = np.linspace(1e-6, 0.11, 200)[:, np.newaxis]
    assert (se.gradient(w, X) <= 0).all()
    assert (se.gradient(0.12, X) > 0).any()


def test_single_steps_cross_the_wall_only_beyond_the_learning_rate_that_the_page_tells():
    w = np.linspace(0.01, 1.5, 2000)[:, np.newaxis]
    needed = 1 / (se.gradient(w, X) / w).max()
    assert needed == pytest.approx(0.104, abs=0.001)
    for rate, crosses in [(0.99 * needed, False), (1.01 * needed, True)]:
        assert (w - rate * se.gradient(w, X) < 0).any() == crosses


@pytest.mark.parametrize("start", [0.05, 0.3, 0.5, -0.1])
def test_gradient_descent_in_short_steps_never_crosses_a_level_point(start):
    steepest_bend = np.abs(se.risk_curvature(np.linspace(-3, 3, 6001), X)).max()
    walk = se.gradient_descent(
        se.gradient, start, X, learning_rate=0.99 / steepest_bend, steps=2000
    )
    assert len(set(LANDSCAPE.basin(walk.weights).tolist())) == 1


def test_huge_steps_jump_the_wall_at_the_price_of_the_mean_risk():
    wild = crowd(0.64)
    assert np.mean(wild < WALL) > 0.3
    assert se.empirical_risk(wild, X).mean() > se.empirical_risk(crowd(0.03), X).mean()


def ten_inputs(rate, order):
    """Walk from the shallow valley of the article's ten inputs; say also who is at home in it."""
    landscape = se.RiskLandscape(ten.x, (-3.0, 3.0))
    weights = se.sgd(
        se.gradient,
        landscape.minima[-1].w,
        ten.x,
        learning_rate=rate,
        epochs=200,
        order=order,
        rng=2,
        walkers=500,
        keep="last",
    ).final
    return weights, lambda w: (w > landscape.maxima[-1].w) & (w < 3)


@pytest.mark.parametrize("rate", [0.05, 0.5, 1.0])
def test_reshuffled_walkers_of_the_ten_inputs_stay_in_their_shallow_valley(rate):
    weights, home = ten_inputs(rate, "reshuffled")
    assert home(weights).all()


def test_of_the_ten_inputs_replacement_frees_some_and_few_to_a_deeper_valley():
    weights, home = ten_inputs(0.5, "with_replacement")
    assert 0.4 < np.mean(~home(weights)) < 0.6
    assert np.mean(np.abs(weights) < 1.32) < 0.1
