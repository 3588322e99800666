"""Recording an infusion, which starts the calendar counted from it, and correcting one, which moves it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from daybreak.core.participation import ALLOCATED, can, status_after
from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.audit.refusals import StaleError, needs_reason
from daybreak.server.audit.trail import Draft
from daybreak.server.enrolment.models import Infusion, Participant, VitalSigns
from daybreak.server.infusions.facts import InfusionFacts, Reading, check_times
from daybreak.server.infusions.refusals import InfusionError
from daybreak.server.participation.actions.turn import turn
from daybreak.server.training.calendar import past_of, rules_of
from daybreak.server.vault.allocate import current_kit, next_kit
from daybreak.server.visits.actions.noticing import notice


def next_number(participant: Participant) -> int:
    """Return the number of the infusion that comes next.

    Raises:
        InfusionError: the person is not enrolled, or has had all that are planned.
    """
    if participant.status not in ALLOCATED:
        raise InfusionError("not-enrolled")
    number = max((infusion.number for infusion in participant.infusions.all()), default=0) + 1
    if number > rules_of(participant).infusions.count:
        raise InfusionError("no-such-infusion")
    return number


def ask_for_kit(by: User, participant: Participant) -> str:
    """Release a kit for the person's next infusion, or find the one released before; return its number.

    Raises:
        NotYoursError: `by` may not record infusions at the person's site.
        LockedError: the person's data are frozen or locked.
        InfusionError: the person is not enrolled, or has had all that are planned.
    """
    number = next_number(participant)
    there = current_kit(participant, number)
    if there:
        return there
    with turn(by, "release-kit", "record-infusion", participant) as entry:
        return next_kit(entry, participant, number)


def check_infusion(participant: Participant, number: int, facts: InfusionFacts) -> None:
    """Refuse what cannot be entered for infusion `number` of the person.

    Raises:
        InfusionError: the kit is another one, a time cannot be, or the person had left by then.
    """
    kit = current_kit(participant, number)
    if not kit:
        raise InfusionError("no-kit")
    if facts.kit.strip().upper() != kit:
        raise InfusionError("other-kit")
    others = {one.number: one for one in participant.infusions.all()}
    before, after = others.get(number - 1), others.get(number + 1)
    earliest = before.ended_at if before else participant.enrolled_at
    check_times(facts, clock.now(), (earliest, (after.started_at or after.ended_at) if after else None))
    left = past_of(participant).follow_up_ended
    if left and facts.started_at >= left:
        raise InfusionError("left-follow-up")


def record_infusion(by: User, participant: Participant, number: int, facts: InfusionFacts) -> Infusion:
    """Store infusion `number`; the training that hangs on it is counted from its end. Sent twice it is stored once.

    Raises:
        NotYoursError: `by` may not record infusions at the person's site.
        LockedError: the person's data are frozen or locked.
        InfusionError: it cannot be entered like this, or was recorded otherwise already.
    """
    try:
        with turn(by, "record-infusion", "record-infusion", participant) as entry:
            there = Infusion.objects.filter(participant=participant, number=number).first()
            if there:
                raise _ThereError(there)
            if number != next_number(participant):
                raise InfusionError("no-such-infusion")
            check_infusion(participant, number, facts)
            now = clock.now()
            infusion = entry.create(
                Infusion, participant=participant, number=number, recorded_by=by, recorded_at=now, **facts.columns()
            )
            _write_signs(entry, infusion, facts.vital_signs)
            if can(participant.status, "infuse"):
                entry.update(participant, status=status_after(participant.status, "infuse"))
    except _ThereError as error:
        if InfusionFacts.of(error.infusion) == facts and error.infusion.recorded_by_id == by.pk:
            return error.infusion
        raise InfusionError("infusion-there") from error
    notice(participant, clock.now())
    return infusion


def correct_infusion(by: User, infusion: Infusion, facts: InfusionFacts, *, seen: str, reason: str) -> None:
    """Change what is stored of an infusion. Everything counted from it moves; sessions already played stay.

    Args:
        by: who corrects.
        infusion: as it is stored.
        facts: what it should say.
        seen: the mark of the facts that were shown when the page was opened.
        reason: why it is changed.

    Raises:
        NotYoursError: `by` may not record infusions at the person's site.
        LockedError: the person's data are frozen or locked.
        ReasonError: there is no reason.
        StaleError: someone else changed it since; nothing is saved.
        InfusionError: nothing was changed, or it cannot be entered like this.
    """
    participant = infusion.participant
    with turn(by, "correct-infusion", "record-infusion", participant, reason=needs_reason(reason)) as entry:
        infusion.refresh_from_db()
        stored = InfusionFacts.of(infusion)
        if stored.mark() != seen:
            raise StaleError
        if stored.mark() == facts.mark():
            raise InfusionError("infusion-unchanged")
        check_infusion(participant, infusion.number, facts)
        entry.update(infusion, **facts.columns())
        if stored.vital_signs != facts.vital_signs:
            _write_signs(entry, infusion, facts.vital_signs)
    notice(participant, clock.now())


class _ThereError(Exception):
    def __init__(self, infusion: Infusion) -> None:
        self.infusion = infusion


def _write_signs(entry: Draft, infusion: Infusion, readings: tuple[Reading, ...]) -> None:
    """Bring the rows of vital signs in line with `readings`, in order of time, changing no more than differs."""
    rows = list(infusion.vital_signs.order_by("at", "pk"))
    ordered = sorted(readings, key=_time_of)
    for row, reading in zip(rows, ordered, strict=False):
        entry.update(row, **asdict(reading))
    for row in rows[len(ordered) :]:
        entry.delete(row)
    for reading in ordered[len(rows) :]:
        entry.create(VitalSigns, infusion=infusion, **asdict(reading))


def _time_of(reading: Reading) -> datetime:
    return reading.at
