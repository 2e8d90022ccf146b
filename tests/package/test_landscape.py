"""The landscape of a risk, against scipy."""

import itertools

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import integrate, optimize

import sgd_explained as se
from sgd_explained import landscape
from sgd_explained.losses import double_well, huber
from sgd_explained.problems import article, ten, trap

CASES = {
    "the loss itself": (np.array([1.0]), (-4.0, 4.0)),
    "the article's run": (article.x, (-3.0, 3.0)),
    "the article's ten": (ten.x, (-3.0, 3.0)),
    "the trap": (trap.x, (-3.0, 3.0)),
    "two scales": (np.array([0.2, -3.0, 7.0]), (-2.0, 2.5)),
}
cases = pytest.mark.parametrize(("x", "interval"), list(CASES.values()), ids=list(CASES))


def sign_changes(function, interval):
    """Brackets of the roots of a function, on a grid that has nothing to do with the package's."""
    grid = np.linspace(*interval, 54_321)
    values = function(grid)
    return [
        (grid[i], grid[i + 1]) for i in np.flatnonzero(np.sign(values[:-1]) != np.sign(values[1:]))
    ]


@cases
def test_stationary_points_are_the_roots_that_scipy_finds(x, interval):
    def slope(w):
        return se.risk_gradient(w, x)

    theirs = sorted({optimize.brentq(slope, *ends) for ends in sign_changes(slope, interval)})
    points = se.RiskLandscape(x, interval).stationary_points
    assert [point.w for point in points] == pytest.approx(theirs, abs=1e-10)


@cases
def test_minima_are_those_that_scipy_finds(x, interval):
    landscape = se.RiskLandscape(x, interval)
    tops = [interval[0], *(maximum.w for maximum in landscape.maxima), interval[1]]
    for minimum in landscape.minima:
        left = max(top for top in tops if top < minimum.w)
        right = min(top for top in tops if top > minimum.w)
        theirs = optimize.minimize_scalar(
            se.empirical_risk, bounds=(left, right), args=(x,), method="bounded",
            options={"xatol": 1e-10},
        )  # fmt: skip
        assert minimum.w == pytest.approx(theirs.x, abs=1e-6)
        assert minimum.risk == pytest.approx(theirs.fun, abs=1e-12)


@cases
def test_global_minimum_is_the_one_of_a_global_search(x, interval):
    theirs = optimize.direct(
        lambda w: float(se.empirical_risk(w[0], x)), [interval], vol_tol=1e-20, maxiter=300
    )
    minimum = se.RiskLandscape(x, interval).global_minimum
    assert minimum.risk == pytest.approx(theirs.fun, abs=1e-9)


@cases
def test_basins_are_where_the_gradient_flow_ends(x, interval):
    landscape = se.RiskLandscape(x, interval)
    starts = np.random.default_rng(3).uniform(*interval, 12)
    for start, basin in zip(starts, landscape.basin(starts), strict=True):

        def leaves(t, w):
            return min(w[0] - interval[0], interval[1] - w[0])

        leaves.terminal = True
        flow = integrate.solve_ivp(
            lambda t, w: -se.risk_gradient(w, x), (0, 2000), [start], "LSODA", rtol=1e-8, atol=1e-10,
            events=leaves,
        )  # fmt: skip
        end = flow.y[0, -1]
        if basin >= 0:
            assert end == pytest.approx(landscape.minima[basin].w, abs=1e-4)
        else:
            # It leaves the interval, or creeps over flat land towards its end.
            low, high = interval
            outermost = [landscape.stationary_points[0].w, landscape.stationary_points[-1].w]
            assert not low < end < high or end < outermost[0] or end > outermost[1]


@cases
def test_points_say_what_they_are(x, interval):
    landscape = se.RiskLandscape(x, interval)
    for point in landscape.stationary_points:
        assert point.risk == se.empirical_risk(point.w, x)
        assert point.curvature == se.risk_curvature(point.w, x)
        assert point.kind == ("minimum" if point.curvature > 0 else "maximum")
    for left, right in itertools.pairwise(landscape.stationary_points):
        assert left.w < right.w
        assert left.kind != right.kind
    assert landscape.interval == interval
    assert sorted(landscape.minima + landscape.maxima, key=lambda p: p.w) == list(
        landscape.stationary_points
    )


@settings(max_examples=25)
@given(
    hnp.arrays(float, st.integers(1, 8), elements=st.floats(0.5, 5)),
    st.sampled_from([0.5, 2.0, 4.0]),
)
def test_larger_inputs_want_smaller_weights(x, factor):
    """R(w; c·x) = R(cw; x), so every stationary point moves to w/c."""
    points = se.RiskLandscape(x, (-3.0, 3.0)).stationary_points
    scaled = se.RiskLandscape(factor * x, (-3.0 / factor, 3.0 / factor)).stationary_points
    assert [factor * p.w for p in scaled] == pytest.approx([p.w for p in points], abs=1e-12)
    assert [p.kind for p in scaled] == [p.kind for p in points]


def test_two_stationary_points_in_one_cell_are_found():
    """Near the birth of a pair of them, they are closer than the grid's cells."""

    def inputs(a):
        return np.array([1.0, a])

    def count(a):
        return len(se.RiskLandscape(inputs(a), (-6.0, 6.0)).stationary_points)

    few, many = 1.0, 4.0
    assert count(few) != count(many)
    wanted = count(few)
    for _ in range(45):
        middle = (few + many) / 2
        few, many = (middle, many) if count(middle) == wanted else (few, middle)
    points = [p.w for p in se.RiskLandscape(inputs(many), (-6.0, 6.0)).stationary_points]
    before = [p.w for p in se.RiskLandscape(inputs(few), (-6.0, 6.0)).stationary_points]
    assert abs(len(points) - len(before)) == 2
    assert min(np.diff(max(points, before, key=len))) < 1e-3


@given(
    hnp.arrays(float, st.integers(1, 8), elements=st.floats(-5, 5)),
    st.floats(0.1, 5),
    st.floats(-3, -0.01),
    st.floats(0.01, 3),
)
def test_wall_is_a_maximum_at_exactly_zero(x, one_more, low, high):
    """No input has a slope at w = 0, and all of them curve downwards there."""
    landscape = se.RiskLandscape(np.append(x, one_more), (low, high))
    assert [str(point.w) for point in landscape.maxima if abs(point.w) < 1e-9] == ["0.0"]
    assert landscape.basin(0.0) == -1


@pytest.mark.parametrize("interval", [(0.0, 1.0), (-1.3, 0.0)])
def test_wall_is_found_at_an_end_of_the_interval_too(interval):
    points = se.RiskLandscape([1.0], interval).stationary_points
    assert sorted((point.w, point.kind) for point in points if point.w == 0) == [(0.0, "maximum")]
    assert len(points) == 2


@settings(max_examples=25)
@given(
    hnp.arrays(float, st.integers(1, 8), elements=st.floats(-5, 5)),
    st.floats(0.1, 5),
    st.integers(-980, 980),
)
@example(np.array([-0.3]), 1.0, 531)
def test_size_of_the_inputs_does_not_matter(x, one_more, exponent):
    """Powers of two are exact, so that huge and tiny inputs have the same points to the last bit."""
    x, factor = np.append(x, one_more), 2.0**exponent
    points = se.RiskLandscape(x, (-3.0, 3.1)).stationary_points
    scaled = se.RiskLandscape(factor * x, (-3.0 / factor, 3.1 / factor)).stationary_points
    assert [factor * p.w for p in scaled] == [p.w for p in points]
    assert [p.kind for p in scaled] == [p.kind for p in points]
    assert [p.curvature for p in scaled] == [factor * (factor * p.curvature) for p in points]


def test_level_place_that_is_only_touched_is_no_minimum_and_no_maximum():
    grid = np.linspace(-1.0, 2.0, 7)
    roots, rising = landscape._roots(lambda w: w**2 * (w - 1.2), lambda w: w * (3 * w - 2.4), grid)
    assert roots == pytest.approx([1.2], rel=1e-15)
    assert rising.tolist() == [True]


@pytest.mark.parametrize(
    ("root", "interval", "found"),
    [
        (0.6, (0.0, 1.0), [(0.0, "maximum"), (0.6, "minimum")]),
        (-0.6, (-1.0, 0.0), [(-0.6, "maximum"), (0.0, "minimum")]),
    ],
)
def test_point_on_an_end_is_told_by_its_neighbour(root, interval, found):
    landscape = se.RiskLandscape.of(
        lambda w: w**3 / 3 - root * w**2 / 2,
        lambda w: w * (w - root),
        lambda w: 2 * w - root,
        interval,
        cells=2,
    )
    points = [(round(point.w, 12), point.kind) for point in landscape.stationary_points]
    assert points == found


@pytest.mark.parametrize(
    ("options", "interval", "points"),
    [
        ({"cells": 7}, (1.0, 2.0), 8),
        ({"cells": 7}, (-2.0, -1.0), 8),
        ({}, (1.0, 2.0), 2001),
        ({"cells": 7}, (-1.0, 2.0), 9),
    ],
)
def test_gradient_is_asked_at_the_ends_of_the_cells_and_at_0_within(options, interval, points):
    asked = []

    def gradient(w):
        asked.append(w)
        return 3 * w**2

    se.RiskLandscape.of(lambda w: w**3, gradient, lambda w: 6 * w, interval, **options)
    np.testing.assert_allclose(
        asked[0], np.union1d(np.linspace(*interval, options.get("cells", 2000) + 1), asked[0])
    )
    assert len(asked[0]) == points
    assert (0.0 in asked[0]) == (interval[0] < 0 < interval[1])


@pytest.mark.parametrize("cells", [1, 2, 7])
@pytest.mark.parametrize("interval", [(1.0, 2.0), (0.0, 2.0), (-2.0, 2.0)])
@pytest.mark.parametrize("roots", [(1.5,), (1.93,), (1.08, 1.1), (1.96, 1.98), (0.0, 0.02), (0.0,)])
def test_each_cell_may_hold_a_turn_of_the_gradient(roots, interval, cells):
    """One root or two in a cell, be it the first one or the last, be one end of it a root or none."""
    polynomial = np.polynomial.Polynomial.fromroots(roots)
    landscape = se.RiskLandscape.of(
        polynomial.integ(), polynomial, polynomial.deriv(), interval, cells=cells
    )
    inside = [root for root in roots if interval[0] <= root <= interval[1]]
    points = landscape.stationary_points
    assert [point.w for point in points] == pytest.approx(inside, abs=1e-13)
    for point in points:
        rises = polynomial.deriv()(point.w) > 0
        assert point.kind == ("minimum" if rises else "maximum")


def test_minimum_that_does_not_curve_is_found():
    landscape = se.RiskLandscape.of(lambda w: w**4 / 4, lambda w: w**3, lambda w: 3 * w**2, (-1, 2))
    assert [(p.w, p.kind, p.curvature) for p in landscape.stationary_points] == [(0, "minimum", 0)]
    text = "<RiskLandscape of a function on (-1.0, 2.0): 1 minima and 0 maxima>"
    assert repr(landscape) == text


def test_level_land_is_told_where_it_begins():
    text = r"^interval must leave out where the risk is flat to rounding, as it is near w = 1\.25$"
    with pytest.raises(ValueError, match=text):
        se.RiskLandscape.of(
            lambda w: np.minimum(w - 1, 0) ** 2 / 2,
            lambda w: np.minimum(w - 1, 0),
            lambda w: 1.0 * (w < 1),
            (0, 2),
            cells=8,
        )


def test_as_many_cells_as_are_allowed(monkeypatch):
    monkeypatch.setattr(landscape, "_MAX_CELLS", 20)
    functions = lambda w: w**2, lambda w: 2 * w, lambda w: 2 + 0 * w
    assert len(se.RiskLandscape.of(*functions, (-1.0, 2.0), cells=20).minima) == 1
    with pytest.raises(ValueError, match=r"^cells must be at most 20, got 21$"):
        se.RiskLandscape.of(*functions, (-1.0, 2.0), cells=21)
    assert se.RiskLandscape([1.0], (0.0, 0.4)).maxima
    with pytest.raises(ValueError, match=r"needs 20\.5 cells, at most 20 are allowed$"):
        se.RiskLandscape([1.0], (0.0, 0.41))


def test_basin_at_the_wall_and_beyond():
    landscape = article.landscape
    assert landscape.basin([-1e-9, 0.0, 1e-9]).tolist() == [0, -1, 1]
    assert landscape.basin([-1.0, 1.0]).tolist() == [0, 1], "the ends belong to the interval"
    assert landscape.basin(0.5).shape == ()
    assert landscape.basin([[0.5], [-0.5]]).tolist() == [[1], [0]]
    assert repr(landscape) == (
        "<RiskLandscape of 100 inputs on (-1.0, 1.0): 2 minima and 1 maxima>"
    )


@pytest.mark.parametrize(
    ("interval", "reached"),
    [
        ((-2.0, 2.0), {-1.5: -1, -1.0: -1, -0.5: 0, 0.0: 0, 0.5: 0, 1.0: -1, 1.5: -1}),
        ((-0.8, 2.0), {-0.5: 0, 0.5: 0, 1.0: -1, 1.5: -1}),
        ((0.5, 2.0), {0.8: -1, 1.0: -1, 1.5: -1}),
        ((1.5, 2.0), {1.5: -1, 1.8: -1}),
    ],
)
def test_descent_beyond_the_outermost_maxima_leaves(interval, reached):
    """Two hills, at -1 and 1, and one valley between them."""
    landscape = se.RiskLandscape.of(
        lambda w: w**2 / 2 - w**4 / 4, lambda w: w - w**3, lambda w: 1 - 3 * w**2, interval
    )
    assert landscape.basin(list(reached)).tolist() == list(reached.values())


@cases
def test_landscape_of_functions_is_that_of_the_data(x, interval):
    given = se.RiskLandscape.of(
        lambda w: se.empirical_risk(w, x),
        lambda w: se.risk_gradient(w, x),
        lambda w: se.risk_curvature(w, x),
        interval,
        cells=4000,
    )
    known = se.RiskLandscape(x, interval)
    for got, wanted in zip(given.stationary_points, known.stationary_points, strict=True):
        assert got.kind == wanted.kind
        assert got.w == pytest.approx(wanted.w, abs=1e-13)
        assert got.risk == pytest.approx(wanted.risk, abs=1e-14)
        assert got.curvature == pytest.approx(wanted.curvature, rel=1e-10)
    starts = np.linspace(*interval, 17)
    np.testing.assert_array_equal(given.basin(starts), known.basin(starts))


@pytest.mark.parametrize("loss", [double_well, huber], ids=repr)
def test_landscape_of_another_loss_has_the_roots_that_scipy_finds(loss):
    x, interval = np.array([0.5, 1.0, -2.0]), (-3.0, 2.5)

    def slope(w):
        return se.risk_gradient(w, x, loss)

    theirs = {optimize.brentq(slope, *ends) for ends in sign_changes(slope, interval)}
    points = se.RiskLandscape(x, interval, loss).stationary_points
    assert [point.w for point in points] == pytest.approx(sorted(theirs), abs=1e-10)
    for point in points:
        assert point.risk == se.empirical_risk(point.w, x, loss)
        assert point.curvature == pytest.approx(se.risk_curvature(point.w, x, loss), rel=1e-12)
