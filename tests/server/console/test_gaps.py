"""The histogram of refresh gaps."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from daybreak.server.console.gaps import FLOOR, TALLEST, histogram


@given(st.lists(st.floats(0, 100, allow_nan=False)))
def test_every_gap_is_counted_once_and_every_bar_fits(gaps: list[float]) -> None:
    chart = histogram(gaps)
    assert sum(bar.count for bar in chart.bars) == len(gaps)
    assert all(0 <= bar.height <= TALLEST + 0.1 and bar.y <= FLOOR for bar in chart.bars)


def test_a_gap_over_one_and_a_half_refreshes_stands_in_a_bar_marked_long() -> None:
    assert [bar.long for bar in histogram([1.5]).bars if bar.count] == [False]
    assert [bar.long for bar in histogram([1.51]).bars if bar.count] == [True]


def test_it_is_told_in_words_too() -> None:
    assert histogram([1.0, 1.0, 2.0]).said == "Refresh gaps in refreshes: 2 up to 1.1; 1 up to 2"


def test_more_gaps_never_make_a_lower_bar() -> None:
    bars = [bar for bar in histogram([1.0] * 10 + [2.0] * 3).bars if bar.count]
    assert bars[0].height > bars[1].height > 0
