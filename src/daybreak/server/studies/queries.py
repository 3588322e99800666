"""The rules of a study, read from the file it was loaded from."""

from __future__ import annotations

from functools import lru_cache

from django.http import Http404, HttpRequest

from daybreak.core.study import StudyFile, read_study
from daybreak.server.studies.models import Study


def file_of(study: Study) -> StudyFile:
    """Return the study's file, read."""
    return _read(study.study_file, study.key)


def study_of(request: HttpRequest) -> Study:
    """Return the study that the signed-in member of staff works for.

    Raises:
        Http404: they work for none now.
    """
    held = Study.objects.filter(memberships__user=request.user.pk or 0, memberships__until=None)
    found = held.order_by("pk").first()
    if found is None:
        raise Http404
    return found


@lru_cache(maxsize=32)
def _read(text: str, key: str) -> StudyFile:
    return read_study(text, key)
