"""The rules of a study, read from the file it was loaded from."""

from __future__ import annotations

from functools import lru_cache

from django.http import Http404, HttpRequest

from daybreak.core.study import StudyFile, read_study
from daybreak.server.studies.models import Study

CHOSEN = "study"
"""Where the session keeps which of their studies someone looks at."""


def file_of(study: Study) -> StudyFile:
    """Return the study's file, read."""
    return _read(study.study_file, study.key)


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


@lru_cache(maxsize=32)
def _read(text: str, key: str) -> StudyFile:
    return read_study(text, key)
