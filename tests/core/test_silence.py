from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given as drawn_from

from daybreak.core.calendar import CalendarRules, Past, person_calendar
from daybreak.core.local_time import LocalTime
from daybreak.core.silence import silent_since
from daybreak.core.study import Silence
from tests.core.calendar_cast import calendar_of, given, moment
from tests.core.test_calendar_laws import lives
from tests.core.test_deviation import ENROLLED, INFUSED, SESSIONS, VISITS

REPORTS = Silence(about="self-report", after=timedelta(days=7))
TRAINING = Silence(about="session", after=timedelta(days=1))
CLINIC = Silence(about="visit", after=timedelta(days=2))
DAY_60_CLOSES = moment("2026-08-18T00:00")


def silent(rule: Silence, past: Past, now: datetime) -> str:
    found = silent_since(rule, calendar_of(past, now), now)
    return found.key if found else ""


def past(visits: dict[str, datetime], sessions: Any = SESSIONS, **more: Any) -> Past:
    return Past(ENROLLED, given(INFUSED), {**VISITS, **visits}, sessions, **more)


def test_nobody_is_silent_before_their_time_is_over() -> None:
    assert silent(REPORTS, past({}), DAY_60_CLOSES + timedelta(days=7, minutes=-1)) == ""
    assert silent(REPORTS, past({}), DAY_60_CLOSES + timedelta(days=7)) == "visit-follow-up-60"


def test_months_of_silence_are_one_silence_named_by_what_was_missed_first() -> None:
    assert silent(REPORTS, past({}), DAY_60_CLOSES + timedelta(days=200)) == "visit-follow-up-60"
    assert silent(TRAINING, past({}, {}), moment("2026-06-20T12:00")) == "session-1-1"


def test_whatever_comes_ends_a_silence_however_late() -> None:
    came = past({"follow-up-60": DAY_60_CLOSES + timedelta(days=20)})
    assert silent(REPORTS, came, DAY_60_CLOSES + timedelta(days=28)) == ""
    again = silent(REPORTS, came, DAY_60_CLOSES + timedelta(days=60))
    assert again == "visit-follow-up-90"


def test_a_silence_of_one_kind_is_not_ended_by_another() -> None:
    now = DAY_60_CLOSES + timedelta(days=8)
    assert silent(CLINIC, past({}), now) == "visit-day-12"
    assert silent(TRAINING, past({}), now) == ""
    assert silent(REPORTS, past({"day-30": now}), now) == "visit-follow-up-60"


def test_who_withdrew_is_not_silent() -> None:
    left = past({}, follow_up_ended=moment("2026-06-21T09:00"))
    assert silent(REPORTS, left, DAY_60_CLOSES + timedelta(days=100)) == ""
    assert silent(CLINIC, left, DAY_60_CLOSES + timedelta(days=100)) == ""


@pytest.mark.evidence("property", "a silence is of its kind, missed, and over for as long as the rule says")
@drawn_from(lives())
def test_a_silence_is_something_missed_long_enough_ago(life: tuple[CalendarRules, Past, LocalTime, datetime]) -> None:
    rules, story, place, now = life
    calendar = person_calendar(rules, story, place, now)
    for rule in (REPORTS, TRAINING, CLINIC):
        found = silent_since(rule, calendar, now)
        if found:
            assert found.state == "missed"
            assert found.closes + rule.after <= now
            later = [one for one in calendar.planned if one.kind == found.kind and one.opens >= found.closes]
            kinds = [one for one in later if (one.visit and one.visit.by) == (found.visit and found.visit.by)]
            assert not any(one.state == "done" for one in kinds)
