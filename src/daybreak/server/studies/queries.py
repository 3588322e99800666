"""The rules of a study, read from the version of its file that is in effect; and which study someone looks at."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from django.http import Http404, HttpRequest

from daybreak.core.study import StudyFile, read_study
from daybreak.server import clock
from daybreak.server.studies.models import Study, StudyVersion

CHOSEN = "study"
"""Where the session keeps which of their studies someone looks at."""


def file_of(study: Study) -> StudyFile:
    """Return the version of the study's file that is in effect now, read."""
    text = study.study_file
    if study.changes_at is not None and study.changes_at <= clock.now():
        text = version_at(study, clock.now()).study_file
    return read_version(text, study.key)


def version_at(study: Study, moment: datetime) -> StudyVersion:
    """Return the version of the study's file that is in effect at `moment`; the first one before it begins."""
    begun = study.versions.filter(effective_from__lte=moment).order_by("-number").first()
    return begun or study.versions.earliest("number")


def study_of(request: HttpRequest) -> Study:
    """Return the study that the signed-in member of staff is looking at: the one they chose, or else their first.

    Raises:
        Http404: they work for none now.
    """
    held = studies_of(request)
    chosen = request.session.get(CHOSEN)
    found = next((study for study in held if study.pk == chosen), held[0] if held else None)
    if found is None:
        raise Http404
    return found


def studies_of(request: HttpRequest) -> list[Study]:
    """Return the studies that the signed-in member of staff works for now, the oldest first; asked once a request."""
    held: list[Study] | None = getattr(request, "_studies", None)
    if held is None:
        mine = Study.objects.filter(memberships__user=request.user.pk or 0, memberships__until=None)
        held = list(mine.order_by("pk").distinct())
        request._studies = held  # type: ignore[attr-defined]
    return held


@lru_cache(maxsize=64)
def read_version(text: str, key: str) -> StudyFile:
    """Return a stored version, read; it was checked when it was loaded."""
    return read_study(text, key)
