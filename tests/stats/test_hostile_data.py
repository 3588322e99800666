"""Data as they should not be: an answer that a plain dense computation confirms, or a sentence."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from daybreak.core.errors import FitError
from daybreak.stats.frame import Frame, frame
from daybreak.stats.lmm import lmm
from daybreak.stats.means import marginal_means
from daybreak.stats.mmrm import MmrmFit, fit_frame
from daybreak.stats.results import Array, Fitted
from tests.stats.cast import LEVELS, ORACLES, data, people

MMRM = "change ~ baseline + arm * visit + {}(visit | id)"
LMM = "change ~ baseline + arm * day + (1 + day | id)"
KINDS = ("us", "toep", "toeph", "ar1", "ar1h", "cs", "csh", "ad", "adh")
ONE_VARIANCE = ("toep", "ar1", "cs", "ad")
STUDY = data("study-154")
LATE = pl.col("visit") == "day-30"
SALINE = pl.col("arm") == "saline-training"


def answer(formula: str, rows: pl.DataFrame) -> str:
    """Return the sentence of a refusal, or nothing for an answer, which is checked against dense matrices."""
    levels = LEVELS if "day-1" in rows["visit"].to_list() else None
    try:
        coded = frame(formula, rows, levels=levels)
        fit = fit_frame(coded)
    except FitError as refused:
        return refused.sentence() if refused.remedy else "no remedy"
    confirm(fit, coded)
    finite(fit)
    return ""


def confirm(fit: MmrmFit, rows: Frame) -> None:
    """Check estimates, standard errors and restricted likelihood at the covariance found, person by person."""
    a, b, c, spread = dense(fit, rows)
    beta = np.linalg.solve(a, b)
    count, columns = rows.matrix.shape
    loglik = -(spread + np.linalg.slogdet(a)[1] + c - beta @ b + (count - columns) * np.log(2 * np.pi)) / 2
    assert fit.loglik == pytest.approx(loglik, rel=1e-7)
    errors = np.sqrt(np.diag(np.linalg.inv(a)))
    assert np.abs((fit.beta - beta) / errors).max() < 1e-5
    assert np.sqrt(np.diag(fit.beta_covariance)) == pytest.approx(errors, rel=1e-5)


def dense(fit: MmrmFit, rows: Frame) -> tuple[Array, Array, float, float]:
    """Return X'WX, X'Wy, y'Wy and log |V|, W being the inverse of V."""
    columns = rows.matrix.shape[1]
    a, b, c, spread = np.zeros((columns, columns)), np.zeros(columns), 0.0, 0.0
    for person in range(len(rows.subject.labels)):
        own = np.flatnonzero(rows.subject.codes == person)
        whole = fit.visit_covariance[rows.group.labels[rows.group.codes[own[0]]]]
        covariance = whole[np.ix_(rows.visit.codes[own], rows.visit.codes[own])]
        inverse = np.linalg.inv(covariance)
        spread += float(np.linalg.slogdet(covariance)[1])
        a += rows.matrix[own].T @ inverse @ rows.matrix[own]
        b += rows.matrix[own].T @ inverse @ rows.response[own]
        c += float(rows.response[own] @ inverse @ rows.response[own])
    return a, b, c, spread


def finite(fit: Fitted) -> None:
    """Check that every number told is one."""
    by = [name for name in ("visit",) if name in fit.coding.factors]
    means = marginal_means(fit, "arm", by=by)
    lines = [*means.lines, *means.pairwise().lines, *getattr(fit, "coefficients", ())]
    numbers = [value for line in lines for value in (line.estimate, line.se, line.df, line.t, line.p, line.ci_low)]
    assert np.isfinite([value for value in numbers if value is not None]).all()
    assert any("leave open" in line for line in means.warnings) == any(line.estimate is None for line in means.lines)


def outcome(then: pl.Expr, *, when: pl.Expr) -> pl.DataFrame:
    return STUDY.with_columns(change=pl.when(when).then(then).otherwise(pl.col("change").cast(pl.Float64)))


def copied(sign: float) -> pl.DataFrame:
    """Return people whose third visit repeats their second, or its opposite."""
    second = pl.col("change").filter(pl.col("visit") == "v01").first().over("id") * sign
    return people(60, 3).with_columns(change=pl.when(pl.col("visit") == "v02").then(second).otherwise("change"))


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_cell_leaves_its_mean_open(kind: str) -> None:
    assert answer(MMRM.format(kind), STUDY.filter(~(SALINE & LATE))) == ""


@pytest.mark.parametrize("kind", KINDS)
def test_one_person_in_an_arm_is_told(kind: str) -> None:
    first = STUDY.filter(SALINE)["id"][0]
    assert answer(MMRM.format(kind), STUDY.filter(~SALINE | (pl.col("id") == first))) == ""


def test_one_person_in_an_arm_has_no_covariance_of_an_own() -> None:
    first = STUDY.filter(SALINE)["id"][0]
    rows = STUDY.filter(~SALINE | (pl.col("id") == first))
    assert answer("change ~ arm * visit + us(visit | arm / id)", rows).startswith("1 people of saline-training cannot")


@pytest.mark.parametrize("kind", KINDS)
def test_a_visit_with_two_values_has_no_variance_of_its_own(kind: str) -> None:
    two = STUDY.filter(LATE)["id"][:2].to_list()
    told = answer(MMRM.format(kind), STUDY.filter(~LATE | pl.col("id").is_in(two)))
    if kind not in ONE_VARIANCE:
        assert told.startswith("At day-30 there are 2 rows for 2 coefficients")
    elif kind == "ad":  # has a correlation of its own for each two neighbours
        assert told
    else:
        assert told == ""


@pytest.mark.parametrize("kind", KINDS)
def test_an_outcome_that_stands_still_at_a_visit_has_no_variance_there(kind: str) -> None:
    told = answer(MMRM.format(kind), outcome(pl.lit(2.0), when=LATE))
    assert told == "" if kind in ONE_VARIANCE else told.startswith("The outcome is 2 in all 1")


@pytest.mark.parametrize("kind", ["us", "ar1", "cs"])
def test_an_outcome_foretold_at_a_visit_is_told_or_refused(kind: str) -> None:
    told = answer(MMRM.format(kind), outcome(pl.col("baseline").cast(pl.Float64), when=LATE))
    assert (told == "") == (kind in ONE_VARIANCE)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_copied_visits_are_named_where_the_covariance_can_show_them(kind: str, sign: float) -> None:
    told = answer(MMRM.format(kind), copied(sign))
    if kind in ("us", "adh"):
        assert "at v01 and v02 is perfectly correlated" in told


def test_visits_that_move_in_step_are_named() -> None:
    place = pl.col("visit").str.slice(1).cast(pl.Float64)
    rows = people(60, 3).with_columns(change=pl.col("change").first().over("id") + place)
    for kind in ("us", "ar1", "csh"):
        assert "is perfectly correlated" in answer(MMRM.format(kind), rows)


def test_visits_that_nobody_had_both_are_refused() -> None:
    half = pl.col("id").str.slice(1).cast(pl.Int64) % 4 < 2
    rows = people(60, 2).filter((pl.col("visit") == "v00") == half)
    assert "No person was seen at both v00 and v01" in answer(MMRM.format("us"), rows)
    assert "cannot tell the parameters" in answer(MMRM.format("cs"), rows)


def test_thirty_visits_of_few_people_are_refused_at_once_or_told() -> None:
    rows = people(20, 30)
    assert answer(MMRM.format("us"), rows).startswith("20 people cannot tell an unstructured covariance of 30 visits")
    assert answer(MMRM.format("cs"), rows) == ""


@pytest.mark.parametrize("formula", [MMRM.format("us"), LMM])
@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (STUDY.with_columns(change=pl.lit(3.0)), "change is 3 in every row."),
        (pl.concat([STUDY, STUDY[:1]]), "rows 1 and 681: P001 has two rows for visit day-1."),
        (STUDY.with_columns(baseline=pl.lit(None)), "No row is complete; missing are baseline in 680."),
        (STUDY.with_columns(baseline=pl.col("baseline").cast(str) + pl.when(pl.col("id") == "P002").then(
            pl.lit(" or so")).otherwise(pl.lit(""))), "baseline is '"),
        (STUDY.with_columns(change=pl.col("change").cast(str).replace("-21", "bad")), "row 1: change is 'bad'"),
        (STUDY.with_columns(arm=pl.lit("one")), "arm is 'one' in every row"),
        (STUDY[:0], "The data have no rows."),
    ],
)  # fmt: skip
def test_what_no_model_can_use_is_said_of_both_models(formula: str, rows: pl.DataFrame, said: str) -> None:
    fit: Any = lmm if "(1" in formula else answered
    if "two rows" in said and "(1" in formula:
        return  # random effects take several rows of a visit
    with pytest.raises(FitError) as caught:
        fit(formula, rows)
    assert said in str(caught.value)


def answered(formula: str, rows: pl.DataFrame) -> MmrmFit:
    return fit_frame(frame(formula, rows))


@pytest.mark.parametrize("formula", [MMRM.format("us"), LMM])
def test_a_covariate_said_twice_changes_nothing(formula: str) -> None:
    twice = STUDY.with_columns(again=2 * pl.col("baseline") + 1)
    richer = formula.replace("baseline", "baseline + again")
    fits = [lmm(one, twice) if "(1" in one else answered(one, twice) for one in (formula, richer)]
    assert fits[1].loglik == pytest.approx(fits[0].loglik, rel=1e-12)
    assert fits[1].beta == pytest.approx(fits[0].beta, rel=1e-9)
    assert fits[1].warnings == ("The data cannot tell again from the terms before; dropped.",)


def test_gaps_in_a_covariate_leave_rows_out() -> None:
    seventh = pl.int_range(pl.len()) % 7 == 0
    rows = STUDY.with_columns(baseline=pl.when(seventh).then(None).otherwise("baseline"))
    for formula in (MMRM.format("us"), LMM):
        fit: Any = lmm(formula, rows) if "(1" in formula else answered(formula, rows)
        kept: Any = (
            lmm(formula, STUDY.filter(~seventh)) if "(1" in formula else answered(formula, STUDY.filter(~seventh))
        )
        assert fit.beta == pytest.approx(kept.beta, rel=1e-10)
        assert fit.warnings[0] == "98 of 680 rows were left out; missing are baseline in 98."


@pytest.mark.parametrize("formula", [MMRM.format("us"), MMRM.format("toeph"), LMM])
@pytest.mark.parametrize("scale", [1e-9, 1e9])
def test_units_do_not_matter(formula: str, scale: float) -> None:
    scaled = STUDY.with_columns(change=pl.col("change") * scale)
    fits = [lmm(formula, rows) if "(1" in formula else answered(formula, rows) for rows in (STUDY, scaled)]
    assert fits[1].beta / scale == pytest.approx(fits[0].beta, rel=1e-6)
    assert [one.df for one in fits[1].coefficients] == pytest.approx([one.df for one in fits[0].coefficients], rel=1e-4)


@pytest.mark.parametrize("formula", [MMRM.format("us"), LMM])
def test_a_wild_value_and_a_binary_outcome_are_told_without_a_word_from_numpy(formula: str) -> None:
    for rows in (
        outcome(pl.lit(1e7), when=pl.int_range(pl.len()) == 5),
        STUDY.with_columns(change=(pl.col("change") < -10).cast(pl.Int64)),
        STUDY.with_columns(baseline=pl.col("baseline") + 10_000_000),
    ):
        finite(lmm(formula, rows) if "(1" in formula else answered(formula, rows))


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 7])
def test_very_few_people_are_told_or_refused(count: int) -> None:
    for kind in KINDS:
        answer(f"change ~ visit + arm + {kind}(visit | id)", people(count, 3))


def test_thousands_of_people_are_told() -> None:
    assert answer(MMRM.format("us"), people(5000, 4)) == ""


def test_of_several_maxima_the_highest_is_told_and_remarked_on() -> None:
    """Half of the cells were missed; a covariance that holds others cannot fit worse than they do."""
    rows = pl.read_csv(ORACLES / "two-maxima.csv")
    formula = "change ~ baseline * visit + arm * visit + {}(visit | id)"
    fits = {kind: answered(formula.format(kind), rows) for kind in ("us", "toeph", "csh", "adh", "ar1h", "ar1")}
    assert fits["us"].loglik > max(fit.loglik for kind, fit in fits.items() if kind != "us")
    assert "the likelihood has several maxima" in fits["us"].warnings[0]
    confirm(fits["us"], frame(formula.format("us"), rows))
    for fuller, barer in (("toeph", "csh"), ("toeph", "ar1h"), ("adh", "ar1h"), ("ar1h", "ar1")):
        assert fits[fuller].loglik >= fits[barer].loglik - 1e-7


def test_enough_people_are_fitted_from_one_start() -> None:
    assert answered(MMRM.format("us"), STUDY).warnings == ()


def test_too_few_groups_for_a_variance_or_for_kenward_and_roger_are_refused() -> None:
    """Seven rows, six coefficients: what is left tells a variance by rounding only."""
    rows = {
        "id": ["A", "A", "B", "B", "C", "C", "D"],
        "visit": ["v0", "v1", "v0", "v1", "v0", "v1", "v0"],
        "arm": ["a2", "a2", "a2", "a2", "a0", "a0", "a1"],
        "baseline": [22, 22, 36, 36, 33, 33, 37],
        "change": [9, -28, 35, -73, -17, 66, 14],
    }
    with pytest.raises(FitError, match=r"Kenward-Roger covariance|cannot tell the variance"):
        lmm("change ~ 0 + arm:visit + baseline + (1 | id)", rows, df="kenward-roger")


def test_visits_that_repel_each_other_as_far_as_they_can_are_refused_without_a_word_from_numpy() -> None:
    rows = people(12, 2, seed=3)
    first = pl.col("change").first().over("id")
    rows = rows.with_columns(change=pl.when(pl.col("visit") == "v00").then(first).otherwise(-first))
    assert "perfectly correlated" in answer("change ~ visit + arm + cs(visit | id)", rows)
