"""Leaving: a wish to stop, a withdrawal and what it ends, and a move to another site."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError

from daybreak.core.errors import CommandError
from daybreak.core.participation import ALLOCATED, LOST_CONTACT, ParticipationError, Scope
from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.accounts.rights import has_right
from daybreak.server.audit.refusals import StaleError, needs_reason
from daybreak.server.audit.trail import Draft, recorded
from daybreak.server.enrolment.erasing import erase
from daybreak.server.enrolment.models import Participant, StopRequest, Transfer, Withdrawal
from daybreak.server.enrolment.queries import ended_for
from daybreak.server.participation.actions.turn import turn
from daybreak.server.studies.models import Site

WISHES = ("training", "follow-up", "data", "talk")
WHY = {
    "own-wish": "they do not wish to go on, and gave no reason",
    "burden": "it takes too much time or effort",
    "no-benefit": "they feel no benefit",
    "side-effects": "side effects or getting worse",
    "moved": "they moved, or their life changed",
    "clinician": "the clinician decided so",
    LOST_CONTACT: "nobody can reach them any more",
    "other": "another reason",
}


def withdraw(by: User, participant: Participant, scope: Scope, *, why: str, notes: str = "") -> Withdrawal:
    """Record that training, follow-up or the use of data ended; for data, erase all that is sealed.

    Raises:
        CommandError: `why` is none of `WHY`.
        ParticipationError: they are not enrolled, or this much ended already.
    """
    if why not in WHY:
        raise CommandError("choose why they leave.", code="no-such-reason")
    with turn(by, "withdraw", "withdraw", participant, although_held=True) as entry:
        if participant.status not in ALLOCATED:
            raise ParticipationError(
                "only somebody who is enrolled withdraws.", remedy="Record on the screening page that they declined."
            )
        if scope in ended_for(participant):
            raise ParticipationError("this much ended already.", remedy="Choose what goes further, if anything does.")
        now = clock.now()
        withdrawal = entry.create(
            Withdrawal, participant=participant, scope=scope, at=now, why=why, notes=notes.strip(), by=by
        )
        _answer(entry, by, participant, f"withdrew: {scope}", now)
        if scope is Scope.DATA:
            erase(entry, participant)
    return withdrawal


def erase_excluded(by: User, participant: Participant, reason: str) -> None:
    """Erase all that is sealed of somebody who was never enrolled; the code and the answers remain.

    Raises:
        ReasonError: there is no reason.
        ParticipationError: they are enrolled; that takes a withdrawal of data.
    """
    with turn(by, "erase-person", "withdraw", participant, reason=needs_reason(reason), although_held=True) as entry:
        if participant.status in ALLOCATED:
            raise ParticipationError("who is enrolled is erased by a withdrawal.", remedy="Withdraw their data.")
        erase(entry, participant)


def transfer(by: User, participant: Participant, target: Site, why: str) -> Transfer:
    """Move the person to another site of the study; the stratum of their allocation stays that of then.

    From then on only the new site sees them; their link, calendar and code stay as they are.

    Raises:
        ReasonError: there is no reason.
        CommandError: the site is of another study, closed, or theirs already.
    """
    with turn(by, "transfer", "transfer", participant, reason=needs_reason(why)) as entry:
        if target.study_id != participant.study_id or target.pk == participant.site_id or target.closed_at:
            raise CommandError("choose another site of this study, one that is open.", code="no-such-site")
        origin, now = participant.site, clock.now()
        entry.update(participant, site=target)
        return entry.create(
            Transfer, participant=participant, origin=origin, target=target, at=now, why=why.strip(), by=by
        )


def ask_to_stop(participant: Participant, wish: str) -> StopRequest:
    """Keep the person's own wish to stop, or to talk about it; the clinic sees it at once. Pressed twice, it is one.

    Raises:
        CommandError: there is no such wish.
    """
    if wish not in WISHES:
        raise CommandError("there is no such wish.", code="no-such-reason")
    try:
        with recorded(participant.user, "ask-to-stop", participant=participant) as entry:
            return entry.create(StopRequest, participant=participant, wish=wish, asked_at=clock.now())
    except IntegrityError:
        return StopRequest.objects.get(participant=participant, answered_at=None)


def answer_stop(by: User, participant: Participant, outcome: str) -> None:
    """Record that somebody spoke with the person about their wish, and that nothing ends for now.

    Raises:
        ReasonError: `outcome` is empty.
        StaleError: it was answered meanwhile.
    """
    with turn(by, "answer-stop-request", "withdraw", participant, although_held=True) as entry:
        if not _answer(entry, by, participant, needs_reason(outcome), clock.now()):
            raise StaleError


def _answer(entry: Draft, by: User, participant: Participant, outcome: str, now: datetime) -> bool:
    asked = StopRequest.objects.filter(participant=participant, answered_at=None).first()
    if asked is None:
        return False
    return entry.update(asked, expected={"answered_at": None}, answered_at=now, answered_by=by, outcome=outcome)


def may_see_sealed(by: User, participant: Participant) -> bool:
    """Return whether `by` may read names and copies of this person: staff with the right, or the person themself."""
    return by.pk == participant.user_id or has_right(by, "see-identity", participant.site)
