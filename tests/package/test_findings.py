"""The numbers that the site tells about the loss and the article's run."""

import math

import pytest

import sgd_explained as se
from sgd_explained.problems import article, ten, trap

SORTED = article.x


def test_anatomy_of_the_loss():
    points = se.RiskLandscape([1.0], (-4.0, 4.0)).stationary_points
    assert [(p.kind, round(p.w, 4), round(p.risk, 4)) for p in points] == [
        ("minimum", -1.1246, -0.7586),
        ("maximum", 0.0, 0.0),
        ("minimum", 0.5732, -0.1010),
        ("maximum", 1.5514, 0.1196),
    ]


@pytest.mark.parametrize("x", [-5.0, -1.0, 0.5, 5.0])
def test_every_input_wants_another_weight(x):
    wanted = se.RiskLandscape([x], (-4.0, 4.0)).global_minimum
    assert wanted.w == pytest.approx(-1.1246 / x, abs=2e-4)
    assert wanted.risk == pytest.approx(-0.7586, abs=5e-5)


def test_end_of_the_articles_run():
    walk = se.sgd(se.gradient, article.start, SORTED, learning_rate=0.01, order="sequential")
    assert walk.final == pytest.approx(-0.2270, abs=5e-5)
    assert se.loss(walk.final * SORTED[-1]) == pytest.approx(-0.7584, abs=5e-5)


def test_articles_run_in_its_own_plain_style():
    """No package: a loop over the examples, with the formulas of the text, and the factor x."""
    w = -0.3
    for x in SORTED.tolist():
        y = w * x
        slope = (-2 * y + 3 * y**2 + 2 * y**3 - 2 * y**4) * math.exp(-(y**2))
        w -= 0.01 * x * slope
    walk = se.sgd(se.gradient, article.start, SORTED, learning_rate=0.01, order="sequential")
    assert walk.final == pytest.approx(w, rel=1e-12)


def test_risk_rose_on_the_articles_run():
    walk = se.sgd(se.gradient, article.start, SORTED, learning_rate=0.01, order="sequential")
    before, after = se.empirical_risk(walk.weights[[0, -1]], SORTED)
    assert before == pytest.approx(-0.2327, abs=5e-5)
    assert after == pytest.approx(-0.2116, abs=5e-5)


def test_risk_of_the_articles_data_has_two_equal_minima():
    left, right = se.RiskLandscape(SORTED, (-3.0, 3.0)).minima
    assert (left.w, right.w) == pytest.approx((-0.299, 0.299), abs=5e-4)
    assert left.risk == pytest.approx(right.risk, rel=1e-12)
    assert left.risk == pytest.approx(-0.2327, abs=5e-5)


def test_gradient_descent_stays_where_the_risk_is_low():
    walk = se.gradient_descent(se.gradient, article.start, SORTED, learning_rate=0.01, steps=1000)
    assert se.empirical_risk(walk.final, SORTED) == pytest.approx(-0.2327, abs=5e-5)


def test_ten_gradients_disagree():
    """Their minimum, maximum and mean at w₀, by the mathematics of plain Python."""
    x = ten.x

    def by_hand(x):
        y = -0.3 * x
        return x * y * math.exp(-(y**2)) * (-2 + 3 * y + 2 * y**2 - 2 * y**3)

    wanted = [by_hand(value) for value in x.tolist()]
    gradients = se.gradient(-0.3, x)
    assert gradients.min() == pytest.approx(min(wanted), rel=1e-12)
    assert gradients.max() == pytest.approx(max(wanted), rel=1e-12)
    assert gradients.mean() == pytest.approx(sum(wanted) / 10, rel=1e-12)
    assert gradients.min() < 0 < gradients.max()


def test_trap_on_shifted_inputs():
    x = trap.x
    landscape = se.RiskLandscape(x, (-3.0, 3.0))
    assert [(round(p.w, 3), round(p.risk, 3)) for p in landscape.minima] == [
        (-0.335, -0.344),
        (0.194, -0.059),
        (0.840, -0.123),
    ]
    assert [p.w for p in landscape.maxima][:2] == pytest.approx([0.0, 0.323], abs=5e-4)


def test_gradient_descent_stays_in_the_trap_up_to_its_limit():
    """It converges below the step 2/R″ at the minimum, and not beyond it."""
    x = trap.x
    shallow = se.RiskLandscape(x, (-3.0, 3.0)).minima[1]
    limit = 2 / shallow.curvature
    assert limit == pytest.approx(0.5042, abs=5e-5)
    below, beyond = (
        se.gradient_descent(se.gradient, trap.start, x, learning_rate=rate * limit, steps=2000)
        for rate in (0.99, 1.01)
    )
    assert below.final == pytest.approx(shallow.w, abs=1e-9)
    assert abs(beyond.weights[-1] - beyond.weights[-2]) > 1e-3
    assert 0.0 < beyond.final < 0.323


def test_ten_inputs_of_the_article_have_shallow_minima_too():
    minima = se.RiskLandscape(ten.x, (-3.0, 3.0)).minima
    assert any(abs(p.w - 1.773) < 1e-3 for p in minima)
    assert any(abs(p.w + 1.773) < 1e-3 for p in minima)
