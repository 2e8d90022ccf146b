"""`sgd` beside scikit-learn: its own SGD step by step, and the optimum that it finds otherwise."""

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
