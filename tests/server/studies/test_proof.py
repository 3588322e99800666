"""Nobody exchanges the text of a study file unseen: the trail holds its digest."""

from __future__ import annotations

import pytest

from daybreak.core.roles import Role
from daybreak.server import clock
from daybreak.server.amendments.actions import Amendment, change_study
from daybreak.server.studies.models import Site, StudyVersion
from daybreak.server.studies.proof import altered_versions
from tests import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_versions(clinic: Site) -> list[StudyVersion]:
    text = clinic.study.study_file.replace('gap = "3h"', 'gap = "4h"')
    administrator = people.staff(clinic.study, Role.ADMINISTRATOR)
    change_study(administrator, clinic.study, Amendment(text, "new.toml", None, "amendment 1"))
    return list(StudyVersion.objects.all())


def test_what_was_loaded_is_proven(two_versions: list[StudyVersion]) -> None:
    assert list(altered_versions()) == []


def test_a_text_that_was_exchanged_is_named(two_versions: list[StudyVersion]) -> None:
    second = two_versions[1]
    StudyVersion.objects.filter(pk=second.pk).update(study_file=second.study_file.replace('"4h"', '"1h"'))
    assert list(altered_versions()) == [
        "version 2 of the study file of ketamine-training is not the text that was loaded."
    ]


def test_a_version_that_was_put_in_or_taken_out_is_named(two_versions: list[StudyVersion]) -> None:
    first, second = two_versions
    StudyVersion.objects.create(
        study=first.study, number=3, study_file=first.study_file, effective_from=clock.now(), loaded_at=clock.now()
    )
    second_row = f"studies.studyversion:{second.pk}"
    second.delete()
    assert list(altered_versions()) == [
        "version 3 of the study file of ketamine-training is not the text that was loaded.",
        f"a version of a study file that was loaded is gone ({second_row}).",
    ]
