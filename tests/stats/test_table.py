"""Data frames of every make become columns of numbers and of levels."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from daybreak.core.errors import FitError
from daybreak.stats.table import Column, Levels, Numbers, label, read_table

ROWS: dict[str, list[Any]] = {
    "id": [12, 3, 12, 3],
    "arm": ["b", "a", None, "b"],
    "score": [1.5, None, 3.0, 4.0],
    "late": [True, False, True, False],
}
MAKERS: list[Callable[[Any], Any]] = [dict, pl.DataFrame, pd.DataFrame, pa.table]


def levels(column: Column) -> tuple[list[int], tuple[str, ...]]:
    assert isinstance(column, Levels)
    return column.codes.tolist(), column.levels


def numbers(column: Column) -> list[float]:
    assert isinstance(column, Numbers)
    return [float(value) for value in column.values]


@pytest.mark.parametrize("make", MAKERS, ids=["mapping", "polars", "pandas", "arrow"])
def test_every_make_of_table_is_read_alike(make: Callable[[Any], Any]) -> None:
    table = read_table(make(ROWS))
    assert (table.rows, table.names) == (4, ("id", "arm", "score", "late"))
    assert levels(table["arm"]) == ([1, 0, -1, 1], ("a", "b"))
    assert levels(table["late"]) == ([1, 0, 1, 0], ("FALSE", "TRUE"))
    assert numbers(table["id"]) == [12.0, 3.0, 12.0, 3.0]
    assert table["score"].missing.tolist() == [False, True, False, False]
    assert levels(table.levels_of("id")) == ([1, 0, 1, 0], ("3", "12"))
    assert levels(table.levels_of("score")) == ([0, -1, 1, 2], ("1.5", "3", "4"))
    assert table.levels_of("arm") is table["arm"]


@pytest.mark.parametrize("make", MAKERS, ids=["mapping", "polars", "pandas", "arrow"])
def test_the_caller_sets_the_order_of_levels(make: Callable[[Any], Any]) -> None:
    table = read_table(make(ROWS), levels={"arm": ["b", "a"], "id": [12, 3], "late": [True, False]})
    assert levels(table["arm"]) == ([0, 1, -1, 0], ("b", "a"))
    assert levels(table["id"]) == ([0, 1, 0, 1], ("12", "3"))
    assert levels(table["late"]) == ([0, 1, 0, 1], ("TRUE", "FALSE"))


def test_levels_are_sorted_as_in_rs_c_locale() -> None:
    assert levels(read_table({"x": ["b", "B", "a", "day-12", "day-5", "é"]})["x"])[1] == (
        "B", "a", "b", "day-12", "day-5", "é",
    )  # fmt: skip


def test_an_enumeration_and_pandas_categories_keep_their_order() -> None:
    enum = pl.DataFrame({"x": ["lo", "hi"]}, schema={"x": pl.Enum(["lo", "hi", "top"])})
    assert levels(read_table(enum)["x"]) == ([0, 1], ("lo", "hi", "top"))
    for ordered in (False, True):
        frame = pd.DataFrame({"x": pd.Categorical(["lo", "hi", None], categories=["lo", "hi"], ordered=ordered)})
        assert levels(read_table(frame)["x"]) == ([0, 1, -1], ("lo", "hi"))
    counted = pd.DataFrame({"x": pd.Categorical([10, 2], categories=[10, 2])})
    assert levels(read_table(counted)["x"]) == ([0, 1], ("10", "2"))


def test_categories_whose_order_is_chance_are_sorted() -> None:
    assert levels(read_table(pl.DataFrame({"x": ["z", "a"]}, schema={"x": pl.Categorical}))["x"])[1] == ("a", "z")
    assert levels(read_table(pa.table({"x": pa.array(["z", "a"]).dictionary_encode()}))["x"])[1] == ("a", "z")


@pytest.mark.parametrize(
    "column",
    [
        pd.Series(["u", None, "v"], dtype="string"),
        pd.Series(["u", None, "v"], dtype=object),
        pd.Series(["u", pd.NA, "v"], dtype=object),
        pd.Series(["u", float("nan"), "v"]),
    ],
)
def test_whatever_pandas_has_for_missing_text_is_missing(column: pd.Series[Any]) -> None:
    assert levels(read_table(pd.DataFrame({"x": column}))["x"]) == ([0, -1, 1], ("u", "v"))


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([1, None, 3], dtype="Int64"),
        pd.Series([1, None, 3], dtype=object),
        pd.Series([1, pd.NA, 3], dtype=object),
        pd.Series([Decimal(1), None, Decimal(3)], dtype=object),
    ],
)
def test_whatever_pandas_has_for_missing_numbers_is_missing(column: pd.Series[Any]) -> None:
    table = read_table(pd.DataFrame({"x": column}))
    assert table["x"].missing.tolist() == [False, True, False]
    assert levels(table.levels_of("x")) == ([0, -1, 1], ("1", "3"))


def test_truth_with_gaps_has_two_levels() -> None:
    for column in (pd.Series([True, None, False], dtype="boolean"), pd.Series([True, None, False], dtype=object)):
        assert levels(read_table(pd.DataFrame({"x": column}))["x"]) == ([1, -1, 0], ("FALSE", "TRUE"))
    assert levels(read_table(pl.DataFrame({"x": [True, None, False]}))["x"]) == ([1, -1, 0], ("FALSE", "TRUE"))


def test_decimals_and_small_types_are_numbers() -> None:
    frame = pl.DataFrame(
        {"x": [Decimal("1.5"), None], "y": [1, None], "z": [None, None]}, schema_overrides={"y": pl.UInt8}
    )
    table = read_table(frame)
    assert numbers(table["x"])[0] == 1.5
    assert numbers(table["y"])[0] == 1.0
    assert table["z"].missing.all()
    assert numbers(read_table({"x": np.array([1, 2], dtype=np.int8)})["x"]) == [1.0, 2.0]
    assert levels(read_table({"x": np.array([True, False])})["x"])[1] == ("FALSE", "TRUE")


def test_long_numbers_of_people_are_kept_apart() -> None:
    near = [9007199254740993, 9007199254740992]
    assert levels(read_table(pl.DataFrame({"id": near})).levels_of("id"))[1] == tuple(map(str, sorted(near)))


def test_text_and_numbers_mixed_are_levels() -> None:
    assert levels(read_table({"x": ["u", 1, 2.0, None]})["x"]) == ([2, 0, 1, -1], ("1", "2", "u"))


def test_a_table_is_read_once() -> None:
    table = read_table(ROWS)
    assert read_table(table) is table
    assert table["arm"] is table["arm"]


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (ROWS, "armm", "The data have no column 'armm'. Did you mean arm?"),
        (ROWS, "qqq", "The data have no column 'qqq'. It has id, arm, score, late."),
        (pl.DataFrame({"x": [date(2025, 1, 1)]}), "x", "Column 'x' holds dates or times."),
        ({"x": np.array(["2025-01-01"], dtype="datetime64[D]")}, "x", "Column 'x' holds dates or times."),
        ({"x": [date(2025, 1, 1)]}, "x", "Column 'x' holds dates or times."),
        (pl.DataFrame({"x": [[1, 2]]}), "x", "Column 'x' holds lists."),
        ({"x": [[1, 2], [3]]}, "x", "Column 'x' holds lists."),
    ],
)
def test_columns_that_no_model_takes_are_refused(data: object, name: str, said: str) -> None:
    with pytest.raises(FitError) as caught:
        read_table(data)[name]
    assert said in str(caught.value)


def test_levels_must_fit_the_data() -> None:
    for given, said in [
        ({"arm": ["a"]}, "row 1: arm is 'b', which is no level given. Levels are a; add it"),
        ({"arm": ["a", "b", "a"]}, "name one twice"),
        ({"arn": ["a"]}, "no column 'arn'. Did you mean arm?"),
    ]:
        with pytest.raises(FitError) as caught:
            read_table(ROWS, levels=given)["arm"]
        assert said in str(caught.value)


def test_what_is_no_table_is_refused() -> None:
    with pytest.raises(FitError, match="Data of type int cannot be read"):
        read_table(3)
    with pytest.raises(FitError, match="The columns differ in length: x 1, y 2"):
        read_table({"x": [1], "y": [1, 2]}).rows  # noqa: B018 - asked in order to see it refuse
    assert read_table({}).rows == 0


def test_values_are_written_without_needless_digits() -> None:
    assert [label(value) for value in (1.0, 0.1, True, False, np.bool_(True), "x", 7)] == [
        "1", "0.1", "TRUE", "FALSE", "TRUE", "x", "7",
    ]  # fmt: skip
