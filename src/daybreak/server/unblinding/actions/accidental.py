"""That somebody learned an allocation without meaning to: reported by anyone, assessed by an investigator."""

from __future__ import annotations

from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.accounts.rights import check
from daybreak.server.audit.refusals import StaleError, needs_reason
from daybreak.server.audit.trail import recorded
from daybreak.server.enrolment.models import Participant
from daybreak.server.unblinding.models import Unblinding


def report_accident(by: User, participant: Participant, how: str) -> Unblinding:
    """Record who may have learned an allocation and how; what it is must stand nowhere.

    Raises:
        NotYoursError: `by` does not work at the person's site.
        ReasonError: nothing was written.
    """
    check(by, "report-unblinding", participant.site)
    with recorded(by, "report-unblinding", participant=participant, reason=needs_reason(how)) as entry:
        return entry.create(
            Unblinding,
            kind=Unblinding.Kind.ACCIDENTAL,
            study=participant.study,
            participant=participant,
            at=clock.now(),
            by=by,
            why=how.strip(),
        )


def assess_accident(by: User, accident: Unblinding, assessment: str) -> None:
    """Say what follows from an accident: for the person, for ratings, for the analysis.

    Raises:
        NotYoursError: `by` is no investigator of the person's site.
        ReasonError: nothing was written.
        StaleError: someone assessed it meanwhile.
    """
    person = accident.participant
    if person is None:
        raise StaleError
    check(by, "assess-unblinding", person.site)
    with recorded(by, "assess-unblinding", participant=person, reason=needs_reason(assessment)) as entry:
        entry.update(
            accident,
            expected={"assessed_at": None},
            assessment=assessment.strip(),
            assessed_by=by,
            assessed_at=clock.now(),
        )
