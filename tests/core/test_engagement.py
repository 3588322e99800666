"""Who may drop out: what the rule sees, the laws it keeps, and that it can tell no arms apart."""

from __future__ import annotations

import inspect
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daybreak.core.calendar import Kind, Planned, State
from daybreak.core.engagement import LEVELS, EngagementRules, engagement_of
from daybreak.core.window import Window

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
pytestmark = pytest.mark.evidence("property", "the rule of core/engagement.py, as its table says")


def asked(ago: float, state: State, kind: Kind = "visit", key: str = "") -> Planned:
    """Return something whose window closed so many days ago; what was done was done as it closed."""
    closes = NOW - ago * DAY
    window = Window(closes - 7 * DAY, closes - 3 * DAY, closes)
    done = closes - timedelta(hours=1) if state not in ("missed", "due", "upcoming", "cancelled") else None
    return Planned(key or f"{kind}-{ago}", kind, f"Questions {ago:g} days ago", window, state, done)


def level(*planned: Planned, dose: float | None = None, heard: datetime | None = None) -> str:
    return engagement_of(planned, NOW, dose=dose, heard=heard).level


def test_whoever_did_all_in_time_is_steady_without_a_reason() -> None:
    seen = engagement_of([asked(30, "done"), asked(5, "done"), asked(-3, "due")], NOW, dose=0.9)
    assert (seen.level, seen.reasons, seen.quiet_days) == ("steady", (), 5)
    assert [one.state for one in seen.waiting] == ["due"]


def test_one_miss_is_watched_and_two_in_a_row_are_called() -> None:
    assert level(asked(30, "done"), asked(5, "missed")) == "watch"
    assert level(asked(40, "done"), asked(20, "missed"), asked(5, "missed")) == "call"


def test_what_was_done_since_takes_earlier_misses_back() -> None:
    assert level(asked(60, "missed"), asked(40, "missed"), asked(5, "done")) == "steady"


def test_reasons_name_what_was_missed_and_say_what_to_do() -> None:
    seen = engagement_of([asked(n, "missed") for n in (5, 10, 15, 20, 25)], NOW)
    assert seen.reasons[0].says.startswith("missed the last 5: Questions 5 days ago, Questions 10 days ago")
    assert "and 2 more" in seen.reasons[0].says
    assert seen.reasons[0].advice.startswith("Call")


def test_late_twice_in_a_row_is_watched_and_once_is_not() -> None:
    assert level(asked(30, "done"), asked(5, "late")) == "steady"
    assert level(asked(30, "late"), asked(5, "late")) == "watch"
    assert level(asked(30, "out-of-window"), asked(5, "late")) == "watch"
    assert level(asked(30, "missed"), asked(5, "late")) == "watch"


@pytest.mark.parametrize(("days", "says"), [(44, "watch"), (45, "call"), (74, "call"), (75, "call")])
def test_silence_weighs_once_something_was_asked(days: int, says: str) -> None:
    assert level(asked(days, "done", key="done"), asked(10, "missed")) == says


def test_silence_alone_is_watched_and_long_silence_called() -> None:
    assert level(asked(50, "done"), asked(-3, "due")) == "watch"
    assert level(asked(80, "done"), asked(-3, "due")) == "call"


def test_silence_between_two_questions_is_no_silence() -> None:
    assert level(asked(100, "done"), asked(-200, "upcoming")) == "steady"


def test_whoever_was_never_heard_of_is_quiet_from_the_first_thing_asked() -> None:
    seen = engagement_of([asked(80, "missed")], NOW)
    assert [reason.key for reason in seen.reasons] == ["missed", "quiet"]
    assert (seen.last_contact, seen.quiet_days) == (None, None)


def test_a_saved_answer_breaks_the_silence() -> None:
    assert level(asked(80, "done"), asked(-3, "due"), heard=NOW - DAY) == "steady"


def test_what_is_heard_later_than_now_counts_for_nothing() -> None:
    assert level(asked(80, "done"), asked(-3, "due"), heard=NOW + DAY) == "call"


def test_a_low_dose_is_watched_for_a_month_after_the_last_session() -> None:
    assert level(asked(10, "done", "session"), dose=0.49) == "watch"
    assert level(asked(10, "done", "session"), dose=0.5) == "steady"
    assert level(asked(40, "done", "session"), asked(3, "done"), dose=0.1) == "steady"


def test_a_dose_without_a_session_says_nothing() -> None:
    assert level(asked(3, "done"), dose=0.1) == "steady"


def test_missed_infusions_and_what_was_cancelled_count_for_nothing() -> None:
    assert level(asked(9, "missed", "infusion"), asked(4, "cancelled"), asked(20, "done")) == "steady"


def test_an_infusion_that_was_given_is_contact() -> None:
    assert level(asked(80, "done"), asked(20, "done", "infusion"), asked(-3, "due")) == "steady"


def test_somebody_of_whom_nothing_was_asked_yet_is_steady() -> None:
    assert level() == "steady"
    assert level(asked(-40, "upcoming")) == "steady"


def test_a_study_may_draw_its_own_lines() -> None:
    planned = [asked(20, "done"), asked(-3, "due")]
    assert engagement_of(planned, NOW, rules=EngagementRules(quiet_days=10)).level == "watch"


def test_the_rule_is_told_neither_arm_nor_answers() -> None:
    named = set(inspect.signature(engagement_of).parameters)
    assert named == {"planned", "now", "dose", "heard", "rules"}


STATES: list[State] = ["done", "early", "late", "out-of-window", "missed", "cancelled"]
histories = st.lists(
    st.tuples(st.integers(1, 300), st.sampled_from(STATES)), max_size=12, unique_by=lambda each: each[0]
).map(lambda rows: [asked(ago, state) for ago, state in rows])
doses = st.none() | st.floats(0, 1)


@given(histories, doses, st.randoms(use_true_random=False))
def test_the_order_in_which_rows_come_changes_nothing(history: list[Planned], dose: float, chance: object) -> None:
    shuffled = list(history)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis has no public type for it
    assert engagement_of(history, NOW, dose=dose) == engagement_of(shuffled, NOW, dose=dose)


@given(histories, doses)
def test_the_level_is_what_the_reasons_weigh(history: list[Planned], dose: float) -> None:
    seen = engagement_of(history, NOW, dose=dose)
    assert seen.level == LEVELS[min(seen.weight, 2)]
    assert all(reason.says and reason.advice for reason in seen.reasons)


@given(histories, doses)
def test_one_more_miss_never_makes_anybody_look_steadier(history: list[Planned], dose: float) -> None:
    before = engagement_of(history, NOW, dose=dose)
    after = engagement_of([*history, asked(0.5, "missed")], NOW, dose=dose)
    assert after.weight >= before.weight
    assert LEVELS.index(after.level) >= LEVELS.index(before.level)


@given(histories, doses)
def test_whatever_was_missed_something_done_in_time_today_ends_all_talk_of_misses(
    history: list[Planned], dose: float
) -> None:
    seen = engagement_of([*history, asked(0.5, "done")], NOW, dose=dose)
    assert {reason.key for reason in seen.reasons} <= {"dose"}


@given(histories, doses, st.integers(0, 200))
def test_waiting_longer_without_a_word_never_makes_anybody_look_steadier(
    history: list[Planned], dose: float, days: int
) -> None:
    open_ = replace(asked(-400, "due"), window=Window(NOW - DAY, NOW, NOW + 400 * DAY))
    now, then = (
        [reason.weight for reason in engagement_of([*history, open_], at).reasons if reason.key == "quiet"]
        for at in (NOW, NOW + days * DAY)
    )
    assert sum(then) >= sum(now)
