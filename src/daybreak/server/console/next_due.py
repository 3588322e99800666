"""What is to be done next for one person, in a few words."""

from __future__ import annotations

from daybreak.core.calendar import PersonCalendar, Planned
from daybreak.server.console.said import said_span


def said_next(calendar: PersonCalendar, rights: frozenset[str]) -> str:
    """Return what is due now, or else what comes next, as someone with `rights` may know it; empty if nothing is."""
    seen = [one for one in calendar.planned if one.kind != "session" or "see-training" in rights]
    due = min((one for one in seen if one.state == "due"), key=lambda one: one.closes, default=None)
    if due is not None:
        return f"{due.title}, {_until(due, calendar)}"
    following = min((one for one in seen if one.state == "upcoming"), key=lambda one: one.opens, default=None)
    if following is None:
        return ""
    return f"{following.title}, {said_span(following.opens, following.closes, calendar.place)}"


def _until(one: Planned, calendar: PersonCalendar) -> str:
    closes = calendar.place.local(one.closes)
    same_day = calendar.place.date_of(calendar.now) == closes.date()
    return f"until {closes:%H:%M}" if same_day else f"until {closes:%a} {closes.day} {closes:%b}"
