"""Units, origins, the order of rows and the coding of factors change nothing but what they should."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from daybreak.stats.lmm import LmmFit, lmm
from daybreak.stats.lmm.result import DfMethod
from tests.stats.cast import data

FORMULA = "change ~ baseline + arm * day + (1 + day | id)"
SLOPES = ["day", "armketamine-training:day", "armsaline-training:day"]
methods = pytest.mark.parametrize("df", ["satterthwaite", "kenward-roger"])


def told(fit: LmmFit, *, only: list[str] | None = None) -> dict[str, tuple[float, float, float]]:
    return {e.label: (e.estimate, e.se, e.df) for e in fit.coefficients if only is None or e.label in only}


def fitted(rows: pl.DataFrame, df: DfMethod, **options: Any) -> LmmFit:
    return lmm(FORMULA, rows, df=df, **options)


@methods
def test_days_counted_from_another_origin_leave_slopes_and_likelihood(df: DfMethod) -> None:
    rows = data("study-154")
    before, after = fitted(rows, df), fitted(rows.with_columns(pl.col("day") + 20_000.0), df)
    assert after.loglik == pytest.approx(before.loglik, abs=1e-8)
    for label, values in told(before, only=SLOPES).items():
        assert told(after)[label] == pytest.approx(values, rel=1e-6)
    assert after.random[0].sds[1] == pytest.approx(before.random[0].sds[1], rel=1e-6)


@methods
@pytest.mark.parametrize("unit", [1e-7, 86_400.0])
def test_another_unit_of_time_scales_slopes_and_nothing_else(df: DfMethod, unit: float) -> None:
    rows = data("study-154")
    before, after = fitted(rows, df), fitted(rows.with_columns(pl.col("day") * unit), df)
    for label, (estimate, se, freedom) in told(before).items():
        by = unit if label in SLOPES else 1.0
        assert told(after)[label] == pytest.approx((estimate / by, se / by, freedom), rel=1e-7)
    assert after.residual_sd == pytest.approx(before.residual_sd, rel=1e-9)


@methods
def test_another_unit_of_the_outcome_scales_all(df: DfMethod) -> None:
    rows = data("study-154")
    before, after = fitted(rows, df), fitted(rows.with_columns(pl.col("change") * 1e6), df)
    for label, (estimate, se, freedom) in told(before).items():
        assert told(after)[label] == pytest.approx((estimate * 1e6, se * 1e6, freedom), rel=1e-8)


def test_the_order_of_rows_does_not_matter() -> None:
    rows = data("study-154")
    before, after = (
        fitted(rows, "satterthwaite"),
        fitted(rows.sample(fraction=1, shuffle=True, seed=4), "satterthwaite"),
    )
    for label, values in told(before).items():
        assert told(after)[label] == pytest.approx(values, rel=1e-8)


def test_another_reference_arm_gives_the_same_fit_seen_from_there() -> None:
    rows = data("study-154")
    arms = ["saline-training", "ketamine-sham", "ketamine-training"]
    before, after = fitted(rows, "kenward-roger"), fitted(rows, "kenward-roger", levels={"arm": arms})
    assert after.loglik == pytest.approx(before.loglik, abs=1e-9)
    contrast = np.array([[0, 0, 1, -1, 0, 0, 0], [0, 0, 0, 0, 0, 1, -1]])
    seen = np.array([[0, 0, 0, 1, 0, 0, 0], [0, 0, 0, 0, 0, 0, 1]])
    np.testing.assert_allclose(contrast @ before.beta, seen @ after.beta, rtol=1e-8)
    np.testing.assert_allclose(before.df(contrast), after.df(seen), rtol=1e-7)
    assert before.joint(contrast).df2 == pytest.approx(after.joint(seen).df2, rel=1e-7)


def test_uncorrelated_effects_are_those_of_terms_apart() -> None:
    rows = data("study-154")
    short = lmm("change ~ day + (day || id)", rows)
    long = lmm("change ~ day + (1 | id) + (0 + day | id)", rows)
    assert short.loglik == long.loglik
    assert [part.names for part in short.random] == [("(Intercept)",), ("day",)]
