"""Changing what was handed in: with a reason, and with what stood there kept in the trail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from daybreak.core.instruments import Instrument
from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.accounts.rights import has_right
from daybreak.server.assessments.actions.entering import look
from daybreak.server.assessments.actions.opening import store
from daybreak.server.assessments.actions.sending import drop_unasked
from daybreak.server.assessments.models import Form
from daybreak.server.assessments.places import may_fill
from daybreak.server.assessments.queries import answers_of, form_of, is_over
from daybreak.server.assessments.refusals import FormError
from daybreak.server.assessments.rules import instrument_of
from daybreak.server.assessments.settling import differing
from daybreak.server.audit.refusals import StaleError, needs_reason
from daybreak.server.audit.trail import Draft
from daybreak.server.holds.locks import check_open
from daybreak.server.participation.actions.turn import turn


def correct(by: User, form: Form, values: Mapping[str, Any], *, seen: Mapping[str, Any], reason: str) -> None:
    """Change answers of a form that was handed in.

    Args:
        by: who corrects.
        form: which form.
        values: all its answers as they should be, by item, read.
        seen: its answers when the page was opened.
        reason: why.

    Raises:
        NotYoursError: `by` may not correct forms at the person's site.
        LockedError: the data are frozen or locked.
        ReasonError: there is no reason.
        StaleError: somebody changed it since; nothing is saved.
        FormError: nothing was changed, or the form is another role's.
    """
    participant = form.participant
    with turn(by, "correct-form", "correct-form", participant, reason=needs_reason(reason)) as entry:
        check_open(participant=participant, visit=form.visit_key)
        instrument = _correctable(by, form)
        if answers_of(form) != dict(seen):
            raise StaleError
        if not _change(entry, form, instrument, values):
            raise FormError("form-unchanged")
        look(entry, participant, form, instrument, clock.now())


def settle(by: User, form: Form, chosen: Mapping[str, int], reason: str = "") -> None:
    """Make two entries of a form one: where they differ, keep what the chosen entry says in the first.

    Args:
        by: who settles.
        form: the first entry.
        chosen: for each item that differs, 1 or 2.
        reason: why; needed if anything differs.

    Raises:
        NotYoursError: `by` may not correct forms at the person's site.
        LockedError: the data are frozen or locked.
        ReasonError: there is no reason.
        FormError: an entry is missing, or a difference has no choice.
    """
    participant, now = form.participant, clock.now()
    with turn(by, "settle-form", "correct-form", participant, reason=reason.strip()) as entry:
        check_open(participant=participant, visit=form.visit_key)
        instrument = _correctable(by, form)
        second = form_of(participant, form.visit_key, form.instrument, entry=2, rater=form.rater)
        if second is None or not is_over(second):
            raise FormError("first-entry-missing")
        differences = differing(participant, form)
        if differences:
            needs_reason(reason)
        if any(chosen.get(each.item.key) not in (1, 2) for each in differences):
            raise FormError("not-settled")
        taken = {each.item.key: each.second for each in differences if chosen[each.item.key] == 2}
        values = {key: value for key, value in (answers_of(form) | taken).items() if value is not None}
        _change(entry, form, instrument, values)
        entry.update(form, settled_at=now, settled_by=by)
        look(entry, participant, form, instrument, now)


def _correctable(by: User, form: Form) -> Instrument:
    """Return the instrument of a form that `by` may change; one that is still open is not corrected but filled in."""
    form.refresh_from_db()
    instrument = instrument_of(form.instrument)
    if instrument is None or not is_over(form):
        raise FormError("no-such-form")
    clinic = has_right(by, "fill-staff-form", form.participant.site)
    if not (clinic if instrument.by == "participant" else may_fill(by, form.participant, instrument)):
        raise FormError("not-your-form")
    if instrument.version != form.version:
        raise FormError("form-version")
    return instrument


def _change(entry: Draft, form: Form, instrument: Instrument, values: Mapping[str, Any]) -> bool:
    """Store what differs from what stands there, and return whether anything does."""
    now, asked = clock.now(), {item.key for item in instrument.asked(values)}
    kept = {key: value for key, value in values.items() if key in asked}
    changed = [store(entry, form, key, value, now, corrected=True) for key, value in kept.items()]
    dropped = drop_unasked(entry, form, set(kept))
    form = Form.objects.prefetch_related("answers").get(pk=form.pk)
    state = Form.State.PARTIAL if instrument.missing(answers_of(form)) else Form.State.COMPLETE
    entry.update(form, state=state)
    return any(changed) or bool(dropped)
