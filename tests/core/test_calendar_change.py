from __future__ import annotations

from datetime import timedelta

from daybreak.core.calendar import Past
from daybreak.core.calendar_change import calendar_moves
from tests.core.calendar_cast import calendar_of, given, moment

ENROLLED = moment("2026-06-01T09:00")
INFUSED = moment("2026-06-03T10:40")
NOW = moment("2026-06-05T09:00")


def test_nothing_moves_between_a_calendar_and_itself() -> None:
    calendar = calendar_of(Past(ENROLLED, given(INFUSED)), NOW)
    assert calendar_moves(calendar, calendar) == ()


def test_a_first_infusion_gives_everything_after_it_a_date() -> None:
    before, after = calendar_of(Past(ENROLLED), NOW), calendar_of(Past(ENROLLED, given(INFUSED)), NOW)
    moves = {move.key: move for move in calendar_moves(before, after)}
    assert moves["session-1-1"].before is None
    assert moves["visit-day-30"].after is not None
    assert moves["visit-day-30"].window_moves
    assert {"infusion-1", "visit-baseline", "visit-follow-up-360"} <= set(moves)


def test_an_hour_moves_windows_counted_in_hours_and_leaves_whole_days_and_what_was_played() -> None:
    played = {(1, 1): moment("2026-06-04T12:30")}
    before = calendar_of(Past(ENROLLED, given(INFUSED), sessions=played), NOW)
    after = calendar_of(Past(ENROLLED, given(INFUSED + timedelta(hours=1)), sessions=played), NOW)
    moves = {move.key: move for move in calendar_moves(before, after)}
    one, two = moves["visit-day-1"].before, moves["visit-day-1"].after
    assert one is not None
    assert two is not None
    assert two.opens - one.opens == timedelta(hours=1)
    assert moves["visit-day-1"].window_moves
    assert not moves["visit-day-30"].window_moves
    assert not moves["session-1-1"].window_moves
    assert "session-1-2" not in moves


def test_a_correction_to_another_day_moves_the_last_questionnaire_too() -> None:
    before = calendar_of(Past(ENROLLED, given(INFUSED)), NOW)
    after = calendar_of(Past(ENROLLED, given(INFUSED - timedelta(days=1))), NOW)
    moves = {move.key: move for move in calendar_moves(before, after)}
    one, two = moves["visit-follow-up-360"].before, moves["visit-follow-up-360"].after
    assert one is not None
    assert two is not None
    assert one.opens - two.opens == timedelta(days=1)


def test_what_loses_its_date_stands_last() -> None:
    before, after = calendar_of(Past(ENROLLED, given(INFUSED)), NOW), calendar_of(Past(ENROLLED), NOW)
    last = calendar_moves(before, after)[-1]
    assert (last.key, last.title, last.after) == ("visit-follow-up-360", "Visit follow-up, day 360", None)
