"""What the pages of the study file show."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from daybreak.core.study import StudyFile
from daybreak.core.study_change import Change, study_diff
from daybreak.core.study_table import Column, Row, schedule_table
from daybreak.core.study_words import allocation_words, infusion_words, training_words
from daybreak.server.studies.models import Study, StudyVersion
from daybreak.server.studies.queries import read_version, version_at


@dataclass(frozen=True)
class StudyPage:
    """A version of the study file, ready to be shown, and the versions beside it."""

    version: StudyVersion
    file: StudyFile
    state: str
    facts: tuple[tuple[str, object], ...]
    columns: tuple[Column, ...]
    groups: tuple[tuple[str, tuple[Row, ...]], ...]
    versions: tuple[tuple[StudyVersion, str], ...]


@dataclass(frozen=True)
class Line:
    """A line of two texts laid side by side: `kind` says whether it is in both, gone or new."""

    kind: Literal["same", "gone", "new", "skip"]
    text: str


@dataclass(frozen=True)
class Comparison:
    """Two versions, what changed from one to the other, and their texts."""

    old: StudyVersion
    new: StudyVersion
    changes: tuple[Change, ...]
    lines: tuple[Line, ...]


def study_page(study: Study, now: datetime, number: int | None = None) -> StudyPage | None:
    """Return the page of one version, by default of the one in effect; None if there is no such version."""
    current = version_at(study, now)
    versions = tuple(study.versions.select_related("by").order_by("-number"))
    shown = next((one for one in versions if one.number == (number or current.number)), None)
    if shown is None:
        return None
    file = read_version(shown.study_file, study.key)
    table = schedule_table(file)
    names = dict.fromkeys(row.group for row in table.rows)
    return StudyPage(
        version=shown,
        file=file,
        state=_state(shown, current),
        facts=_facts(file),
        columns=table.columns,
        groups=tuple((name, tuple(row for row in table.rows if row.group == name)) for name in names),
        versions=tuple((one, _state(one, current)) for one in versions),
    )


def comparison(study: Study, old: int, new: int) -> Comparison | None:
    """Return what changed from one version to another; None if there is no such version."""
    found = {one.number: one for one in study.versions.filter(number__in=(old, new))}
    if old not in found or new not in found:
        return None
    before, after = found[old], found[new]
    changes = study_diff(*(read_version(one.study_file, study.key) for one in (before, after)))
    return Comparison(before, after, changes, tuple(side_by_side(before.study_file, after.study_file)))


def side_by_side(old: str, new: str) -> Iterator[Line]:
    """Yield the lines of both texts around each difference."""
    for text in difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=2):
        if text.startswith("@@"):
            yield Line("skip", text)
        elif not text.startswith(("---", "+++")):
            yield Line({"-": "gone", "+": "new"}.get(text[0], "same"), text[1:])  # type: ignore[arg-type]


def _facts(file: StudyFile) -> tuple[tuple[str, object], ...]:
    study = file.study
    given = (
        ("Id", study.id),
        ("Registration", study.registration),
        ("People planned", study.target),
        ("Open", " to ".join(str(day) for day in (study.opens, study.closes) if day)),
        ("Allocation", allocation_words(file)),
        ("Infusions", infusion_words(file)),
        ("Training", training_words(file)),
        ("Pack", f"{file.training.pack}, {file.training.faces} faces"),
    )
    return tuple((name, value) for name, value in given if value)


def _state(version: StudyVersion, current: StudyVersion) -> str:
    if version.number == current.number:
        return "in effect"
    return "to come" if version.number > current.number else "past"
