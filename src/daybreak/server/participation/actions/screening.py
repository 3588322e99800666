"""The screening: answers saved as given, what they say about the person, and a no."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from daybreak.core.errors import CommandError
from daybreak.core.participation import ALLOCATED, EXCLUDED, Status, can, status_after
from daybreak.core.screening import BIRTH, VISIBLE_ONLY, Verdict
from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.audit.refusals import StaleError, needs_reason
from daybreak.server.audit.trail import Draft
from daybreak.server.enrolment.models import Consent, Participant, Screening
from daybreak.server.participation.actions.turn import turn
from daybreak.server.participation.queries import criteria_of, owed_consents, verdict_on


def save_screening(
    by: User, participant: Participant, answers: Mapping[str, Any], *, reason: str = "", seen: datetime | None = None
) -> Verdict:
    """Save answers as given, and move the person on if they say enough.

    Args:
        by: who asks.
        participant: who is asked.
        answers: key to truth, number, text or date; None for what is still open. Keys left out stay as they are.
        reason: why an answer given before is changed; not needed for answers added.
        seen: `saved_at` as the form was opened.

    Raises:
        ReasonError: an answer given before is changed, and there is no reason.
        StaleError: somebody else saved since.
        CommandError: the study file has no such question.
    """
    with turn(by, "save-screening", "screen", participant, reason=reason.strip()) as entry:
        screening = Screening.objects.get(participant=participant)
        if seen not in (None, screening.saved_at):
            raise StaleError
        given = {key: _plain(answer) for key, answer in answers.items() if key != BIRTH}
        _check_known(participant, given)
        if any(screening.answers.get(key) not in (None, answer) for key, answer in given.items()):
            needs_reason(reason)
        kept = screening.answers | given
        verdict = verdict_on(participant, kept)
        entry.update(
            screening,
            answers=kept,
            failed=list(verdict.failed),
            complete=not verdict.missing,
            saved_at=clock.now(),
        )
        if kept.get(VISIBLE_ONLY) is True:
            entry.update(participant, visible_only=True)
        _move(entry, participant, verdict)
    return verdict


def decline(by: User, participant: Participant, why: str) -> None:
    """Record that somebody who is not enrolled does not want to take part, or cannot for another reason.

    Raises:
        ReasonError: `why` is empty.
        ParticipationError: they are enrolled; that takes a withdrawal.
    """
    with turn(by, "decline", "screen", participant, reason=needs_reason(why)) as entry:
        entry.update(participant, status=status_after(participant.status, "decline"))
        entry.update(Screening.objects.get(participant=participant), declined_because=why.strip())


def take_back_decline(by: User, participant: Participant, reason: str) -> None:
    """Let somebody who declined be screened again; the answers they gave hold.

    Raises:
        ReasonError: there is no reason.
        ParticipationError: they did not decline.
    """
    with turn(by, "take-back-decline", "screen", participant, reason=needs_reason(reason)) as entry:
        entry.update(participant, status=status_after(participant.status, "return"))
        screening = Screening.objects.get(participant=participant)
        entry.update(screening, declined_because="")
        _move(entry, participant, verdict_on(participant, screening.answers))


def _move(entry: Draft, participant: Participant, verdict: Verdict) -> None:
    """Take the steps that the answers lead to. Who is enrolled stays so; the entry notes what no longer holds."""
    if participant.status in ALLOCATED:
        if verdict.failed:
            entry.note(no_longer_holds=verdict.failed)
    elif verdict.failed:
        if participant.status not in EXCLUDED:
            entry.update(participant, status=status_after(participant.status, "fail-screening"))
    elif verdict.is_eligible and can(participant.status, "find-eligible"):
        entry.update(participant, status=status_after(participant.status, "find-eligible"))
        move_consented(entry, participant)
    elif participant.status == Status.SCREEN_FAILED:
        entry.update(participant, status=Status.SCREENING)


def move_consented(entry: Draft, participant: Participant) -> None:
    """Take the step to consented if everything is signed, or the study has nothing to sign."""
    signed = Consent.objects.filter(participant=participant).exists()
    nothing_to_sign = not owed_consents(participant, clock.now())
    if can(participant.status, "consent") and nothing_to_sign:
        entry.update(participant, status=status_after(participant.status, "consent"))
        if not signed:
            entry.note(consent="the study file has no consent text")


def _plain(answer: Any) -> Any:
    return answer.isoformat() if isinstance(answer, date) else answer


def _check_known(participant: Participant, given: Mapping[str, Any]) -> None:
    known = {criterion.key for criterion in criteria_of(participant)}
    for key in given:
        if key not in known:
            raise CommandError(
                f"the study file has no question '{key}'.", where=participant.study.key, code="no-such-question"
            )
