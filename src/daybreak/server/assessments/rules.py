"""What the study file says of an instrument's forms, and until when a form is taken."""

from __future__ import annotations

from datetime import datetime, timedelta

from daybreak.core.calendar import PersonCalendar, Planned
from daybreak.core.instruments import INSTRUMENTS, Instrument
from daybreak.core.study import InstrumentRules, StudyFile, VisitRules, write_span

MOST_GRACE = timedelta(days=7)
"""For how long, at the very most, a self-report is taken after its window closed."""


def rules_for(file: StudyFile, key: str) -> InstrumentRules:
    """Return what the study file says of an instrument's forms; what it leaves out has its usual value."""
    return next((rules for rules in file.instruments if rules.key == key), InstrumentRules(key=key))


def instrument_of(key: str) -> Instrument | None:
    """Return the instrument of this key that has items to answer, or None."""
    instrument = INSTRUMENTS.get(key)
    return instrument if instrument and instrument.items else None


def own_instruments(visit: VisitRules) -> tuple[Instrument, ...]:
    """Return what a participant answers by themselves at a visit, in the study file's order."""
    found = (instrument_of(key) for key in visit.instruments)
    return tuple(each for each in found if each and each.by == "participant")


def staff_instruments(visit: VisitRules) -> tuple[Instrument, ...]:
    """Return what staff fill in at a visit, in the study file's order."""
    found = (instrument_of(key) for key in visit.instruments)
    return tuple(each for each in found if each and each.by != "participant")


def recall_of(visit: VisitRules, instrument: Instrument) -> str:
    """Return the time an answer looks back on: the study file's for the visit, if the instrument allows it."""
    wished = write_span(visit.recall) if visit.recall is not None else ""
    if wished in instrument.recalls:
        return wished
    return instrument.recalls[0] if instrument.recalls else ""


def taken_until(calendar: PersonCalendar, planned: Planned, key: str) -> datetime:
    """Return until when a self-report is taken, though labelled late once its window closed.

    As long again as the window was, a week at the most, and never into the window of the next visit with the same
    questions: what is remembered there belongs to that visit.
    """
    end = planned.closes + min(planned.closes - planned.opens, MOST_GRACE)
    later = (
        one.opens
        for one in calendar.of_kind("visit")
        if one.visit and key in one.visit.instruments and one.opens >= planned.closes and one is not planned
    )
    return min(end, *later, end)
