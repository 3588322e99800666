"""How the desk says times: in the person's own zone, short, with the zone where it matters."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from daybreak.core.local_time import LocalTime

UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60))


def said_span(opens: datetime, closes: datetime, place: LocalTime) -> str:
    """Return a window as the person's clock shows it: dates for whole days, else with hours."""
    first, last = place.local(opens), place.local(closes)
    if first.time() == last.time() == time():
        end = place.local(closes - timedelta(minutes=1))
        return _date(first) if first.date() == end.date() else f"{_date(first)} to {_date(end)}"
    if first.date() == last.date():
        return f"{_date(first)}, {first:%H:%M} to {last:%H:%M}"
    return f"{_date(first)}, {first:%H:%M} to {_date(last)}, {last:%H:%M}"


def said_moment(at: datetime, place: LocalTime) -> str:
    """Return a moment as the person's clock shows it, with year and zone."""
    local = place.local(at)
    return f"{_date(local)} {local.year}, {local:%H:%M %Z}"


def said_distance(span: timedelta) -> str:
    """Return a length of time in its largest unit: `3 days`, `1 hour`; less than a minute is `now`."""
    seconds = abs(span.total_seconds())
    for name, size in UNITS:
        if seconds >= size:
            count = int(seconds // size)
            return f"{count} {name}{'' if count == 1 else 's'}"
    return "now"


def said_date(at: datetime, place: LocalTime) -> str:
    """Return the date of a moment where the person is."""
    return _date(place.local(at))


def _date(at: datetime) -> str:
    return f"{at:%a} {at.day} {at:%b}"
