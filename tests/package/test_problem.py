"""The loss, its derivatives and the risk, against mathematics that we did not write."""

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import sgd_explained as se
from sgd_explained import losses
from sgd_explained.problems import article

w, x, y = sympy.symbols("w x y", real=True)
LOSS = (y**3 - y**2) * sympy.exp(-(y**2))

# Rational points are exact in SymPy: its values are right to all the digits asked for.
POINTS = [sympy.Rational(k, 16) for k in range(-80, 81, 5)]

weights = st.floats(-3, 3)
inputs = hnp.arrays(float, st.integers(1, 30), elements=st.floats(-5, 5))


def exact(expression, values):
    """Value of an expression at rational points, rounded to a float once."""
    return float(expression.subs(values).evalf(30))


@pytest.mark.parametrize("order", [0, 1, 2])
def test_loss_and_its_derivatives_are_those_of_sympy(order):
    ours = (se.loss, se.loss_derivative, se.loss_second_derivative)[order]
    theirs = [exact(sympy.diff(LOSS, y, order), {y: point}) for point in POINTS]
    np.testing.assert_allclose(ours([float(p) for p in POINTS]), theirs, rtol=1e-12, atol=1e-15)


def test_gradient_is_the_derivative_by_the_weight():
    derivative = sympy.diff(LOSS.subs(y, w * x), w)
    for weight in POINTS[::4]:
        for example in POINTS[1::4]:
            theirs = exact(derivative, {w: weight, x: example})
            ours = se.gradient(float(weight), float(example))
            assert ours == pytest.approx(theirs, rel=1e-12, abs=1e-15)


@given(st.floats(-6, 6), st.floats(-5, 5))
def test_gradient_is_that_of_automatic_differentiation(weight, example):
    def loss(w):
        y = w * example
        return (y**3 - y**2) * anp.exp(-(y**2))

    assert se.loss(weight * example) == pytest.approx(loss(weight), rel=1e-12, abs=1e-15)
    theirs = autograd.grad(loss)(weight)
    assert se.gradient(weight, example) == pytest.approx(theirs, rel=1e-9, abs=1e-12)


@given(weights, inputs)
def test_risk_and_its_derivatives_are_those_of_automatic_differentiation(weight, data):
    def risk(w):
        y = w * data
        return anp.mean((y**3 - y**2) * anp.exp(-(y**2)))

    slope = autograd.grad(risk)
    curvature = autograd.grad(slope)
    assert se.empirical_risk(weight, data) == pytest.approx(risk(weight), abs=1e-12)
    assert se.risk_gradient(weight, data) == pytest.approx(slope(weight), abs=1e-11)
    assert se.risk_curvature(weight, data) == pytest.approx(curvature(weight), abs=1e-10)


@pytest.mark.parametrize(
    ("function", "derivative"),
    [
        (se.loss, se.loss_derivative),
        (se.loss_derivative, se.loss_second_derivative),
        (lambda w: se.loss(se.predict(w, 2.5)), lambda w: se.gradient(w, 2.5)),
        (
            lambda w: se.empirical_risk(w, [-2.0, 1.0, 3.0]),
            lambda w: se.risk_gradient(w, [-2.0, 1.0, 3.0]),
        ),
        (
            lambda w: se.risk_gradient(w, [-2.0, 1.0, 3.0]),
            lambda w: se.risk_curvature(w, [-2.0, 1.0, 3.0]),
        ),
    ],
)
def test_derivatives_are_finite_differences(function, derivative):
    at, step = np.linspace(-2, 2, 81), 1e-5
    difference = (function(at + step) - function(at - step)) / (2 * step)
    np.testing.assert_allclose(derivative(at), difference, atol=2e-8)


@given(weights, inputs)
def test_risk_gradient_is_the_mean_of_the_gradients(weight, data):
    mean = np.mean(se.gradient(weight, data))
    assert se.risk_gradient(weight, data) == pytest.approx(mean, rel=1e-12, abs=1e-14)
    risk = np.mean(se.loss(se.predict(weight, data)))
    assert se.empirical_risk(weight, data) == pytest.approx(risk, rel=1e-12, abs=1e-14)


@given(weights, inputs)
def test_risk_of_symmetric_data_is_even(weight, data):
    data = np.concatenate([data, -data])
    for function, sign in [
        (se.empirical_risk, 1),
        (se.risk_gradient, -1),
        (se.risk_curvature, 1),
    ]:
        mirrored = function(-weight, data)
        assert mirrored == pytest.approx(sign * function(weight, data), rel=1e-12, abs=1e-13)


@given(inputs)
def test_every_gradient_is_zero_at_the_wall(data):
    assert not se.gradient(0.0, data).any()
    assert se.risk_gradient(0.0, data) == 0


@pytest.mark.parametrize("huge", [30.0, -30.0, 1e10, -1e200, 1.7e308])
def test_functions_are_finite_for_every_finite_input(huge):
    for function in (se.loss, se.loss_derivative, se.loss_second_derivative):
        assert function(huge) == 0
    assert se.gradient(huge, huge) == 0
    assert se.empirical_risk(huge, [huge]) == 0
    assert se.risk_gradient(huge, [huge]) == 0
    assert se.risk_curvature(huge, [huge]) == 0
    assert se.risk_curvature(1.0, [huge]) == 0


def test_functions_are_silent_under_strict_errors():
    """They underflow to 0 by design; a caller who has NumPy raise need not hear of it."""
    y = np.array([-1e200, -1e-200, 5e-324, 1e-170, 27.0, 1.7e308])
    with np.errstate(all="raise"):
        for function in (se.loss, se.loss_derivative, se.loss_second_derivative):
            assert np.isfinite(function(y)).all()
        assert np.isfinite(se.gradient(y[:, np.newaxis], y)).all()
        assert se.predict(1e-200, 1e-200) == 0
        for function in (se.empirical_risk, se.risk_gradient, se.risk_curvature):
            assert np.isfinite(function(y, [-1e-200, 1e-170, 27.0])).all()
        assert len(se.RiskLandscape([1e-200, 1.0, 30.0], (-0.5, 1.0)).minima) > 0


def test_products_beyond_what_floats_hold_are_infinite_or_0_in_silence():
    steepest, largest = -0.6, 1.7e308
    with np.errstate(all="raise"):
        assert se.predict(-1e200, 1e200) == -np.inf
        assert se.gradient(steepest / largest, largest) == np.inf
        assert se.gradient_of(losses.parabola)([1e200, 1e200], [1.0, 1e200]).tolist() == [
            1e200,
            np.inf,
        ]
        assert se.gradient_of(losses.parabola)(1.0, 1e-200) == 0
        assert se.gradient_of(losses.parabola)(1e200, 1e100) == np.inf
        assert se.risk_gradient(1.0, [1e200], losses.parabola) == np.inf


PLAIN = losses.Loss("plain", lambda y: y**4, lambda y: 4 * y**3, lambda y: 12 * y**2)
CUT = losses.Loss("cut", np.abs, losses.Formula(lambda y: 1.0 * y, 2.0), np.zeros_like)


@pytest.mark.parametrize(
    "loss", [losses.article, losses.parabola, losses.huber, losses.logistic, PLAIN, CUT], ids=repr
)
def test_fast_ways_have_the_bits_of_the_gradient(loss):
    gradient, w = se.gradient_of(loss), np.array([-9.0, -1.5, -0.3, 0.0, 0.2, 8.0])
    each = gradient.buffered(w.shape)
    far = [-1e200, 1e200] if getattr(loss.slope, "saturation", np.inf) < np.inf else []
    for x in (-7.0, -0.5, 0.0, 1.0, 5.0, *far):
        wanted = gradient(w, x).tolist()
        assert [gradient.scalar(weight, x) for weight in w.tolist()] == wanted
        assert each(w, np.full(w.shape, x)).tolist() == wanted
    assert each(w, w) is each(w, w)  # It takes no new memory.


def test_functions_broadcast_elementwise():
    w, x = np.linspace(-1, 1, 3)[:, np.newaxis], np.linspace(-5, 5, 4)
    assert se.predict(w, x).shape == se.gradient(w, x).shape == (3, 4)
    assert se.gradient(w, x)[1, 2] == se.gradient(w[1, 0], x[2])
    for function in (se.empirical_risk, se.risk_gradient, se.risk_curvature):
        assert function(w, x).shape == (3, 1)
        assert function(w, x)[2, 0] == function(w[2, 0], x)


def test_risk_of_many_weights_is_that_of_each():
    """More pairs of weight and input than are held at once."""
    w, x = np.linspace(-1, 1, 30_001), article.x
    one_by_one = [se.empirical_risk(w[k], x) for k in range(0, w.size, 5000)]
    np.testing.assert_array_equal(se.empirical_risk(w, x)[::5000], one_by_one)
