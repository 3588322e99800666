"""Opening a form: from then on it keeps the words, the language and the recall period it was opened with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from daybreak.core.instruments import Instrument
from daybreak.core.study import VisitRules
from daybreak.server.accounts.models import User
from daybreak.server.assessments.models import Answer, Form
from daybreak.server.assessments.refusals import FormError
from daybreak.server.assessments.rules import instrument_of, recall_of
from daybreak.server.assessments.words import Words
from daybreak.server.audit.trail import Draft, recorded
from daybreak.server.enrolment.models import Participant
from daybreak.server.holds.locks import LockedError, check_open


@dataclass(frozen=True)
class Opening:
    """What a form is opened with; `by` is empty for the participant's own."""

    visit: VisitRules
    instrument: Instrument
    words: Words
    entry: int = 1
    rater: int = 1
    mode: str = "online"
    by: User | None = None


def open_form(entry: Draft, participant: Participant, opening: Opening, now: datetime) -> Form:
    """Store a new form within an action that is being recorded, and return it."""
    return entry.create(
        Form,
        participant=participant,
        visit_key=opening.visit.key,
        instrument=opening.instrument.key,
        version=opening.instrument.version,
        entry=opening.entry,
        rater=opening.rater,
        wording=opening.words.wording,
        language=opening.words.language,
        recall=recall_of(opening.visit, opening.instrument),
        mode=opening.mode,
        opened_at=now,
        by=opening.by,
    )


def store(entry: Draft, form: Form, item: str, value: Any, now: datetime, *, corrected: bool = False) -> bool:
    """Store one answer, or change it; return whether that was a change. Free text is kept apart, as `words`."""
    kept: dict[str, Any] = (
        {"value": None, "words": value} if isinstance(value, str) and is_text(form, item) else _plain(value)
    )
    there = next((each for each in form.answers.all() if each.item == item), None)
    if there is None:
        entry.create(Answer, form=form, item=item, given_at=now, corrected_at=now if corrected else None, **kept)
        return True
    if all(getattr(there, name) == stored for name, stored in kept.items()):
        return False
    kept["corrected_at" if corrected else "given_at"] = now
    return entry.update(there, **kept)


def is_text(form: Form, item: str) -> bool:
    """Return whether an item of a form is free text."""
    instrument = instrument_of(form.instrument)
    return instrument is not None and instrument.item(item).kind == "text"


def _plain(value: Any) -> dict[str, Any]:
    return {"value": value.isoformat() if hasattr(value, "isoformat") else value, "words": ""}


def spent(shown_at: datetime | None, now: datetime, most: timedelta) -> int:
    """Return for how many seconds a page was in view; none where it does not say, and never more than `most`."""
    if shown_at is None or shown_at > now:
        return 0
    return round(min(now - shown_at, most).total_seconds())


@contextmanager
def own_turn(participant: Participant, action: str, visit: str) -> Iterator[Draft]:
    """Open an entry in which a participant answers for themselves; their row is locked and read anew.

    Raises:
        FormError: the visit's, the person's or the study's data are frozen or locked.
    """
    with recorded(participant.user, action, participant=participant) as entry:
        rows = Participant.objects.select_for_update(no_key=True, of=("self",))
        participant.refresh_from_db(from_queryset=rows.select_related("site", "study", "user"))
        try:
            check_open(participant=participant, visit=visit)
        except LockedError as error:
            raise FormError("form-held") from error
        yield entry
