"""Loading a study."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from daybreak.core.errors import CommandError
from daybreak.core.study import read_study
from daybreak.server import clock
from daybreak.server.studies.models import Site, Study


def load_study(text: str, name: str) -> Study:
    """Store the study of a study file.

    Args:
        text: the file's contents.
        name: the file's name, for messages.

    Raises:
        StudyFileError: the file has a fault.
        CommandError: there is already a study with its id.
    """
    table = read_study(text, name).study
    try:
        with transaction.atomic():
            return Study.objects.create(key=table.id, title=table.title, study_file=text, created_at=clock.now())
    except IntegrityError as error:
        raise CommandError(f"the study '{table.id}' is already loaded.", where=name) from error


def add_site(study: Study, key: str, name: str, zone: str, help_lines: list[dict[str, str]] | None = None) -> Site:
    """Store a site of the study."""
    return Site.objects.create(study=study, key=key, name=name, zone=zone, help_lines=help_lines or [])
