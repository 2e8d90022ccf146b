"""`sgd` beside ``torch.optim.SGD`` and PyTorch's automatic differentiation, step by step."""

import numpy as np
import pytest

import sgd_explained as se
from sgd_explained.problems import article, trap

torch = pytest.importorskip("torch")


def tensor(values, **options):
    return torch.tensor(np.array(values), dtype=torch.float64, **options)


def article_loss(w, x):
    y = w * x
    return ((y**3 - y**2) * torch.exp(-(y**2))).mean()


def logistic_loss(w, x, t):
    return torch.nn.functional.softplus(-t * (x @ w)).mean()


def logistic_gradient(w, x, t):
    scores = (x * w).sum(axis=-1)
    return -(t / (1 + np.exp(t * scores)))[..., np.newaxis] * x


def torch_path(loss, w0, data, batches, learning_rate, schedule=None):
    """Weights before the first and after every step of torch.optim.SGD."""
    w = tensor(w0, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=learning_rate)
    scheduler = schedule and torch.optim.lr_scheduler.LambdaLR(optimizer, schedule)
    path = [w.detach().numpy().copy()]
    for batch in batches:
        optimizer.zero_grad()
        loss(w, *(tensor(column[batch]) for column in data)).backward()
        optimizer.step()
        if scheduler:
            scheduler.step()
        path.append(w.detach().numpy().copy())
    return np.array(path)


def batches(orders, size):
    return [batch for order in orders for batch in se.batches(order, size)]


@pytest.mark.parametrize("size", [1, 3, 7, 100])
@pytest.mark.parametrize("rule", ["sequential", "reshuffled", "with_replacement"])
def test_article_loss(rule, size):
    x, rate = article.x, 0.01
    orders = se.epoch_orders(rule, 100, 2, np.random.default_rng(5))
    walk = se.sgd(
        se.gradient, article.start, x, learning_rate=rate, epochs=2, batch_size=size, order=orders
    )
    theirs = torch_path(article_loss, article.start, [x], batches(orders, size), rate)
    np.testing.assert_allclose(walk.weights, theirs, rtol=1e-9, atol=1e-12)


def test_single_steps_from_the_same_weight():
    """Large steps are chaotic, so each one is compared by itself."""
    x, rate = article.x, 0.5
    walk = se.sgd(se.gradient, article.start, x, learning_rate=rate, rng=np.random.default_rng(2))
    for before, after, (example,) in zip(
        walk.weights[:-1], walk.weights[1:], walk.examples, strict=True
    ):
        theirs = torch_path(article_loss, before, [x], [[example]], rate)[-1]
        assert after == pytest.approx(theirs, rel=1e-12, abs=1e-14)


def test_gradient_descent():
    x = trap.x
    walk = se.gradient_descent(se.gradient, trap.start, x, learning_rate=0.3, steps=50)
    theirs = torch_path(article_loss, trap.start, [x], [np.arange(100)] * 50, 0.3)
    np.testing.assert_allclose(walk.weights, theirs, rtol=1e-9)


def test_crowd():
    x, w0 = np.linspace(-5, 5, 30), [-0.3, 0.1, 0.4]
    orders = se.epoch_orders("reshuffled", 30, 2, np.random.default_rng(1), walkers=3)
    walk = se.sgd(
        se.gradient, w0, x, learning_rate=0.01, epochs=2, batch_size=4, order=orders, crowd=True
    )
    for m in range(3):
        theirs = torch_path(article_loss, w0[m], [x], batches(orders[m], 4), 0.01)
        np.testing.assert_allclose(walk.weights[:, m], theirs, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("size", [1, 8])
def test_vector_of_weights_with_a_schedule(size):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(50, 4))
    t = np.sign(x @ rng.normal(size=4) + rng.normal(size=50))
    orders = se.epoch_orders("reshuffled", 50, 3, rng)

    def decay(step):
        return 1 / (1 + step / 10)

    walk = se.sgd(
        logistic_gradient, np.zeros(4), x, t, learning_rate=lambda step: 0.5 * decay(step),
        epochs=3, batch_size=size, order=orders,
    )  # fmt: skip
    theirs = torch_path(logistic_loss, np.zeros(4), [x, t], batches(orders, size), 0.5, decay)
    np.testing.assert_allclose(walk.weights, theirs, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("order", [0, 1, 2])
def test_derivatives(order):
    ours = (se.loss, se.loss_derivative, se.loss_second_derivative)[order]
    points = np.linspace(-6, 6, 1001)
    y = tensor(points, requires_grad=True)
    theirs = (y**3 - y**2) * torch.exp(-(y**2))
    for _ in range(order):
        (theirs,) = torch.autograd.grad(theirs.sum(), y, create_graph=True)
    np.testing.assert_allclose(ours(points), theirs.detach().numpy(), rtol=1e-9, atol=1e-13)
