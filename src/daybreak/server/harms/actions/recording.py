"""Recording an adverse event, correcting it, striking one that was entered in error; and that there was none."""

from __future__ import annotations

from django.db.models import Max

from daybreak.core.harms import HarmError
from daybreak.core.participation import Status
from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.audit.refusals import StaleError, needs_reason
from daybreak.server.enrolment.models import Participant
from daybreak.server.harms.facts import HarmFacts, Learned
from daybreak.server.harms.models import AdverseEvent, Asking
from daybreak.server.harms.queries import offered_side_effects
from daybreak.server.participation.actions.turn import turn
from daybreak.server.studies.queries import file_of

BEFORE_CONSENT = frozenset({Status.SCREENING, Status.SCREEN_FAILED, Status.DECLINED, Status.ELIGIBLE})
REFUSALS = {
    "harm-too-early": ("Events are recorded of people who have signed.", "Take the consent first."),
    "harm-unchanged": ("Nothing was changed.", "Change what was wrong, or go back."),
    "harm-struck": ("This event was struck.", "Record it again if it did happen."),
    "harm-asked": ("An event was recorded at this visit.", "Strike it if there was none."),
    "no-such-visit": ("The study plans no such visit.", "Open the form from the person's page."),
    "no-such-side-effect": ("There is no such side effect to take over.", "It may have been taken over already."),
}


def refused(code: str) -> HarmError:
    """Return the refusal of this code."""
    return HarmError(code, REFUSALS[code])


def record_event(by: User, participant: Participant, facts: HarmFacts, learned: Learned | None = None) -> AdverseEvent:
    """Store an event. What was taken over from a side effect once is found again, not stored twice.

    Raises:
        NotYoursError: `by` may not record events at the person's site.
        LockedError: the data are frozen or locked, and the event is not serious.
        HarmError: it cannot be as it was entered, or the person has not signed yet.
    """
    how = learned or Learned()
    action = "record-adverse-event"
    with turn(by, action, "record-harm", participant, although_held=bool(facts.criteria)) as entry:
        _check_learned(participant, how)
        there = AdverseEvent.objects.filter(participant=participant, taken_from=how.taken_from)
        if how.taken_from is not None and (found := there.first()):
            entry.found_nothing()
            return found
        facts.check(clock.now(), participant.zone)
        _check_offered(participant, how)
        last = AdverseEvent.objects.filter(participant=participant).aggregate(last=Max("number"))["last"] or 0
        return entry.create(
            AdverseEvent,
            participant=participant,
            number=last + 1,
            source=how.source,
            visit=how.visit,
            taken_from=how.taken_from,
            recorded_by=by,
            recorded_at=clock.now(),
            **facts.columns(),
        )


def correct_event(by: User, event: AdverseEvent, facts: HarmFacts, *, seen: str, reason: str) -> None:
    """Change what is stored of an event; its reports follow.

    Args:
        by: who corrects.
        event: as it is stored.
        facts: what it should say.
        seen: the mark of the facts that were shown when the page was opened.
        reason: why it is changed.

    Raises:
        NotYoursError: `by` may not correct events at the person's site.
        LockedError: the data are frozen or locked, and the event neither was nor becomes serious.
        ReasonError: there is no reason.
        StaleError: someone else changed it since.
        HarmError: nothing was changed, it was struck, or it cannot be like this.
    """
    held = bool(facts.criteria or event.criteria)
    action, why = "correct-adverse-event", needs_reason(reason)
    with turn(by, action, "follow-harm", event.participant, reason=why, although_held=held) as entry:
        check_stands(event)
        stored = HarmFacts.of(event)
        if stored.mark() != seen:
            raise StaleError
        if stored.mark() == facts.mark():
            raise refused("harm-unchanged")
        facts.check(clock.now(), event.participant.zone)
        entry.update(event, **facts.columns())


def strike_event(by: User, event: AdverseEvent, reason: str) -> None:
    """Strike an event that was entered in error: it stays in the record, and no report of it is due.

    Raises:
        NotYoursError: `by` may not correct events at the person's site.
        LockedError: the data are frozen or locked, and the event is not serious.
        ReasonError: there is no reason.
        HarmError: it was struck already.
    """
    action, why, held = "strike-adverse-event", needs_reason(reason), bool(event.criteria)
    with turn(by, action, "follow-harm", event.participant, reason=why, although_held=held) as entry:
        check_stands(event)
        entry.update(event, struck_at=clock.now())


def record_none(by: User, participant: Participant, visit: str) -> Asking:
    """Note that the person was asked at a visit and told of nothing. Sent twice it is stored once.

    Raises:
        NotYoursError: `by` may not record events at the person's site.
        LockedError: the data are frozen or locked.
        HarmError: the person has not signed, the study has no such visit, or an event was recorded at it.
    """
    with turn(by, "record-no-adverse-event", "record-harm", participant) as entry:
        _check_learned(participant, Learned(AdverseEvent.Source.ASKED, visit))
        if AdverseEvent.objects.filter(participant=participant, visit=visit, struck_at=None).exists():
            raise refused("harm-asked")
        there = Asking.objects.filter(participant=participant, visit=visit).first()
        if there:
            entry.found_nothing()
            return there
        return entry.create(Asking, participant=participant, visit=visit, at=clock.now(), by=by)


def check_stands(event: AdverseEvent) -> None:
    """Bring an event up to date and refuse it if it was struck.

    Raises:
        HarmError: it was.
    """
    event.refresh_from_db()
    if event.struck_at is not None:
        raise refused("harm-struck")


def _check_learned(participant: Participant, how: Learned) -> None:
    if participant.status in BEFORE_CONSENT:
        raise refused("harm-too-early")
    visits = {one.key for one in file_of(participant.study).schedule}
    if (how.source == AdverseEvent.Source.ASKED or how.visit) and how.visit not in visits:
        raise refused("no-such-visit")


def _check_offered(participant: Participant, how: Learned) -> None:
    if how.taken_from is not None and how.taken_from not in {key for _, key, _, _ in offered_side_effects(participant)}:
        raise refused("no-such-side-effect")
