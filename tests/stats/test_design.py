"""Rows of data become rows of a matrix as in R's model.matrix: names, order, coding, rank."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from daybreak.core.errors import FitError
from daybreak.stats.design import Design
from daybreak.stats.frame import frame
from tests.stats.cast import LEVELS, data, reference

ROWS: dict[str, list[Any]] = {
    "y": [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0, 5.0, 3.0, 5.0, 8.0, 2.0],
    "a": ["p", "q", "p", "q", "p", "q", "p", "q", "p", "q", "p", "q", "p"],
    "b": ["u", "u", "v", "v", "w", "w", "u", "u", "v", "v", "w", "w", "u"],
    "x": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 15.0],
    "day": [1, 1, 2, 2, 3, 3, 1, 2, 3, 1, 2, 3, 1],
}


def coding(right: str) -> Design:
    return frame(f"y ~ {right}", ROWS).coding


@pytest.mark.evidence("reference", "R 4.2: colnames(model.matrix(f, d))")
@pytest.mark.parametrize(
    ("right", "names"),
    [
        ("a + x", "(Intercept) aq x"),
        ("a * b", "(Intercept) aq bv bw aq:bv aq:bw"),
        ("0 + a", "ap aq"),
        ("0 + a + b", "ap aq bv bw"),
        ("0 + x + a", "x ap aq"),
        ("0 + a:b", "ap:bu aq:bu ap:bv aq:bv ap:bw aq:bw"),
        ("a + a:b", "(Intercept) aq ap:bv aq:bv ap:bw aq:bw"),
        ("a / x", "(Intercept) aq ap:x aq:x"),
        ("x + a:x", "(Intercept) x x:aq"),
        ("a * x", "(Intercept) aq x aq:x"),
        ("b * x - x", "(Intercept) bv bw bu:x bv:x bw:x"),
        ("factor(day) + a", "(Intercept) factor(day)2 factor(day)3 aq"),
        ("log(x) * a", "(Intercept) log(x) aq log(x):aq"),
        ("I(x^2)", "(Intercept) I(x^2)"),
        ("1", "(Intercept)"),
    ],
)
def test_columns_are_named_and_ordered_as_r_does(right: str, names: str) -> None:
    assert coding(right).names == tuple(names.split())


def test_every_reference_fit_has_the_terms_of_r() -> None:
    for name in ("study-154", "small-24"):
        for fit in [*reference(name)["mmrm"], *reference(name)["lmm"]]:
            assert list(frame(fit["formula"], data(name), levels=LEVELS).coding.names) == fit["terms"]


def test_a_row_coded_anew_is_the_row_of_the_matrix() -> None:
    found = frame("y ~ a * b + log(x):a + factor(day)", ROWS)
    assert np.array_equal(found.coding.code(ROWS), found.matrix)


def test_values_are_products_of_their_parts() -> None:
    found = frame("y ~ a * I(x - 1)", ROWS)
    q = np.array([one == "q" for one in ROWS["a"]], dtype=float)
    x = np.array(ROWS["x"], dtype=float) - 1
    assert np.array_equal(found.matrix, np.column_stack([np.ones(13), q, x, q * x]))


def test_a_coding_knows_its_variables() -> None:
    known = coding("a * factor(day) + log(x)")
    assert known.factors == {"a": ("p", "q"), "day": ("1", "2", "3")}
    assert known.covariates == {"x": pytest.approx(np.mean(ROWS["x"]))}
    assert known.blocks["a:factor(day)"] == (5, 6)
    assert list(known.blocks) == ["(Intercept)", "a", "factor(day)", "log(x)", "a:factor(day)"]


def test_a_number_used_as_number_and_as_category_is_coded_from_one_value() -> None:
    known = coding("x + factor(day) + day:a")
    assert known.whole({"x": [2.0], "day": ["3"], "a": ["q"]})[0].tolist() == [1, 2, 0, 1, 0, 3]


def test_a_coding_counts_the_rows_of_each_cell() -> None:
    known = frame("y ~ a * b + x", {**ROWS, "y": [None, *ROWS["y"][1:]]}).coding
    assert known.counts(["a", "b"]).tolist() == [[2, 2, 2], [2, 2, 2]]
    assert known.counts(["b"]).tolist() == [4, 4, 4]
    assert known.counts([]).tolist() == 12
    with pytest.raises(FitError, match="x is no factor of the model"):
        known.counts(["x"])


def test_what_the_data_leave_open_is_orthogonal_to_every_row() -> None:
    known = coding("a:b + x + I(2 * x) + a")
    whole = known.whole(ROWS)
    assert known.null.shape == (whole.shape[1], len(known.dropped))
    assert np.abs(whole @ known.null).max() < 1e-10
    assert np.array_equal(whole[:, known.kept], known.code(ROWS))


def test_of_a_whole_coding_everything_is_estimable() -> None:
    known = coding("a * b")
    assert known.estimable(known.whole(ROWS)).all()
    assert known.null.shape == (6, 0)


def test_the_caller_sets_levels_and_reference() -> None:
    known = frame("y ~ b + day", ROWS, levels={"b": ["w", "u", "v"], "day": [3, 2, 1]}).coding
    assert known.names == ("(Intercept)", "bu", "bv", "day2", "day1")


class TestRank:
    """R's qr (LINPACK) drops a later column that earlier ones already say."""

    def test_a_copy_is_dropped_and_named(self) -> None:
        rows = {**ROWS, "z": [2 * one - 3 for one in ROWS["x"]]}
        found = frame("y ~ x + z + a", rows)
        assert found.coding.names == ("(Intercept)", "x", "aq")
        assert found.coding.dropped == ("z",)
        assert found.matrix.shape == (13, 3)
        assert found.coding.blocks == {"(Intercept)": (0,), "x": (1,), "z": (), "a": (2,)}
        assert any("cannot tell z" in one for one in found.warnings)

    def test_an_empty_cell_is_dropped(self) -> None:
        rows = {name: [one for one, a, b in zip(column, ROWS["a"], ROWS["b"], strict=True) if (a, b) != ("q", "w")]
                for name, column in ROWS.items()}  # fmt: skip
        known = frame("y ~ a * b", rows).coding
        assert known.dropped == ("aq:bw",)
        cells = {"a": ["p", "q", "p", "q"], "b": ["w", "w", "v", "v"]}
        assert known.estimable(known.whole(cells)).tolist() == [True, False, True, True]
        assert known.code(cells).shape == (4, 5)

    def test_all_dummies_beside_an_intercept_lose_the_last(self) -> None:
        known = coding("a:b")
        assert known.dropped == ("aq:bw",)
        cells = {"a": ["q", "p"], "b": ["w", "u"]}
        assert known.estimable(known.whole(cells)).all()
        without = known.whole(cells)
        without[:, -1] = 0.0
        assert known.estimable(without).tolist() == [False, True]

    def test_a_far_away_covariate_is_not_taken_for_a_constant(self) -> None:
        rows = {**ROWS, "year": [2_020_000 + one for one in ROWS["x"]]}
        assert coding("x").dropped == ()
        assert frame("y ~ year + a", rows).coding.dropped == ()

    def test_a_covariate_that_hardly_varies_is_kept_and_one_that_varies_by_rounding_is_dropped(self) -> None:
        for spread, dropped in ((1e-5, ()), (1e-9, ("c",))):
            rows = {**ROWS, "c": [7.0 + spread * (-1) ** place for place in range(13)]}
            assert frame("y ~ x + c", rows).coding.dropped == dropped

    def test_a_column_of_nothing_is_dropped(self) -> None:
        assert frame("y ~ nil + a", {**ROWS, "nil": [0.0] * 13}).coding.dropped == ("nil",)


def test_rows_with_values_the_model_does_not_know_are_refused() -> None:
    known = coding("a * x")
    refused: list[tuple[dict[str, list[Any]], str]] = [
        ({"a": ["z"], "x": [1.0]}, "a has no level 'z'. Its levels are p, q."),
        ({"a": ["p"]}, "No value is given for x."),
        ({"a": ["p"], "x": ["many"]}, "x takes a number."),
        ({"a": ["p"], "x": [float("nan")]}, "x takes a finite number."),
    ]
    for rows, said in refused:
        with pytest.raises(FitError, match=said.replace(".", r"\.")):
            known.code(rows)
