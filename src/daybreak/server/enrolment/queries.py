"""What is known of a participant, opened for those who may see it."""

from __future__ import annotations

import json

from django.db.models import OuterRef, QuerySet, Subquery

from daybreak.core.cues import Cues as TypedCues
from daybreak.core.participation import Scope, ended_by
from daybreak.server.enrolment.models import Cues, Participant, Portrait, Withdrawal
from daybreak.server.enrolment.sealing import sealer_of


def read_cues(participant: Participant) -> TypedCues | None:
    """Return what the person typed, or None if they have not yet; `has_portrait` says whether one is stored."""
    row = Cues.objects.filter(participant=participant).first()
    if row is None:
        return None
    typed = json.loads(sealer_of(participant.pk).open("cues", row.sealed))
    return TypedCues(typed["first_name"], tuple(typed["facts"]), has_portrait(participant))


def has_portrait(participant: Participant) -> bool:
    """Return whether a portrait is stored."""
    return Portrait.objects.filter(participant=participant).exists()


def read_portrait(participant_id: int) -> bytes | None:
    """Return the portrait as WebP, or None if there is none."""
    row = Portrait.objects.filter(participant_id=participant_id).first()
    return sealer_of(participant_id).open("portrait", row.sealed) if row else None


def cues_mark(participant: Participant) -> str:
    """Return a text that changes whenever the cues or the portrait do."""
    taken = Portrait.objects.filter(participant=OuterRef("participant")).values("taken_at")
    mark = Cues.objects.filter(participant=participant).annotate(taken=Subquery(taken)).values_list("saved_at", "taken")
    return " ".join(str(moment.timestamp()) if moment else "-" for moment in mark.first() or ())


def ended_for(participant: Participant) -> frozenset[Scope]:
    """Return what is over for the person by a withdrawal: nothing, training, follow-up as well, or all of it."""
    return ended_by(Withdrawal.objects.filter(participant=participant).values_list("scope", flat=True))


def with_data(people: QuerySet[Participant]) -> QuerySet[Participant]:
    """Return those of `people` who did not withdraw their data: the only ones an export may tell of."""
    return people.exclude(pk__in=Withdrawal.objects.filter(scope=Scope.DATA).values("participant"))
