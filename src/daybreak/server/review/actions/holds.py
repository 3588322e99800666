"""Freezing, locking, and lifting a freeze."""

from __future__ import annotations

from daybreak.core.errors import DaybreakError
from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.accounts.rights import check, check_everywhere
from daybreak.server.audit.refusals import needs_reason
from daybreak.server.audit.trail import recorded
from daybreak.server.enrolment.models import Participant
from daybreak.server.holds.locks import holds_on
from daybreak.server.holds.models import Hold
from daybreak.server.review.models import DataQuery
from daybreak.server.review.signing import add_signature, person_sha256, study_sha256
from daybreak.server.studies.models import Study

RIGHTS = {Hold.Kind.FREEZE: "freeze", Hold.Kind.LOCK: "lock"}


class HoldError(DaybreakError):
    """A hold that cannot be laid or lifted now; nothing was changed."""

    code = "hold"


def hold_person(by: User, participant: Participant, kind: Hold.Kind, reason: str, *, visit: str = "") -> Hold:
    """Freeze or lock a person's data, or one visit of theirs. A lock carries the signature of who laid it.

    The caller has made sure that `by` has just proved who they are, if it is a lock.

    Raises:
        NotYoursError: `by` may not do this here.
        ReasonError: there is no reason.
        HoldError: it is held in this way already, or questions are open that a lock would leave unanswered.
    """
    check(by, RIGHTS[kind], participant.site)
    with recorded(
        by, f"{kind}-{'visit' if visit else 'person'}", participant=participant, reason=needs_reason(reason)
    ) as entry:
        Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)
        same = Hold.objects.filter(participant=participant, visit=visit, lifted_at=None)
        _check_new(same, kind)
        if kind == Hold.Kind.LOCK and not visit:
            _check_no_questions(DataQuery.objects.filter(participant=participant))
        hold = entry.create(
            Hold, kind=kind, study=participant.study, participant=participant, visit=visit, at=clock.now(), by=by
        )
        if kind == Hold.Kind.LOCK:
            digest = person_sha256(participant)
            add_signature(entry, by, "I lock these data as final", hold, digest, participant=participant)
    return hold


def hold_study(by: User, study: Study, kind: Hold.Kind, reason: str) -> Hold:
    """Freeze or lock the whole study; for a lock see `hold_person`.

    Raises:
        NotYoursError: `by` does not have the right at all sites.
        ReasonError: there is no reason.
        HoldError: it is held in this way already, or data queries are open.
    """
    check_everywhere(by, RIGHTS[kind], study)
    with recorded(by, f"{kind}-study", study=study, reason=needs_reason(reason)) as entry:
        Study.objects.select_for_update(no_key=True).get(pk=study.pk)
        _check_new(Hold.objects.filter(study=study, participant=None, lifted_at=None), kind)
        if kind == Hold.Kind.LOCK:
            _check_no_questions(DataQuery.objects.filter(participant__study=study))
        hold = entry.create(Hold, kind=kind, study=study, at=clock.now(), by=by)
        if kind == Hold.Kind.LOCK:
            add_signature(entry, by, "I lock this study as final", hold, study_sha256(study), study=study)
    return hold


def lift_freeze(by: User, hold: Hold, reason: str) -> None:
    """Lift a freeze; a lock stays.

    Raises:
        NotYoursError: `by` may not do this here.
        ReasonError: there is no reason.
        HoldError: it is a lock, or was lifted before.
    """
    person = hold.participant
    if person is not None:
        check(by, "freeze", person.site)
    else:
        check_everywhere(by, "freeze", hold.study)
    if hold.kind == Hold.Kind.LOCK:
        raise HoldError("A lock stays: the data are final.")
    with recorded(by, "lift-freeze", study=hold.study, participant=person, reason=needs_reason(reason)) as entry:
        now = Hold.objects.select_for_update(no_key=True).get(pk=hold.pk)
        if now.lifted_at is not None:
            raise HoldError("This freeze was lifted before.")
        entry.update(hold, lifted_at=clock.now(), lifted_by=by)


def open_holds(participant: Participant) -> list[Hold]:
    """Return all holds in force on a person's data, those of single visits included."""
    whole = list(holds_on(participant=participant))
    visits = Hold.objects.filter(participant=participant, lifted_at=None).exclude(visit="").order_by("visit")
    return whole + list(visits)


def _check_new(same: object, kind: Hold.Kind) -> None:
    kinds = set(same.values_list("kind", flat=True))  # type: ignore[attr-defined]
    if Hold.Kind.LOCK in kinds:
        raise HoldError("This is locked already.")
    if kind in kinds:
        raise HoldError("This is frozen already.")


def _check_no_questions(queries: object) -> None:
    waiting = queries.exclude(state=DataQuery.State.CLOSED).count()  # type: ignore[attr-defined]
    if waiting:
        said = "1 data query is" if waiting == 1 else f"{waiting} data queries are"
        raise HoldError(f"{said} not closed yet.", remedy="Close every query before the lock.")
