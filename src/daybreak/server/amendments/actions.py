"""Letting a new version of a study's file come into effect."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from daybreak.core.errors import CommandError
from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.accounts.rights import NotYoursError, has_right
from daybreak.server.amendments.proposal import BreaksError, propose
from daybreak.server.audit.refusals import StaleError, needs_reason
from daybreak.server.audit.trail import Draft, recorded
from daybreak.server.studies.actions import add_new_sites
from daybreak.server.studies.models import Study, StudyVersion
from daybreak.server.studies.queries import read_version, version_at


@dataclass(frozen=True)
class Amendment:
    """A new version: its text and the file's name, the day it begins (None: at once), why, and what it was seen after.

    `seen` is the number of the version that whoever decided saw it compared to; None where nobody looked.
    """

    text: str
    name: str
    begins: date | None
    reason: str
    seen: int | None = None


def change_study(by: User | None, study: Study, amendment: Amendment) -> StudyVersion:
    """Store a new version of the study's file, in effect from a day on.

    Args:
        by: whoever changes it; None for the command line, whose user owns the database.
        study: brought up to date as well.
        amendment: the version.

    Raises:
        NotYoursError, ReasonError: who or why is missing.
        StudyFileError, NothingNewError: the text has a fault, or changes nothing.
        BreaksError: it would break what is already under way.
        StaleError: another version was stored since this one was looked at.
        CommandError: the day is past, or lies before that of a version still to come.
    """
    if by is not None and not has_right(by, "change-study", study):
        raise NotYoursError("change-study")
    reason = needs_reason(amendment.reason)
    with recorded(by, "change-study", study=study, reason=reason) as entry:
        Study.objects.select_for_update(no_key=True).get(pk=study.pk)
        proposal = propose(study, amendment.text, amendment.name)
        if amendment.seen not in (None, proposal.base.number):
            raise StaleError
        if proposal.harmful:
            raise BreaksError(proposal.harmful, amendment.name)
        now = clock.now()
        version = entry.create(
            StudyVersion,
            study=study,
            number=proposal.base.number + 1,
            study_file=proposal.text,
            effective_from=first_moment(amendment.begins, proposal.base, now),
            loaded_at=now,
            by=by,
            reason=reason,
        )
        entry.note(changes=[change.path for change in proposal.changes])
        add_new_sites(entry, study, proposal.file.sites)
        _settle(entry, study, now)
    return version


def first_moment(day: date | None, base: StudyVersion, now: datetime) -> datetime:
    """Return the moment a version after `base` begins: at once, or when its day begins in UTC.

    Raises:
        CommandError: the day is past, or lies before that of `base`.
    """
    if day is not None and day < now.date():
        raise CommandError(f"{day} is past; a version cannot begin before today.", remedy="Choose today or later.")
    begins = now if day is None else max(now, datetime.combine(day, time(), tzinfo=UTC))
    if begins < base.effective_from:
        says = f"version {base.number} begins on {base.effective_from:%Y-%m-%d}, and this one would begin before it."
        raise CommandError(says, remedy="Choose that day or a later one.")
    return begins


def _settle(entry: Draft, study: Study, now: datetime) -> None:
    """Keep with the study the text that is in effect now, its title, and the moment of the next change."""
    text = version_at(study, now).study_file
    title = read_version(text, study.key).study.title
    later = study.versions.filter(effective_from__gt=now).order_by("effective_from").first()
    entry.update(study, study_file=text, title=title, changes_at=later.effective_from if later else None)
