"""The planned unblinding of a whole study: two people, after the lock, and every reading of the allocations noted."""

from __future__ import annotations

from daybreak.core.errors import DaybreakError
from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.accounts.rights import check_everywhere
from daybreak.server.audit.refusals import needs_reason
from daybreak.server.audit.trail import recorded
from daybreak.server.holds.locks import is_locked
from daybreak.server.studies.models import Study
from daybreak.server.unblinding.models import Unblinding
from daybreak.server.vault.reveal import reveal_study

RIGHT = "unblind-study"


class UnblindingError(DaybreakError):
    """An unblinding that cannot go on now; nothing was shown."""

    code = "unblinding"


def planned_of(study: Study) -> Unblinding | None:
    """Return the planned unblinding of the study, asked for or agreed, or None."""
    planned = Unblinding.objects.filter(study=study, kind=Unblinding.Kind.PLANNED)
    return planned.select_related("by", "agreed_by", "study").first()


def ask_for_unblinding(by: User, study: Study, why: str) -> Unblinding:
    """Ask for the planned unblinding; somebody else must agree. The caller has made sure that `by` proved who they are.

    Raises:
        NotYoursError: `by` does not have the right at all sites.
        ReasonError: there is no reason.
        UnblindingError: the study is not locked, or it was asked for already.
    """
    check_everywhere(by, RIGHT, study)
    with recorded(by, "ask-for-unblinding", study=study, reason=needs_reason(why)) as entry:
        Study.objects.select_for_update(no_key=True).get(pk=study.pk)
        if not is_locked(study):
            raise UnblindingError("The study is not locked.", remedy="Lock it first: only final data are unblinded.")
        if planned_of(study):
            raise UnblindingError("The planned unblinding was asked for already.")
        return entry.create(
            Unblinding, kind=Unblinding.Kind.PLANNED, study=study, at=clock.now(), by=by, why=why.strip()
        )


def agree_to_unblinding(by: User, planned: Unblinding) -> None:
    """Agree as the second person. The caller has made sure that `by` proved who they are.

    Raises:
        NotYoursError: `by` does not have the right at all sites.
        UnblindingError: `by` asked for it themselves, it was agreed already, or the study is no longer locked.
    """
    check_everywhere(by, RIGHT, planned.study)
    with recorded(by, "agree-to-unblinding", study=planned.study) as entry:
        now = Unblinding.objects.select_for_update(no_key=True).get(pk=planned.pk)
        if now.by_id == by.pk:
            raise UnblindingError("You asked for it yourself.", remedy="A second person must agree.")
        if now.agreed_by_id is not None:
            raise UnblindingError("This was agreed already.")
        if not is_locked(planned.study):
            raise UnblindingError("The study is not locked.")
        entry.update(planned, agreed_by=by, agreed_at=clock.now())


def read_allocations(by: User, study: Study) -> dict[str, str]:
    """Return participant code to arm of the whole study; each reading leaves its entry.

    Raises:
        NotYoursError: `by` does not have the right at all sites.
        UnblindingError: two people have not agreed, or the study is no longer locked.
    """
    check_everywhere(by, RIGHT, study)
    check_agreed(study)
    with recorded(by, "read-allocations", study=study) as entry:
        return reveal_study(entry, study)


def check_agreed(study: Study) -> None:
    """Let an action that shows allocations go on only after the planned unblinding.

    Raises:
        UnblindingError: two people have not agreed, or the study is no longer locked.
    """
    planned = planned_of(study)
    if planned is None or planned.agreed_by_id is None or not is_locked(study):
        raise UnblindingError("The allocations are sealed.", remedy="Two people must agree after the study is locked.")
