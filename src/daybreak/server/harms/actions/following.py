"""What follows on an event: a judgement, notes, and that reports were sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from daybreak.core.harms import HarmError, ReportKind
from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.audit.refusals import StaleError, needs_reason
from daybreak.server.harms.actions.recording import check_stands
from daybreak.server.harms.facts import Judgement
from daybreak.server.harms.models import AdverseEvent, FollowUp, Report
from daybreak.server.harms.queries import clocks_of
from daybreak.server.participation.actions.turn import turn

REFUSALS = {
    "nothing-said": ("Nothing was written.", "Write what was found out."),
    "report-not-due": ("The event needs no such report.", "Look at the list of reports again."),
    "report-there": ("This report was marked as sent already.", "Take that back first, if it was wrong."),
    "report-time": ("The report was sent before the event was known, or in the future.", "Check the time."),
    "report-how": ("It is not said how the report was sent.", "Write how, and a reference if there is one."),
    "judgement-unchanged": ("Nothing was changed.", "Change a judgement, or go back."),
}


def judge_event(by: User, event: AdverseEvent, judgement: Judgement, *, seen: Judgement, reason: str = "") -> None:
    """Judge whether an event is expected and related; a judgement that stood already changes with a reason only.

    Args:
        by: who judges.
        event: which event.
        judgement: what they think now.
        seen: what stood there when the page was opened.
        reason: why a judgement is changed.

    Raises:
        NotYoursError: `by` is no investigator of the person's site.
        LockedError: the data are frozen or locked, and the event is not serious.
        ReasonError: a judgement is changed without a reason.
        StaleError: someone else judged meanwhile.
        HarmError: nothing was changed, or the event was struck.
    """
    why = needs_reason(reason) if _changes_something(seen, judgement) else ""
    held = bool(event.criteria)
    with turn(by, "judge-adverse-event", "judge-harm", event.participant, reason=why, although_held=held) as entry:
        check_stands(event)
        if Judgement.of(event) != seen:
            raise StaleError
        if judgement == seen:
            raise _refused("judgement-unchanged")
        fields: dict[str, Any] = {
            "expectedness": judgement.expected,
            "drug": judgement.drug,
            "training": judgement.training,
        }
        entry.update(event, **fields, judged_by=by, judged_at=clock.now())


def follow_up(by: User, event: AdverseEvent, says: str) -> FollowUp:
    """Add a note of what was found out later.

    Raises:
        NotYoursError: `by` may not follow events up at the person's site.
        LockedError: the data are frozen or locked, and the event is not serious.
        HarmError: nothing was written, or the event was struck.
    """
    if not says.strip():
        raise _refused("nothing-said")
    held = bool(event.criteria)
    with turn(by, "follow-up-adverse-event", "follow-harm", event.participant, although_held=held) as entry:
        check_stands(event)
        return entry.create(FollowUp, event=event, at=clock.now(), by=by, says=says.strip())


def mark_sent(by: User, event: AdverseEvent, kind: ReportKind, sent_at: datetime, how: str) -> Report:
    """Note that a report was sent: when, and how.

    Raises:
        NotYoursError: `by` may not report events at the person's site.
        HarmError: the event needs no such report, it was sent already, or the time cannot be.
    """
    with turn(by, "mark-report-sent", "follow-harm", event.participant, although_held=True) as entry:
        check_stands(event)
        owed = {one.kind: one for one in clocks_of(event, clock.now())}
        if kind not in owed:
            raise _refused("report-not-due")
        if owed[kind].report is not None:
            raise _refused("report-there")
        if not event.known_at <= sent_at <= clock.now():
            raise _refused("report-time")
        if not how.strip():
            raise _refused("report-how")
        facts = {"sent_at": sent_at, "how": how.strip(), "recorded_by": by, "recorded_at": clock.now()}
        return entry.create(Report, event=event, kind=kind, **facts)


def take_back(by: User, report: Report, reason: str) -> None:
    """Take back that a report was sent; its clock runs on from where it began.

    Raises:
        NotYoursError: `by` may not report events at the person's site.
        ReasonError: there is no reason.
        StaleError: it was taken back already.
    """
    person, why = report.event.participant, needs_reason(reason)
    with turn(by, "take-back-report", "follow-harm", person, reason=why, although_held=True) as entry:
        entry.update(report, expected={"taken_back_at": None}, taken_back_at=clock.now())


def _changes_something(seen: Judgement, judgement: Judgement) -> bool:
    """Return whether a judgement that was made is changed, and not only one added that was still open."""
    pairs = ((getattr(seen, name), getattr(judgement, name)) for name in ("expected", "drug", "training"))
    return any(before and before != after for before, after in pairs)


def _refused(code: str) -> HarmError:
    return HarmError(code, REFUSALS[code])
