"""Rules, zones and people for tests of the calendar."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from daybreak.core.calendar import CalendarRules, Infused, Past, PersonCalendar, Planned, person_calendar
from daybreak.core.local_time import LocalTime
from daybreak.core.study import InfusionRules, TrainingRules, VisitRules

MADRID = ZoneInfo("Europe/Madrid")
ZONE_NAMES = (
    "UTC",
    "Europe/Madrid",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Pacific/Apia",
    "America/Santiago",
)
ZONES = st.sampled_from(ZONE_NAMES).map(ZoneInfo)
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))

ONE = InfusionRules()
COURSE = InfusionRules.model_validate(
    {"count": 6, "every": "3d", "window": ["1d", "1d"], "training_after": "last", "first_within": "14d"}
)
EACH = InfusionRules.model_validate({"count": 3, "every": "14d", "window": ["2d", "4d"], "training_after": "each"})
TRAINING = TrainingRules(pack="self-worth")


def visit(key: str, day: int, window: tuple[str, str], **more: Any) -> VisitRules:
    return VisitRules.model_validate(
        {"key": key, "title": f"Visit {key}", "day": day, "window": list(window), "by": "rater"} | more
    )


def published_visits() -> tuple[VisitRules, ...]:
    follow_up = visit("follow-up", 60, ("55d", "75d"), by="participant", repeat_every="30d", repeat_until=360)
    return (
        visit("baseline", 0, ("-14d", "14d"), counted_from="enrolment"),
        visit("day-0", 0, ("0h", "8h"), by="coordinator"),
        visit("day-1", 1, ("20h", "30h")),
        visit("day-5", 5, ("4d", "7d")),
        visit("day-12", 12, ("10d", "15d")),
        visit("day-30", 30, ("27d", "37d")),
        *follow_up.occurrences,
    )


PUBLISHED = CalendarRules(ONE, TRAINING, published_visits())


def moment(text: str, zone: ZoneInfo = MADRID) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def given(*ended: datetime) -> Mapping[int, Infused]:
    """Infusions that took 40 minutes."""
    return {number: Infused(at, at - timedelta(minutes=40)) for number, at in enumerate(ended, start=1)}


def calendar_of(
    past: Past,
    now: datetime,
    rules: CalendarRules = PUBLISHED,
    zone: ZoneInfo | LocalTime = MADRID,
) -> PersonCalendar:
    return person_calendar(rules, past, LocalTime.of(zone), now)


def planned(calendar: PersonCalendar, key: str) -> Planned:
    found = calendar.find(key)
    assert found is not None, key
    return found
