"""The rows of the tables about people: participants, screenings and infusions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from daybreak.core.participation import LOST_CONTACT, Scope, ended_by_scope, widest_of
from daybreak.core.screening import BIRTH, judge
from daybreak.core.study import Criterion
from daybreak.server.enrolment.models import Infusion, Participant, Screening
from daybreak.server.enrolment.queries import with_data
from daybreak.server.studies.models import Study
from daybreak.server.studies.queries import file_of

Row = dict[str, Any]
SEVERITIES = ("mild", "moderate", "severe")


def participant_rows(study: Study) -> Iterator[Row]:
    """Yield one row a person. Whoever withdrew their data is among them: `groups.nameless_last` takes the code away."""
    people = Participant.objects.filter(study=study).select_related("site", "screening")
    people = people.prefetch_related("withdrawals", "consents", "transfers__origin").order_by("code")
    for person in people:
        failed = person.screening.failed if hasattr(person, "screening") else []
        yield {
            "participant": person.code,
            "site": person.site.key,
            "site_enrolled": _site_enrolled(person),
            "participation": person.status,
            "speaks": person.language,
            "visible_only": person.visible_only,
            "screened_at": person.screened_at,
            "consented_at": min((one.signed_at for one in person.consents.all()), default=None),
            "enrolled_at": person.enrolled_at,
            "excluded_for": " ".join(failed) or None,
            **_leaving(person),
        }


def screening_rows(study: Study) -> Iterator[Row]:
    """Yield one row an answer to an eligibility question, in the study file's order."""
    file = file_of(study)
    people = with_data(Participant.objects.filter(study=study))
    screenings = Screening.objects.filter(participant__in=people).select_related("participant__site")
    for screening in screenings.order_by("participant__code"):
        for criterion in file.eligibility:
            reply = screening.answers.get(criterion.key)
            if reply is None or criterion.key == BIRTH:
                continue
            yield {
                "participant": screening.participant.code,
                "site": screening.participant.site.key,
                "question": criterion.key,
                "reply": {True: "true", False: "false"}[reply] if isinstance(reply, bool) else str(reply),
                "reply_number": reply if isinstance(reply, int | float) and not isinstance(reply, bool) else None,
                "rule_holds": _holds(criterion, screening.answers),
                "stratum": criterion.key in file.allocation.asked,
            }


def infusion_rows(study: Study) -> Iterator[Row]:
    """Yield one row an infusion."""
    people = with_data(Participant.objects.filter(study=study))
    infusions = Infusion.objects.filter(participant__in=people).select_related("participant__site")
    for one in infusions.order_by("participant__code", "number"):
        felt = Counter(effect.get("severity") for effect in one.side_effects)
        yield {
            "participant": one.participant.code,
            "site": one.participant.site.key,
            "infusion_number": one.number,
            "infusion_began_at": one.started_at,
            "infusion_ended_at": one.ended_at,
            "minutes": (one.ended_at - one.started_at) / timedelta(minutes=1) if one.started_at else None,
            "volume_ml": None if one.dose_volume_ml is None else float(one.dose_volume_ml),
            "dissociation_total": one.dissociation_total,
            **{f"side_effects_{severity}": felt[severity] for severity in SEVERITIES},
        }


def _site_enrolled(person: Participant) -> str | None:
    """Return the site of the enrolment: the origin of the first move after it, or else the site of now."""
    if person.enrolled_at is None:
        return None
    enrolled = person.enrolled_at
    later = sorted((one for one in person.transfers.all() if one.at >= enrolled), key=lambda one: (one.at, one.pk))
    return later[0].origin.key if later else person.site.key


def _leaving(person: Participant) -> Row:
    withdrawals = {one.scope: one for one in person.withdrawals.all()}
    widest = widest_of(withdrawals)
    since = ended_by_scope((one.scope, one.at) for one in withdrawals.values())
    return {
        "left_scope": widest,
        "left_at": withdrawals[widest].at if widest else None,
        "left_because": withdrawals[widest].why if widest else None,
        "lost": any(one.why == LOST_CONTACT for one in withdrawals.values()),
        "training_ended_at": since.get(Scope.TRAINING),
        "follow_up_ended_at": since.get(Scope.FOLLOW_UP),
    }


def _holds(criterion: Criterion, answers: dict[str, Any]) -> bool | None:
    if not criterion.rule:
        return None
    verdict = judge([criterion], answers)
    if verdict.failed:
        return False
    return True if criterion.holds(answers) else None
