"""Which forms staff may fill in, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from daybreak.core.instruments import Instrument
from daybreak.core.study import VisitRules
from daybreak.server.accounts.models import User
from daybreak.server.accounts.rights import has_right
from daybreak.server.assessments.queries import form_of, is_over
from daybreak.server.assessments.refusals import FormError
from daybreak.server.assessments.rules import instrument_of, rules_for, staff_instruments
from daybreak.server.assessments.second_rating import may_have_read
from daybreak.server.enrolment.models import Participant
from daybreak.server.studies.queries import file_of
from daybreak.server.visits.actions.recording import visit_rules
from daybreak.server.visits.calendar import calendar_of


@dataclass(frozen=True)
class Place:
    """Which form: of a visit, an instrument; `entry` 2 types it in again, `rater` 2 rates the same interview."""

    visit: str
    instrument: str
    entry: int = 1
    rater: int = 1


def check_place(by: User, participant: Participant, place: Place, now: datetime) -> tuple[Instrument, VisitRules]:
    """Return instrument and visit of a form that `by` may fill in now.

    Raises:
        FormError: there is no such form, it is another role's, or it is not time for it.
    """
    instrument, visit = form_rules(participant, place.visit, place.instrument)
    if not may_fill(by, participant, instrument):
        raise FormError("not-your-form")
    planned = calendar_of(participant, now).visit(place.visit)
    if planned is None:
        raise FormError("form-waits")
    if now < planned.opens:
        raise FormError("form-ahead")
    if planned.state == "cancelled":
        raise FormError("form-left")
    _check_second(by, participant, place)
    return instrument, visit


def form_rules(participant: Participant, visit: str, instrument: str) -> tuple[Instrument, VisitRules]:
    """Return the instrument that staff fill in at a visit, and the visit's rules.

    Raises:
        FormError: the study file plans no such form.
    """
    rules, known = visit_rules(participant, visit), instrument_of(instrument)
    if rules is None or known is None or known not in staff_instruments(rules):
        raise FormError("no-such-form")
    return known, rules


def may_fill(by: User, participant: Participant, instrument: Instrument) -> bool:
    """Return whether `by` fills in this instrument: raters what is rated, the clinic what staff record."""
    return has_right(by, "rate" if instrument.by == "rater" else "fill-staff-form", participant.site)


def _check_second(by: User, participant: Participant, place: Place) -> None:
    rules = rules_for(file_of(participant.study), place.instrument)
    if place.entry == 1 and place.rater == 1:
        return
    first = form_of(participant, place.visit, place.instrument)
    if place.entry != 1 and not rules.double_entry:
        raise FormError("no-second-entry")
    if first is None or (place.entry != 1 and not is_over(first)):
        raise FormError("first-entry-missing")
    if first.by_id == by.pk:
        raise FormError("same-hand" if place.entry != 1 else "same-rater")
    begun = place.rater != 1 and form_of(participant, place.visit, place.instrument, rater=place.rater)
    if place.rater != 1 and not begun and may_have_read(by, first):
        raise FormError("first-rating-read")
