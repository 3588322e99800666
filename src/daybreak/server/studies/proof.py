"""Whether every version of a study's file still is the text that was loaded: the trail holds the SHA-256 of each."""

from __future__ import annotations

import json
from collections.abc import Iterator

from daybreak.server.audit.models import Entry
from daybreak.server.audit.redaction import said
from daybreak.server.studies.models import StudyVersion

LOADING = ("load-study", "change-study")


def altered_versions() -> Iterator[str]:
    """Yield one sentence for each version whose text is not the one noted in the trail, or that is gone."""
    noted = dict(_noted())
    field = StudyVersion._meta.get_field("study_file")
    for version in StudyVersion.objects.select_related("study").order_by("pk").iterator():
        digest = noted.pop(f"{version._meta.label_lower}:{version.pk}", None)
        if digest != said(field, version.study_file):
            yield f"version {version.number} of the study file of {version.study} is not the text that was loaded."
    for row in noted:
        yield f"a version of a study file that was loaded is gone ({row})."


def _noted() -> Iterator[tuple[str, str]]:
    """Yield each version's row, and the digest of its text as the trail noted it."""
    for body in Entry.objects.filter(action__in=LOADING).order_by("number").values_list("body", flat=True):
        for change in json.loads(body)["changes"]:
            if change["row"].startswith("studies.studyversion:"):
                yield change["row"], change["values"]["study_file"][1]
