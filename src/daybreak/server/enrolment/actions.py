"""What a participant keeps of themself: words and portrait. Each action is one transaction and one audit entry."""

from __future__ import annotations

import json
from typing import Any

from daybreak.core.cues import Cues as TypedCues
from daybreak.server import clock
from daybreak.server.audit.trail import Draft, recorded
from daybreak.server.enrolment.models import Cues, Participant, Portrait
from daybreak.server.enrolment.queries import has_portrait
from daybreak.server.enrolment.sealing import sealer_of


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
    Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)
    row = model.objects.filter(participant=participant).first()
    if row is None:
        entry.create(model, participant=participant, **fields)
    else:
        entry.update(row, **fields)
