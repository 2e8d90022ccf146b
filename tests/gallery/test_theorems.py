"""What the gallery measures agrees with the theorem that it draws.

And this can fail: alter a formula in a script, and its measurement no longer agrees.
"""

import contextlib
import io
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = {path.stem: path for path in ROOT.glob("examples/*/plot_*.py")}

# Smaller crowds and shorter walks, so that many runs are quick. The laws are the same.
SMALLER = {
    "plot_cost_against_n": [
        ("10_000_000", "100_000"),
        ("np.arange(2, 8)", "np.arange(2, 6)"),
    ],
    "plot_escape_horizon": [("walkers, out, half = 2000", "walkers, out, half = 400")],
    "plot_one_way_wall": [
        ("soon, late, walkers = 5, 50, 2000", "soon, late, walkers = 5, 50, 200")
    ],
    "plot_diminishing_step": [("1.0, 2000, 10_000", "1.0, 1000, 2000")],
    "plot_ou_cloud": [
        ("walkers = 20_000", "walkers = 5000"),
        ("0.001, 0.0014, 0.002, 0.003, 0.005, 0.007, 0.01", "0.001, 0.003, 0.01"),
        ("epochs=6,", "epochs=3,"),
    ],
}


def altered(source, replacements):
    """Return the source with its text replaced; text that is not there is an error."""
    for old, new in replacements:
        if old not in source:
            raise ValueError(f"no {old!r} to replace")
        source = source.replace(old, new)
    return source


def run(name, *replacements):
    """Run a script in this process, and return the names that it leaves."""
    source = altered(
        SCRIPTS[name].read_text(encoding="utf-8"), [*SMALLER.get(name, []), *replacements]
    )
    names = {"__name__": "__main__"}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(source, SCRIPTS[name].name, "exec"), names)  # noqa: S102, our own scripts
    return names


def drawn(ax, label="predicted"):
    """Return x and y of the line that has a label, as lines of the theory have."""
    line = next(line for line in ax.get_lines() if line.get_label() == label)
    return line.get_xydata().T


def standard_error(estimate):
    """Return about a quarter of the width of the 95 % interval."""
    return (estimate.high - estimate.low) / 4


def estimated(estimate, predicted):
    """Return an estimate, what is predicted, and the standard error."""
    return estimate.value, predicted, standard_error(estimate)


# What is compared, script by script: measured, predicted, and the standard error of the first.
# Where nothing is random, the last is a tolerance.


def batch_variance(names):
    for rule in ("with_replacement", "reshuffled"):
        yield estimated(names["measured"][rule], names["theory"][rule])


def conditional_bias(names):
    for rule, is_lean in [("reshuffled", 1), ("with_replacement", 0)]:
        x, y = drawn(names["below"])
        yield estimated(names["slopes"][rule], is_lean * np.interp(names["counts"], x, y))
        x, y = drawn(names["above"])
        for middle, following in names["middles"][rule]:
            yield estimated(following, is_lean * y[0] / x[0] * middle)


def noise_ball(names):
    measured = names["measured"]
    yield measured.value, names["law"], standard_error(measured)
    gentle = names["rates"] < 0.9  # Beyond, the grid of the drawn line is too coarse for its bend.
    line = np.interp(names["rates"], *drawn(names["ball"]))[gentle]
    yield line, names["law"][0][gentle], 1e-3 * line


def batch_limit(names):
    measured = names["measured"]
    yield measured.value, names["law"], standard_error(measured)


def diminishing_step(names):
    measured = names["measured"]
    exact = names["exact"][names["walk"].steps[names["shown"]]]
    yield measured.value, exact, standard_error(measured)
    risk = names["risk"]
    yield risk[-1], names["limit"], 5e-4
    yield np.maximum(risk, names["nu"]), names["nu"], 1e-9


def averaging(names):
    for name, measured in names["measured"].items():
        yield measured.value, names["exact"][name], standard_error(measured)
    small = slice(0, 2)  # The bias is a first order in the learning rate.
    for shift, law in [(names["bias"], names["first_order"]), (names["left"], np.zeros(2))]:
        yield shift.value[small], law[small], standard_error(shift)[small]


def stability_limit(names):
    line = np.interp(names["rates"], *drawn(names["above"]))
    for factor in names["factors"].values():
        yield factor, line, 1e-4
    rates, width = names["many_rates"], np.ptp(names["long_run"], axis=0)
    spacing = rates[1] - rates[0]
    yield rates[width < 1e-3].max(), names["limit"], spacing / 2
    first = np.searchsorted(rates, 1.005 * names["limit"])
    law = np.interp(rates[first], names["line"], 2 * names["half_width"])
    yield width[first], law, 0.005 * law


def ou_cloud(names):
    ratio, error = names["ratio"].value, names["ratio"].bars.mean(axis=0) / 2
    yield ratio, np.interp(names["rates"], names["fine"][1:], names["next_ratio"]), error
    yield ratio[0], 1, error[0]
    x, y = drawn(names["decay"])
    memory = names["memory"]
    yield memory.value, np.interp(names["walk"].steps, x, y), memory.bars.mean(axis=0) / 2


def converge_to_maximum(names):
    line = np.interp(names["rates"], names["fine"], names["theorem"])
    measured = names["measured"]
    for theory in (names["theory"], line):
        yield measured.value, theory, measured.bars.mean(axis=0) / 2
    ends = np.array([names["low"], names["high"]])
    yield np.interp(ends, names["fine"], names["theorem"]), 0, 1e-4


def reshuffling_rates(names):
    for case, squares in names["measured"].items():
        yield squares.value, names["exact"][case], squares.bars.mean(axis=0) / 1.96


def cost_against_n(names):
    yield names["full_cost"] / names["sizes"], names["full_cost"][-1] / names["sizes"][-1], 1e-9
    # The line is a law for small steps. Its next orders are worth two per cent.
    counts = list(zip(names["single_fine"][:5], names["line_fine"], strict=False))
    counts += [(count, names["line"]) for count in names["single_cost"]]
    for count, line in counts:
        yield count.value, line, np.hypot(count.bars.mean() / 2, 0.02 * line)


def escape_horizon(names):
    yield estimated(names["measured"], names["law"])


def wall(names):
    # A grid of weights misses the best place to leap from, by little.
    for side in ("left", "right"):
        yield names["single"][names[side]].min(), names[f"from_{side}"], 0.001


COMPARED = {
    f"plot_{compared.__name__}": compared
    for compared in (
        batch_variance,
        conditional_bias,
        batch_limit,
        diminishing_step,
        averaging,
        stability_limit,
        ou_cloud,
        converge_to_maximum,
        reshuffling_rates,
        cost_against_n,
        escape_horizon,
        wall,
    )
} | {"plot_noise_ball_quadratic": noise_ball}

ALTERED = [
    ("plot_batch_variance", " * (n - sizes) / (n - 1)", ""),
    ("plot_batch_variance", "sigma2 / sizes", "np.sqrt(sigma2 / sizes)"),
    ("plot_conditional_bias", "-1 / (n - k)", "-1 / (n - k / 2)"),
    ("plot_conditional_bias", "-reach / (n - seen)", "-reach / seen"),
    ("plot_noise_ball_quadratic", "sigma2 = a**2 * x.var()", "sigma2 = a * x.var()"),
    ("plot_noise_ball_quadratic", "a * (2 - rates * a)", "a * 2"),
    ("plot_noise_ball_quadratic", "a * (2 - fine * a)", "a * 2"),
    ("plot_batch_limit", "rate**2 * v / b", "rate**2 * v"),
    ("plot_batch_limit", "rates**2 * sigma2", "rates * sigma2"),
    ("plot_diminishing_step", "rate**2 * sigma2", "rate * sigma2"),
    ("plot_diminishing_step", "(1 - rate * a) ** 2", "(1 - rate * a)"),
    ("plot_diminishing_step", "(2 * theta * a - 1)", "(theta * a - 1)"),
    ("plot_averaging", "+ 2 * stays * both", "+ stays * both"),
    ("plot_averaging", "stays**2 * v", "stays * v"),
    ("plot_averaging", "(4 * best.curvature**2)", "(4 * best.curvature)"),
    ("plot_averaging", "-third * pulls.var()", "third * pulls.var()"),
    ("plot_averaging", "2 * shifts[:-1]", "shifts[:-1]"),
    ("plot_stability_limit", "np.abs(1 - fine * a)", "np.abs(1 - fine * a / 2)"),
    ("plot_stability_limit", "limit = 2 / a", "limit = 2.2 / a"),
    ("plot_stability_limit", " - fourth / (3 * a)", ""),
    ("plot_ou_cloud", "noise / (2 * a)", "noise / a"),
    ("plot_ou_cloud", "- third * cubes", ""),
    ("plot_ou_cloud", "np.exp(-rate * a * k)", "np.exp(-rate * k)"),
    ("plot_converge_to_maximum", "np.log(1 + fine * (1 + r))", "np.log(1 + fine * r)"),
    ("plot_converge_to_maximum", "0.5 * (np.log(np.abs(1 - rates))", "(np.log(np.abs(1 - rates))"),
    ("plot_converge_to_maximum", "r**2 + 8 * (1 + r)", "r + 8 * (1 + r)"),
    ("plot_reshuffling_rates", "cross = 2 *", "cross ="),
    ("plot_reshuffling_rates", "(1 - (multiplier**2).mean(axis=0))", "(1 - multiplier.mean(axis=0))"),
    (
        "plot_cost_against_n",
        "slide_time(distance) * noise / (2 * distance)",
        "slide_time(distance) * noise / distance",
    ),
    ("plot_cost_against_n", "distance / 2)", "distance)"),
    ("plot_escape_horizon", "2 * slope / noise", "slope / noise"),
    ("plot_escape_horizon", "2 * np.pi / bend", "np.pi / bend"),
    ("plot_wall", " ** 2 * most", " * most"),
    ("plot_one_way_wall", "(sides < 0, sides > 0)", "(sides > 0, sides < 0)"),
    ("plot_where_to", "(sides < 0, sides > 0)", "(sides > 0, sides < 0)"),
    ("plot_noise_fails", "leap = 1 /", "leap = 2 /"),
    ("plot_ravine", "(kappas + 1) / (kappas - 1)", "(kappas + 2) / kappas"),
    ("plot_ravine", "limit, best = 2 / large", "limit, best = 2.1 / large"),
    ("plot_ravine", "2 / (large + small)", "1.9 / (large + small)"),
    ("plot_saddle", "rates * sigma2 / (2 + rates)", "rates * sigma2"),
    ("plot_saddle", "large * little2 / (2 + large)", "large * little2 / 2"),
    ("plot_saddle", "np.sqrt(1 - reached**2)", "np.sqrt(reached)"),
    ("plot_round_the_wall", "-2 * inputs", "-1 * inputs"),
    ("plot_momentum_rates", "1 - 2 / third", "1 - 1 / third"),
    ("plot_momentum_rates", "4 / (1 + root) ** 2", "2 / (1 + root) ** 2"),
    ("plot_momentum_and_noise", "(2 * (1 + beta) - rate)", "(2 - rate)"),
    ("plot_momentum_rates", "4 / (3 * kappa + 1)", "4 / (4 * kappa)"),
    ("plot_momentum_rates", "(third - 2) / (third + 2)", "(third - 1) / (third + 1)"),
    ("plot_momentum_and_the_trap", "/ (1 - beta) ** 2)", "/ (1 - beta))"),
    ("plot_momentum_and_the_trap", "1 / 4 + beta", "1 / 4 + 4 * beta"),
    ("plot_regret", "rate) * np.sqrt(squares)", "rate) * squares**0.4"),
    ("plot_regret", "np.sqrt(2 * k / np.pi)", "np.sqrt(k)"),
    ("plot_bias_correction", " / np.sqrt(1 - 0.999**k)", " / (1 - 0.999**k)"),
    ("plot_bias_correction", "(1 - beta1**k)", "1"),
    ("plot_sign_descent", "ratios / np.sqrt(1 + ratios**2)", "ratios / (1 + ratios)"),
    ("plot_sign_descent", "np.sqrt(1 - beta1**2 / beta2)", "np.sqrt(1 - beta1**2)"),
    ("plot_adam_ball", "pace = rate / np.sqrt(v)", "pace = rate / v"),
    ("plot_adam_ball", "v = noise + a**2 * law", "v = noise"),
    ("plot_adam_ball", "(2 * (1 + beta1)", "((1 + beta1)"),
    ("plot_adam_ball", " - pace * (1 - beta1) * a", ""),
    ("plot_adam_ball", "/ (2 * a)", "/ a"),
    ("plot_half_way", '"RMSProp": np.sqrt(kappas)', '"RMSProp": kappas'),
    ("plot_half_way", '"SGD": kappas', '"SGD": np.sqrt(kappas)'),
    ("plot_adam_fails", "(n**2 - 1)", "n**2"),
    ("plot_adam_fails", " / (1 - beta2**n)", ""),
    ("plot_two_decays", "strength / spreads", "strength / spreads**2"),
    ("plot_two_decays", "np.full(5, strength)", "strength / spreads"),
    ("plot_steep_start", "limit = 2 / (1 + start**2)", "limit = 2 / (1 + 3 * start**2)"),
    ("plot_first_steps", "(1 + beta1**k)", "1"),
    ("plot_first_steps", "(1 - beta1) / (1 + beta1) *", "(1 - beta1) *"),
    ("plot_clipping", "np.clip(middle - x, -end, end).sum()", "(middle - x).sum()"),
    ("plot_clipping", "np.clip(middle - x, -end, end)", "np.clip(middle - x, -2 * end, end)"),
    ("plot_clipping", "slopes - np.clip(slopes, -ends[0]", "slopes - np.clip(slopes, -2 * ends[0]"),
    ("plot_range_test", "rate**2 / size * spread", "rate**2 * spread"),
    ("plot_range_test", " - np.kron(H, H)", ""),
    ("plot_batch_and_rate", "return 1 / (1 + B / b)", "return 1 / (1 + B / b**0.5)"),
    ("plot_batch_and_rate", "(2 - (b + B) / (1 + B))", "(2 - (1 + B / b) / (1 + B))"),
    ("plot_batch_and_rate", "noise / bend, square / bend", "noise / square, square / bend"),
    ("plot_batch_and_rate", "(count * large - small)", "count * (large - small)"),
    ("plot_batch_and_epochs", "(1 - 1 / size) * pulled @ H + ", ""),
    ("plot_batch_and_epochs", "+ residuals**2", ""),
    ("plot_batch_and_epochs", " + noise / size", " + noise"),
    ("plot_becomes_nan", "1 - rate * curvature", "1 - rate * curvature / 2"),
    ("plot_swings", "losses(minimum).var() / size", "losses(minimum).var() / size**2"),
    ("plot_swings", "/ (4 * b)", "/ (2 * b)"),
    ("plot_stands_still", "1 - rates * L / 2", "1 - rates * L / 3"),
    ("plot_stands_still", "rates * along / 2", "rates * along"),
    ("plot_changed_batch", "np.exp(-2 * ", "np.exp(-"),
    ("plot_changed_dtype", "step_sizes > gap / 2", "step_sizes > gap"),
    ("plot_two_runs", "rate * risk_curvature(one", "rate / 2 * risk_curvature(one"),
]  # fmt: skip


def distance(compared):
    """Return the largest distance of measured from predicted, in standard errors."""
    return max(
        np.max(np.abs(np.subtract(measured, predicted)) / np.maximum(error, 1e-12))
        for measured, predicted, error in compared
    )


@pytest.fixture(autouse=True)
def off_screen(monkeypatch):
    """Draw without a screen, show nothing, and leave no figure open."""
    plt.switch_backend("agg")
    monkeypatch.setattr(plt, "show", lambda: None)
    yield
    plt.close("all")


# The seeds are fixed: a distance is the same in each run. The largest of a hundred that follow
# the law is seldom beyond 4 standard errors.


@pytest.mark.parametrize("script", sorted({*COMPARED, *SMALLER}))
def test_measured_agrees_with_the_theorem(script):
    names = run(script)  # What the script asserts holds for a smaller crowd, too.
    if script in COMPARED:
        assert distance(COMPARED[script](names)) < 4.5


@pytest.mark.parametrize(("script", "old", "new"), ALTERED)
def test_an_altered_theorem_does_not_agree(script, old, new):
    try:
        names = run(script, (old, new))
    except AssertionError:
        return  # The script asserts it, and has refused.
    assert script in COMPARED, "nothing refuses it"
    assert distance(COMPARED[script](names)) > 6


def test_every_compared_script_is_altered():
    assert set(COMPARED) <= {script for script, _, _ in ALTERED}


def test_a_text_that_is_not_found_is_an_error():
    with pytest.raises(ValueError, match="no 'sigma3' to replace"):
        run("plot_batch_variance", ("sigma3", "sigma2"))
