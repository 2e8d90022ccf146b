"""The figures' mathematics, run by the browser's own engine, against the package."""

from itertools import permutations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sgd_explained import (
    RiskLandscape,
    empirical_risk,
    gradient,
    gradient_descent,
    loss,
    loss_derivative,
    problems,
    risk_gradient,
    sgd,
)

ARTICLE, TRAP, TEN = problems.article.x, problems.trap.x, problems.ten.x
MASK = 0xFFFFFFFF

MODULES = [
    "math",
    "walks",
    "valleys",
    "bowl",
    "cards",
    "last",
    "wall",
    "cycles",
    "settling",
    "peak",
    "guess",
]
# What a line of a test calls the modules.
PROLOGUE = (
    f"const {{ {', '.join(MODULES)} }} = window.modules;"
    "const m = { ...math, ...walks, ...valleys };"
)


@pytest.fixture(scope="module")
def run(browser, site_url):
    """Run a line of JavaScript that has math.js as `m`, other modules, and the arguments as `a`."""
    page = browser.new_page()
    page.set_default_timeout(0)
    page.goto(f"{site_url.rstrip('/')}/learn/travelling.html")
    page.evaluate(
        """async (names) => {
            const script = document.querySelector("script[data-late]");
            const figure = new URL(document.querySelector("live-travel").dataset.module, script.src);
            window.modules = {};
            for (const name of names) {
                window.modules[name] = await import(new URL(`${name}.js`, figure).href);
            }
        }""",
        MODULES,
    )

    def evaluate(line, *arguments):
        arguments = [a.tolist() if isinstance(a, np.ndarray) else a for a in arguments]
        return page.evaluate(
            f"(a) => {{ {PROLOGUE} return {line}; }}",
            arguments,
        )

    yield evaluate
    page.close()


# The same integers on both sides


def mulberry32(seed):
    """Yield the generator's 32-bit integers, as math.js makes them."""
    a = seed & MASK
    while True:
        a = (a + 0x6D2B79F5) & MASK
        t = ((a ^ (a >> 15)) * (a | 1)) & MASK
        t = (t + (t ^ (t >> 7)) * (t | 61)) & MASK ^ t
        yield t ^ (t >> 14)


def below(n, random):
    return next(random) * n >> 32


def epoch_orders(rule, n, epochs, seed):
    """Return the orders of math.js, shape (epochs, n)."""
    random, order, orders = mulberry32(seed), list(range(n)), []
    if rule == "reversed":
        order.reverse()
    for _ in range(epochs):
        if rule == "replacement":
            order = [below(n, random) for _ in range(n)]
        elif rule == "reshuffled":
            for i in range(n - 1):
                j = i + below(n - i, random)
                order[i], order[j] = order[j], order[i]
        orders.append(order.copy())
    return np.array(orders)


def crowd_orders(rule, walkers, n, batch_size, epochs, seed):
    """Return the orders of a Crowd, whose walkers take turns at one generator."""
    random = mulberry32(seed)
    order = np.tile(np.arange(n), (walkers, 1))
    orders = np.empty((walkers, epochs, n), dtype=int)
    for epoch in range(epochs):
        for first in range(0, n, batch_size):
            for walker in range(walkers):
                for i in range(first, min(first + batch_size, n)):
                    if rule == "replacement":
                        orders[walker, epoch, i] = below(n, random)
                        continue
                    j = i + below(n - i, random) if i < n - 1 else i
                    order[walker, [i, j]] = order[walker, [j, i]]
                    orders[walker, epoch, i] = order[walker, i]
    return orders


def test_generator_gives_the_same_integers(run):
    for seed in (0, 1, 999, 2**31, MASK):
        random = mulberry32(seed)
        ours = [next(random) for _ in range(1000)]
        theirs = run(
            "(() => { const r = m.mulberry32(a[0]); return Array.from({length: 1000}, r); })()",
            seed,
        )
        assert theirs == ours


@pytest.mark.parametrize("rule", ["sorted", "reversed", "reshuffled", "replacement"])
def test_orders_are_the_same(run, rule):
    for n, epochs, seed in [(2, 3, 0), (10, 5, 7), (100, 20, 1)]:
        theirs = run("m.epochOrders(...a).map((o) => Array.from(o))", rule, n, epochs, seed)
        assert_array_equal(theirs, epoch_orders(rule, n, epochs, seed))


def test_reshuffling_is_uniform(run):
    theirs = run("m.epochOrders('reshuffled', 3, 6000, 5).map((o) => o.join(''))")
    _, counts = np.unique(theirs, return_counts=True)
    assert len(counts) == 6
    assert np.all(abs(counts - 1000) < 5 * np.sqrt(1000))


def test_batches_are_drawn_without_replacement(run):
    drawn = np.array(run("Array.from(m.drawBatches(10, 4, 500, 3))")).reshape(500, 4)
    assert all(len(set(batch)) == 4 for batch in drawn.tolist())
    assert set(drawn.ravel().tolist()) == set(range(10))


@pytest.mark.parametrize(
    "ends", [(-5, 5, 100), (-2, 5, 100), (-5, 5, 10), (-0.7, 0.7, 161), (3, 3, 2)]
)
def test_inputs_are_the_same_to_the_last_bit(run, ends):
    assert_array_equal(run("Array.from(m.linspace(...a))", *ends), np.linspace(*ends))


# The same functions


def outputs():
    rng = np.random.default_rng(0)
    parts = [
        rng.normal(size=4000),
        rng.uniform(-30, 30, 4000),
        10.0 ** rng.uniform(-300, 300, 1000) * rng.choice([-1, 1], 1000),
        [0.0, -0.0, 30.0, -30.0, 1e308, -1e308, 5e-324],
    ]
    return np.concatenate(parts)


def test_loss_agrees_pointwise(run):
    y = outputs()
    assert_allclose(run("a[0].map((y) => m.loss(y))", y), loss(y), rtol=0, atol=1e-14)
    theirs = run("a[0].map((y) => m.lossDerivative(y))", y)
    assert_allclose(theirs, loss_derivative(y), rtol=0, atol=1e-14)


def test_gradient_agrees_pointwise(run):
    rng = np.random.default_rng(1)
    w, x = rng.normal(size=5000), rng.uniform(-5, 5, 5000)
    theirs = run("a[0].map((w, i) => m.gradient(w, a[1][i]))", w, x)
    assert_allclose(theirs, gradient(w, x), rtol=0, atol=1e-14)


@pytest.mark.parametrize("x", [ARTICLE, TRAP, TEN], ids=["article", "trap", "ten"])
def test_risk_agrees_pointwise(run, x):
    w = np.random.default_rng(2).normal(size=3000)
    theirs = run("a[0].map((w) => m.risk(w, a[1]))", w, x)
    assert_allclose(theirs, empirical_risk(w, x), rtol=0, atol=1e-14)
    theirs = run("a[0].map((w) => m.riskGradient(w, a[1]))", w, x)
    assert_allclose(theirs, risk_gradient(w, x), rtol=0, atol=1e-14)


@pytest.mark.parametrize("learning_rate", [0.003, 0.05, 0.12])
def test_step_of_gradient_descent_agrees(run, learning_rate):
    w = np.random.default_rng(4).uniform(-1, 1.5, 1000)
    theirs = run("a[0].map((w) => m.descended(w, a[1], a[2]))", w, TRAP, learning_rate)
    settings = {"learning_rate": learning_rate, "steps": 1, "crowd": True}
    ours = gradient_descent(gradient, w, TRAP, **settings).final
    assert_allclose(theirs, ours, rtol=0, atol=1e-14)


@pytest.mark.parametrize("eta", [0.01, 0.25, 0.5, 0.9, 1.0])
def test_walks_in_the_bowl_agree(run, eta):
    theirs = run("bowl.weights(a[0], a[1], a[2])", -1, eta, 50)
    ours = gradient_descent(
        lambda w, best: 2 * (w - best), -1.0, [3.0], learning_rate=eta, steps=50
    ).weights
    assert_allclose(theirs, ours, rtol=0, atol=1e-14)


def test_orders_are_numbered_as_in_a_dictionary(run):
    theirs = run("Array.from({ length: 720 }, (_, rank) => cards.orderOf(rank))")
    assert [tuple(order) for order in theirs] == list(permutations(range(6)))
    ranks = run("Array.from({ length: 720 }, (_, rank) => cards.rankOf(cards.orderOf(rank)))")
    assert ranks == list(range(720))


def test_sweeps_with_another_end_agree(run):
    for place in (1, 37, 50, 99, 100):
        order = np.roll(np.arange(100), -place)[np.newaxis]
        start = problems.article.start
        ours = sgd(gradient, start, ARTICLE, learning_rate=0.01, order=order, epochs=1).final
        assert_allclose(run("last.endOf(a[0])", place), ours, rtol=0, atol=1e-14)


@pytest.mark.parametrize("eta", [0.02, 0.3, 1.0])
def test_four_ways_to_settle_agree(run, eta):
    inputs, seed = np.linspace(-1, 1, 10), 5
    theirs = run("settling.walks(...a)", eta, seed)
    settings = {"epochs": 40}

    def pull(w, x):
        return w - x

    draws = epoch_orders("replacement", 10, 40, seed)
    constant = sgd(pull, 1.5, inputs, learning_rate=eta, order=draws, **settings).weights
    assert_allclose(theirs["constant"], constant, rtol=0, atol=1e-14)
    means = np.cumsum(constant[1:]) / np.arange(1, 401)
    assert_allclose(theirs["averaged"][1:], means, rtol=0, atol=1e-13)
    order = epoch_orders("reshuffled", 10, 40, seed)
    ours = sgd(pull, 1.5, inputs, learning_rate=eta, order=order, **settings).weights
    assert_allclose(theirs["reshuffled"], ours, rtol=0, atol=1e-14)
    w = 1.5
    for k, drawn in enumerate(draws.ravel()):
        w -= eta / (1 + eta * k) * (w - inputs[drawn])
    assert theirs["shrinking"][-1] == pytest.approx(w, abs=1e-14)


@pytest.mark.parametrize("eta", [0.3, 0.38, 0.45])
def test_walks_near_the_limit_agree(run, eta):
    floor = problems.trap.valleys[1].w
    walk = gradient_descent(gradient, floor + 0.02, TRAP, learning_rate=eta, steps=31)
    assert_allclose(run("cycles.comesTo(a[0], 0, 32)", eta), walk.weights, rtol=0, atol=1e-9)


def test_periods(run):
    assert run("cycles.period([1, 1, 1, 1])") == 1
    assert run("cycles.period([1, 2, 1, 2, 1])") == 2
    assert run("cycles.period(Array.from({ length: 32 }, (_, i) => Math.sin(i * i)))") == 0


def test_multiplying_walks_agree(run):
    eta, seed = 0.7, 3
    random = mulberry32(seed)
    ours, factors = [], np.log10(np.abs(1 - eta * np.array([1, -1.5])))
    for _ in range(12):
        drawn = [below(2, random) for _ in range(200)]
        ours.append(np.concatenate([[0], np.cumsum(factors[drawn])]))
    assert_allclose(run("peak.walks(...a)", eta, seed), ours, rtol=0, atol=1e-12)
    low, high = run("peak.WINDOW")
    for edge in (low, high):
        assert np.log(np.abs((1 - edge) * (1 + 1.5 * edge))) == pytest.approx(0, abs=1e-12)


def test_answers_to_the_guesses_agree(run):
    settings = {"learning_rate": 0.01, "epochs": 1}
    sorted_end, reversed_end = (
        sgd(
            gradient,
            problems.article.start,
            ARTICLE,
            order=epoch_orders(rule, 100, 1, 1),
            **settings,
        ).final
        for rule in ("sorted", "reversed")
    )
    assert f"{sorted_end:.3f}" == "-0.227", "as the question about the other order says"
    answers = run("Object.values(guess.QUESTIONS).map((question) => question.answer())")
    left, deepest, risk, end = answers
    assert_allclose(risk, empirical_risk(sorted_end, ARTICLE), rtol=0, atol=1e-12)
    assert_allclose(end, reversed_end, rtol=0, atol=1e-12)
    orders = crowd_orders("reshuffled", 300, 100, 1, 50, 1)
    landscape = problems.trap.landscape
    for eta, theirs, valleys in [(0.015, left, (0, 2)), (0.03, deepest, (0,))]:
        floor = landscape.minima[1].w
        final = sgd(gradient, floor, TRAP, learning_rate=eta, epochs=50, order=orders, walkers=300)
        # Walks that noise drives apart may fall on either side of the rim in the two languages.
        assert abs(np.isin(landscape.basin(final.final), valleys).sum() - theirs) <= 2


@pytest.mark.parametrize("side", [-1, 1])
def test_thresholds_of_the_wall_agree(run, side):
    w = side * np.linspace(1e-6, 2, 20_001)[:, np.newaxis]
    ours = 1 / (gradient(w, TRAP) / w).max()
    # The module looks at weights 0.0005 apart.
    assert_allclose(run("wall.threshold(a[0])", side), ours, rtol=1e-5)


@pytest.mark.parametrize("problem", [problems.article, problems.ten, problems.trap], ids=repr)
def test_named_problems_agree(run, problem):
    assert run(f"Array.from(math.{problem.name}.inputs)") == problem.x.tolist()
    said = run(f"Object.entries(math.{problem.name}).filter(([name]) => name !== 'inputs')")
    ours = {"start": problem.start, "interval": list(problem.interval)}
    for name, value in said:
        assert value == ours[name], name


@pytest.mark.parametrize(("name", "x"), [("article", ARTICLE), ("trap", TRAP), ("ten", TEN)])
def test_valleys_agree(run, name, x):
    landscape = RiskLandscape(x, (-3, 3))
    theirs = run("valleys.survey(a[0]).valleys.filter((v) => v.floor !== undefined)", name)
    assert_allclose([v["floor"] for v in theirs], [p.w for p in landscape.minima], atol=1e-10)
    assert_allclose([v["depth"] for v in theirs], [p.risk for p in landscape.minima], atol=1e-14)
    deepest = min(theirs, key=lambda v: v["depth"])
    assert "trap" not in deepest["name"]
    assert len({v["name"] for v in theirs}) == len(theirs)


@pytest.mark.parametrize("x", [ARTICLE, TRAP, TEN], ids=["article", "trap", "ten"])
def test_stationary_points_agree(run, x):
    ours = RiskLandscape(x, (-3, 3)).stationary_points
    theirs = run("m.stationaryPoints(a[0], -3, 3)", x)
    assert [p["minimum"] for p in theirs] == [p.kind == "minimum" for p in ours]
    assert_allclose([p["w"] for p in theirs], [p.w for p in ours], rtol=0, atol=1e-10)


# The same walks


@pytest.mark.parametrize("learning_rate", [0.001, 0.01, 0.1, 1.0])
def test_single_steps_agree(run, learning_rate):
    rng = np.random.default_rng(3)
    w = rng.uniform(-2, 2, 400)
    batch = rng.integers(100, size=(400, 5))
    theirs = run(
        "a[0].map((w, i) => m.walk(w, a[1], a[2], 5, [Uint16Array.from(a[3][i])]).weights[1])",
        w,
        TRAP,
        learning_rate,
        batch,
    )
    ours = w - learning_rate * gradient(w[:, np.newaxis], TRAP[batch]).mean(axis=1)
    assert_allclose(theirs, ours, rtol=0, atol=1e-14)


@pytest.mark.parametrize("batch_size", [1, 7, 100])
@pytest.mark.parametrize("rule", ["sorted", "reversed", "reshuffled", "replacement"])
def test_whole_walks_agree(run, rule, batch_size):
    for learning_rate, start, seed in [(0.01, -0.3, 1), (0.003, 0.5, 2), (0.01, 0.194, 3)]:
        order = epoch_orders(rule, 100, 5, seed)
        theirs = run(
            "m.walk(a[0], a[1], a[2], a[3], m.epochOrders(a[4], 100, 5, a[5])).weights",
            *(start, ARTICLE, learning_rate, batch_size, rule, seed),
        )
        settings = {"learning_rate": learning_rate, "batch_size": batch_size, "epochs": 5}
        ours = sgd(gradient, start, ARTICLE, order=order, **settings).weights
        assert_allclose(theirs, ours, rtol=0, atol=1e-12)


@pytest.mark.parametrize("batch_size", [1, 7])
@pytest.mark.parametrize("rule", ["reshuffled", "replacement"])
def test_crowds_agree(run, rule, batch_size):
    walkers, epochs, seed = 40, 2, 11
    theirs = run(
        """(() => {
            const [walkers, start, xs, learningRate, batchSize, rule, seed, epochs] = a;
            const crowd = new m.Crowd(walkers, start, xs, learningRate, batchSize, rule, seed);
            while (crowd.passes < epochs) crowd.step();
            return Array.from(crowd.weights);
        })()""",
        *(walkers, problems.trap.start, TRAP, 0.01, batch_size, rule, seed, epochs),
    )
    ours = sgd(
        gradient,
        problems.trap.start,
        TRAP,
        learning_rate=0.01,
        epochs=epochs,
        batch_size=batch_size,
        order=crowd_orders(rule, walkers, 100, batch_size, epochs, seed),
        walkers=walkers,
    )
    assert_allclose(theirs, ours.final, rtol=0, atol=1e-12)
