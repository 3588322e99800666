"""Whether somebody has been silent for too long: what they missed first since they were last heard of."""

from __future__ import annotations

from datetime import datetime

from daybreak.core.calendar import TAKEN, PersonCalendar, Planned
from daybreak.core.study import Silence


def silent_since(rule: Silence, calendar: PersonCalendar, now: datetime) -> Planned | None:
    """Return the first thing of the present silence, if its window closed as long ago as the rule says; else None.

    A silence ends with anything of the same kind that took place, however late, and with a withdrawal. It is named by
    its first thing, so that eight missed sessions in a row are one silence and not eight.
    """
    first: Planned | None = None
    for one in calendar.planned:
        if _is_about(rule, one):
            ends = one.state in TAKEN or one.state == "cancelled"
            first = None if ends else first or (one if one.state == "missed" else None)
    return first if first and now >= first.closes + rule.after else None


def _is_about(rule: Silence, one: Planned) -> bool:
    if rule.about == "session":
        return one.kind == "session"
    reported = one.visit is not None and one.visit.by == "participant"
    return one.kind == "visit" and reported == (rule.about == "self-report")
