"""What docs/reference/errata.md says of slips in other texts: which formula is right, and which is not."""

import itertools

import numpy as np
import pytest

import sgd_explained as se
from sgd_explained.updates import adam, momentum


def heavy_ball_matrix(rate, beta, curvature):
    """Memory and weight a step later, on a parabola: the matrix R of Distill's article."""
    return np.array([[beta, curvature], [-rate * beta, 1 - rate * curvature]])


@pytest.mark.parametrize(("rate", "beta"), [(0.3, 0.5), (0.1, 0.9)])
def test_mean_risk_of_a_noisy_heavy_ball_has_both_squares(rate, beta):
    """Distill's footnote on noise, with noise of ±s at each step: all paths are enumerated."""
    curvature, start, s, steps = 2.0, 1.5, 0.4, 8
    signs = np.array(list(itertools.product([-s, s], repeat=steps)))
    ends = se.sgd(
        lambda w, xi: curvature * w + xi,
        start,
        np.array([-s, s]),
        learning_rate=rate,
        steps=steps,
        order=(signs > 0).astype(int)[:, :, np.newaxis].reshape(len(signs), steps // 2, 2),
        walkers=len(signs),
        keep="last",
        update=momentum(beta),
    ).final
    mean_risk = np.mean(curvature / 2 * ends**2)

    step = heavy_ball_matrix(rate, beta, curvature)
    powers = [np.linalg.matrix_power(step, k) for k in range(steps + 1)]
    still = (powers[steps] @ [0.0, start])[1]
    moved = np.array([(powers[k] @ [1.0, -rate])[1] for k in range(steps)])
    noise = s**2 * np.sum(moved**2)
    assert mean_risk == pytest.approx(curvature / 2 * (still**2 + noise))
    # Without the square of the first part it is another number, and so it is without E[ε²].
    assert mean_risk != pytest.approx(curvature / 2 * (still + noise), rel=0.01)
    assert mean_risk != pytest.approx(curvature / 2 * still**2, rel=0.01)


def test_the_risk_of_a_parabola_has_a_half():
    curvatures, w, rate, k = np.array([0.5, 1.0, 4.0]), np.array([1.0, -2.0, 0.3]), 0.2, 7
    end = se.gradient_descent(
        lambda w, x: (curvatures * w)[np.newaxis], w, [0.0], learning_rate=rate, steps=k
    ).final
    parts = (1 - rate * curvatures) ** (2 * k) * curvatures * w**2
    assert curvatures @ end**2 / 2 == pytest.approx(parts.sum() / 2)


@pytest.mark.parametrize("root", [10, 30])
def test_bound_of_a_known_number_of_steps_is_reached(root):
    """Dive into Deep Learning: r L / √T. Earlier it had (1 + 1/T) / 2 times that."""
    r, slope, steps = 2.0, 3.0, root**2
    rate = r / (slope * np.sqrt(steps))
    assert (r**2 + slope**2 * steps * rate**2) / (2 * steps * rate) == pytest.approx(
        r * slope / root
    )
    # The risk is L|w|. From r the walk comes to 0 and then goes to and fro.
    weights = se.gradient_descent(
        lambda w, x: slope * np.where(w > -rate / 2, 1.0, -1.0) + 0 * x,
        r,
        [0.0],
        learning_rate=rate,
        steps=steps - 1,
    ).weights
    mean_risk = np.mean(slope * np.abs(weights))
    assert mean_risk == pytest.approx(r * slope / root, rel=0.02)
    assert mean_risk > 1.5 * r * slope * (1 + 1 / steps) / (2 * root)


def test_beyond_one_over_the_curvature_it_still_comes_down():
    for product, arrives in [(0.9, True), (1.5, True), (1.9, True), (2.1, False)]:
        walk = se.gradient_descent(
            lambda w, x: w + 0 * x, 1.0, [0.0], learning_rate=product, steps=300
        )
        assert (abs(walk.final) < 1e-6) == arrives


@pytest.mark.parametrize("size", [1, 2, 4])
def test_the_variance_of_a_batch_falls_like_one_over_its_size(size):
    pulls = np.array([-1.0, 0.5, 2.0])
    means = np.mean(list(itertools.product(pulls, repeat=size)), axis=1)
    assert means.var() == pytest.approx(pulls.var() / size)
    assert means.std() == pytest.approx(pulls.std() / np.sqrt(size))


def test_a_step_of_adam_is_longer_than_its_paper_allows():
    beta1, beta2 = 0.9, 0.999
    paper = (1 - beta1) / np.sqrt(1 - beta2)
    bound = paper / np.sqrt(1 - beta1**2 / beta2)
    slopes = np.r_[np.zeros(8000), (beta2 / beta1) ** np.arange(60)]
    walk = se.sgd(
        lambda w, slope: slope + 0 * w, 0.0, slopes, learning_rate=1.0, order="sequential",
        update=adam((beta1, beta2), eps=1e-12),
    ).weights  # fmt: skip
    assert 2 * paper < np.abs(np.diff(walk)).max() < bound


def test_the_unrolled_heavy_ball_goes_against_its_gradients():
    rate, beta, steps = 0.1, 0.8, 6
    weights = se.gradient_descent(
        lambda w, x: 2 * w + 0 * x, 1.0, [0.0], learning_rate=rate, steps=steps,
        update=momentum(beta),
    ).weights  # fmt: skip
    age = steps - np.arange(steps)
    pushes = rate * (1 - beta**age) / (1 - beta) * 2 * weights[:-1]
    assert weights[-1] == pytest.approx(1.0 - pushes.sum())
