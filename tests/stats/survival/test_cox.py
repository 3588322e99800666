"""Cox regression: the published hazard ratio, statsmodels' figures, pairs, refusals."""

from __future__ import annotations

import json
import math
import warnings

import numpy as np
import pytest
from statsmodels.duration.hazard_regression import PHReg

from daybreak.core.errors import FitError
from daybreak.stats.survival import Times, cox, log_rank, read_times
from daybreak.stats.survival.heard import heard
from tests.stats.survival.remission import remission


def three_arms(n: int = 240) -> tuple[Times, list[float]]:
    rng = np.random.default_rng(11)
    arm = rng.choice(["a", "b", "c"], n)
    age = rng.normal(40, 10, n)
    hazard = np.exp(0.03 * (age - 40) + np.select([arm == "b", arm == "c"], [-0.5, 0.4], 0.0))
    time = np.ceil(rng.exponential(10 / hazard))
    ended = np.minimum(time, 15)
    site = rng.choice(["x", "y"], n)
    return read_times(ended, time <= 15, arm.tolist(), strata=site.tolist()), age.tolist()


@pytest.mark.evidence("reference", "R coxph on Freireich 1963, Efron: 1.5721 (0.4124), 4.82 (2.15 to 10.81)")
def test_the_published_hazard_ratio_comes_out() -> None:
    found = cox(remission(), reference="6-MP")
    row = found.ratios[0]
    assert (row.label, found.events, found.people) == ("placebo / 6-MP", 30, 42)
    assert (row.log_ratio, row.se) == pytest.approx((1.5721, 0.4124), abs=5e-5)
    assert (row.hazard_ratio, row.ci_low, row.ci_high) == pytest.approx((4.82, 2.15, 10.81), abs=0.005)
    assert found.lr_statistic == pytest.approx(16.35, abs=0.005)
    assert found.warnings == ()


@pytest.mark.evidence("double", "statsmodels PHReg, Efron, strata")
def test_statsmodels_finds_the_same_with_strata_and_covariates() -> None:
    times, age = three_arms()
    found = cox(times, covariates={"age": age})
    design = np.column_stack([times.codes == 1, times.codes == 2, age]).astype(float)
    theirs = PHReg(times.time, design, status=times.event.astype(float), strata=times.strata_codes, ties="efron").fit()
    rows = [*found.ratios, *found.covariates]
    assert [row.log_ratio for row in rows] == pytest.approx(theirs.params.tolist(), rel=1e-6)
    assert [row.se for row in rows] == pytest.approx(theirs.bse.tolist(), rel=1e-6)
    assert [row.label for row in rows] == ["b / a", "c / a", "age"]


def test_pairs_are_told_whatever_the_reference() -> None:
    times, age = three_arms()
    asked = [("b", "c"), ("c", "b")]
    first = cox(times, covariates={"age": age}, pairs=asked)
    second = cox(times, reference="b", covariates={"age": age}, pairs=asked)
    assert first.ratios[0].log_ratio == pytest.approx(second.ratios[0].log_ratio, abs=1e-8)
    assert first.ratios[0].se == pytest.approx(second.ratios[0].se, abs=1e-8)
    assert first.ratios[1].hazard_ratio == pytest.approx(1 / first.ratios[0].hazard_ratio)


def test_hazards_that_cross_are_doubted() -> None:
    rng = np.random.default_rng(8)
    early = rng.weibull(0.6, 200) * 10
    late = rng.weibull(3.0, 200) * 10
    found = cox(read_times(np.concatenate([early, late]), [1] * 400, ["a"] * 200 + ["b"] * 200))
    assert "seems to change over time" in found.warnings[0]
    assert dict(found.proportional_p)["b"] < 0.001


def test_the_likelihood_ratio_and_the_log_rank_test_agree_roughly() -> None:
    assert cox(remission()).lr_statistic == pytest.approx(log_rank(remission()).statistic, abs=1)


def test_a_fit_becomes_a_table_and_plain_values() -> None:
    times, age = three_arms()
    found = cox(times, covariates={"age": age})
    assert found.to_polars()["label"].to_list() == ["b / a", "c / a", "age"]
    plain = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert plain["ratios"][0]["hazard_ratio"] == pytest.approx(math.exp(found.ratios[0].log_ratio))
    assert set(plain["proportional_p"]) == {"b", "c"}
    assert "b / a: 0." in found.summary()


def test_a_covariate_may_have_any_name() -> None:
    times, age = three_arms()
    found = cox(times, covariates={"time": age})
    assert found.covariates[0].label == "time"
    assert found.ratios == cox(times, covariates={"arm b": age}).ratios


@pytest.mark.parametrize(
    ("covariates", "says"),
    [
        ({"age": [math.nan] * 240}, "age: A covariate lacks a number"),
        ({"age": [1.0]}, "lacks a number"),
        ({"age": [1.0] * 240}, "same for everybody"),
    ],
)
def test_a_covariate_that_tells_nothing_is_refused(covariates: dict[str, list[float]], says: str) -> None:
    with pytest.raises(FitError, match=says):
        cox(three_arms()[0], covariates=covariates)


def test_two_covariates_that_tell_the_same_are_refused() -> None:
    times, age = three_arms()
    with pytest.raises(FitError, match="does not converge"):
        cox(times, covariates={"age": age, "months": [12 * years for years in age]})


def test_a_covariate_that_foretells_the_event_is_refused() -> None:
    times, _ = three_arms()
    with pytest.raises(FitError, match="foretell the event"):
        cox(times, covariates={"marked": times.event.astype(float).tolist()})


def test_what_lifelines_doubts_stands_in_the_result() -> None:
    times, age = three_arms()
    with pytest.raises(FitError, match="age: The hazard ratio is beyond all numbers"):
        cox(times, covariates={"age": [1e-7 * years for years in age]})
    found = cox(times, covariates={"age": [1e-4 * years for years in age]})
    assert "very low variance" in found.warnings[0]
    assert found.warnings[0].startswith("lifelines: Column")


def test_other_warnings_go_on_as_they_came() -> None:
    with pytest.warns(DeprecationWarning, match="soon gone"), heard() as told:
        warnings.warn("soon gone", DeprecationWarning, stacklevel=1)
    assert told == []


def test_what_has_no_hazard_ratio_is_refused_in_a_sentence() -> None:
    with pytest.raises(FitError, match="at least two arms"):
        cox(read_times([1, 2], [1, 1], ["a", "a"]))
    with pytest.raises(FitError, match="Nobody in b had the event"):
        cox(read_times([1, 2, 3], [1, 1, 0], ["a", "a", "b"]))
    with pytest.raises(FitError, match="no arm 'z'"):
        cox(remission(), reference="z")
    with pytest.raises(FitError, match="against itself"):
        cox(remission(), pairs=[("6-MP", "6-MP")])
