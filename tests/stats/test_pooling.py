"""Rubin's rules: the worked figures, the limits of the formulae, and refusals."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from daybreak.core.errors import FitError
from daybreak.stats.pooling import barnard_rubin, pool, pool_estimates
from daybreak.stats.results import Estimate

Q = [1.2, 1.5, 1.1, 1.4, 1.3]
U = [0.04, 0.05, 0.045, 0.042, 0.048]
SOME = st.lists(st.integers(-500, 500).map(lambda tenths: tenths / 10), min_size=2, max_size=12)


def told(label: str, estimate: float, variance: float, df: float = 152) -> Estimate:
    return Estimate(label, estimate, math.sqrt(variance), df, 0, 0, 0, 0)


@pytest.mark.evidence("reference", "five worked estimates, n 154, k 2, reckoned outside this project")
def test_the_worked_figures_come_out() -> None:
    found = pool(Q, U, df_complete=154 - 2)
    assert (found.estimate, found.between, found.se**2) == pytest.approx((1.3, 0.025, 0.075), abs=1e-12)
    assert found.df == pytest.approx(19.5663148, abs=1e-7)
    assert found.fmi == pytest.approx(0.4531766, abs=1e-7)
    assert (found.share, found.increase) == pytest.approx((0.4, 2 / 3))


@pytest.mark.evidence("property", "Rubin 1987: (m - 1) / lambda squared")
def test_without_a_bound_the_old_degrees_of_freedom_come_out() -> None:
    assert pool(Q, U).df == pytest.approx(4 / 0.16)


@pytest.mark.evidence("property", "t distribution")
def test_the_limits_hold_what_the_test_does_not_refute() -> None:
    found = pool(Q, U, df_complete=152, level=0.9)
    at_the_limit = pool([q - found.ci_low for q in Q], U, df_complete=152)
    assert at_the_limit.p == pytest.approx(0.1)


@given(SOME, st.floats(-5, 5), st.floats(0.1, 5))
def test_other_units_change_estimate_and_error_and_nothing_else(q: list[float], shift: float, scale: float) -> None:
    u = [1.0 + 0.1 * place for place in range(len(q))]
    before = pool(q, u, df_complete=40)
    after = pool([scale * each + shift for each in q], [scale**2 * each for each in u], df_complete=40)
    assert after.estimate == pytest.approx(scale * before.estimate + shift, abs=1e-9)
    assert after.se == pytest.approx(scale * before.se)
    assert after.df == pytest.approx(before.df, rel=1e-6)
    assert 0 <= before.share < 1
    assert before.share == pytest.approx(after.share, abs=1e-9)


@given(st.integers(2, 500), st.floats(0.001, 0.999), st.floats(2, 1e6))
def test_gaps_never_give_more_degrees_of_freedom_than_complete_data(m: int, share: float, df: float) -> None:
    assert 0 < barnard_rubin(m, share, df) < df


def test_data_sets_that_agree_keep_the_analysis_as_it_was() -> None:
    table = pool_estimates([[told("arm", 2.0, 0.25, 30)]] * 4 + [[told("arm", 2.0 + 4e-16, 0.25, 30)]])
    row = table["arm"]
    assert (row.df, row.fmi) == (30, 0.0)
    assert (row.estimate, row.se) == pytest.approx((2.0, 0.5))
    assert "nothing was imputed" in table.warnings[0]


def test_every_quantity_of_the_analyses_is_pooled_under_its_label() -> None:
    table = pool_estimates([[told("a", q, u), told("b", -q, u)] for q, u in zip(Q, U, strict=True)])
    assert table["a"] == pool(Q, U, df_complete=152, label="a")
    assert table["b"].estimate == pytest.approx(-1.3)
    assert table.warnings == ()
    assert table.to_polars()["label"].to_list() == ["a", "b"]
    assert "a    1.3000    0.2739    19.6    4.75" in table.summary()
    assert json.loads(json.dumps(table.to_dict()))["rows"][0]["df"] == pytest.approx(19.5663148)
    with pytest.raises(KeyError):
        table["c"]


def test_degrees_of_freedom_without_bound_are_none_in_plain_values() -> None:
    rows = pool_estimates([[told("a", 1, 1, math.inf)]] * 2).to_dict()["rows"]
    assert isinstance(rows, list)
    assert rows[0]["df"] is None


def test_variance_that_is_all_between_is_all_missing_information() -> None:
    found = pool([1.0, 2.0, 4.0], [0.0, 0.0, 0.0])
    assert (found.share, found.fmi, found.increase) == (1.0, 1.0, math.inf)


@pytest.mark.parametrize(
    ("q", "u", "says"),
    [
        ([1.0], [1.0], "at least two"),
        ([1.0, 2.0], [1.0], "one variance for each"),
        ([1.0, math.nan], [1.0, 1.0], "not a number"),
        ([1.0, 2.0], [1.0, -1.0], "not a number"),
        ([1.0, 1.0], [0.0, 0.0], "variance is nil"),
    ],
)
def test_what_cannot_be_pooled_is_refused_in_a_sentence(q: list[float], u: list[float], says: str) -> None:
    with pytest.raises(FitError, match=says):
        pool(q, u)


@pytest.mark.parametrize(("df", "level", "says"), [(0.0, 0.95, "above nil"), (9.0, 95, "between 0 and 1")])
def test_settings_out_of_range_are_refused(df: float, level: float, says: str) -> None:
    with pytest.raises(FitError, match=says):
        pool(Q, U, df_complete=df, level=level)


def test_analyses_of_different_quantities_are_not_pooled() -> None:
    with pytest.raises(FitError, match="different quantities"):
        pool_estimates([[told("a", 1, 1)], [told("b", 1, 1)]])
    with pytest.raises(FitError, match="two analyses"):
        pool_estimates([[told("a", 1, 1)]])


@pytest.mark.slow
@pytest.mark.evidence("property", "coverage of the 95 % limits of a mean with gaps, 4,000 samples")
def test_the_limits_cover_as_often_as_they_say() -> None:
    rng = np.random.default_rng(5)
    n, seen, m, hits, rounds = 30, 20, 20, 0, 4000
    for _ in range(rounds):
        y = rng.normal(size=seen)
        sigma = np.sqrt((seen - 1) * y.var(ddof=1) / rng.chisquare(seen - 1, m))
        mu = rng.normal(y.mean(), sigma / np.sqrt(seen))
        full = np.concatenate([np.tile(y, (m, 1)), rng.normal(mu[:, None], sigma[:, None], (m, n - seen))], axis=1)
        found = pool(full.mean(axis=1), full.var(axis=1, ddof=1) / n, df_complete=n - 1)
        hits += found.ci_low < 0 < found.ci_high
    assert hits / rounds == pytest.approx(0.95, abs=0.015)
