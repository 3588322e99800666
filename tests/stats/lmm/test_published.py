"""Crossed, nested, plain and singular fits of Davies' data have the figures lme4's book and documentation print.

Digits are as lme4 prints them with its default stopping rule: later ones may differ. Data: Davies (1947, 1949).
"""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from daybreak.stats.lmm import LmmFit, lmm

DATA = Path(__file__).parents[1] / "data"
pytestmark = pytest.mark.evidence("reference", "Bates, lme4: Mixed-effects modeling with R, and lme4's documentation")


def fitted(formula: str, name: str) -> LmmFit:
    return lmm(formula, pl.read_csv(DATA / f"{name}.csv"))


def test_crossed_plates_and_samples_of_penicillin() -> None:
    fit = fitted("diameter ~ 1 + (1 | plate) + (1 | sample)", "penicillin")
    assert -2 * fit.loglik == pytest.approx(330.8606, abs=5e-5)
    assert fit.coefficients[0].estimate == pytest.approx(22.9722222222, rel=1e-10)
    assert fit.coefficients[0].se == pytest.approx(0.8086, abs=5e-5)
    assert [part.sds[0] for part in fit.random] == pytest.approx([0.8467, 1.9316], abs=6e-5)
    assert fit.residual_sd == pytest.approx(0.5499, abs=5e-5)


def test_casks_within_batches_of_paste() -> None:
    fit = fitted("strength ~ 1 + (1 | batch/cask)", "pastes")
    assert -2 * fit.loglik == pytest.approx(246.9907, abs=5e-5)
    assert [part.group for part in fit.random] == ["batch", "batch:cask"]
    assert [part.sds[0] for part in fit.random] == pytest.approx([1.287366, 2.904077], abs=2e-6)
    assert [part.levels for part in fit.random] == [10, 30]
    assert (fit.beta[0], fit.coefficients[0].se) == pytest.approx((60.0533333333, 0.676870215), rel=1e-6)
    assert fit.residual_sd == pytest.approx(0.8234, abs=5e-5)
    assert fit.n_subjects == 30


def test_batches_of_dyestuff() -> None:
    fit = fitted("real ~ 1 + (1 | batch)", "dyestuff")
    assert -2 * fit.loglik == pytest.approx(319.6543, abs=5e-5)
    assert (fit.random[0].sds[0], fit.residual_sd) == pytest.approx((42.00, 49.51), abs=5e-3)
    by_ml = lmm("real ~ 1 + (1 | batch)", pl.read_csv(DATA / "dyestuff.csv"), reml=False)
    assert -2 * by_ml.loglik == pytest.approx(327.3271, abs=5e-5)
    assert (by_ml.random[0].sds[0], by_ml.residual_sd) == pytest.approx((37.26, 49.51), abs=5e-3)


def test_simulated_dyestuff_is_singular() -> None:
    fit = fitted("simulated ~ 1 + (1 | batch)", "dyestuff")
    assert -2 * fit.loglik == pytest.approx(161.8283, abs=5e-5)
    assert fit.singular
    assert fit.random[0].sds[0] == 0
    assert fit.residual_sd == pytest.approx(3.7157, abs=5e-5)


@pytest.mark.evidence(
    "reference", "Pinheiro and Bates (2000), section 4.2: the Orthodont fit by sex with random slopes"
)
def test_lines_of_growth_by_sex_of_orthodont() -> None:
    rows = pl.read_csv(DATA / "orthodont.csv").with_columns(pl.col("age") - 11)
    fit = lmm("distance ~ Sex * age + (1 + age | Subject)", rows, levels={"Sex": ["Male", "Female"]})
    assert fit.loglik == pytest.approx(-216.2908, abs=5e-5)
    assert fit.beta == pytest.approx([24.96875, -2.321023, 0.784375, -0.304830], abs=5e-7)
    assert [one.se for one in fit.coefficients][2:] == pytest.approx([0.08600, 0.13473], abs=1e-5)
    part = fit.random[0]
    assert [*part.sds, part.correlations[0, 1]] == pytest.approx([1.83033, 0.18035, 0.206], abs=5e-4)
    assert fit.residual_sd == pytest.approx(1.31004, abs=5e-6)
