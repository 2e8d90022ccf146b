"""Update rules and schedules beside PyTorch and optax, step by step over a thousand steps.

The peers round a product and a sum once, we round both: after a thousand steps the weights part by a
few units in the last place. Where the learning rate is a power of two, its product is exact, and the
weights are equal to the last bit.
"""

import numpy as np
import pytest

import sgd_explained as se
from sgd_explained import schedules, updates

torch = pytest.importorskip("torch")
jax = pytest.importorskip("jax")
optax = pytest.importorskip("optax")
jax.config.update("jax_enable_x64", True)

STEPS, SIZE = 1000, 7
SEEDS = [0, 1, 2]

# How far the weights may part in a thousand steps, in units of the last place.
ULPS = 32


def problem(seed):
    """A random bowl, a start, and a pull that moves its floor at each step."""
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(SIZE, SIZE)) / np.sqrt(SIZE)
    return root @ root.T + 0.1 * np.eye(SIZE), rng.normal(size=SIZE), rng.normal(size=(STEPS, SIZE))


def ours(update, seed, rate, gradients):
    """Weights after each step, for gradients that do not depend on them."""
    _, w, _ = problem(seed)
    return se.sgd(
        lambda w, g: g, w, gradients, learning_rate=rate, order="sequential", update=update
    ).weights[1:]


def torch_path(optimizer, seed, rate, gradients, before=None):
    _, start, _ = problem(seed)
    w = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer = optimizer([w], lr=rate)
    path = []
    for gradient in gradients:
        w.grad = torch.tensor(gradient)
        if before:
            before([w])
        optimizer.step()
        path.append(w.detach().numpy().copy())
    return np.array(path)


def optax_path(transform, seed, gradients):
    _, start, _ = problem(seed)

    def step(carry, gradient):
        w, state = carry
        change, state = transform.update(gradient, state, w)
        w = optax.apply_updates(w, change)
        return (w, state), w

    start = jax.numpy.asarray(start)
    return np.asarray(
        jax.lax.scan(step, (start, transform.init(start)), jax.numpy.asarray(gradients))[1]
    )


def own_gradients(update, seed, rate):
    """Gradients of the bowl along our walk: what its peers are given, too."""
    bowl, w, pulls = problem(seed)
    seen = []
    se.sgd(
        lambda w, pull: (w - pull) @ bowl, w, pulls, learning_rate=rate, order="sequential",
        update=update, observe=lambda step, _: seen.append(step.gradient),
    )  # fmt: skip
    return np.array(seen)


def optimizer(kind, **options):
    return lambda weights, lr: getattr(torch.optim, kind)(weights, lr=lr, **options)


def clipped(function, limit):
    return lambda weights: getattr(torch.nn.utils, function)(weights, limit)


# The rule, its learning rate, PyTorch's, what comes before its step, and how far they may part.
TORCH = {
    "plain": (updates.plain, 0.1, optimizer("SGD"), None),
    "momentum": (updates.momentum(), 0.01, optimizer("SGD", momentum=0.9), None),
    "dampening": (
        updates.momentum(0.8, dampening=0.3), 0.01,
        optimizer("SGD", momentum=0.8, dampening=0.3), None,
    ),
    "dampening alone": (
        updates.momentum(0.0, dampening=0.3), 0.1,
        optimizer("SGD", momentum=0.0, dampening=0.3), None,
    ),
    "nesterov": (updates.nesterov(), 0.01, optimizer("SGD", momentum=0.9, nesterov=True), None),
    "adagrad": (updates.adagrad(), 0.01, optimizer("Adagrad"), None),
    "adagrad, all": (
        updates.adagrad(0.01, 0.1, 1e-6), 0.1,
        optimizer("Adagrad", lr_decay=0.01, initial_accumulator_value=0.1, eps=1e-6), None,
    ),
    "rmsprop": (updates.rmsprop(), 0.01, optimizer("RMSprop"), None),
    "rmsprop, all": (
        updates.rmsprop(0.9, 1e-4, 0.5, True), 0.001,
        optimizer("RMSprop", alpha=0.9, eps=1e-4, momentum=0.5, centered=True), None,
    ),
    "adam": (updates.adam(), 0.001, optimizer("Adam"), None),
    "adam, all": (
        updates.adam((0.4, 0.9), 1e-5), 0.01, optimizer("Adam", betas=(0.4, 0.9), eps=1e-5), None
    ),
    "adamw": (updates.adamw(), 0.001, optimizer("AdamW"), None),
    "adamw, all": (
        updates.adamw(weight_decay=0.3), 0.01, optimizer("AdamW", weight_decay=0.3), None
    ),
    "clip by value": (
        updates.clip_by_value(0.5), 0.1, optimizer("SGD"), clipped("clip_grad_value_", 0.5)
    ),
    "clip by norm": (
        updates.clip_by_norm(1.0), 0.1, optimizer("SGD"), clipped("clip_grad_norm_", 1.0)
    ),
    "clip, then adam": (
        updates.clip_by_norm(1.0, updates.adam()), 0.01, optimizer("Adam"),
        clipped("clip_grad_norm_", 1.0),
    ),
}  # fmt: skip


def largest_error(path, wanted):
    """Largest difference in units of the last place of the largest weight that its number had."""
    scale = np.maximum.accumulate(np.abs(wanted), axis=0)
    return (np.abs(path - wanted) / np.spacing(scale)).max()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", TORCH)
def test_update_is_that_of_torch(name, seed):
    update, rate, theirs, before = TORCH[name]
    gradients = own_gradients(update, seed, rate)
    wanted = torch_path(theirs, seed, rate, gradients, before)
    # PyTorch multiplies by 1 - rate * decay, whose rounding error is the same at each of the steps.
    allowed = ULPS + (STEPS / 2 if name.startswith("adamw") else 0)
    assert largest_error(ours(update, seed, rate, gradients), wanted) <= allowed


EXACT = {
    "plain": (updates.plain, {}),
    "momentum": (updates.momentum(), {"momentum": 0.9}),
    "dampening": (updates.momentum(0.9, 0.5), {"momentum": 0.9, "dampening": 0.5}),
    "nesterov": (updates.nesterov(0.5), {"momentum": 0.5, "nesterov": True}),
}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", EXACT)
def test_update_is_that_of_torch_to_the_last_bit(name, seed):
    update, options = EXACT[name]
    rate = 2.0**-6
    gradients = own_gradients(update, seed, rate)
    wanted = torch_path(optimizer("SGD", **options), seed, rate, gradients)
    np.testing.assert_array_equal(ours(update, seed, rate, gradients), wanted)


OPTAX = {
    "plain": (updates.plain, 0.1, optax.sgd(0.1)),
    "momentum": (updates.momentum(), 0.01, optax.sgd(0.01, momentum=0.9)),
    "nesterov": (updates.nesterov(), 0.01, optax.sgd(0.01, momentum=0.9, nesterov=True)),
    "rmsprop": (
        updates.rmsprop(0.9, 1e-8), 0.01, optax.rmsprop(0.01, 0.9, 1e-8, eps_in_sqrt=False)
    ),
    "rmsprop, all": (
        updates.rmsprop(0.9, 1e-8, 0.5), 0.001,
        optax.rmsprop(0.001, 0.9, 1e-8, eps_in_sqrt=False, momentum=0.5),
    ),
    "adam": (updates.adam(), 0.001, optax.adam(0.001)),
    "adamw": (updates.adamw(), 0.001, optax.adamw(0.001, weight_decay=1e-2)),
    "clip by value": (
        updates.clip_by_value(0.5), 0.1, optax.chain(optax.clip(0.5), optax.sgd(0.1))
    ),
}  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", OPTAX)
def test_update_is_that_of_optax(name, seed):
    update, rate, theirs = OPTAX[name]
    gradients = own_gradients(update, seed, rate)
    wanted = optax_path(theirs, seed, gradients)
    assert largest_error(ours(update, seed, rate, gradients), wanted) <= ULPS


lr = torch.optim.lr_scheduler

TORCH_SCHEDULES = {
    "constant": (schedules.constant(0.3), lambda o: lr.ConstantLR(o, factor=1.0)),
    "inverse": (schedules.inverse(0.3, 50), lambda o: lr.LambdaLR(o, lambda k: 1 / (1 + k / 50))),
    "inverse square root": (
        schedules.inverse_square_root(0.3, 50),
        lambda o: lr.LambdaLR(o, lambda k: (1 + k / 50) ** -0.5),
    ),
    "step": (schedules.step(0.3, 90), lambda o: lr.StepLR(o, 90)),
    "step, all": (schedules.step(0.3, 90, 0.7), lambda o: lr.StepLR(o, 90, 0.7)),
    "exponential": (schedules.exponential(0.3, 0.99), lambda o: lr.ExponentialLR(o, 0.99)),
    "cosine": (schedules.cosine(0.3, STEPS), lambda o: lr.CosineAnnealingLR(o, STEPS)),
    "cosine, all": (
        schedules.cosine(0.3, STEPS, 0.01),
        lambda o: lr.CosineAnnealingLR(o, STEPS, 0.01),
    ),
    "warmup": (schedules.warmup(0.3, 100), lambda o: lr.LinearLR(o, total_iters=100)),
    "warmup, then cosine": (
        schedules.warmup(schedules.cosine(0.3, STEPS), 100, 0.1),
        lambda o: lr.SequentialLR(
            o, [lr.LinearLR(o, 0.1, total_iters=100), lr.CosineAnnealingLR(o, STEPS)], [100]
        ),
    ),
}


@pytest.mark.parametrize("name", TORCH_SCHEDULES)
@pytest.mark.filterwarnings("ignore")  # Of the order in which PyTorch's own combination calls.
def test_schedule_is_that_of_torch(name):
    schedule, theirs = TORCH_SCHEDULES[name]
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=0.3)
    scheduler = theirs(optimizer)
    wanted = []
    for _ in range(STEPS):
        wanted.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    got = [schedule(k) for k in range(STEPS)]
    np.testing.assert_allclose(got, wanted, rtol=1e-14)


OPTAX_SCHEDULES = {
    "exponential": (schedules.exponential(0.3, 0.99), optax.exponential_decay(0.3, 1, 0.99)),
    "step": (
        schedules.step(0.3, 90, 0.7), optax.exponential_decay(0.3, 90, 0.7, staircase=True)
    ),
    "cosine": (schedules.cosine(0.3, 900, 0.03), optax.cosine_decay_schedule(0.3, 900, 0.1)),
    "warmup, then cosine": (
        schedules.warmup(schedules.cosine(0.3, 800, 0.03), 100, 0.1),
        optax.warmup_cosine_decay_schedule(0.03, 0.3, 100, 900, 0.03),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OPTAX_SCHEDULES)
def test_schedule_is_that_of_optax(name):
    schedule, theirs = OPTAX_SCHEDULES[name]
    got = [schedule(k) for k in range(STEPS)]
    wanted = [float(theirs(k)) for k in range(STEPS)]
    np.testing.assert_allclose(got, wanted, rtol=1e-14)
