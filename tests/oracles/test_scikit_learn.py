"""`sgd` beside scikit-learn: its own SGD step by step, and the optimum that it finds otherwise."""

import re
from pathlib import Path

import numpy as np
import pytest

import sgd_explained as se

pytest.importorskip("sklearn")
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression, SGDClassifier, SGDRegressor


def scores(w, x):
    return (x * w).sum(axis=-1)


def squared_gradient(w, x, t):
    return (scores(w, x) - t)[..., np.newaxis] * x


def logistic_gradient(w, x, t):
    return -(t / (1 + np.exp(t * scores(w, x))))[..., np.newaxis] * x


def partial_fits(model, x, t, order, **options):
    """Weights after each example that the model sees."""
    path = []
    for i in order:
        model.partial_fit(x[i : i + 1], t[i : i + 1], **options)
        path.append(model.coef_.ravel().copy())
    return np.array(path)


@pytest.fixture
def data():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 3))
    return x, x @ [1.0, -2.0, 0.5] + 0.3 * rng.normal(size=60)


@pytest.fixture
def order():
    return se.epoch_orders("reshuffled", 60, 2, np.random.default_rng(1))


PLAIN = {"penalty": None, "fit_intercept": False, "learning_rate": "constant"}


def test_least_squares_step_by_step(data, order):
    x, t = data
    walk = se.sgd(squared_gradient, np.zeros(3), x, t, learning_rate=0.05, epochs=2, order=order)
    theirs = partial_fits(SGDRegressor(eta0=0.05, **PLAIN), x, t, order.ravel())
    np.testing.assert_allclose(walk.weights[1:], theirs, rtol=1e-9, atol=1e-12)


def test_logistic_regression_step_by_step(data, order):
    x, t = data[0], np.sign(data[1])
    walk = se.sgd(logistic_gradient, np.zeros(3), x, t, learning_rate=0.2, epochs=2, order=order)
    model = SGDClassifier(loss="log_loss", eta0=0.2, **PLAIN)
    theirs = partial_fits(model, x, t, order.ravel(), classes=[-1, 1])
    np.testing.assert_allclose(walk.weights[1:], theirs, rtol=1e-9, atol=1e-12)


def test_falling_rate_ends_at_the_optimum_of_logistic_regression():
    x, t = load_breast_cancer(return_X_y=True)
    x, t = (x - x.mean(axis=0)) / x.std(axis=0), 2.0 * t - 1
    strength, (n, features) = 0.1, x.shape

    def gradient(w, x, t):
        return logistic_gradient(w, x, t) + strength * w

    model = LogisticRegression(
        C=1 / (strength * n), fit_intercept=False, tol=1e-12, max_iter=5000
    ).fit(x, t)
    optimum = model.coef_.ravel()

    descent = se.gradient_descent(
        gradient, np.zeros(features), x, t, learning_rate=0.2, steps=3000, keep="last"
    )
    np.testing.assert_allclose(descent.final, optimum, atol=1e-6)

    walk = se.sgd(
        gradient, np.zeros(features), x, t, learning_rate=lambda step: 0.2 / (1 + step / 100),
        epochs=100, batch_size=16, rng=np.random.default_rng(4), keep="last",
    )  # fmt: skip
    np.testing.assert_allclose(walk.final, optimum, atol=5e-3)


def test_regression_falls_like_the_root_of_the_root(data):
    x, t = data
    walk = se.sgd(
        squared_gradient, np.zeros(3), x, t, learning_rate=lambda k: 0.01 / (k + 1) ** 0.25,
        epochs=3, order="sequential",
    )  # fmt: skip
    model = SGDRegressor(penalty=None, fit_intercept=False, shuffle=False, max_iter=3, tol=None)
    np.testing.assert_allclose(walk.final, model.fit(x, t).coef_, rtol=1e-9)


def test_classification_computes_its_own_first_rate(data):
    x, t, strength = data[0], np.sign(data[1]), 0.01
    # Bottou's heuristic: weights of the usual size, and what a wrong answer pulls there.
    usual = strength**-0.25
    first = usual / max(1.0, 1 / (1 + np.exp(-usual)))
    walk = se.sgd(
        lambda w, x, t: logistic_gradient(w, x, t) + strength * w, np.zeros(3), x, t,
        learning_rate=lambda k: 1 / (strength * (1 / (first * strength) + k)),
        epochs=3, order="sequential",
    )  # fmt: skip
    fits = [
        SGDClassifier(
            loss="log_loss", alpha=strength, fit_intercept=False, shuffle=False,
            max_iter=3, tol=None, eta0=eta0,
        ).fit(x, t).coef_.ravel()
        for eta0 in (0.01, 10.0)
    ]  # fmt: skip
    np.testing.assert_allclose(walk.final, fits[0], rtol=1e-9)
    np.testing.assert_array_equal(*fits)  # It never looks at eta0.


@pytest.mark.parametrize(("rate", "tol"), [(0.001, 1e-3), (0.02, 1e-3), (0.3, 1e-3), (0.3, 1e-2)])
def test_fit_stops_by_what_it_sees_while_it_walks(data, rate, tol):
    x, t = data
    model = SGDRegressor(eta0=rate, shuffle=False, tol=tol, max_iter=500, **PLAIN).fit(x, t)
    walk = se.sgd(
        squared_gradient, np.zeros(3), x, t, learning_rate=rate, epochs=500, order="sequential"
    )
    seen = ((walk.weights[:-1].reshape(500, 60, 3) * x).sum(axis=-1) - t) ** 2 / 2
    best, failed, epochs = np.inf, 0, 0
    for objective in seen.mean(axis=1):
        epochs += 1
        failed = failed + 1 if objective > best - tol else 0
        best = min(best, objective)
        if failed == 5:
            break
    assert model.n_iter_ == epochs < 500
    # And where steps are long it stops as soon as it can, far above the least risk.
    least = np.linalg.lstsq(x, t, rcond=None)[0]
    above = np.mean((x @ model.coef_ - t) ** 2) / np.mean((x @ least - t) ** 2)
    assert (above > 1.2) == (rate == 0.3)


@pytest.fixture(params=["regression", "classification"])
def both(request, data):
    """Model, gradient, targets and what partial_fit needs besides, of either kind."""
    t = data[1]
    if request.param == "regression":
        return SGDRegressor, {}, squared_gradient, t, {}
    return SGDClassifier, {"loss": "log_loss"}, logistic_gradient, np.sign(t), {"classes": [-1, 1]}


@pytest.mark.parametrize("power", [0.25, 0.5])
def test_number_of_a_step_goes_on_over_partial_fits(data, both, order, power):
    x, (kind, loss, gradient, t, classes) = data[0], both
    walk = se.sgd(
        gradient, np.zeros(3), x, t, order=order, epochs=2,
        learning_rate=lambda k: 0.05 / (k + 1) ** power,
    )  # fmt: skip
    options = PLAIN | loss | {"learning_rate": "invscaling", "eta0": 0.05, "power_t": power}
    theirs = partial_fits(kind(**options), x, t, order.ravel(), **classes)
    np.testing.assert_allclose(walk.weights[1:], theirs, rtol=1e-9, atol=1e-12)
    # With a second fit it begins anew.
    model = kind(**options, shuffle=False, max_iter=1, tol=None, warm_start=True)
    model.fit(x, t).fit(x, t)
    anew = se.sgd(
        gradient, np.zeros(3), x, t, order="sequential", epochs=2,
        learning_rate=lambda k: 0.05 / (k % 60 + 1) ** power,
    )  # fmt: skip
    np.testing.assert_allclose(anew.final, model.coef_.ravel(), rtol=1e-9)


def test_penalty_is_added_to_the_gradient(data, both, order):
    x, (kind, loss, gradient, t, classes) = data[0], both
    walk = se.sgd(
        lambda w, x, t: gradient(w, x, t) + 0.1 * w, np.zeros(3), x, t,
        learning_rate=0.05, epochs=2, order=order,
    )  # fmt: skip
    model = kind(eta0=0.05, **PLAIN | loss | {"penalty": "l2", "alpha": 0.1})
    theirs = partial_fits(model, x, t, order.ravel(), **classes)
    np.testing.assert_allclose(walk.weights[1:], theirs, rtol=1e-9, atol=1e-12)


def test_average_is_the_mean_of_the_weights(data, both):
    x, (kind, loss, gradient, t, _) = data[0], both
    walk = se.sgd(gradient, np.zeros(3), x, t, learning_rate=0.05, epochs=3, order="sequential")
    options = PLAIN | loss | {"eta0": 0.05, "shuffle": False, "max_iter": 3, "tol": None}
    model = kind(average=True, **options).fit(x, t)
    np.testing.assert_allclose(walk.weights[1:].mean(axis=0), model.coef_.ravel(), rtol=1e-9)


def seen_objectives(weights, x, t):
    """Mean loss of the examples of an epoch, each at the weights that met it."""
    return np.mean((scores(weights, x) - t) ** 2 / 2)


def stopped(x, t, rate, tol, patience, adaptive):
    """Weights and number of epochs of a walk that counts epochs whose loss did not fall by tol."""
    w, best, failed, epochs = np.zeros(3), np.inf, 0, 0
    while epochs < 500:
        walk = se.sgd(squared_gradient, w, x, t, learning_rate=rate, epochs=1, order="sequential")
        objective, w, epochs = seen_objectives(walk.weights[:-1], x, t), walk.final, epochs + 1
        failed = failed + 1 if objective > best - tol else 0
        best = min(best, objective)
        if failed >= patience:
            if not adaptive or rate <= 1e-6:
                break
            rate, failed = rate / 5, 0
    return w, epochs


@pytest.mark.parametrize("kind", ["constant", "adaptive"])
@pytest.mark.parametrize("patience", [2, 5])
def test_adaptive_rate_falls_where_others_stop(data, kind, patience):
    x, t = data
    w, epochs = stopped(x, t, 0.1, 1e-3, patience, adaptive=kind == "adaptive")
    options = PLAIN | {"learning_rate": kind, "eta0": 0.1, "n_iter_no_change": patience}
    model = SGDRegressor(**options, shuffle=False, tol=1e-3, max_iter=500).fit(x, t)
    assert model.n_iter_ == epochs < 500
    np.testing.assert_allclose(w, model.coef_, rtol=1e-7)


def test_adaptive_rate_stays_in_partial_fits(data, order):
    x, t = data
    walk = se.sgd(squared_gradient, np.zeros(3), x, t, learning_rate=0.3, epochs=2, order=order)
    model = SGDRegressor(eta0=0.3, **PLAIN | {"learning_rate": "adaptive"})
    theirs = partial_fits(model, x, t, order.ravel())
    np.testing.assert_allclose(walk.weights[1:], theirs, rtol=1e-9, atol=1e-12)


PAGE = Path(__file__).parents[2] / "docs/practice/your-library.md"
COMPARED = {
    "`partial_fit` of one example": test_least_squares_step_by_step,
    '`learning_rate="constant"`': test_logistic_regression_step_by_step,
    '`learning_rate="invscaling"`': test_number_of_a_step_goes_on_over_partial_fits,
    '`learning_rate="optimal"`': test_classification_computes_its_own_first_rate,
    '`learning_rate="adaptive"`': test_adaptive_rate_falls_where_others_stop,
    '`alpha`, `penalty="l2"`': test_penalty_is_added_to_the_gradient,
    "`average=True`": test_average_is_the_mean_of_the_weights,
    "`shuffle=False`": test_regression_falls_like_the_root_of_the_root,
    "`tol`, `n_iter_no_change`": test_adaptive_rate_falls_where_others_stop,
}


def test_each_row_of_the_table_is_compared():
    table = PAGE.read_text(encoding="utf-8").split("What an option of scikit-learn is")[1]
    rows = re.findall(r"^\| (`.*?) \| .* \| (.*?) \|$", table.split(":::")[0], flags=re.MULTILINE)
    assert [call for call, agree in rows if agree == "yes"] == list(COMPARED)
    assert [call for call, agree in rows if agree != "yes"] == ["`shuffle=True`"]
    for call in COMPARED:
        for option in re.findall(r"`(\w+)", call):
            for kind in (SGDRegressor, SGDClassifier):
                assert option in kind().get_params() or hasattr(kind, option)
