"""Recording that a visit took place, and correcting what was recorded."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from daybreak.core.participation import can, status_after
from daybreak.core.study import VisitRules
from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.audit.refusals import StaleError, needs_reason
from daybreak.server.audit.trail import Draft
from daybreak.server.enrolment.models import Participant
from daybreak.server.holds.locks import check_open
from daybreak.server.participation.actions.turn import turn
from daybreak.server.training.calendar import rules_of
from daybreak.server.visits.actions.noticing import notice
from daybreak.server.visits.calendar import calendar_of, whole_past
from daybreak.server.visits.models import VisitRecord
from daybreak.server.visits.refusals import EntryError


@dataclass(frozen=True)
class VisitFacts:
    """What is entered of a visit: when (aware), how (`in-person`, `phone`, `video`, `online`), and remarks."""

    done_at: datetime
    mode: str
    notes: str = ""

    @staticmethod
    def of(record: VisitRecord) -> VisitFacts:
        """Return what is stored of a visit."""
        return VisitFacts(record.done_at, record.mode, record.notes)


def record_visit(by: User, participant: Participant, key: str, facts: VisitFacts) -> VisitRecord:
    """Store that a visit took place; the same facts sent twice are stored once.

    Raises:
        NotYoursError: `by` may not record visits at the person's site.
        LockedError: the visit's, the person's or the study's data are frozen or locked.
        EntryError: the visit cannot have taken place like this, or was recorded otherwise already.
    """
    try:
        with turn(by, "record-visit", "record-visit", participant) as entry:
            check_open(participant=participant, visit=key)
            _check(participant, key, facts)
            there = VisitRecord.objects.filter(participant=participant, key=key).first()
            if there:
                raise _ThereError(there)
            record = entry.create(
                VisitRecord, participant=participant, key=key, by=by, recorded_at=clock.now(), **asdict(facts)
            )
            complete_with(entry, participant, key)
    except _ThereError as error:
        if VisitFacts.of(error.record) == facts and error.record.by_id == by.pk:
            return error.record
        raise EntryError("visit-there") from error
    notice(participant, clock.now())
    return record


def correct_visit(by: User, record: VisitRecord, facts: VisitFacts, *, seen: VisitFacts, reason: str) -> None:
    """Change what is stored of a visit.

    Args:
        by: who corrects.
        record: the visit as it is stored.
        facts: what it should say.
        seen: what it said when the page was opened.
        reason: why it is changed.

    Raises:
        NotYoursError: `by` may not record visits at the person's site.
        LockedError: the visit's, the person's or the study's data are frozen or locked.
        ReasonError: there is no reason.
        StaleError: someone else changed it since; nothing is saved.
        EntryError: nothing was changed, or the visit cannot have taken place like this.
    """
    participant = record.participant
    with turn(by, "correct-visit", "record-visit", participant, reason=needs_reason(reason)) as entry:
        check_open(participant=participant, visit=record.key)
        record.refresh_from_db()
        if VisitFacts.of(record) != seen:
            raise StaleError
        _check(participant, record.key, facts)
        if not entry.update(record, **asdict(facts)):
            raise EntryError("not-changed")
    notice(participant, clock.now())


def complete_with(entry: Draft, participant: Participant, key: str) -> None:
    """Let the person have completed the study if `key` is its last visit and they had their infusion."""
    last = max(rules_of(participant).visits, key=_day_of)
    if key == last.key and can(participant.status, "complete"):
        entry.update(participant, status=status_after(participant.status, "complete"))


def _day_of(visit: VisitRules) -> int:
    return visit.day


def visit_rules(participant: Participant, key: str) -> VisitRules | None:
    """Return the study file's rules of a visit, or None if it plans no such visit."""
    return next((visit for visit in rules_of(participant).visits if visit.key == key), None)


class _ThereError(Exception):
    def __init__(self, record: VisitRecord) -> None:
        self.record = record


def _check(participant: Participant, key: str, facts: VisitFacts) -> None:
    rules, past = visit_rules(participant, key), whole_past(participant)
    if rules is None:
        raise EntryError("no-such-visit")
    if facts.done_at > clock.now():
        raise EntryError("in-future")
    if facts.mode not in rules.mode:
        raise EntryError("no-such-mode")
    if any(each.visit.key == key for each in calendar_of(participant, clock.now()).undated):
        raise EntryError("visit-waits" if rules.counted_from != "enrolment" else "before-enrolment")
    if participant.screened_at and facts.done_at < participant.screened_at and rules.counted_from == "enrolment":
        raise EntryError("before-screening")
    if past.follow_up_ended and facts.done_at >= past.follow_up_ended:
        raise EntryError("after-withdrawal")
