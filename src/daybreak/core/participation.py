"""The life of a person in a study, as data: the statuses, the steps between them, and what leaving ends.

    screening -> eligible -> consented -> enrolled -> infused -> completed
        or screen-failed, declined

Whoever withdraws keeps the status of before; how much ended is said by scopes: each ends the narrower ones too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from daybreak.core.errors import DaybreakError


class Status(StrEnum):
    """How far someone came."""

    SCREENING = "screening"
    SCREEN_FAILED = "screen-failed"
    DECLINED = "declined"
    ELIGIBLE = "eligible"
    CONSENTED = "consented"
    ENROLLED = "enrolled"
    INFUSED = "infused"
    COMPLETED = "completed"


ASKED = frozenset({Status.SCREENING, Status.ELIGIBLE, Status.CONSENTED})
EXCLUDED = frozenset({Status.SCREEN_FAILED, Status.DECLINED})
ALLOCATED = frozenset({Status.ENROLLED, Status.INFUSED, Status.COMPLETED})
TREATED = frozenset({Status.INFUSED, Status.COMPLETED})


class ParticipationError(DaybreakError):
    """A step that does not follow from where the person stands; nothing was changed."""

    code = "not-now"


@dataclass(frozen=True)
class Step:
    """One step of a life: from which statuses, to which, and the right it takes."""

    before: frozenset[Status]
    after: Status
    right: str
    says: str


STEPS = {
    "find-eligible": Step(
        frozenset({Status.SCREENING, Status.SCREEN_FAILED}), Status.ELIGIBLE, "screen", "be found eligible"
    ),
    "fail-screening": Step(ASKED, Status.SCREEN_FAILED, "screen", "be found not eligible"),
    "decline": Step(ASKED, Status.DECLINED, "screen", "decline to take part"),
    "return": Step(frozenset({Status.DECLINED}), Status.SCREENING, "screen", "come back to the screening"),
    "consent": Step(frozenset({Status.ELIGIBLE}), Status.CONSENTED, "consent", "be taken as consented"),
    "enrol": Step(frozenset({Status.CONSENTED}), Status.ENROLLED, "enrol", "be enrolled"),
    "infuse": Step(frozenset({Status.ENROLLED}), Status.INFUSED, "record-infusion", "have a first infusion"),
    "complete": Step(frozenset({Status.INFUSED}), Status.COMPLETED, "record-visit", "complete the study"),
}


def status_after(status: str, step: str) -> Status:
    """Return the status after `step`.

    Raises:
        ParticipationError: nobody with this status takes that step.
    """
    taken = STEPS[step]
    if status not in taken.before:
        raise ParticipationError(
            f"someone who is {said(status)} cannot {taken.says}.",
            remedy=f"It is for people who are {' or '.join(said(each) for each in sorted(taken.before))}.",
        )
    return taken.after


def can(status: str, step: str) -> bool:
    """Return whether someone with this status may take `step`."""
    return status in STEPS[step].before


def said(status: str) -> str:
    """Return how a status stands in a sentence."""
    return {"screening": "in screening", "screen-failed": "not eligible"}.get(status, status)


class Scope(StrEnum):
    """How much a withdrawal ends; each scope ends what stands before it too."""

    TRAINING = "training"
    FOLLOW_UP = "follow-up"
    DATA = "data"


SCOPES = tuple(Scope)
LOST_CONTACT = "lost-contact"
"""Why somebody left whom nobody can reach any more: counted as lost to follow-up."""


def ended_by(scopes: Iterable[str]) -> frozenset[Scope]:
    """Return all that is over after withdrawals of these scopes: the widest, and every narrower one."""
    widest = widest_of(scopes)
    return frozenset(SCOPES[: SCOPES.index(widest) + 1]) if widest else frozenset()


def ended_by_scope(withdrawals: Iterable[tuple[str, datetime]]) -> dict[Scope, datetime]:
    """Return since when each scope is over, given when which scopes were withdrawn from."""
    since: dict[Scope, datetime] = {}
    for scope, at in withdrawals:
        for each in ended_by([scope]):
            since[each] = min(at, since.get(each, at))
    return since


def widest_of(scopes: Iterable[str]) -> Scope | None:
    """Return the widest of these scopes, or None of none."""
    return max((Scope(scope) for scope in scopes), key=SCOPES.index, default=None)
