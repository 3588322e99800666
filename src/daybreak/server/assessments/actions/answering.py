"""A participant answers: each answer is saved as it is given, and looked at by the alert rules in the same turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import prefetch_related_objects

from daybreak.core.errors import DaybreakError
from daybreak.core.instruments import Instrument, Item, named
from daybreak.server import clock
from daybreak.server.assessments.actions.opening import Opening, open_form, own_turn, spent, store
from daybreak.server.assessments.models import Form
from daybreak.server.assessments.queries import answers_of, earlier_scores, form_of, is_over
from daybreak.server.assessments.refusals import FormError
from daybreak.server.assessments.rules import instrument_of
from daybreak.server.assessments.standing import OwnForm, own_form
from daybreak.server.audit.trail import Draft
from daybreak.server.enrolment.models import Participant
from daybreak.server.safety.actions.raising import answered
from daybreak.server.safety.models import Alert

LONGEST_LOOK = timedelta(minutes=10)
"""What counts at most as time spent on one item: whoever takes longer has put the phone away."""


@dataclass(frozen=True)
class Given:
    """One answer as a page sent it: `mark` says in which words it was asked, `shown_at` since when it was in view."""

    visit: str
    instrument: str
    item: str
    value: str
    mark: str
    shown_at: datetime | None = None


@dataclass(frozen=True)
class Taken:
    """What became of an answer: whether the person has to be shown help at once, and which question comes next.

    `onward` is the place of the next item, None after the last one; for what was stored before it is not known.
    """

    form: Form
    needs_help: bool = False
    is_new: bool = True
    onward: int | None = None


def answer(participant: Participant, given: Given) -> Taken:
    """Store one answer of a self-report; the same answer sent again is stored once.

    Raises:
        FormError: it cannot be taken; what was answered before is kept.
    """
    now = clock.now()
    with own_turn(participant, "save-answer", given.visit) as entry:
        there = form_of(participant, given.visit, given.instrument)
        if there:
            prefetch_related_objects([there], "answers")
        stored = answers_of(there) if there else {}
        if there and _is_same(there, given, stored):
            entry.found_nothing()
            return Taken(there, _calls(there, given.item, stored[given.item]), is_new=False)
        if there and is_over(there):
            raise FormError("form-sent")
        standing = own_form(participant, given.visit, given.instrument, now)
        item = standing.item(given.item)
        if given.mark != standing.words.mark:
            raise FormError("form-wording")
        value = _read(item, given.value)
        if item not in standing.instrument.asked(stored):
            raise FormError("not-asked")
        form = there or _begin(entry, participant, standing, now)
        store(entry, form, item.key, value, now)
        seconds = form.seconds + spent(given.shown_at, now, LONGEST_LOOK)
        entry.update(form, seconds=seconds, late=form.late or standing.own.late)
        stored[item.key] = value
        said, earlier = named(standing.instrument, stored), earlier_scores(participant, form)
        new = answered(entry, participant, form=form, named=said, now=now, earlier=earlier)
        return Taken(form, bool(new) or _calls(form, item.key, value), onward=_after(standing.instrument, item, stored))


def _after(instrument: Instrument, item: Item, stored: Mapping[str, Any]) -> int | None:
    """Return the place of the item that is asked after this one, or None at the end."""
    asked, here = instrument.asked(stored), instrument.items.index(item)
    return next((n for n, each in enumerate(instrument.items, start=1) if n > here + 1 and each in asked), None)


def _calls(form: Form, item: str, value: object) -> bool:
    """Return whether this answer has called somebody: who answers so once more sees help once more."""
    name = f"{form.instrument}.{item}"
    alerts = Alert.objects.filter(participant=form.participant_id, source=f"form:{form.pk}")
    return any(name in facts and facts[name] == value for facts in alerts.values_list("facts", flat=True))


def _begin(entry: Draft, participant: Participant, standing: OwnForm, now: datetime) -> Form:
    opening = Opening(standing.own.visit, standing.instrument, standing.words)
    return open_form(entry, participant, opening, now)


def _read(item: Item, value: str) -> Any:
    """Return an answer as the item understands it; core's sentences are for staff, so a participant gets our own."""
    if not value:
        raise FormError("no-answer")
    try:
        return item.read(value)
    except DaybreakError as error:
        raise FormError("no-such-answer") from error


def _is_same(form: Form, given: Given, stored: Mapping[str, Any]) -> bool:
    """Return whether this is what stands there already."""
    if given.item not in stored:
        return False
    item = next((each for each in _items(form) if each.key == given.item), None)
    try:
        return item is not None and bool(item.read(given.value) == stored[given.item])
    except DaybreakError:
        return False


def _items(form: Form) -> tuple[Item, ...]:
    instrument = instrument_of(form.instrument)
    return instrument.items if instrument else ()
