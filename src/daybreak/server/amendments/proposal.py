"""What a new version would change, and whether it may."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from daybreak.core.errors import DaybreakError
from daybreak.core.study import StudyFile, read_study
from daybreak.core.study_change import Change, Stage, harmful, study_diff
from daybreak.server.studies.models import Study, StudyVersion
from daybreak.server.studies.queries import read_version


class NothingNewError(DaybreakError):
    """A version that says the same as the one before it."""

    def __init__(self, number: int, where: str) -> None:
        super().__init__(
            f"this file says the same as version {number}.",
            where=where,
            remedy="Comments and spaces alone make no new version.",
            code="nothing-new",
        )


class BreaksError(DaybreakError):
    """A version that would break what is already under way; nothing was changed."""

    def __init__(self, changes: Iterable[Change], where: str) -> None:
        self.changes = tuple(changes)
        told = "; ".join(f"{change.path}: {change.breaks}" for change in self.changes)
        super().__init__(
            f"this version would break what is already under way. {told}.",
            where=where,
            remedy="Take these changes back.",
            code="breaks-enrolled",
        )


@dataclass(frozen=True)
class Proposal:
    """A new version that was read but not stored: `base` is the version it is compared to, the latest one."""

    text: str
    file: StudyFile
    base: StudyVersion
    changes: tuple[Change, ...]
    harmful: tuple[Change, ...]

    @property
    def is_early(self) -> bool:
        """Whether some of it could not be changed any more if somebody were enrolled."""
        return any(change.breaks for change in self.changes)


def propose(study: Study, text: str, name: str) -> Proposal:
    """Return what `text` would change as the next version of the study's file.

    Raises:
        StudyFileError: the text has a fault.
        NothingNewError: it says the same as the latest version.
    """
    file, base = read_study(text, name), study.versions.latest("number")
    changes = study_diff(read_version(base.study_file, study.key), file)
    if not changes:
        raise NothingNewError(base.number, name)
    return Proposal(text, file, base, changes, harmful(changes, stage_of(study)))


def stage_of(study: Study) -> Stage:
    """Return how far the study has come."""
    people = study.participants
    return Stage(
        sealed=study.sites.exclude(opened_at=None).exists(),
        screened=people.exists(),
        enrolled=people.exclude(enrolled_at=None).exists(),
    )
