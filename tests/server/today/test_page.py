"""What Today says in every state, worked out from the calendar alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from daybreak.core.schedule import training_calendar
from daybreak.core.study import TrainingRules
from daybreak.server.today.page import Meeting, Situation, TodayPage, today_page

MADRID = ZoneInfo("Europe/Madrid")
RULES = TrainingRules(pack="self-worth")
INFUSION = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)  # Monday, 10 a.m. in Madrid


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 5, day, hour, minute, tzinfo=MADRID)


def page(now: datetime, finished: dict[int, datetime] | None = None, **changes: object) -> TodayPage:
    windows = training_calendar(RULES, INFUSION, MADRID, finished or {}, now)
    facts: dict[str, object] = {
        "name": "Ana",
        "zone": MADRID,
        "now": now,
        "cues_ready": True,
        "portrait_ready": True,
        "windows": windows,
        "minutes": 18,
    }
    return today_page(Situation(**(facts | changes)))  # type: ignore[arg-type]


def test_getting_ready_comes_first() -> None:
    assert page(at(5, 12), cues_ready=False).card == "ready"
    assert page(at(5, 12), portrait_ready=False).card == "ready"
    assert page(at(4, 9), cues_ready=False, windows=()).card == "ready"


def test_before_the_infusion_there_is_nothing_to_do() -> None:
    before = page(at(4, 9), windows=())
    assert (before.card, before.total, before.coming) == ("infusion", 0, ())


def test_until_a_day_after_the_infusion_it_says_when_the_first_session_opens() -> None:
    waiting = page(at(4, 20))
    assert (waiting.card, waiting.number, waiting.opens) == ("waiting", 1, "tomorrow at 10 a.m.")


def test_on_the_day_itself_it_says_today() -> None:
    assert page(at(5, 7)).opens == "today at 10 a.m."


def test_an_open_session_says_until_when_in_the_persons_own_time() -> None:
    there = page(at(5, 12))
    assert (there.card, there.number, there.total, there.until) == ("open", 1, 8, "11 p.m.")
    assert there.ring_text == "0 of 8 sessions done. Session 1 is open now."


def test_a_session_broken_off_goes_on() -> None:
    assert page(at(5, 12), begun=1).card == "resume"


def test_after_a_session_there_is_a_break() -> None:
    resting = page(at(5, 13), {1: at(5, 12, 30)})
    assert (resting.card, resting.number, resting.opens) == ("pause", 2, "today at 3:30 p.m.")


def test_after_the_days_last_session_the_next_stands_on_another_day() -> None:
    waiting = page(at(5, 18), {1: at(5, 12), 2: at(5, 17)})
    assert (waiting.card, waiting.number, waiting.opens) == ("waiting", 3, "tomorrow at 5 a.m.")


def test_all_done() -> None:
    finished = {number: at(5 + (number - 1) // 2, 12 + 4 * ((number - 1) % 2)) for number in range(1, 9)}
    over = page(at(8, 20), finished)
    assert (over.card, over.done, over.coming) == ("done", 8, ())


def test_days_that_passed_without_every_session_end_kindly() -> None:
    over = page(at(20, 12), {1: at(5, 12)})
    assert (over.card, over.done, over.lost) == ("over", 1, 7)


def test_someone_who_never_got_ready_is_not_asked_once_the_days_are_over() -> None:
    assert page(at(20, 12), cues_ready=False).card == "over"


def test_what_is_coming_leaves_out_the_session_on_the_card() -> None:
    coming = page(at(5, 12)).coming
    assert [line.what for line in coming] == [f"Session {number}" for number in range(2, 9)]
    assert (coming[0].day, coming[0].when) == ("Today", "from about 3 p.m.")
    assert (coming[1].day, coming[1].when) == ("Tomorrow", "from 5 a.m.")
    assert coming[3].day == "Thursday, May 7"


def test_a_time_that_is_only_about_right_does_not_look_exact() -> None:
    assert page(at(5, 12, 7)).coming[0].when == "from about 3:15 p.m."


def test_dates_and_times_follow_the_language() -> None:
    with translation.override("es"):
        there = page(at(5, 12))
        assert (there.until, there.coming[0].day, there.coming[3].day) == ("23:00", "Hoy", "jueves, 7 de mayo")
        assert page(at(4, 20)).opens == "mañana a las 10:00"


@pytest.mark.parametrize(
    ("zone", "infusion", "opens"),
    [
        # Clocks go forward in the night after the infusion: 24 hours later is an hour later by the clock.
        ("Europe/Madrid", datetime(2026, 3, 28, 11, 0, tzinfo=UTC), "tomorrow at 1 p.m."),
        ("Europe/Madrid", datetime(2026, 10, 24, 10, 0, tzinfo=UTC), "tomorrow at 11 a.m."),
        ("America/New_York", datetime(2026, 11, 1, 3, 30, tzinfo=UTC), "tomorrow at 10:30 p.m."),
    ],
)
def test_a_day_with_a_clock_change_moves_no_opening(zone: str, infusion: datetime, opens: str) -> None:
    here, now = ZoneInfo(zone), infusion + timedelta(minutes=5)
    windows = training_calendar(RULES, infusion, here, {}, now)
    assert page(now, windows=windows, zone=here).opens == opens


def test_someone_who_lives_elsewhere_reads_their_own_time() -> None:
    tokyo = ZoneInfo("Asia/Tokyo")
    windows = training_calendar(RULES, INFUSION, tokyo, {}, at(5, 12))
    assert page(at(5, 12), windows=windows, zone=tokyo).until == "11 p.m."


def test_visits_stand_among_the_sessions_in_order_of_time() -> None:
    visit = Meeting("Appointment at the clinic", at(5, 6), at(5, 10), at(5, 16), in_hours=True)
    questions = Meeting("A few questions", at(9, 0), at(9, 10), at(12, 0), in_hours=False)
    coming = page(at(4, 20), meetings=(visit, questions)).coming
    assert [(line.day, line.what, line.when) for line in (coming[0], coming[-1])] == [
        ("Tomorrow", "Appointment at the clinic", "between 6 a.m. and 4 p.m."),
        ("Saturday, May 9", "A few questions", "until May 11"),
    ]
    assert coming[1].what == "Session 2"


def test_what_is_due_since_days_stands_under_today() -> None:
    late = Meeting("A few questions", at(1, 0), at(2, 10), at(12, 0), in_hours=False)
    assert page(at(4, 20), meetings=(late,)).coming[0].day == "Today"


def test_before_everything_is_ready_there_is_one_thing_to_do_only() -> None:
    visit = Meeting("Appointment at the clinic", at(5, 6), at(5, 10), at(5, 16), in_hours=True)
    assert page(at(4, 9), cues_ready=False, windows=(), meetings=(visit,)).coming == ()


def test_who_stopped_is_told_so_kindly_and_asked_for_nothing() -> None:
    windows = training_calendar(RULES, INFUSION, MADRID, {1: at(5, 12)}, at(6, 12))
    left = tuple(replace(one, state="cancelled") if one.state != "done" else one for one in windows)
    there = page(at(7, 12), windows=left)
    assert (there.card, there.done, there.coming) == ("left", 1, ())
