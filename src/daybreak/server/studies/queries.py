"""The rules of a study, read from the file it was loaded from."""

from __future__ import annotations

from functools import lru_cache

from daybreak.core.study import StudyFile, read_study
from daybreak.server.studies.models import Study


def file_of(study: Study) -> StudyFile:
    """Return the study's file, read."""
    return _read(study.study_file, study.key)


@lru_cache(maxsize=32)
def _read(text: str, key: str) -> StudyFile:
    return read_study(text, key)
