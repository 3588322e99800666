"""Limits of intraclass correlations and alpha: published figures, coverage, tables that cannot tell."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from daybreak.core.agreement import AgreementError, alpha
from daybreak.core.errors import FitError
from daybreak.stats.agreement import agreement_limits, alpha_limits

SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
LABELS = ["icc_1_1", "icc_2_1", "icc_3_1", "icc_1_k", "icc_2_k", "icc_3_k"]
TABLES = st.integers(2, 4).flatmap(
    lambda raters: st.lists(st.lists(st.integers(0, 20), min_size=raters, max_size=raters), min_size=2, max_size=15)
)


@pytest.mark.evidence("reference", "Shrout & Fleiss 1979; limits as printed by R psych::ICC for their table")
@pytest.mark.parametrize(
    ("label", "estimate", "low", "high"),
    [
        ("icc_1_1", 0.17, -0.133, 0.72),
        ("icc_2_1", 0.29, 0.019, 0.76),
        ("icc_3_1", 0.71, 0.342, 0.95),
        ("icc_1_k", 0.44, -0.884, 0.91),
        ("icc_2_k", 0.62, 0.071, 0.93),
        ("icc_3_k", 0.91, 0.676, 0.99),
    ],
)
def test_the_published_table_has_the_published_limits(label: str, estimate: float, low: float, high: float) -> None:
    row = agreement_limits(SHROUT_FLEISS)[label]
    assert (row.estimate, row.ci_high) == pytest.approx((estimate, high), abs=0.005)
    assert row.ci_low == pytest.approx(low, abs=0.0005)


@pytest.mark.evidence("reference", "Shrout & Fleiss 1979: F 1.79 on 5 and 18 df, 11.03 on 5 and 15")
def test_the_published_table_has_the_published_tests() -> None:
    found = agreement_limits(SHROUT_FLEISS)
    first, third = found["icc_1_1"], found["icc_3_1"]
    assert [first.f, third.f] == pytest.approx([1.79, 11.03], abs=0.005)
    assert [first.df1, first.df2, third.df1, third.df2] == [5, 18, 5, 15]
    assert third.p == pytest.approx(0.00013, abs=5e-6)


@pytest.mark.evidence("property", "Feldt 1965: 1 - (1 - alpha) F")
def test_alpha_has_feldts_limits() -> None:
    row = alpha_limits(SHROUT_FLEISS, level=0.9)["alpha"]
    point = alpha(SHROUT_FLEISS)
    assert point is not None
    assert row.estimate == point
    assert row.ci_low == pytest.approx(1 - (1 - point) * stats.f.ppf(0.95, 5, 15))
    assert row.ci_high == pytest.approx(1 - (1 - point) * stats.f.ppf(0.05, 5, 15))


@given(TABLES)
def test_limits_enclose_what_they_are_limits_of(scores: list[list[int]]) -> None:
    for row in agreement_limits(scores).rows:
        if row.ci_low is not None and row.ci_high is not None and row.estimate is not None:
            single = row.label.endswith("1")
            assert not single or row.ci_low <= row.estimate + 1e-9
            assert not single or row.estimate <= row.ci_high + 1e-9
            assert row.ci_high <= 1 + 1e-12


@pytest.mark.parametrize("label", ["icc_1_1", "icc_2_1", "icc_3_1"])
@pytest.mark.evidence("property", "400 tables of 20 people and 4 raters: how often the limits hold the truth")
def test_the_limits_cover_as_often_as_they_say(label: str) -> None:
    rng = np.random.default_rng(19)
    people, raters, rest = 2.0, 0.0 if label != "icc_2_1" else 0.5, 1.5
    truth = people / (people + raters + rest)
    hits = 0
    for _ in range(400):
        table = (
            rng.normal(0, people**0.5, (20, 1)) + rng.normal(0, raters**0.5, 4) + rng.normal(0, rest**0.5, (20, 4))
        ).round(3)
        row = agreement_limits(table.tolist())[label]
        assert row.ci_low is not None
        assert row.ci_high is not None
        hits += row.ci_low < truth < row.ci_high
    assert hits / 400 == pytest.approx(0.95, abs=0.033)


def test_raters_who_agree_wholly_leave_no_limits_and_a_warning() -> None:
    found = agreement_limits([[1, 1], [2, 2], [4, 4]])
    assert [row.estimate for row in found.rows] == [1.0] * 6
    assert {row.ci_low for row in found.rows} == {None}
    assert "no limits, or only one, for icc_1_1" in found.warnings[0]


def test_a_rater_who_is_stricter_by_a_constant_leaves_limits_of_agreement_only() -> None:
    found = agreement_limits([[1, 2], [2, 3], [4, 5]])
    assert found["icc_3_1"].ci_low is None
    assert found["icc_2_1"].ci_low is not None


def test_scores_that_are_all_the_same_tell_nothing_and_say_so() -> None:
    found = agreement_limits([[3, 3], [3, 3]])
    assert {row.estimate for row in found.rows} == {None}
    assert "do not vary enough" in found.warnings[0]
    assert "icc_1_1: none (none to none)" in found.summary()


def test_raters_who_contradict_each_other_have_a_correlation_but_no_limits() -> None:
    """Mean squares of rows and columns are nil: ICC(2,1) is -3 by its formula, and F has nothing to stand on."""
    found = agreement_limits([[0, 2], [1, 1], [2, 0]])
    assert found["icc_2_1"].estimate == -3
    assert found["icc_2_1"].ci_low is None
    assert found["icc_1_k"].ci_low is None


def test_correlations_become_a_table_and_plain_values() -> None:
    found = agreement_limits(SHROUT_FLEISS)
    assert found.to_polars()["label"].to_list() == LABELS
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False))["rows"][1]["label"] == "icc_2_1"
    assert "icc_2_1: 0.290 (0.019 to 0.761)" in found.summary()
    with pytest.raises(KeyError):
        found["alpha"]


def test_what_has_no_agreement_is_refused_in_a_sentence() -> None:
    with pytest.raises(AgreementError, match="at least two people"):
        agreement_limits([[1, 2]])
    with pytest.raises(FitError, match="row 2: A score is missing"):
        agreement_limits([[1, 2], [3, float("nan")]])
    with pytest.raises(FitError, match="between 0 and 1"):
        alpha_limits(SHROUT_FLEISS, level=95)
