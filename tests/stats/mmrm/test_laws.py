"""What must hold of any fit: closed forms, published figures, and no change with units, order or coding."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy import stats

from daybreak.core.errors import FitError
from daybreak.stats.mmrm import MmrmFit, mmrm
from tests.stats.cast import LEVELS, VISITS, data

PRIMARY = "change ~ baseline + arm * visit + us(visit | id)"
ORTHODONT = Path(__file__).parent.parent / "data" / "orthodont.csv"


def same(one: MmrmFit, two: MmrmFit, rel: float = 1e-7) -> None:
    """Hold two fits to the same coefficients, by name, with the same errors and df."""
    ours = {row.label: row for row in one.coefficients}
    for row in two.coefficients:
        mine = ours[row.label]
        assert (mine.estimate, mine.se, mine.df) == pytest.approx((row.estimate, row.se, row.df), rel=rel, abs=1e-8)


@pytest.mark.evidence("reference", "Pinheiro & Bates's Orthodont, unstructured, ML: figures in the literature")
def test_orthodont_by_maximum_likelihood_comes_out() -> None:
    rows = pl.read_csv(ORTHODONT).with_columns(visit=pl.col("age").cast(pl.String))
    levels = {"Sex": ["Male", "Female"], "visit": ["8", "10", "12", "14"]}
    fit = mmrm("distance ~ Sex * age + us(visit | Subject)", rows, reml=False, levels=levels)
    age = next(row for row in fit.coefficients if row.label == "age")
    assert -2 * fit.loglik == pytest.approx(419.47704811, abs=1e-7)
    assert (age.estimate, age.se) == pytest.approx((0.82680330, 0.07911410), abs=1e-8)


@pytest.mark.evidence("property", "multivariate regression: Sigma = residual SSCP / (n - K)")
def test_complete_data_have_their_closed_form() -> None:
    everybody = data("study-154")
    whole = everybody.filter(pl.len().over("id") == len(VISITS))
    fit = mmrm("change ~ baseline * visit + arm * visit + us(visit | id)", whole, levels=LEVELS)
    wide = whole.pivot("visit", index=["id", "arm", "baseline"], values="change")
    y = wide.select(VISITS).to_numpy()
    arms = sorted(wide["arm"].unique())
    x = np.column_stack([np.ones(len(y)), wide["baseline"], *(wide["arm"] == arm for arm in arms[1:])])
    beta = np.linalg.lstsq(x, y, rcond=None)[0]
    residual = y - x @ beta
    sigma = residual.T @ residual / (len(y) - x.shape[1])
    assert fit.visit_covariance[""] == pytest.approx(sigma, rel=1e-9)
    first = {row.label: row for row in fit.coefficients}
    spread = np.linalg.inv(x.T @ x)
    assert first["baseline"].estimate == pytest.approx(beta[1, 0], rel=1e-9)
    assert first["baseline"].se == pytest.approx(np.sqrt(spread[1, 1] * sigma[0, 0]), rel=1e-9)
    assert first["baseline"].df == pytest.approx(len(y) - x.shape[1], rel=1e-9)


@pytest.mark.evidence("property", "linear regression")
def test_one_visit_is_linear_regression() -> None:
    rows = data("study-154").filter(pl.col("visit") == "day-1")
    fit = mmrm("change ~ baseline + us(visit | id)", rows)
    plain = stats.linregress(rows["baseline"], rows["change"])
    slope = fit.coefficients[1]
    assert (slope.estimate, slope.se, slope.p) == pytest.approx((plain.slope, plain.stderr, plain.pvalue), rel=1e-9)
    assert slope.df == pytest.approx(len(rows) - 2)


@pytest.mark.parametrize("df", ["satterthwaite", "kenward-roger"])
def test_the_order_of_rows_does_not_matter(df: str) -> None:
    rows = data("small-24")
    same(mmrm(PRIMARY, rows, levels=LEVELS, df=df), mmrm(PRIMARY, rows.sample(fraction=1, shuffle=True, seed=4),
                                                         levels=LEVELS, df=df))  # fmt: skip


@pytest.mark.parametrize("df", ["satterthwaite", "kenward-roger-linear"])
def test_units_of_response_and_covariate_only_change_units(df: str) -> None:
    rows = data("small-24")
    moved = rows.with_columns(change=pl.col("change") * 1e6 + 3e7, baseline=pl.col("baseline") / 1000 + 50)
    one, two = (mmrm(PRIMARY, each, levels=LEVELS, df=df) for each in (rows, moved))
    plain, scaled = ({row.label: row for row in fit.coefficients} for fit in (one, two))
    for name in ("baseline", "visitday-5", "armsaline-training:visitday-12"):
        unit = 1e9 if name == "baseline" else 1e6
        assert scaled[name].estimate == pytest.approx(unit * plain[name].estimate, rel=1e-7)
        assert (scaled[name].t, scaled[name].df) == pytest.approx((plain[name].t, plain[name].df), rel=1e-6)


@pytest.mark.parametrize("df", ["satterthwaite", "kenward-roger"])
def test_another_reference_arm_says_the_same_of_a_difference(df: str) -> None:
    rows = data("study-154")
    first = mmrm(PRIMARY, rows, levels=LEVELS, df=df)
    arms = ["saline-training", "ketamine-training", "ketamine-sham"]
    turned = mmrm(PRIMARY, rows, levels=LEVELS | {"arm": arms}, df=df)
    one = next(row for row in first.coefficients if row.label == "armsaline-training")
    two = next(row for row in turned.coefficients if row.label == "armketamine-sham")
    assert (two.estimate, two.se, two.df) == pytest.approx((-one.estimate, one.se, one.df), rel=1e-7)
    assert turned.loglik == pytest.approx(first.loglik, abs=1e-8)


def test_weights_of_two_for_everybody_halve_the_covariance_and_nothing_else() -> None:
    rows = data("small-24").with_columns(w=pl.lit(2.0))
    plain, weighted = mmrm(PRIMARY, rows, levels=LEVELS), mmrm(PRIMARY, rows, levels=LEVELS, weights="w")
    same(plain, weighted)
    assert weighted.visit_covariance[""] == pytest.approx(2 * plain.visit_covariance[""], rel=1e-6)
    assert weighted.loglik == pytest.approx(plain.loglik, abs=1e-8)


def test_equally_spaced_visits_make_spatial_and_autoregressive_the_same() -> None:
    rows = data("small-24").with_columns(step=pl.col("visit").replace_strict({"day-1": 1, "day-5": 2, "day-12": 3,
                                                                              "day-30": 4}))  # fmt: skip
    spatial = mmrm("change ~ baseline + arm * visit + sp_exp(step | id)", rows, levels=LEVELS)
    ordered = mmrm("change ~ baseline + arm * visit + ar1(visit | id)", rows, levels=LEVELS)
    same(spatial, ordered, rel=1e-6)
    assert spatial.loglik == pytest.approx(ordered.loglik, abs=1e-9)
    assert spatial.visit_covariance[""] == pytest.approx(ordered.visit_covariance[""][:2, :2], rel=1e-5)


@pytest.mark.parametrize("df", ["satterthwaite", "kenward-roger", "kenward-roger-linear", "residual", "between-within"])
def test_a_joint_test_of_one_contrast_is_its_t_test(df: str) -> None:
    fit = mmrm(PRIMARY, data("small-24"), levels=LEVELS, df=df)
    one = fit.coefficients[1]
    joint = fit.joint(np.eye(len(fit.beta))[1])
    assert (joint.df1, joint.scale) == pytest.approx((1, 1), abs=1e-6)
    assert (joint.f, joint.df2, joint.p) == pytest.approx((one.t**2, one.df, one.p), rel=1e-6)


@pytest.mark.parametrize("df", ["satterthwaite", "kenward-roger", "residual"])
def test_a_joint_test_does_not_change_with_the_way_its_contrasts_are_written(df: str) -> None:
    fit = mmrm(PRIMARY, data("study-154"), levels=LEVELS, df=df)
    arms = np.eye(len(fit.beta))[2:4]
    turned = np.vstack([arms[0] - arms[1], 3 * arms[1], arms[0]])
    one, two = fit.joint(arms), fit.joint(turned)
    assert (two.f, two.df1) == pytest.approx((one.f, one.df1), rel=1e-8)
    if df != "satterthwaite":  # whose df go by the principal axes of what is written
        assert two.df2 == pytest.approx(one.df2, rel=1e-8)


@pytest.mark.evidence("property", "Hotelling's T2 is the joint test of complete data; Kenward & Roger 1997, section 6")
def test_kenward_roger_is_exact_for_hotelling() -> None:
    chance = np.random.default_rng(8)
    people, visits = 11, 3
    y = chance.normal(size=(people, visits)) @ chance.normal(size=(visits, visits)) + 0.4
    rows = pl.DataFrame(
        {
            "id": [f"p{each}" for each in range(people) for _ in range(visits)],
            "visit": [f"v{each}" for _ in range(people) for each in range(visits)],
            "y": y.ravel(),
        }
    )
    fit = mmrm("y ~ 0 + visit + us(visit | id)", rows, df="kenward-roger-linear")
    joint = fit.joint(np.eye(visits))
    mean, spread = y.mean(axis=0), np.cov(y.T) / people
    hotelling = float(mean @ np.linalg.solve(spread, mean))
    exact = hotelling * (people - visits) / (visits * (people - 1))
    assert (joint.f, joint.df2) == pytest.approx((exact, people - visits), rel=1e-6)


def test_a_nil_contrast_is_refused() -> None:
    fit = mmrm(PRIMARY, data("small-24"), levels=LEVELS)
    nil = np.zeros((1, len(fit.beta)))
    with pytest.raises(FitError, match="all nil"):
        fit.joint(nil)
    with pytest.raises(FitError, match="is nil"):
        fit.df(nil)
