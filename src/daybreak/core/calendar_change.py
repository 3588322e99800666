"""What moves when something in a person's past is entered or corrected: two calendars side by side."""

from __future__ import annotations

from dataclasses import dataclass

from daybreak.core.calendar import PersonCalendar, Planned


@dataclass(frozen=True)
class Move:
    """One thing that stands elsewhere, or otherwise, in the new calendar; None where it has no date."""

    key: str
    title: str
    before: Planned | None
    after: Planned | None

    @property
    def window_moves(self) -> bool:
        """Whether it opens or closes at another time, or has a date now, and did not take place already."""
        if self.before is None or self.after is None:
            return True
        open_ = (self.before.opens, self.before.closes) != (self.after.opens, self.after.closes)
        return open_ and self.after.done_at is None


def calendar_moves(before: PersonCalendar, after: PersonCalendar) -> tuple[Move, ...]:
    """Return what differs between two calendars of one person, in the order of the new one; what was played stays."""
    old = {one.key: one for one in before.planned}
    new = {one.key: one for one in after.planned}
    keys = [*new, *(key for key in old if key not in new)]
    pairs = ((key, old.get(key), new.get(key)) for key in keys)
    return tuple(Move(key, _title(one, two), one, two) for key, one, two in pairs if _looks(one) != _looks(two))


def _title(before: Planned | None, after: Planned | None) -> str:
    either = after or before
    return either.title if either else ""


def _looks(one: Planned | None) -> tuple[object, ...]:
    return (one.window, one.state, one.done_at) if one else ()
