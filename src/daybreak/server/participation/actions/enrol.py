"""Enrolling: the one moment at which a person is allocated, in the same transaction, unseen."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from daybreak.core.errors import DaybreakError
from daybreak.core.participation import status_after
from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.enrolment.models import Participant
from daybreak.server.participation.actions.turn import turn
from daybreak.server.participation.queries import owed_consents, verdict_on
from daybreak.server.studies.queries import file_of
from daybreak.server.vault.allocate import allocate


class EnrolError(DaybreakError):
    """Somebody who cannot be enrolled now; nothing was changed."""

    code = "enrol"


def enrol(by: User, participant: Participant) -> str:
    """Enrol and allocate, and return the number of the kit for the first infusion: all that anybody learns.

    Raises:
        NotYoursError: `by` does not enrol at the person's site.
        ParticipationError: they have not consented, or are enrolled already; a second press changes nothing.
        EnrolError: a rule of the study file does not hold, something is to be signed, or nobody is enrolled today.
        AllocationError: the site has no allocation list, or a stratum is not known.
    """
    with turn(by, "enrol", "enrol", participant) as entry:
        now = clock.now()
        status = status_after(participant.status, "enrol")
        if obstacles := obstacles_to(participant, now):
            raise EnrolError(obstacles[0], where=participant.code)
        entry.update(participant, status=status, enrolled_at=now)
        return allocate(entry, participant)


def obstacles_to(participant: Participant, now: datetime) -> tuple[str, ...]:
    """Return what stands in the way of enrolling somebody, the next thing to do first."""
    file, day = file_of(participant.study), now.astimezone(ZoneInfo(participant.site.zone)).date()
    table = file.study
    told = [
        "a question of the screening is open, or a rule does not hold." if not _is_eligible(participant) else "",
        *(f"version {each.version} of '{each.key}' is to be signed first." for each in owed_consents(participant, now)),
        "this site is closed and enrols nobody." if participant.site.closed_at else "",
        f"the study enrols from {table.opens:%d %B %Y} on." if table.opens and day < table.opens else "",
        f"the study enrolled until {table.closes:%d %B %Y}." if table.closes and day > table.closes else "",
    ]
    return tuple(each for each in told if each)


def _is_eligible(participant: Participant) -> bool:
    return verdict_on(participant, participant.screening.answers).is_eligible
