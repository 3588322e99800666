"""What changes a participant. Each action is one transaction."""

from __future__ import annotations

import json
import secrets
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.db.models import Max

from daybreak.core.cues import Cues as TypedCues
from daybreak.core.errors import CommandError
from daybreak.server import clock
from daybreak.server.audit.trail import Draft, recorded
from daybreak.server.enrolment.models import Cues, Infusion, Participant, PersonKey, Portrait
from daybreak.server.enrolment.queries import has_portrait
from daybreak.server.enrolment.sealing import new_wrapped_key, sealer_of
from daybreak.server.studies.models import Site


def enrol_participant(
    site: Site, code: str, *, language: str = "en", zone: str = "", visible_only: bool = False
) -> Participant:
    """Store a new participant with a user who cannot sign in yet, and draw their key.

    Args:
        site: where they are enrolled.
        code: what the study calls them; once per study, nothing personal.
        language: of the pages and the pack.
        zone: IANA name of where they live; empty for the site's.
        visible_only: no masked words.

    Raises:
        CommandError: the study already has this code, or there is no such zone.
    """
    zone = zone or site.zone
    try:
        ZoneInfo(zone)
        with transaction.atomic():
            participant = Participant.objects.create(
                site=site,
                study=site.study,
                user=get_user_model().objects.create_user(f"p-{secrets.token_hex(8)}"),
                code=code,
                zone=zone,
                language=language,
                visible_only=visible_only,
                enrolled_at=clock.now(),
            )
            PersonKey.objects.create(participant=participant, wrapped=new_wrapped_key(participant))
    except IntegrityError as error:
        raise CommandError(f"there is already a participant {code}.", where=site.study.key) from error
    except (KeyError, ValueError) as error:
        raise CommandError(f"there is no time zone '{zone}'.", remedy="Write one such as Europe/Madrid.") from error
    return participant


def record_infusion(participant: Participant, ended_at: datetime) -> Infusion:
    """Store the end of the participant's next infusion; the training calendar is counted from it.

    Raises:
        CommandError: `ended_at` has no time zone or lies in the future.
    """
    if ended_at.tzinfo is None or ended_at > clock.now():
        raise CommandError("an infusion's end is a time in the past, with its time zone.")
    with transaction.atomic():
        Participant.objects.select_for_update().get(pk=participant.pk)
        before = Infusion.objects.filter(participant=participant).aggregate(most=Max("number"))["most"] or 0
        return Infusion.objects.create(participant=participant, number=before + 1, ended_at=ended_at)


def save_cues(participant: Participant, cues: TypedCues) -> None:
    """Seal and store what the person typed, in place of what was there; they act for themselves."""
    typed = json.dumps({"first_name": cues.first_name, "facts": cues.facts}).encode()
    sealed = sealer_of(participant.pk).seal("cues", typed)
    with recorded(participant.user, "save-cues", participant=participant) as entry:
        _keep(entry, Cues, participant, sealed=sealed, saved_at=clock.now())


def save_portrait(participant: Participant, image: bytes, *, face_found: bool) -> None:
    """Seal and store a portrait that `portrait_image.plain_portrait` prepared, in place of what was there."""
    sealed = sealer_of(participant.pk).seal("portrait", image)
    with recorded(participant.user, "save-portrait", participant=participant) as entry:
        _keep(entry, Portrait, participant, sealed=sealed, face_found=face_found, taken_at=clock.now())


def delete_portrait(participant: Participant) -> None:
    """Delete the portrait, if there is one. The next plan shows the name where it stood."""
    if has_portrait(participant):
        with recorded(participant.user, "delete-portrait", participant=participant) as entry:
            for portrait in Portrait.objects.filter(participant=participant):
                entry.delete(portrait)


def _keep(entry: Draft, model: type[Cues] | type[Portrait], participant: Participant, **fields: Any) -> None:
    """Change the person's one row of `model`, or store it; their own row is locked, so that two windows take turns."""
    Participant.objects.select_for_update().get(pk=participant.pk)
    row = model.objects.filter(participant=participant).first()
    if row is None:
        entry.create(model, participant=participant, **fields)
    else:
        entry.update(row, **fields)
