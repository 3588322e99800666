"""Loading a study."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from daybreak.core.errors import CommandError
from daybreak.core.study import read_study
from daybreak.server.studies.models import Site, Study


def load_study(text: str, name: str, now: datetime) -> Study:
    """Store the study of a study file.

    Args:
        text: the file's contents.
        name: the file's name, for messages.
        now: when it is loaded; the clock reads this app, so this app does not read the clock.

    Raises:
        StudyFileError: the file has a fault.
        CommandError: there is already a study with its id.
    """
    table = read_study(text, name).study
    try:
        with transaction.atomic():
            return Study.objects.create(key=table.id, title=table.title, study_file=text, created_at=now)
    except IntegrityError as error:
        raise CommandError(f"the study '{table.id}' is already loaded.", where=name) from error


def add_site(study: Study, key: str, name: str, zone: str, help_lines: list[dict[str, str]] | None = None) -> Site:
    """Store a site of the study."""
    return Site.objects.create(study=study, key=key, name=name, zone=zone, help_lines=help_lines or [])
