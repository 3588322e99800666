"""Tipping points: the map against imputing anew, edges, flat maps, refusals."""

from __future__ import annotations

import json
import math

import pytest

from daybreak.core.errors import FitError
from daybreak.stats.imputation import Asked, Delta, Draws, TippingMap, multiple_imputation, tipping_point
from tests.stats.imputation.cases import made

DRAWS = Draws(seed=6, imputations=25)
GRID = {"b": [0.0, 2.0, 4.0, 8.0, 16.0], "a": [-2.0, 0.0]}


def mapped(growing: bool = False) -> TippingMap:
    asked = Asked(("b", "a"), "3", growing=growing)
    return tipping_point(made(60, lost=0.4), "J2R", DRAWS, asked, GRID)


@pytest.mark.parametrize("growing", [False, True])
@pytest.mark.evidence("double", "imputing with each delta anew, from the same seed")
def test_each_point_is_what_imputing_with_its_deltas_gives(growing: bool) -> None:
    found = mapped(growing)
    assert len(found.points) == 10
    for point in found.points:
        delta = Delta({"b": point.delta, "a": point.delta_other}, growing=growing)
        row = multiple_imputation(made(60, lost=0.4), "J2R", DRAWS, delta=delta).at("b - a", "3")
        told = (point.estimate, point.se, point.df, point.p, point.ci_low, point.ci_high)
        assert told == pytest.approx((row.estimate, row.se, row.df, row.p, row.ci_low, row.ci_high), rel=1e-8)
        assert point.significant == (row.p < 0.05)


def test_significance_is_lost_exactly_at_the_edge() -> None:
    edge = mapped().edges[1]
    assert edge.delta_other == 0
    assert edge.delta is not None
    assert 0 < edge.delta < 16
    row = multiple_imputation(made(60, lost=0.4), "J2R", DRAWS, delta=Delta({"b": edge.delta})).at("b - a", "3")
    assert row.p == pytest.approx(0.05, abs=1e-8)


def test_an_edge_that_does_not_exist_is_none() -> None:
    asked = Asked(("b", "a"), "3")
    found = tipping_point(made(60, lost=0.4), "MAR", DRAWS, asked, {"b": [0.0, 0.01]})
    assert found.edges[0].delta is None
    assert "nowhere on the grid" in found.summary()


def test_a_map_becomes_a_table_and_plain_values() -> None:
    found = mapped()
    assert found.to_polars().height == 10
    plain = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert [edge["delta_other"] for edge in plain["edges"]] == [-2.0, 0.0]
    assert "b - a at 3, rule J2R: significance at 0.05 is lost" in found.summary()
    assert "with +0 in the other arm: at +" in found.summary()


def test_a_map_that_is_flat_or_lost_from_the_start_says_so() -> None:
    flat = tipping_point(made(60, lost=0, gaps=0), "MAR", DRAWS, Asked(("b", "a"), "3"), {"b": [0.0, 5.0]})
    assert "the map is flat" in flat.warnings[0]
    lost = tipping_point(made(60, lost=0.4), "MAR", DRAWS, Asked(("b", "a"), "1"), {"b": [0.0, 5.0]})
    assert "not significant before anything is shifted" in lost.warnings[-1]


@pytest.mark.parametrize(
    ("asked", "deltas", "says"),
    [
        (Asked(("b", "a"), "9"), {"b": [1.0]}, "no visit '9'"),
        (Asked(("b", "z"), "3"), {"b": [1.0]}, "no arm 'z'"),
        (Asked(("b", "a"), "3"), {"c": [1.0]}, "'c' is not in the contrast"),
        (Asked(("b", "a"), "3"), {"b": []}, "no number"),
        (Asked(("b", "a"), "3"), {"b": [math.inf]}, "no number"),
        (Asked(("b", "a"), "3", alpha=5), {"b": [1.0]}, "between 0 and 1"),
    ],
)
def test_what_cannot_be_mapped_is_refused_in_a_sentence(
    asked: Asked, deltas: dict[str, list[float]], says: str
) -> None:
    with pytest.raises(FitError, match=says):
        tipping_point(made(), "MAR", DRAWS, asked, deltas)
