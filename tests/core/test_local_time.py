from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from daybreak.core.local_time import LocalTime
from tests.core.calendar_cast import MADRID, MOMENTS, ZONES, moment

TOKYO = ZoneInfo("Asia/Tokyo")


def test_a_day_begins_at_midnight_of_the_zone_then_in_force() -> None:
    place = LocalTime.of(MADRID, [(moment("2026-06-10T12:00"), TOKYO)])
    assert place.at(date(2026, 6, 10)) == moment("2026-06-10T00:00")
    assert place.at(date(2026, 6, 12)) == moment("2026-06-12T00:00", TOKYO)


def test_an_hour_that_a_flight_skips_is_the_moment_of_the_change() -> None:
    place = LocalTime.of(MADRID, [(moment("2026-06-10T12:00"), TOKYO)])
    assert place.at(date(2026, 6, 10), time(15)) == moment("2026-06-10T12:00")


def test_a_midnight_that_the_clock_skips_is_the_moment_it_is_put_forward() -> None:
    place = LocalTime.of(ZoneInfo("America/Santiago"))  # clocks go from 24:00 to 01:00
    assert place.at(date(2026, 9, 6)) == datetime(2026, 9, 6, 4, tzinfo=UTC)


def test_dates_follow_the_zone_of_the_moment() -> None:
    place = LocalTime.of(MADRID, [(moment("2026-06-10T12:00"), TOKYO)])
    assert place.date_of(moment("2026-06-09T23:30")) == date(2026, 6, 9)
    assert place.date_of(moment("2026-06-10T18:00")) == date(2026, 6, 11)


def test_changes_count_in_the_order_of_time() -> None:
    later, earlier = (moment("2026-07-01T12:00"), MADRID), (moment("2026-06-10T12:00"), TOKYO)
    place = LocalTime.of(MADRID, [later, earlier])
    assert place.zone_at(moment("2026-06-20T12:00")) is TOKYO
    assert LocalTime.of(place) is place


@given(
    day=st.dates(date(2024, 1, 1), date(2030, 1, 1)),
    zones=st.lists(st.tuples(MOMENTS, ZONES), max_size=3, unique_by=lambda change: change[0]),
    home=ZONES,
    ahead=st.integers(0, 5),
)
def test_a_later_day_never_begins_earlier(
    day: date, zones: list[tuple[datetime, ZoneInfo]], home: ZoneInfo, ahead: int
) -> None:
    place = LocalTime.of(home, zones)
    assert place.at(day) <= place.at(day + timedelta(days=ahead))
