"""The table beside a person's timeline: the same, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from daybreak.server.console.chronicle import Chronicle, Happening
from daybreak.server.console.said import said_moment, said_span

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Row:
    """One line: the day counted from the infusion, what, its state, window, when it took place, what is said of it."""

    day: str
    title: str
    state: str
    window: str
    took_place: str
    says: str
    href: str


def person_rows(chronicle: Chronicle) -> Iterator[Row]:
    """Yield the lines of a chronicle, in order of time."""
    for one in chronicle.happenings:
        yield _row(one, chronicle)


def _row(one: Happening, chronicle: Chronicle) -> Row:
    place = chronicle.calendar.place
    planned = one.opens is not None and one.closes is not None
    took_place = one.done_at if planned else one.at
    window = said_span(one.opens, one.closes, place) if one.opens and one.closes and one.opens < one.closes else ""
    dose = f"{one.dose} % delivered" if one.dose is not None else ""
    return Row(
        day=_day(one, chronicle),
        title=one.title,
        state=one.state,
        window=window,
        took_place=said_moment(took_place, place) if took_place else "",
        says=", ".join(part for part in (dose, one.says) if part),
        href=one.href,
    )


def _day(one: Happening, chronicle: Chronicle) -> str:
    if chronicle.origin is None:
        return ""
    place = chronicle.calendar.place
    return str((place.date_of(one.at) - place.date_of(chronicle.origin)).days)
