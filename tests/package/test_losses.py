"""All losses, by one table: against SymPy, automatic differentiation and finite differences."""

from unittest import mock

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
import sympy
from autograd.scipy.special import logsumexp
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import sgd_explained as se
from sgd_explained import losses
from sgd_explained._buffered import buffered
from sgd_explained.problems import one_weight

y = sympy.symbols("y", real=True)

# Losses of one output as SymPy writes them; a new one need not be here.
SYMPY = {
    losses.article: (y**3 - y**2) * sympy.exp(-(y**2)),
    losses.parabola: y**2 / 2,
    losses.double_well: (y**2 - 1) ** 2 / 4,
    losses.huber: sympy.Piecewise(
        (y**2 / 2, sympy.Abs(y) <= 1), (sympy.Abs(y) - sympy.Rational(1, 2), True)
    ),
    losses.logistic: sympy.log(1 + sympy.exp(-y)),
}
each = pytest.mark.parametrize(
    "loss", [loss for loss in losses.LOSSES.values() if not loss.targets], ids=repr
)
# Rational points are exact in SymPy; the corners of Huber's loss are among none of them.
POINTS = [sympy.Rational(k, 16) for k in range(-81, 81, 5)]


def formulas(loss):
    return loss.value, loss.slope, loss.curvature


def differentiable(loss):
    """The loss for autograd: our own formula, in autograd's NumPy."""

    def value(y):
        with mock.patch.object(losses, "np", anp):
            return loss.value.expression(y)

    return value


def test_losses_have_their_own_names():
    assert SYMPY.keys() | {losses.cross_entropy} <= set(losses.LOSSES.values())
    for name, loss in losses.LOSSES.items():
        assert getattr(losses, name) is loss
        assert loss.name == name
        assert loss.targets is (loss is losses.cross_entropy)


@pytest.mark.parametrize("loss", SYMPY, ids=repr)
@pytest.mark.parametrize("order", [0, 1, 2])
def test_formulas_are_those_of_sympy(loss, order):
    derivative = sympy.diff(SYMPY[loss], y, order)
    theirs = [float(derivative.subs(y, point).evalf(30)) for point in POINTS]
    ours = formulas(loss)[order]([float(point) for point in POINTS])
    np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-15)


@each
@given(at=st.floats(-6, 6).filter(lambda at: abs(abs(at) - 1) > 1e-9))
def test_derivatives_are_those_of_automatic_differentiation(loss, at):
    function = differentiable(loss)
    for ours in formulas(loss):
        assert ours(at) == pytest.approx(function(at), rel=1e-9, abs=1e-11)
        function = autograd.grad(function)


@each
def test_derivatives_are_finite_differences(loss):
    at, step = np.linspace(-3, 3, 80), 1e-5  # None of these is a corner.
    for function, derivative in zip(formulas(loss)[:2], formulas(loss)[1:], strict=True):
        difference = (function(at + step) - function(at - step)) / (2 * step)
        np.testing.assert_allclose(derivative(at), difference, atol=1e-7)


# What each is far out: value and slope, with the sign of the output as a factor where they have it.
FAR = {
    "article": ((0, 0), (0, 0)),
    "parabola": ((np.inf, 1e200), (np.inf, -1e200)),
    "double_well": ((np.inf, np.inf), (np.inf, -np.inf)),
    "huber": ((1e200, 1), (1e200, -1)),
    "logistic": ((0, 0), (1e200, -1)),
}


@each
def test_far_out_nothing_is_nan_and_nothing_warns(loss):
    with np.errstate(all="raise"):
        right, left = ([formula(sign * 1e200) for formula in formulas(loss)] for sign in (1, -1))
        assert not np.isnan([*right, *left]).any()
        if loss.name in FAR:
            assert (right[:2], left[:2]) == tuple(map(list, FAR[loss.name]))
        infinite = [formula([np.inf, -np.inf]) for formula in formulas(loss)]
    assert not np.isnan(infinite).any()


@each
def test_nan_stays_nan(loss):
    for formula in formulas(loss):
        assert np.isnan(formula(np.nan))


@each
@given(at=hnp.arrays(float, st.integers(1, 40), elements=st.floats(-40, 40)))
def test_one_expression_serves_floats_arrays_and_buffers(loss, at):
    for formula in formulas(loss):
        wanted = formula(at)
        assert [formula(number) for number in at.tolist()] == wanted.tolist()
        clipped = np.clip(at, -formula.saturation, formula.saturation)
        y = np.empty_like(at)
        run = buffered(formula.expression, y)
        for _ in range(2):  # The first run overwrites what the second one uses.
            y[:] = clipped
            np.testing.assert_array_equal(run(), wanted)
        floats = [float(formula.expression(number)) for number in clipped.tolist()]
        assert floats == wanted.tolist()


@pytest.mark.parametrize(
    ("formula", "in_buffers"),
    [
        (lambda y: y**3 + 1, True),
        (lambda y: 1 / y**2 + y**0.5 * y**-1, True),
        (lambda y: y**y * 10**30, True),
        (lambda y: y, True),
        (lambda y: abs(y) + (y := y * y) * 0 + y - y, True),
        (lambda y: (kept := y * 2, kept + 1)[0], True),
        (lambda y: np.where(y > 0, y, -y), False),
        (lambda y: y * np.arange(6.0).reshape(2, 3), False),
        (lambda y: np.cumsum(y), False),
        (lambda y: np.add.accumulate(y), False),
        (lambda y: np.add(y, 1 / 3, dtype=np.float32), False),
        (lambda y: y if y.sum() > 0 else -y, False),
        (lambda y: 1.0 * y if y is None or (y > 0) is True else y * 2, True),
        (lambda y: np.ones(3), False),
        (lambda y: np.modf(y)[0], False),
    ],
)
def test_any_formula_runs_in_buffers_or_as_it_is(formula, in_buffers):
    start = np.linspace(0.5, 9.5, 3)
    y = start.copy()
    run, given = buffered(formula, y), []
    for _ in range(2):
        y[:] = start
        given.append(run())
        np.testing.assert_array_equal(given[-1], formula(start))
    assert (given[0] is given[1]) == in_buffers, "what runs in buffers gives the same one each time"


@pytest.mark.parametrize("power", [2, 0.5, -1, 1, 1.5, -2, 3])
def test_powers_in_buffers_have_the_bits_of_those_of_arrays(power):
    at = np.linspace(0.1, 9.7, 5001)
    np.testing.assert_array_equal(buffered(lambda y: y**power, at.copy())(), at**power)


def test_formula_takes_no_memory_while_some_is_free(monkeypatch):
    taken, y = [], np.ones(3)
    monkeypatch.setattr(
        np, "empty_like", lambda like, make=np.empty_like: taken.append(make(like)) or taken[-1]
    )
    run = buffered(lambda y: (z := (y + 1.0) * (y + 2.0)) * (z + 1.0), y)
    assert run().tolist() == [42.0] * 3
    assert len(taken) == 1, "besides the memory of the variable itself"


def test_branch_on_an_array_is_left_to_numpy():
    y = np.array([0.5])
    run = buffered(lambda y: y if y > 0 else -y, y)
    np.testing.assert_array_equal(run(), [0.5])


@given(
    scores=hnp.arrays(float, (4, 3), elements=st.floats(-30, 30)),
    labels=hnp.arrays(int, 4, elements=st.integers(0, 2)),
)
def test_cross_entropy_is_that_of_automatic_differentiation(scores, labels):
    def value(scores, label):
        return logsumexp(scores) - scores[label]

    for k, label in enumerate(labels):
        one = scores[k], label
        ours = [formula(scores, labels)[k] for formula in formulas(losses.cross_entropy)]
        np.testing.assert_allclose(ours[0], value(*one), rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(ours[1], autograd.grad(value)(*one), atol=1e-12)
        np.testing.assert_allclose(ours[2], autograd.hessian(value)(*one), atol=1e-12)


@pytest.mark.parametrize("formula", formulas(losses.cross_entropy))
def test_cross_entropy_takes_scores_of_any_shape(formula):
    rng = np.random.default_rng(0)
    scores, labels = rng.normal(size=(2, 3, 4, 5)), rng.integers(5, size=(2, 3, 4))
    together = formula(scores, labels)
    for place in np.ndindex(labels.shape):
        alone = formula(scores[place], labels[place])
        np.testing.assert_allclose(together[place], alone, rtol=1e-15, atol=1e-15)


def test_cross_entropy_of_two_classes_is_the_logistic_loss():
    score = np.linspace(-40, 40, 81)
    scores = np.stack([np.zeros_like(score), score], axis=-1)
    ones = np.ones(score.shape)
    np.testing.assert_allclose(
        losses.cross_entropy.value(scores, ones),
        losses.logistic.value(score),
        rtol=1e-12,
        atol=1e-15,
    )
    np.testing.assert_allclose(
        losses.cross_entropy.slope(scores, ones)[:, 1],
        losses.logistic.slope(score),
        rtol=1e-9,
        atol=1e-15,
    )


def test_cross_entropy_bears_huge_scores():
    scores = np.array([[1e300, -1e300, 0.0]])
    assert losses.cross_entropy.value(scores, [0]) == 0
    assert losses.cross_entropy.value(scores, [2]) == 1e300
    assert losses.cross_entropy.slope(scores, [2]).tolist() == [[1, 0, -1]]


@each
@given(
    weight=st.floats(-3, 3),
    data=hnp.arrays(float, st.integers(1, 20), elements=st.floats(-5, 5)),
)
def test_risk_of_any_loss_is_that_of_automatic_differentiation(loss, weight, data):
    def risk(w):
        return anp.mean(differentiable(loss)(w * data))

    assert se.empirical_risk(weight, data, loss) == pytest.approx(risk(weight), abs=1e-10)
    slope = autograd.grad(risk)(weight)
    assert se.risk_gradient(weight, data, loss) == pytest.approx(slope, rel=1e-9, abs=1e-9)
    gradients = se.gradient_of(loss)(weight, data)
    assert gradients.mean() == pytest.approx(slope, rel=1e-9, abs=1e-9)
    bends = data**2 * loss.curvature(weight * data)
    assert se.risk_curvature(weight, data, loss) == pytest.approx(bends.mean(), rel=1e-12)


def test_new_loss_is_one_entry():
    """All that a user writes, and it serves gradients, risks, landscapes, problems and walks."""
    quartic = losses.Loss("quartic", lambda y: y**4 / 4 - y, lambda y: y**3 - 1, lambda y: 3 * y**2)
    x = np.array([0.5, 1.0, 2.0])
    landscape = se.RiskLandscape(x, (-2.0, 3.0), quartic)
    (lowest,) = landscape.minima
    assert lowest.w == pytest.approx((x.mean() / (x**4).mean()) ** (1 / 3), rel=1e-12)
    new = one_weight("quartic", x, 0.1, (-2.0, 3.0), quartic)
    assert new.valleys == landscape.minima
    for crowd in (None, 4):
        walk = se.gradient_descent(
            new.gradient, new.start, *new.data, learning_rate=0.1, steps=200, walkers=crowd
        )
        np.testing.assert_allclose(walk.final, lowest.w, rtol=1e-9)
