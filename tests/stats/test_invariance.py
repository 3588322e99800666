"""What must not matter does not: the order of rows, names of levels, units, the reference, the make of the table."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daybreak.stats.lmm import lmm
from daybreak.stats.means import marginal_means
from daybreak.stats.mmrm import mmrm
from daybreak.stats.results import Array
from tests.stats.cast import people

FORMULAE = st.sampled_from(
    [
        *(f"change ~ baseline + arm * visit + {kind}(visit | id)" for kind in ("us", "toeph", "ar1", "csh", "ad")),
        "change ~ baseline * arm + visit + (1 | id)",
    ]
)
CASES = settings(max_examples=12, deadline=None, derandomize=True)
SEEDS = st.integers(0, 10_000)


def study(seed: int) -> pl.DataFrame:
    """Return 24 people at 3 visits, a tenth of them missed."""
    rows = people(24, 3, seed)
    seen = np.random.default_rng(seed + 1).random(rows.height) > 0.1
    return rows.filter(pl.Series(seen))


def fitted(formula: str, rows: object, **options: Any) -> Any:
    return (lmm if "(1 |" in formula else mmrm)(formula, rows, **options)


def means(fit: Any) -> Array:
    """Return estimates, standard errors and df of arm means at each visit, in the order of names of levels."""
    lines = sorted(marginal_means(fit, "arm", by="visit").lines, key=lambda line: sorted(line.levels.items()))
    return np.array([(line.estimate, line.se, line.df) for line in lines])


def alike(one: Any, other: Any) -> None:
    """Check that two fits say the same of likelihood and means."""
    assert other.loglik == pytest.approx(one.loglik, rel=1e-8, abs=1e-7)
    assert means(other)[:, :2] == pytest.approx(means(one)[:, :2], rel=2e-6, abs=1e-6)
    assert means(other)[:, 2] == pytest.approx(means(one)[:, 2], rel=1e-4)


@CASES
@given(FORMULAE, SEEDS)
def test_the_order_of_rows_does_not_matter(formula: str, seed: int) -> None:
    rows = study(seed)
    mixed = rows.sample(fraction=1.0, shuffle=True, seed=seed)
    alike(fitted(formula, rows), fitted(formula, mixed))


@CASES
@given(FORMULAE, SEEDS)
def test_the_reference_does_not_matter_to_means(formula: str, seed: int) -> None:
    rows = study(seed)
    alike(fitted(formula, rows), fitted(formula, rows, levels={"arm": ["b", "a"]}))


@CASES
@given(FORMULAE.filter(lambda formula: "arm * visit" in formula), SEEDS)
def test_dummies_for_every_level_are_another_coding_of_the_same_model(formula: str, seed: int) -> None:
    cells = formula.replace("arm * visit", "0 + arm:visit")
    alike(fitted(formula, study(seed)), fitted(cells, study(seed)))


@CASES
@given(FORMULAE, SEEDS)
def test_names_of_levels_and_people_do_not_matter(formula: str, seed: int) -> None:
    rows = study(seed)
    renamed = rows.with_columns(
        arm=pl.col("arm").replace({"a": "an arm: 1", "b": "~b"}), id=pl.col("id").str.slice(1).cast(pl.Int64)
    )
    one, other = fitted(formula, rows), fitted(formula, renamed)
    assert other.loglik == pytest.approx(one.loglik, rel=1e-10)
    assert other.beta == pytest.approx(one.beta, rel=1e-6, abs=1e-8)


@CASES
@given(FORMULAE, SEEDS, st.sampled_from([1e-3, 7.0, 1e4]), st.sampled_from([0.0, -50.0, 300.0]))
def test_units_do_not_matter(formula: str, seed: int, unit: float, start: float) -> None:
    rows = study(seed)
    other = rows.with_columns(change=pl.col("change") * unit, baseline=pl.col("baseline") * 12 + start)
    one, two = fitted(formula, rows), fitted(formula, other)
    assert means(two)[:, :2] / unit == pytest.approx(means(one)[:, :2], rel=1e-5, abs=1e-6)
    assert means(two)[:, 2] == pytest.approx(means(one)[:, 2], rel=1e-3)


@CASES
@given(SEEDS)
def test_the_make_of_the_table_does_not_matter(seed: int) -> None:
    formula = "change ~ baseline + arm * visit + us(visit | id)"
    rows = study(seed)
    one = fitted(formula, rows)
    for other in (
        rows.to_pandas(),
        rows.to_arrow(),
        rows.to_dict(as_series=False),
        rows.with_columns(pl.col("arm").cast(pl.Categorical)),
    ):
        assert fitted(formula, other).beta.tolist() == one.beta.tolist()


@CASES
@given(SEEDS)
def test_weights_that_are_all_alike_only_scale_the_variance(seed: int) -> None:
    formula = "change ~ baseline + arm * visit + us(visit | id)"
    rows = study(seed).with_columns(w=pl.lit(4.0))
    one, other = fitted(formula, rows), fitted(formula, rows, weights="w")
    assert other.beta == pytest.approx(one.beta, rel=1e-6, abs=1e-8)
    assert other.beta_covariance == pytest.approx(one.beta_covariance, rel=1e-5, abs=1e-9)
    assert other.visit_covariance[""] == pytest.approx(4 * one.visit_covariance[""], rel=1e-5)
