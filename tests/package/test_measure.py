"""Estimates and their intervals: against SciPy, and by how often they hold a known truth."""

import itertools

import numpy as np
import pytest
from scipy import stats

from sgd_explained.measure import _HEIGHTS as heights
from sgd_explained.measure import Estimate, by_groups, crossing, fraction, mean, spread
from sgd_explained.measure import _student as student


def held(estimate, truth):
    """Return the share of the intervals that hold the truth."""
    return np.mean((estimate.low <= truth) & (truth <= estimate.high))


# -- An estimate


def test_numbers_of_one_estimate_are_floats_of_python():
    for estimate in (
        Estimate(np.float32(2), np.int64(1), 3, "given"),
        mean([1, 2, 3]),
        fraction([True, False]),
        spread([1, 2, 3, 5]),
        crossing([1, 2, 3], np.arange(100) < [[20], [50], [80]], 0.4),
        by_groups(np.median, np.arange(100)),
        mean(np.ones((3, 4)))[1],
    ):
        assert {type(x) for x in (estimate.value, estimate.low, estimate.high)} == {float}


def test_many_estimates_are_indexed_and_iterated_as_arrays_are():
    sample = np.random.default_rng(0).normal(size=(3, 4, 50))
    for measure in (mean, spread, lambda x: fraction(x > 0), lambda x: by_groups(last_mean, x)):
        many = measure(sample)
        assert many.value.shape == many.low.shape == many.high.shape == (3, 4)
        assert many.bars.shape == (2, 3, 4)
        for i, j in itertools.product(range(3), range(4)):
            one = measure(sample[i, j])
            for same in (many[i, j], list(many)[i][j]):
                assert same.method == one.method
                np.testing.assert_allclose(
                    [same.low, same.value, same.high], [one.low, one.value, one.high], rtol=1e-12
                )
    assert many[:, 1:3].value.shape == (3, 2)


def test_estimates_are_equal_only_to_themselves():
    """Arrays have no one truth and no hash, so an estimate goes by its identity."""
    first, second = (mean([[1.0, 2.0], [3.0, 4.0]]) for _ in range(2))
    assert first != second
    assert len({first, second, first}) == 2


def last_mean(sample):
    return sample.mean(axis=-1)


def test_bars_reach_from_the_value_to_the_ends():
    many = mean(np.random.default_rng(0).normal(size=(5, 10)))
    np.testing.assert_allclose(many.value - many.bars[0], many.low)
    np.testing.assert_allclose(many.value + many.bars[1], many.high)
    assert mean([1, 2]).bars.shape == (2, 1)


def test_estimates_are_written_with_their_intervals():
    one, two = Estimate(0.5, 0.25, 1, "given"), Estimate([0.5, 1], [0, 1], [1, 1], "given")
    assert f"{one:.0%}" == "50% (25% to 100%)"
    assert f"{one}" == str(one) == "0.5 (0.25 to 1)"
    assert str(Estimate(1e-9, 1e-10, 1e-8, "given")) == "1e-09 (1e-10 to 1e-08)"
    assert f"{two:.1f}" == "[0.5 (0.0 to 1.0), 1.0 (1.0 to 1.0)]"
    assert str(two) == "[0.5 (0 to 1), 1 (1 to 1)]"
    with pytest.raises(ValueError, match="format"):
        format(one, "words")


@pytest.mark.parametrize("function", [np.exp, np.negative, lambda x: 1 / x])
def test_what_follows_from_an_estimate_has_the_interval_that_follows(function):
    before = Estimate([1.0, 2.0], [0.5, 2.0], [1.5, 3.0], "given")
    after = before.map(function)
    np.testing.assert_array_equal(after.value, function(before.value))
    ends = np.sort([function(before.low), function(before.high)], axis=0)
    np.testing.assert_array_equal([after.low, after.high], ends)
    assert after.method == "given"


# -- Against SciPy


@pytest.mark.parametrize("freedom", [*range(1, 31), 99, 999, 99_999, 10**7])
def test_quantile_of_student(freedom):
    assert student(freedom) == pytest.approx(stats.t.ppf(0.975, freedom), rel=1e-6)


@pytest.mark.parametrize("n", [2, 3, 10, 1000])
def test_mean_has_the_interval_of_the_t_test(n):
    sample = np.random.default_rng(n).gamma(2, size=(4, n))
    estimate = mean(sample)
    expected = stats.ttest_1samp(sample, 0, axis=-1).confidence_interval(0.95)
    np.testing.assert_array_equal(estimate.value, sample.mean(axis=-1))
    np.testing.assert_allclose(estimate.low, expected.low, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(estimate.high, expected.high, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("n", [1, 2, 7, 100, 12_345])
def test_fraction_has_the_interval_of_wilson(n):
    for k in {0, 1, n // 3, n - 1, n}:
        estimate = fraction(np.arange(n) < k)
        expected = stats.binomtest(k, n).proportion_ci(method="wilson")
        assert estimate.value == k / n
        assert (estimate.low, estimate.high) == pytest.approx(expected, rel=1e-9, abs=1e-15)


def test_fraction_of_nothing_and_of_everything_ends_at_0_and_1():
    for n in range(1, 300):
        nothing, everything = fraction(np.zeros(n, bool)), fraction(np.ones(n, bool))
        assert (nothing.value, nothing.low) == (0, 0)
        assert str(nothing).startswith("0 (0 to ")
        assert (everything.value, everything.high) == (1, 1)
        assert everything.low == pytest.approx(1 - nothing.high)


@pytest.mark.parametrize("draw", ["normal", "random", "laplace"])
def test_spread_has_the_interval_of_the_bootstrap(draw):
    rng = np.random.default_rng(0)
    sample = getattr(rng, draw)(size=500)
    estimate = spread(sample)
    assert estimate.value == pytest.approx(np.std(sample, ddof=1))
    expected = stats.bootstrap(
        (sample,), lambda x, axis: x.std(axis=axis, ddof=1), n_resamples=2000, rng=rng
    ).confidence_interval
    width = expected.high - expected.low
    assert (estimate.low, estimate.high) == pytest.approx(expected, abs=0.15 * width)


def test_spread_scales_with_the_values():
    sample = np.random.default_rng(0).normal(size=50)
    one = spread(sample)
    for scale in (1e-120, 1e120):
        scaled = spread(scale * sample + scale)
        assert scaled.map(lambda x, scale=scale: x / scale).bars == pytest.approx(one.bars)


def test_spread_of_two_values_that_occur_equally_often_is_hardly_in_doubt():
    estimate = spread([-1.0, 1.0] * 5000)
    assert 0 < estimate.high - estimate.low < 1e-3
    assert estimate.low < 1 < estimate.high


@pytest.mark.parametrize("n", [4, 7, 100])
def test_spread_has_the_interval_of_the_formula(n):
    sample = np.random.default_rng(n).gamma(2, size=(3, n))
    estimate, z = spread(sample), stats.norm.ppf(0.975)
    s, kurtosis = np.sqrt(stats.tvar(sample, axis=1)), stats.kurtosis(sample, axis=1, fisher=False)
    c = n / (n - z)
    for end, sign in ((estimate.low, -1), (estimate.high, 1)):
        reach = sign * z * c / 2 * np.sqrt((kurtosis - 1 + 3 / n) / (n - 1))
        np.testing.assert_allclose(end, s * np.sqrt(c) * np.exp(reach), rtol=1e-12)


def test_estimates_say_how_they_were_computed():
    many = np.arange(2000.0)
    rising = crossing([1, 2], np.arange(2000) < [[900], [1100]])
    assert [mean(many).method, spread(many).method, fraction(many > 9).method] == [
        "mean of 2,000, Student's t",
        "spread of 2,000, Bonett's interval",
        "fraction of 2,000, Wilson's interval",
    ]
    assert rising.method == "2,000 trials at each place, with the error of interpolating"
    assert by_groups(np.mean, many).method == "20 groups of 100, Student's t"
    assert by_groups(np.mean, many, groups=2).method == "2 groups of 1,000, Student's t"


# The distributions whose quantiles are the scales of probability.
SCALES = [stats.logistic, stats.gumbel_l, stats.gumbel_r]


def test_scales_of_probability_are_quantiles_and_have_their_slopes():
    p = np.linspace(0.01, 0.99, 50)
    for (height, slope), distribution in zip(heights, SCALES, strict=True):
        quantiles = distribution.ppf(p)
        np.testing.assert_allclose(height(p), quantiles, rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(slope(p), 1 / distribution.pdf(quantiles), rtol=1e-12)


@pytest.mark.parametrize("level", [0.5, 0.45])
@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("left", [0, 1, 2])
def test_crossing_has_the_confidence_set_of_fieller(left, shared, level):
    """Within one pair of places, its ends are the roots of a parabola."""
    n, z = 700, stats.norm.ppf(0.975)
    shares = np.full(4, 0.62)
    shares[: left + 1] = 0.35
    shares[:left] -= 0.1
    shares[left + 2 :] += 0.1
    events = np.arange(n) < n * shares[:, np.newaxis]
    if not shared:
        events = np.random.default_rng(left).permuted(events, axis=1)
    at = np.array([1.0, 2.0, 4.0, 5.0])
    estimate = crossing(at, events, level)

    two = events[left : left + 2]
    f = (two.sum(axis=1) + 0.5) / (n + 1)
    covariance = np.diag(f * (1 - f)) + np.cov(two, bias=True) * (1 - np.eye(2))
    lows, highs = [], []
    for scale in SCALES:
        h, slope = scale.ppf(f) - scale.ppf(level), 1 / scale.pdf(scale.ppf(f))
        (a, b), (_, d) = np.outer(slope, slope) * covariance * z**2 / n
        line = np.polynomial.Polynomial([h[0], h[1] - h[0]])
        t = (line**2 - np.polynomial.Polynomial([a, 2 * (b - a), a - 2 * b + d])).roots()
        lows.append(min(t))
        highs.append(max(t))
    # The package looks at a thousand positions from one place to the next, and rounds outwards.
    low, high = np.floor(1000 * min(lows)) / 1000, np.ceil(1000 * max(highs)) / 1000
    assert 0 < low < high < 1
    ways = [(np.log, np.exp), (np.array, np.array), (np.reciprocal, np.reciprocal)]
    ends = [
        [back(np.interp(t, [0, 1], scale(at[left : left + 2]))) for t in (low, high)]
        for scale, back in ways
    ]
    assert estimate.low == pytest.approx(min(low for low, _ in ends), rel=1e-9)
    assert estimate.high == pytest.approx(max(high for _, high in ends), rel=1e-9)
    odds = np.log(f / (1 - f)) - np.log(level / (1 - level))
    value = np.interp(0, odds, np.log(at[left : left + 2]))
    assert estimate.value == pytest.approx(np.exp(value), rel=1e-12)


@pytest.mark.parametrize("shared", [False, True])
def test_crossing_has_the_interval_of_the_bootstrap_where_places_are_close(shared):
    rng = np.random.default_rng(0)
    at, shares = np.array([0.99, 1.01]), np.array([[0.48], [0.52]])
    n = 40_000
    events = np.arange(n) < n * shares
    if not shared:
        events = rng.permuted(events, axis=1)
    estimate = crossing(at, events)
    # How many of n trials have each of the four outcomes, drawn again and again.
    outcomes = [(events[0] == a) & (events[1] == b) for a, b in ((1, 1), (1, 0), (0, 1))]
    drawn = rng.multinomial(n, [*np.mean(outcomes, axis=1), 0], 20_000)
    first, second = (drawn[:, 0] + drawn[:, 1]) / n, (drawn[:, 0] + drawn[:, 2]) / n
    places = at[0] + (0.5 - first) / (second - first) * np.diff(at)
    expected = np.quantile(places, [0.025, 0.975])
    assert (estimate.low, estimate.high) == pytest.approx(expected, abs=0.07 * np.ptp(expected))


def test_by_groups_of_a_mean_is_the_t_test_of_the_means_of_groups():
    sample = np.random.default_rng(0).normal(size=605)
    estimate = by_groups(np.mean, sample, groups=30)
    means = sample[:600].reshape(30, 20).mean(axis=1)
    expected = stats.ttest_1samp(means, 0).confidence_interval(0.95)
    assert estimate.value == sample.mean()
    assert estimate.bars.ravel() == pytest.approx([(expected.high - expected.low) / 2] * 2)


def test_by_groups_takes_events_and_gives_arrays():
    rng = np.random.default_rng(0)
    values, events = rng.normal(size=(2, 1000)), rng.random(1000) < 0.5
    estimate = by_groups(lambda v, e: v[:, e].mean(axis=1), values, events)
    np.testing.assert_array_equal(estimate.value, values[:, events].mean(axis=1))
    listed = by_groups(lambda v, e: v[:, e].mean(axis=1), values, events.tolist())
    np.testing.assert_array_equal(estimate.low, listed.low)


# -- How often the intervals hold the truth: 95 of 100 times, but for the error of counting, which
#    is ±0.5 of 100 for 8000 experiments.


@pytest.mark.parametrize("n", [2, 5, 30])
def test_mean_holds_for_normal_values(n):
    sample = np.random.default_rng(n).normal(3, 2, (8000, n))
    assert 0.943 <= held(mean(sample), 3) <= 0.957


@pytest.mark.parametrize(("n", "least", "most"), [(100, 0.92, 0.94), (2000, 0.94, 0.96)])
def test_mean_holds_better_the_more_skewed_values_there_are(n, least, most):
    sample = np.random.default_rng(n).normal(size=(4000, n)) ** 2
    assert least <= held(mean(sample), 1) <= most


@pytest.mark.parametrize("n", [10, 13, 100, 1000])
def test_fraction_holds(n):
    counts = np.arange(n + 1)
    intervals = fraction(np.arange(n) < counts[:, np.newaxis])
    p = np.linspace(0, 1, 4001)[1:-1, np.newaxis]
    holds = (intervals.low <= p) & (p <= intervals.high)
    # No experiments need be drawn: the probability of each count is known.
    coverage = np.sum(stats.binom.pmf(counts, n, p) * holds, axis=1)
    expected = np.minimum(n * p, n * (1 - p))[:, 0]
    assert 0.948 <= coverage.mean() <= 0.956
    assert coverage.min() >= 0.83
    assert coverage[expected >= 1].min() >= 0.90


@pytest.mark.parametrize("p", [0.001, 0.02, 0.3])
def test_fraction_holds_for_drawn_events(p):
    events = np.random.default_rng(0).random((2000, 2000)) < p
    assert 0.93 <= held(fraction(events), p) <= 0.975


@pytest.mark.parametrize(
    ("draw", "truth", "n", "least"),
    [
        ("normal", 1, 10, 0.93),
        ("normal", 1, 100, 0.93),
        ("random", 12**-0.5, 10, 0.94),
        ("random", 12**-0.5, 100, 0.94),
        ("laplace", 2**0.5, 1000, 0.93),
        ("exponential", 1, 100, 0.87),
        ("exponential", 1, 1000, 0.92),
    ],
)
def test_spread_holds(draw, truth, n, least):
    sample = getattr(np.random.default_rng(n), draw)(size=(2000, n))
    assert least <= held(spread(sample), truth) <= 0.97


# Curves that are a straight line on one of these scales, and how steep it is.
CURVES = {
    "logit": (stats.logistic.cdf, stats.logistic.ppf, 5.0),
    "probit": (stats.norm.cdf, stats.norm.ppf, 2.8),
    "cloglog": (stats.gumbel_l.cdf, stats.gumbel_l.ppf, 3.5),
    "loglog": (stats.gumbel_r.cdf, stats.gumbel_r.ppf, 3.5),
}


@pytest.mark.parametrize("level", [0.5, 0.2])
@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize(("places", "ratio", "n"), [(9, 1.3, 1000), (25, 1.1, 200)])
def test_crossing_holds(places, ratio, n, shared, level):
    rng = np.random.default_rng(0)
    within, widths = [], []
    for curve, _ in itertools.product(CURVES, range(50)):
        probability, inverse, steepness = CURVES[curve]
        # Where the places stand about the truth, 1, is left to chance.
        log_at = (np.arange(places) - places // 2 + rng.random()) * np.log(ratio)
        p = probability(inverse(level) + steepness * log_at)[:, np.newaxis]
        events = rng.random((1 if shared else places, n)) < p
        estimate = crossing(np.exp(log_at), events, level)
        within.append(estimate.low <= 1 <= estimate.high)
        widths.append(estimate.high / estimate.low - 1)
    assert np.mean(within) >= 0.93
    # It says where, too: not "somewhere".
    assert np.median(widths) < 0.2


@pytest.mark.parametrize("scale", [np.log, lambda x: x, lambda x: -1 / x])
@pytest.mark.parametrize("curve", CURVES)
def test_crossing_holds_where_interpolating_is_the_only_error(curve, scale):
    probability, inverse, steepness = CURVES[curve]
    n = 100_000
    for shift in np.linspace(0, 1, 20, endpoint=False):
        at = 2 ** ((np.arange(-4, 5) + shift) / 3)
        p = probability(inverse(0.5) + steepness * (scale(at) - scale(1.0)))
        estimate = crossing(at, np.arange(n) < n * p[:, np.newaxis])
        assert estimate.low <= 1 <= estimate.high


def test_crossing_takes_the_middle_of_several():
    n = 100
    shares = np.array([0.02, 0.3, 0.52, 0.46, 0.56, 0.46, 0.56, 0.7, 0.98])
    at = np.arange(1.0, 10.0)
    estimate = crossing(at, np.arange(n) < n * shares[:, np.newaxis])
    assert 4 < estimate.value < 5
    assert 2 < estimate.low < 3
    assert 7 < estimate.high < 8


def test_by_groups_holds_for_a_correlation():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 2000, 1000))

    def correlation(a, b):
        a, b = (x - x.mean(axis=-1, keepdims=True) for x in (a, b))
        return (a * b).mean(axis=-1) / (a.std(axis=-1) * b.std(axis=-1))

    assert 0.93 <= held(by_groups(correlation, a, 0.75 * a + b), 0.6) <= 0.97


# -- Bad input

HALF = [[True] * 9 + [False], [True] * 5 + [False] * 5, [True] + [False] * 9]
RISING = HALF[::-1]
MASKED = np.ma.masked_array([1.0, 2.0, 3.0, 4.0], mask=[False, True, False, False])

# What is called, the error, and what its message holds: argument, what is allowed, what came.
BAD = [
    (lambda: Estimate(np.nan, 0, 1, ""), ValueError, ("value", "finite", "nan")),
    (lambda: Estimate(0, -np.inf, 1, ""), ValueError, ("low", "finite", "-inf")),
    (lambda: Estimate([0, 1], [0, 1], [np.inf, 1], ""), ValueError, ("high", "finite", "inf")),
    (lambda: Estimate("1", 0, 2, ""), TypeError, ("value", "real numbers", "'1'")),
    (lambda: Estimate(0, None, 2, ""), TypeError, ("low", "real numbers", "None")),
    (lambda: Estimate(1, 2, 3, ""), ValueError, ("low", "rising order", "[2.0, 1.0, 3.0]")),
    (lambda: Estimate(4, 2, 3, ""), ValueError, ("low", "rising order", "[2.0, 4.0, 3.0]")),
    (
        lambda: Estimate([1, 4], [0, 2], [2, 3], ""),
        ValueError,
        ("low", "rising order", "[2.0, 4.0, 3.0]"),
    ),
    (lambda: Estimate([1, 4], 0, 5, ""), ValueError, ("low", "one shape", "[(), (2,), ()]")),
    (
        lambda: Estimate(0.5, -1, 1, "").map(np.square),
        ValueError,
        ("low", "rising order", "[1.0, 0.25, 1.0]"),
    ),
    *(
        case
        for name, measure in (
            ("values", mean),
            ("values", spread),
            ("samples[0]", lambda x: by_groups(np.mean, x)),
        )
        for case in (
            (lambda m=measure: m([1.0, np.nan] * 9), ValueError, (name, "finite", "nan")),
            (lambda m=measure: m([1.0, np.inf] * 9), ValueError, (name, "finite", "inf")),
            (lambda m=measure: m(["a"] * 9), TypeError, (name, "real numbers", "<U1")),
            (lambda m=measure: m([1j] * 9), TypeError, (name, "real numbers", "complex128")),
            (lambda m=measure: m(MASKED), TypeError, (name, "without a mask", "masked")),
            (lambda m=measure: m([]), ValueError, (name, "at least", "(0,)")),
            (lambda m=measure: m(1.0), ValueError, (name, "at least", "()")),
            (lambda m=measure: m([[1], [1, 2]]), ValueError, (name, "one shape", "[[1], [1, 2]]")),
        )
    ),
    (lambda: mean([1.0]), ValueError, ("values", "at least 2", "(1,)")),
    (lambda: mean([True, False]), TypeError, ("values", "real numbers", "bool")),
    (lambda: spread([1.0, 2.0, 3.0]), ValueError, ("values", "at least 4", "(3,)")),
    (lambda: spread([0.1] * 10), ValueError, ("values", "not all be equal", "0.1")),
    (
        lambda: spread([[1, 2, 3, 4], [5, 5, 5, 5]]),
        ValueError,
        ("values", "not all be equal", "5.0"),
    ),
    (lambda: fraction([0, 1]), TypeError, ("events", "True and False", "int64 from [0, 1]")),
    (lambda: fraction("yes"), TypeError, ("events", "True and False", "'yes'")),
    (lambda: fraction([]), ValueError, ("events", "at least 1", "(0,)")),
    (lambda: fraction(True), ValueError, ("events", "at least 1", "()")),
    (
        lambda: fraction(MASKED > 2),
        TypeError,
        ("events", "an array of True and False without a mask", "masked"),
    ),
    (lambda: crossing([1, 2, 3], HALF), ValueError, ("events", "rise across", "0.900 to 0.100")),
    (
        lambda: crossing([1, 2, 3], RISING, 0.95),
        ValueError,
        ("events", "rise across the level 0.95", "0.100 to 0.900"),
    ),
    (
        lambda: crossing([1, 2, 3], RISING, 0.05),
        ValueError,
        ("events", "rise across the level 0.05", "0.100 to 0.900"),
    ),
    (
        lambda: crossing([1, 2], [[True] * 4 + [False] * 6, [True] * 6 + [False] * 4]),
        ValueError,
        ("at", "must reach further", "more trials than 10", "at 1.0", "not surely below"),
    ),
    (
        lambda: crossing([1, 2, 3], np.arange(99) < [[1], [45], [54]]),
        ValueError,
        ("at", "must reach further", "at 3.0", "not surely above"),
    ),
    (
        lambda: crossing([1, 2, 3], np.arange(99) < [[45], [54], [98]]),
        ValueError,
        ("at", "must reach further", "at 1.0", "not surely below"),
    ),
    # One end of the curve is on the level.
    (
        lambda: crossing([1, 2], np.arange(100) < [[30], [50]]),
        ValueError,
        ("at", "must reach further", "at 2.0", "not surely above the level 0.5"),
    ),
    (
        lambda: crossing([1, 2], np.arange(100) < [[50], [70]]),
        ValueError,
        ("events", "rise across the level 0.5", "0.500 to 0.700"),
    ),
    (
        lambda: crossing([1, 2], np.arange(100) < [[15], [85]]),
        ValueError,
        ("at", "places between 1.0 and 2.0", "0.150 to 0.850"),
    ),
    (
        lambda: crossing([1, 2, 3, 4], np.arange(100) < [[1], [15], [85], [99]]),
        ValueError,
        ("at", "places between 2.0 and 3.0", "0.150 to 0.850"),
    ),
    (lambda: crossing([1, 2], RISING), ValueError, ("events", "(2, n)", "(3, 10)")),
    (lambda: crossing([1, 2, 3], [True, False]), ValueError, ("events", "(3, n)", "(2,)")),
    (lambda: crossing([1, 2, 3], [[], [], []]), ValueError, ("events", "at least 1", "(3, 0)")),
    (lambda: crossing([1, 2], [[0], [1]]), TypeError, ("events", "True and False", "int64")),
    *(
        (lambda at=at: crossing(at, RISING), ValueError, ("at", "positive", "rising", str(at)))
        for at in ([0, 1, 2], [1, 1, 2], [3, 2, 1], [1], 1.0, [[1, 2, 3]])
    ),
    (lambda: crossing([1, np.nan, 3], RISING), ValueError, ("at", "finite", "nan")),
    (lambda: crossing("here", RISING), TypeError, ("at", "real numbers", "'here'")),
    *(
        (
            lambda level=level: crossing([1, 2, 3], RISING, level),
            ValueError,
            ("level", "between 0 and 1", str(level)),
        )
        for level in (0, 1, -0.5, np.nan, [0.5])
    ),
    (lambda: crossing([1, 2, 3], RISING, "half"), TypeError, ("level", "real numbers", "'half'")),
    (lambda: by_groups(np.mean), TypeError, ("samples", "at least one", "none")),
    (
        lambda: by_groups(np.mean, MASKED),
        TypeError,
        ("samples[0]", "an array of real numbers, or of True and False, without a mask"),
    ),
    (
        lambda: by_groups(np.dot, [1] * 30, [1] * 31),
        ValueError,
        ("samples", "equally many", "[30, 31]"),
    ),
    (lambda: by_groups(np.mean, [1] * 19), ValueError, ("groups", "at most", "19", "got 20")),
    (lambda: by_groups(np.mean, [1] * 19, groups=1), ValueError, ("groups", "at least 2", "1")),
    (lambda: by_groups(np.mean, [1], groups=2.0), TypeError, ("groups", "integer", "2.0")),
    (lambda: by_groups(lambda x: "?", [1] * 20), TypeError, ("statistic", "real numbers", "'?'")),
    (lambda: by_groups(lambda x: np.nan, [1] * 20), ValueError, ("statistic", "finite", "nan")),
    (
        lambda: by_groups(lambda x: 1.0 if len(x) > 1 else np.inf, [1] * 20),
        ValueError,
        ("statistic of group 0", "finite", "inf"),
    ),
    (
        lambda: by_groups(np.sort, [1] * 20),
        ValueError,
        ("statistic", "one shape", "[(1,), (20,)]"),
    ),
]


@pytest.mark.parametrize(("call", "error", "said"), BAD)
def test_bad_input_is_named(call, error, said):
    with pytest.raises(error) as caught:
        call()
    assert type(caught.value) is error
    message = str(caught.value)
    assert message.startswith(said[0])
    for part in said[1:]:
        assert part in message


def test_one_estimate_is_neither_indexed_nor_iterated():
    one = mean([1, 2])
    with pytest.raises(TypeError):
        one[0]
    with pytest.raises(TypeError):
        iter(one)
