"""Signing a consent text: by the person, in front of a member of staff."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import IntegrityError
from pydantic import TypeAdapter, ValidationError

from daybreak.core.consent import Owed, text_in, text_sha256
from daybreak.core.errors import CommandError, DaybreakError
from daybreak.core.participation import EXCLUDED, Status
from daybreak.core.study import ConsentText
from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.audit.refusals import StaleError
from daybreak.server.enrolment.models import Consent, Participant
from daybreak.server.enrolment.queries import ended_for
from daybreak.server.enrolment.sealing import sealer_of
from daybreak.server.participation.actions.screening import move_consented
from daybreak.server.participation.actions.turn import turn
from daybreak.server.participation.consent_copy import BOARD, SignedText, Strokes, make_copy, unprintable
from daybreak.server.participation.queries import owed_consents
from daybreak.server.studies.queries import file_of

_Drawing: TypeAdapter[tuple[tuple[tuple[int, int], ...], ...]] = TypeAdapter(tuple[tuple[tuple[int, int], ...], ...])
MOST_POINTS = 5000
LONGEST_NAME = 120


class ConsentError(DaybreakError):
    """A signature that cannot be taken; nothing was stored."""

    code = "consent"


@dataclass(frozen=True)
class Signing:
    """What the person did on the page.

    Attributes:
        key: the document.
        version: of the document.
        sha256: of the text that was on the page.
        name: the full name, typed.
        strokes: what they drew, if they did: lists of points on a board of 1000 by 300.
        agreed: whether they ticked that they agree.
        witnessed: whether the member of staff ticked that they saw the person sign.
    """

    key: str
    version: int
    sha256: str
    name: str
    strokes: Strokes = ()
    agreed: bool = False
    witnessed: bool = False


def text_to_sign(participant: Participant, owing: Owed) -> ConsentText:
    """Return the text in the person's language.

    Raises:
        ConsentError: the study file has it in other languages only.
    """
    text = text_in(file_of(participant.study).consents, owing, participant.language)
    if text is None:
        raise ConsentError(
            f"version {owing.version} of the consent text '{owing.key}' is not in the study file in the language "
            f"'{participant.language}'.",
            where=participant.code,
            remedy="Have it added to the study file, or correct the person's language.",
        )
    return text


def sign_consent(by: User, participant: Participant, signing: Signing) -> Consent:
    """Store a signature, with a copy to keep, both sealed; a person who now signed all of it is consented.

    Raises:
        NotYoursError: `by` does not take consent at the person's site.
        ConsentError: name or a tick is missing, or the signature cannot be printed.
        StaleError: this text is not to be signed now: it was signed meanwhile, or a new version came into force.
        ParticipationError: the person is not eligible, or not yet.
    """
    _check_signing(signing)
    now = clock.now()
    text = text_to_sign(participant, Owed(signing.key, signing.version))
    if text_sha256(text) != signing.sha256:
        raise StaleError
    copy = make_copy(_signed_text(by, participant, signing, text, now))
    signature = {"name": signing.name, "strokes": signing.strokes, "sha256": signing.sha256}
    try:
        with turn(by, "sign-consent", "consent", participant) as entry:
            _check_may_sign(participant, signing, now)
            sealer = sealer_of(participant.pk)
            consent = entry.create(
                Consent,
                participant=participant,
                key=signing.key,
                version=signing.version,
                language=text.language,
                text_sha256=signing.sha256,
                signed_at=now,
                taken_by=by,
                signature=sealer.seal("signature", json.dumps(signature, ensure_ascii=False).encode()),
                copy=sealer.seal("consent copy", copy),
            )
            move_consented(entry, participant)
    except IntegrityError as error:
        raise StaleError from error
    return consent


def _check_may_sign(participant: Participant, signing: Signing, now: datetime) -> None:
    if participant.status in EXCLUDED or participant.status == Status.SCREENING:
        raise ConsentError(
            "only somebody who was found eligible signs.", where=participant.code, remedy="Finish the screening first."
        )
    if ended_for(participant):
        raise ConsentError("somebody who withdrew is not asked to sign.", where=participant.code)
    if (signing.key, signing.version) not in [(each.key, each.version) for each in owed_consents(participant, now)]:
        raise StaleError


def _check_signing(signing: Signing) -> None:
    name = signing.name.strip()
    if len(name) < 2 or len(name) > LONGEST_NAME:
        raise ConsentError("the full name is missing.", remedy="The person types first and family name.")
    if not signing.agreed or not signing.witnessed:
        raise ConsentError("a tick is missing.", remedy="The person ticks that they agree, and you that you saw it.")
    if odd := unprintable(name):
        raise ConsentError(
            f"the printed copy cannot show these signs: {odd}.", remedy="Write the name in Latin letters."
        )
    points = [point for stroke in signing.strokes for point in stroke]
    on_board = all(0 <= x <= BOARD[0] and 0 <= y <= BOARD[1] for x, y in points)
    if len(points) > MOST_POINTS or not on_board or not all(signing.strokes):
        raise ConsentError("the drawn signature cannot be read.", remedy="Clear it and draw it again.")


def _signed_text(by: User, participant: Participant, signing: Signing, text: ConsentText, now: datetime) -> SignedText:
    site = participant.site
    return SignedText(
        study=participant.study.title,
        site=site.name,
        code=participant.code,
        text=text,
        sha256=signing.sha256,
        name=" ".join(signing.name.split()),
        strokes=signing.strokes,
        at=now.astimezone(ZoneInfo(site.zone)),
        before=str(by),
    )


def read_strokes(text: str) -> Strokes:
    """Return the strokes that a page sent as JSON; none of an empty text.

    Raises:
        ConsentError: it is no list of strokes of whole points.
    """
    if not text:
        return ()
    try:
        return _Drawing.validate_json(text)
    except ValidationError as error:
        raise ConsentError("the drawn signature cannot be read.", remedy="Clear it and draw it again.") from error


def read_copy(consent: Consent) -> bytes:
    """Return the PDF of a signed consent.

    Raises:
        CommandError: the person's data was erased, and the copy with it.
    """
    try:
        return sealer_of(consent.participant_id).open("consent copy", consent.copy)
    except DaybreakError as error:
        raise CommandError("this copy was erased with the person's data.", code="erased") from error
