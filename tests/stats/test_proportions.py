"""Shares and their differences: Newcombe's published examples, laws, refusals."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from daybreak.core.errors import FitError
from daybreak.stats.proportions import difference, share, shares

COUNTS = st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.evidence("reference", "Newcombe, Stat Med 1998;17:857-872, table I, method 3")
@pytest.mark.parametrize(
    ("events", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_limits_of_a_share_are_those_published(events: int, n: int, low: float, high: float) -> None:
    found = share(events, n)
    assert (found.ci_low, found.ci_high) == pytest.approx((low, high), abs=6e-5)


@pytest.mark.evidence("reference", "Newcombe, Stat Med 1998;17:873-890, table II, method 10")
@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
    ],
)
def test_limits_of_a_difference_are_those_published(
    one: tuple[int, int], other: tuple[int, int], low: float, high: float
) -> None:
    found = difference(share(*one), share(*other))
    assert (found.ci_low, found.ci_high) == pytest.approx((low, high), abs=6e-5)


@pytest.mark.evidence("reference", "statsmodels 0.15, proportion_confint")
@given(COUNTS, st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_limits_of_a_share_are_those_of_another_package(counts: tuple[int, int], level: float) -> None:
    found = share(*counts, level=level)
    wanted = proportion_confint(*counts, alpha=1 - level, method="wilson")
    assert (found.ci_low, found.ci_high) == pytest.approx(wanted, abs=1e-12)


@given(COUNTS, COUNTS)
def test_a_difference_turned_round_changes_its_sign(one: tuple[int, int], other: tuple[int, int]) -> None:
    there, back = difference(share(*one), share(*other)), difference(share(*other), share(*one))
    assert (there.estimate, there.ci_low, there.ci_high) == pytest.approx((-back.estimate, -back.ci_high, -back.ci_low))
    assert -1 <= there.ci_low <= there.estimate <= there.ci_high <= 1


def test_groups_are_compared_with_a_reference_and_handed_on() -> None:
    found = shares({"sham": (10, 50), "training": (25, 50)}, reference="sham", level=0.9)
    assert [one.label for one in found.differences] == ["training - sham"]
    assert found.summary().splitlines()[0] == "sham: 10 of 50, 20.0 % (12.3 to 30.7)"
    assert json.loads(json.dumps(found.to_dict()))["differences"][0]["estimate"] == pytest.approx(0.3)
    assert found.to_polars()["n"].to_list() == [50, 50, None]
    assert shares({"all": (3, 4)}).differences == ()


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (lambda: share(0, 0, label="sham"), "sham: There is no share of 0 of 0."),
        (lambda: share(3, 2), "There is no share of 3 of 2."),
        (lambda: share(-1, 2), "There is no share of -1 of 2."),
        (lambda: share(1, 2, level=95), "The confidence level 95 is not between 0 and 1."),
        (lambda: shares({"a": (1, 2)}, reference="b"), "There is no group b. There are: a."),
    ],
)
def test_a_mistake_gets_one_sentence(ask: Any, sentence: str) -> None:
    with pytest.raises(FitError) as caught:
        ask()
    assert sentence in caught.value.sentence()
