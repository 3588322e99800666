"""Staff fill in a form: all on one page, saved as often as they like, handed in once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from daybreak.core.instruments import Instrument, named
from daybreak.core.study import VisitRules
from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.assessments.actions.opening import Opening, open_form, spent, store
from daybreak.server.assessments.actions.sending import drop_unasked
from daybreak.server.assessments.models import Form
from daybreak.server.assessments.places import Place, check_place
from daybreak.server.assessments.queries import answers_of, earlier_scores, form_of, is_over
from daybreak.server.assessments.refusals import FormError
from daybreak.server.assessments.rules import rules_for
from daybreak.server.assessments.settling import differing
from daybreak.server.assessments.words import words_for
from daybreak.server.audit.trail import Draft
from daybreak.server.enrolment.models import Participant
from daybreak.server.holds.locks import check_open
from daybreak.server.participation.actions.turn import turn
from daybreak.server.safety.actions.raising import answered
from daybreak.server.studies.queries import file_of
from daybreak.server.visits.calendar import calendar_of

LONGEST_INTERVIEW = timedelta(hours=4)
"""What counts at most as the time taken for one page."""


@dataclass(frozen=True)
class Filled:
    """What a page of a form sent: answers by item as they were read, the mode, and what to do with it.

    `hand_in` ends the form; `with_gaps` lets it be handed in with required items open.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    mode: str = ""
    mark: str = ""
    shown_at: datetime | None = None
    hand_in: bool = False
    with_gaps: bool = False


@dataclass(frozen=True)
class Entered:
    """What became of it: the form, how many answers were left out as not asked, and how many alerts were raised."""

    form: Form
    left_out: int = 0
    alerts: int = 0


def fill(by: User, participant: Participant, place: Place, filled: Filled) -> Entered:
    """Save what staff filled in, and hand the form in if they say so; what is handed in twice is taken once.

    Raises:
        NotYoursError: `by` may not fill in forms at the person's site.
        LockedError: the data are frozen or locked.
        FormError: it cannot be taken like this; nothing was changed.
    """
    now = clock.now()
    with turn(by, "fill-form", "fill-form", participant) as entry:
        check_open(participant=participant, visit=place.visit)
        instrument, visit = check_place(by, participant, place, now)
        there = form_of(participant, place.visit, place.instrument, entry=place.entry, rater=place.rater)
        if there and is_over(there):
            if there.by_id == by.pk and answers_of(there) == dict(filled.values):
                entry.found_nothing()
                return Entered(there)
            raise FormError("form-there")
        words = words_for(participant, instrument, rules_for(file_of(participant.study), instrument.key), staff=True)
        _check_sent(there, by, visit, words.mark, filled)
        opening = Opening(visit, instrument, words, place.entry, place.rater, filled.mode, by)
        form = there or open_form(entry, participant, opening, now)
        left_out = _store_all(entry, form, instrument, filled, now)
        seconds = form.seconds + spent(filled.shown_at, now, LONGEST_INTERVIEW)
        late = form.late or _is_late(participant, place.visit, now)
        entry.update(form, seconds=seconds, mode=filled.mode, late=late)
        if filled.hand_in:
            _hand_in(entry, form, instrument, now, with_gaps=filled.with_gaps)
            _settle_alike(entry, by, form, now)
        alerts = look(entry, participant, form, instrument, now)
    return Entered(form, left_out, alerts)


def look(entry: Draft, participant: Participant, form: Form, instrument: Instrument, now: datetime) -> int:
    """Let the alert rules look at a form's answers within the entry; return how many alerts they raised.

    A second entry says the same once more; it is looked at only where it says something else.
    """
    if form.entry == 2 and not differing(participant, form):
        return 0
    said = named(instrument, answers_of(form))
    return len(answered(entry, participant, form=form, named=said, now=now, earlier=earlier_scores(participant, form)))


def _check_sent(there: Form | None, by: User, visit: VisitRules, mark: str, filled: Filled) -> None:
    if there and there.by_id != by.pk:
        raise FormError("form-other-hand")
    if filled.mode not in visit.mode:
        raise FormError("form-mode")
    if filled.mark != mark:
        raise FormError("form-wording")


def _store_all(entry: Draft, form: Form, instrument: Instrument, filled: Filled, now: datetime) -> int:
    """Store the answers to what is asked, take out those that were cleared, and return how many were not asked."""
    asked = {item.key for item in instrument.asked(filled.values)}
    for key, value in filled.values.items():
        if key in asked:
            store(entry, form, key, value, now)
    drop_unasked(entry, form, asked & filled.values.keys())
    return len(filled.values.keys() - asked)


def _hand_in(entry: Draft, form: Form, instrument: Instrument, now: datetime, *, with_gaps: bool) -> None:
    missing = instrument.missing(answers_of(form))
    if missing and not with_gaps:
        raise FormError("form-gaps")
    entry.update(form, state=Form.State.PARTIAL if missing else Form.State.COMPLETE, submitted_at=now)


def _settle_alike(entry: Draft, by: User, form: Form, now: datetime) -> None:
    """Note that two entries agree, as soon as the second is handed in."""
    if form.entry == 1 or differing(form.participant, form):
        return
    first = form_of(form.participant, form.visit_key, form.instrument, rater=form.rater)
    if first:
        entry.update(first, settled_at=now, settled_by=by)


def _is_late(participant: Participant, visit: str, now: datetime) -> bool:
    planned = calendar_of(participant, now).visit(visit)
    return planned is not None and now >= planned.closes
