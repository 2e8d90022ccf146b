"""The risk of infinitely many inputs, spread evenly: what many inputs tend to."""

import numpy as np
import pytest
from scipy import integrate, optimize, special

import sgd_explained as se
from sgd_explained.problems import article


def risk_of_infinitely_many_inputs(w, far=5.0):
    """Risk of inputs that fill [−far, far] evenly: the odd part of the loss cancels."""
    u = far * np.abs(w)
    return -(np.sqrt(np.pi) / 4 * special.erf(u) - u / 2 * np.exp(-(u**2))) / u


def test_risk_tends_to_its_closed_form():
    w = np.linspace(0.05, 3, 60)
    limit = risk_of_infinitely_many_inputs(w)
    errors = [
        np.abs(se.empirical_risk(w, np.linspace(-5, 5, count)) - limit).max()
        for count in (100, 1000, 10_000)
    ]
    assert errors[2] < 1e-4
    # The ends of the interval weigh too much by half an input, so the error falls like 1/N.
    assert errors[0] / errors[1] == pytest.approx(10, rel=0.05)
    assert errors[1] / errors[2] == pytest.approx(10, rel=0.05)


@pytest.mark.parametrize("weight", [-1.5, -0.3, 0.05, 0.302, 2.0])
def test_risk_of_many_inputs_goes_to_its_closed_form(weight):
    n = 20_001
    midpoints = (np.arange(n) + 0.5) / n * 10 - 5
    limit = risk_of_infinitely_many_inputs(weight)
    assert se.empirical_risk(weight, midpoints) == pytest.approx(limit, abs=1e-8)
    integral, _ = integrate.quad(lambda x: float(se.loss(weight * x)), -5, 5, epsabs=1e-12)
    assert integral / 10 == pytest.approx(limit, abs=1e-10)


def test_closed_form_is_a_limit_only():
    """At w = 0.05 the 100 inputs of the article are 2 % off."""
    ratio = se.empirical_risk(0.05, article.x) / risk_of_infinitely_many_inputs(0.05)
    assert abs(ratio - 1) == pytest.approx(0.02, abs=0.003)


def test_minima_tend_to_those_of_the_closed_form():
    theirs = optimize.minimize_scalar(
        risk_of_infinitely_many_inputs, bounds=(0.1, 1), method="bounded", options={"xatol": 1e-10}
    )
    left, right = se.RiskLandscape(np.linspace(-5, 5, 20_000), (-3.0, 3.0)).minima
    assert right.w == pytest.approx(theirs.x, abs=1e-4)
    assert left.w == pytest.approx(-theirs.x, abs=1e-4)
    assert right.risk == pytest.approx(theirs.fun, abs=1e-4)
