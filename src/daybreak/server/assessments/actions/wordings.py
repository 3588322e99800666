"""Adding the wording that a site may use, with the licence under which it may."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from daybreak.core.errors import CommandError
from daybreak.core.instruments.questionnaire import from_questionnaire
from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.assessments.models import Wording
from daybreak.server.audit.trail import recorded
from daybreak.server.studies.models import Study


def add_wording(by: User | None, study: Study, content: Mapping[str, Any], name: str) -> Wording:
    """Store a wording for the forms that are opened from now on; the same one added twice is stored once.

    Args:
        by: who adds it, or None from the command line.
        study: whose forms show it.
        content: a FHIR R5 Questionnaire.
        name: the file's name, for messages.

    Raises:
        DaybreakError: the questionnaire is malformed, is about no instrument known here, or lacks an item.
        CommandError: it says nothing of its licence.
    """
    read = from_questionnaire(dict(content))
    if not read.licence.strip():
        raise CommandError(
            "this wording names no licence.",
            where=name,
            remedy="Write in 'copyright' by whose leave you may use it, and try again.",
            code="no-licence",
        )
    known = {"study": study, "instrument": read.instrument, "language": read.language, "sha256": read.sha256}
    with recorded(by, "add-wording", study=study) as entry:
        there = Wording.objects.filter(**known).first()
        if there is not None:
            entry.found_nothing()
            return there
        return entry.create(
            Wording,
            **known,
            version=read.version,
            licence=read.licence,
            content=dict(content),
            added_at=clock.now(),
            by=by,
        )
