from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given as drawn_from

from daybreak.core.calendar import CalendarRules, Past, person_calendar
from daybreak.core.deviation import KINDS, Deviation, Played, deviations
from daybreak.core.local_time import LocalTime
from tests.core.calendar_cast import COURSE, TRAINING, calendar_of, given, moment
from tests.core.test_calendar_laws import lives

ENROLLED = moment("2026-06-01T09:00")
INFUSED = moment("2026-06-03T10:40")
SESSIONS = {
    (1, number): moment(f"2026-06-{4 + (number - 1) // 2:02}T{11 if number % 2 else 16}:00") for number in range(1, 9)
}
WELL = {key: Played(0.95, complete=True) for key in SESSIONS}
VISITS = {
    "baseline": moment("2026-06-02T10:00"),
    "day-0": moment("2026-06-03T11:00"),
    "day-1": moment("2026-06-04T10:00"),
    "day-5": moment("2026-06-08T10:00"),
}


def found(past: Past, now: datetime, **more: float) -> dict[str, Deviation]:
    return {each.key: each for each in deviations(calendar_of(past, now), WELL, **more)}


def test_who_keeps_to_the_plan_has_no_deviation() -> None:
    past = Past(ENROLLED, given(INFUSED), VISITS, SESSIONS)
    assert found(past, moment("2026-06-10T12:00"), least_dose=0.9) == {}


def test_a_missed_visit_is_one_until_it_is_entered() -> None:
    past = Past(ENROLLED, given(INFUSED), VISITS, SESSIONS)
    assert list(found(past, moment("2026-06-20T12:00"))) == ["visit-missed:visit-day-12"]
    late = Past(ENROLLED, given(INFUSED), VISITS | {"day-12": moment("2026-06-19T13:30")}, SESSIONS)
    assert list(found(late, moment("2026-06-20T12:00"))) == ["visit-late:visit-day-12"]


def test_facts_say_window_time_and_by_how_much() -> None:
    late = Past(ENROLLED, given(INFUSED), VISITS | {"day-12": moment("2026-06-20T13:30")}, SESSIONS)
    deviation = found(late, moment("2026-06-20T14:00"))["visit-late:visit-day-12"]
    assert deviation.facts == {
        "opens": "2026-06-12T22:00:00+00:00",
        "closes": "2026-06-18T22:00:00+00:00",
        "done": "2026-06-20T13:30:00+02:00",
        "by": "1 d 13 h",
    }


def test_a_little_early_is_said_in_minutes() -> None:
    early = Past(ENROLLED, given(INFUSED), VISITS | {"day-1": moment("2026-06-04T06:39")}, SESSIONS)
    assert found(early, moment("2026-06-05T14:00"))["visit-early:visit-day-1"].facts["by"] == "1 min"


def test_sessions_left_out_broken_off_or_shown_badly_are_deviations() -> None:
    left_out = {key: at for key, at in SESSIONS.items() if key[1] < 8}
    past = Past(ENROLLED, given(INFUSED), VISITS, left_out)
    played = WELL | {(1, 2): Played(0.4, complete=False), (1, 3): Played(0.85, complete=True)}
    calendar = calendar_of(past, moment("2026-06-10T12:00"))
    assert [each.key for each in deviations(calendar, played, least_dose=0.9)] == [
        "session-partial:session-1-2",
        "dose-low:session-1-3",
        "session-missed:session-1-8",
    ]
    assert [each.kind for each in deviations(calendar, played)] == ["session-partial", "session-missed"]


def test_training_that_began_on_a_later_day_is_one_deviation() -> None:
    later = {key: at + timedelta(days=1) for key, at in SESSIONS.items()}
    deviation = found(Past(ENROLLED, given(INFUSED), VISITS, later), moment("2026-06-10T12:00"))
    assert list(deviation) == ["training-late:infusion-1"]
    assert (deviation["training-late:infusion-1"].facts["by"], len(deviation)) == ("1 d", 1)


def test_an_infusion_out_of_its_window_or_left_out_is_a_deviation() -> None:
    rules = CalendarRules(COURSE, TRAINING, ())
    past = Past(ENROLLED, given(INFUSED, INFUSED + timedelta(days=5)))
    calendar = person_calendar(rules, past, LocalTime.of(INFUSED.tzinfo), INFUSED + timedelta(days=12))  # type: ignore[arg-type]
    assert [each.key for each in deviations(calendar, {})] == ["infusion-late:infusion-2", "infusion-missed:infusion-3"]


def test_what_a_withdrawal_cancelled_is_no_deviation() -> None:
    left = moment("2026-06-09T12:00")
    past = Past(ENROLLED, given(INFUSED), VISITS, SESSIONS, left, left)
    assert found(past, moment("2027-06-09T12:00")) == {}


@drawn_from(life=lives())
def test_each_deviation_has_a_name_and_is_found_once(life: tuple[CalendarRules, Past, LocalTime, datetime]) -> None:
    calendar = person_calendar(*life)
    keys = [each.key for each in deviations(calendar, {}, least_dose=0.5)]
    assert len(keys) == len(set(keys))
    assert {key.partition(":")[0] for key in keys} <= set(KINDS)
