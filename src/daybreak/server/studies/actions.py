"""Loading a study, and adding its sites."""

from __future__ import annotations

from datetime import datetime

from daybreak.core.errors import CommandError
from daybreak.core.study import SiteTable, read_study
from daybreak.server.audit.trail import Draft, recorded
from daybreak.server.studies.models import Site, Study, StudyVersion


def load_study(text: str, name: str, now: datetime) -> Study:
    """Store the study of a study file as its first version, with the sites that stand in it, and note it in the trail.

    Args:
        text: the file's contents.
        name: the file's name, for messages.
        now: from when it is in effect.

    Raises:
        StudyFileError: the file has a fault.
        CommandError: there is already a study with its id.
    """
    file = read_study(text, name)
    with recorded(None, "load-study") as entry:
        if Study.objects.filter(key=file.study.id).exists():
            raise CommandError(f"the study '{file.study.id}' is already loaded.", where=name)
        study = entry.create(Study, key=file.study.id, title=file.study.title, study_file=text, created_at=now)
        entry.about(study=study)
        entry.create(StudyVersion, study=study, number=1, study_file=text, effective_from=now, loaded_at=now)
        add_new_sites(entry, study, file.sites)
    return study


def add_new_sites(entry: Draft, study: Study, tables: tuple[SiteTable, ...]) -> None:
    """Store those sites of a study file that the study does not have yet. They are not open."""
    known = set(study.sites.values_list("key", flat=True))
    for table in tables:
        if table.key not in known:
            help_lines = [line.model_dump() for line in table.help_lines]
            fields = {"key": table.key, "name": table.name, "zone": table.zone, "target": table.target}
            entry.create(Site, study=study, help_lines=help_lines, **fields)


def add_site(study: Study, key: str, name: str, zone: str, help_lines: list[dict[str, str]] | None = None) -> Site:
    """Store a site of the study, by the system."""
    with recorded(None, "set-up-site", study=study) as entry:
        return entry.create(Site, study=study, key=key, name=name, zone=zone, help_lines=help_lines or [])
