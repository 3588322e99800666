"""Holds: whether data may still be changed."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from daybreak.core.errors import DaybreakError
from daybreak.server.enrolment.models import Participant
from daybreak.server.holds.models import Hold
from daybreak.server.studies.models import Study


class LockedError(DaybreakError):
    """A change of data that are frozen or locked; nothing was changed."""

    code = "locked"


def check_open(*, participant: Participant | None = None, visit: str = "", study: Study | None = None) -> None:
    """Let an action go on only while the data it changes are open.

    Args:
        participant: whose data; their study's holds count too.
        visit: which visit of theirs; empty for what belongs to none.
        study: instead of a participant, for what belongs to nobody.

    Raises:
        LockedError: the study, the person or the visit is frozen or locked.
    """
    hold = holds_on(participant=participant, visit=visit, study=study).first()
    if hold is None:
        return
    what = "This visit" if hold.visit else "This person" if hold.participant_id else "The study"
    if hold.kind == Hold.Kind.LOCK:
        raise LockedError(f"{what} is locked: the data are final.", remedy="Nothing more can be changed.")
    raise LockedError(f"{what} is frozen for review.", remedy="Ask a monitor or an investigator to lift the freeze.")


def holds_on(*, participant: Participant | None = None, visit: str = "", study: Study | None = None) -> QuerySet[Hold]:
    """Return the holds in force on a participant's data (and one visit), or on a study; locks come first."""
    whole = Q(participant=None, study=participant.study_id if participant else study)
    if participant is not None:
        visits = Q(visit="") | Q(visit=visit) if visit else Q(visit="")
        whole |= Q(participant=participant) & visits
    return Hold.objects.filter(whole, lifted_at=None).order_by("-kind", "pk")


def is_locked(study: Study) -> bool:
    """Return whether the whole study is locked, so that it may be unblinded as planned."""
    return Hold.objects.filter(study=study, participant=None, kind=Hold.Kind.LOCK, lifted_at=None).exists()
