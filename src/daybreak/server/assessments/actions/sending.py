"""A participant sends a self-report off; the last one of a visit records the visit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from daybreak.server import clock
from daybreak.server.assessments.actions.opening import Opening, open_form, own_turn
from daybreak.server.assessments.models import Form
from daybreak.server.assessments.queries import OwnVisit, answers_of, form_of, is_over, own_visit
from daybreak.server.assessments.refusals import FormError
from daybreak.server.assessments.standing import OwnForm, own_form
from daybreak.server.audit.trail import Draft
from daybreak.server.enrolment.models import Participant
from daybreak.server.messages.actions.answering import answered
from daybreak.server.visits.actions.noticing import notice
from daybreak.server.visits.actions.recording import complete_with
from daybreak.server.visits.models import VisitRecord


@dataclass(frozen=True)
class Sent:
    """A form that was sent off, and whether all of its visit's questions are."""

    form: Form
    all_done: bool


def submit(participant: Participant, visit: str, instrument: str, *, with_gaps: bool = False) -> Sent:
    """Hand a self-report in; sent twice, it is handed in once.

    Args:
        participant: whose.
        visit: key of its visit.
        instrument: key of the instrument.
        with_gaps: whether it may be handed in with items open; it is labelled partial then.

    Raises:
        FormError: it cannot be handed in now, or items are open.
    """
    now = clock.now()
    with own_turn(participant, "submit-form", visit) as entry:
        there = form_of(participant, visit, instrument)
        if there and is_over(there):
            entry.found_nothing()
            own = own_visit(participant, visit, now)
            return Sent(there, all_done=own is None or not own.left)
        standing = own_form(participant, visit, instrument, now)
        form = _hand_in(entry, participant, standing, now, with_gaps=with_gaps)
        rest = [each for each in standing.own.left if each.key != instrument]
        recorded = not rest and _record(entry, participant, standing.own, now)
        if not rest:
            answered(participant, about=f"visit:{visit}", at=now)
    if recorded:
        notice(participant, now)
    return Sent(form, all_done=not rest)


def _hand_in(entry: Draft, participant: Participant, standing: OwnForm, now: datetime, *, with_gaps: bool) -> Form:
    instrument = standing.instrument
    given = answers_of(standing.form) if standing.form else {}
    missing = instrument.missing(given)
    if missing and not with_gaps:
        raise FormError("form-gaps")
    form = standing.form or open_form(entry, participant, Opening(standing.own.visit, instrument, standing.words), now)
    drop_unasked(entry, form, {item.key for item in instrument.asked(given)})
    state = Form.State.PARTIAL if missing else Form.State.COMPLETE
    entry.update(form, state=state, submitted_at=now, late=form.late or standing.own.late)
    return form


def drop_unasked(entry: Draft, form: Form, asked: set[str]) -> int:
    """Take out answers that were given before another answer made their question fall away; return how many."""
    rest = [answer for answer in form.answers.all() if answer.item not in asked]
    for answer in rest:
        entry.delete(answer)
    return len(rest)


def _record(entry: Draft, participant: Participant, own: OwnVisit, now: datetime) -> bool:
    """Record a visit that is the participant's own; one of staff is theirs to record."""
    if own.visit.by != "participant" or VisitRecord.objects.filter(participant=participant, key=own.visit.key).exists():
        return False
    mode = "online" if "online" in own.visit.mode else own.visit.mode[0]
    facts = {"key": own.visit.key, "done_at": now, "mode": mode, "recorded_at": now}
    entry.create(VisitRecord, participant=participant, by=participant.user, **facts)
    complete_with(entry, participant, own.visit.key)
    return True
