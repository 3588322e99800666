"""Electronic signatures, and the exact text they are bound to.

A signature holds the signer's name, the time, what it means, and the SHA-256 of a canonical text of what was signed
(the elements of 21 CFR 11.50 and 11.70). It is never deleted; once the data change it says that it no longer covers
them.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db import models

from daybreak.core.errors import DaybreakError
from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.accounts.rights import check
from daybreak.server.audit.redaction import said
from daybreak.server.audit.trail import Draft, recorded
from daybreak.server.enrolment.models import Consent, Infusion, Participant, Screening, VitalSigns, Withdrawal
from daybreak.server.review.models import Signature
from daybreak.server.studies.models import Study
from daybreak.server.training.models import TrainingSession
from daybreak.server.visits.models import Deviation, VisitRecord

MEANINGS = ("I reviewed the data of this person", "I confirm that these data are complete and true")
RECORD: tuple[tuple[type[models.Model], str], ...] = (
    (Screening, "participant"),
    (Consent, "participant"),
    (Infusion, "participant"),
    (VitalSigns, "infusion__participant"),
    (VisitRecord, "participant"),
    (TrainingSession, "participant"),
    (Deviation, "participant"),
    (Withdrawal, "participant"),
)
# The lease of a player changes while somebody plays; it is no data of the study.
LEFT_OUT = frozenset({"holder", "held_until"})


class SignatureError(DaybreakError):
    """A signature that cannot be given; nothing was signed."""

    code = "signature"


def sign_person(by: User, participant: Participant, meaning: str) -> Signature:
    """Sign a person's record as it stands now. The caller has made sure that `by` has just proved who they are.

    Raises:
        NotYoursError: `by` may not sign here.
        SignatureError: the meaning is not one of `MEANINGS`, or the signer has no name.
    """
    check(by, "sign", participant.site)
    if meaning not in MEANINGS:
        raise SignatureError("A signature says what it means.", remedy="Choose one of the meanings.")
    with recorded(by, "sign-person", participant=participant) as entry:
        return add_signature(entry, by, meaning, participant, person_sha256(participant), participant=participant)


def add_signature(  # noqa: PLR0913  the elements of a signature
    entry: Draft,
    by: User,
    meaning: str,
    target: models.Model,
    sha256: str,
    *,
    participant: Participant | None = None,
    study: Study | None = None,
) -> Signature:
    """Store a signature inside the action that needs it.

    Raises:
        SignatureError: the signer has no name.
    """
    if not by.name:
        raise SignatureError("A signature needs your name.", remedy="Ask an administrator to add it to your account.")
    return entry.create(
        Signature,
        user=by,
        name=by.name,
        at=clock.now(),
        meaning=meaning,
        study=participant.study if participant else study,
        participant=participant,
        target=f"{target._meta.label_lower}:{target.pk}",
        sha256=sha256,
    )


def covers(signature: Signature) -> bool:
    """Return whether what was signed still stands as it did."""
    if signature.participant is not None:
        return signature.sha256 == person_sha256(signature.participant)
    return signature.sha256 == study_sha256(signature.study)


def person_text(participant: Participant) -> str:
    """Return the canonical text of a person's record: every row and value of the study, in a fixed order, as JSON."""
    rows = {model._meta.label_lower: _rows(model, way, participant.pk) for model, way in RECORD}
    return json.dumps({"code": participant.code, "rows": rows}, ensure_ascii=False, sort_keys=True)


def person_sha256(participant: Participant) -> str:
    """Return the SHA-256 of `person_text`, in hex."""
    return hashlib.sha256(person_text(participant).encode()).hexdigest()


def study_sha256(study: Study) -> str:
    """Return the SHA-256, in hex, over the hashes of all people of the study, by code."""
    people = Participant.objects.filter(study=study).order_by("code")
    lines = (f"{person.code} {person_sha256(person)}\n" for person in people)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _rows(model: type[models.Model], way: str, participant_id: int) -> list[dict[str, Any]]:
    fields = [field for field in model._meta.concrete_fields if field.name not in LEFT_OUT]
    rows = model._default_manager.filter(**{way: participant_id}).order_by("pk")
    return [{field.name: said(field, field.value_from_object(row)) for field in fields} for row in rows]
