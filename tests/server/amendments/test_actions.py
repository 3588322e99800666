"""A running study keeps every version of its file; a later one comes into effect on its day, if it breaks nobody."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import override_settings
from pytest_django import DjangoAssertNumQueries

from daybreak.core.errors import CommandError, DaybreakError, StudyFileError
from daybreak.core.roles import Role
from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.accounts.rights import NotYoursError
from daybreak.server.amendments.actions import Amendment, change_study
from daybreak.server.amendments.proposal import BreaksError, NothingNewError, propose, stage_of
from daybreak.server.audit.models import Entry
from daybreak.server.audit.refusals import ReasonError, StaleError
from daybreak.server.enrolment.models import Participant
from daybreak.server.studies.actions import load_study
from daybreak.server.studies.models import Site, Study, StudyVersion
from daybreak.server.studies.queries import file_of, version_at
from tests import people

pytestmark = pytest.mark.django_db

SITES = '[[sites]]\nkey = "bay"\nname = "Bay Clinic"\nzone = "Asia/Tokyo"\ntarget = 20\n[allocation]'


@pytest.fixture
def study(clinic: Site) -> Study:
    return clinic.study


@pytest.fixture
def administrator(study: Study) -> User:
    return people.staff(study, Role.ADMINISTRATOR)


def amended(study: Study, right: str = 'gap = "3h"', wrong: str = 'gap = "4h"', **more: object) -> Amendment:
    """Return the latest version with a change."""
    text = study.versions.latest("number").study_file
    assert right in text
    given = {"begins": None, "reason": "amendment 1", "seen": None} | more
    return Amendment(text.replace(right, wrong, 1), "new.toml", **given)  # type: ignore[arg-type]


def enrolled(person: Participant) -> Participant:
    person.enrolled_at = clock.now()
    person.save()
    return person


def test_loading_a_study_keeps_its_first_version_and_an_entry_without_the_text(study: Study) -> None:
    version = StudyVersion.objects.get()
    assert (version.number, version.study_file, version.by) == (1, study.study_file, None)
    entry = Entry.objects.get(action="load-study")
    assert entry.study == study
    assert "sha256:" in entry.body
    assert "self-worth" not in entry.body


def test_a_study_brings_the_sites_of_its_file(db: None, study_file: str) -> None:
    study = load_study(study_file.replace("[allocation]", SITES), "study.toml", clock.now())
    site = study.sites.get()
    assert (site.key, site.name, site.zone, site.target, site.opened_at) == (
        "bay",
        "Bay Clinic",
        "Asia/Tokyo",
        20,
        None,
    )


def test_a_study_is_loaded_once(study: Study) -> None:
    with pytest.raises(CommandError, match=r"again.toml: the study 'ketamine-training' is already loaded"):
        load_study(study.study_file, "again.toml", clock.now())
    assert Study.objects.count() == StudyVersion.objects.count() == 1


def test_a_version_for_now_is_in_effect_at_once_and_in_the_trail(study: Study, administrator: User) -> None:
    version = change_study(administrator, study, amended(study))
    assert (version.number, version.by, version.reason) == (2, administrator, "amendment 1")
    assert file_of(study).training.gap == timedelta(hours=4)
    study.refresh_from_db()
    assert file_of(study).training.gap == timedelta(hours=4)
    entry = Entry.objects.get(action="change-study")
    assert (entry.by, entry.study, entry.reason) == (administrator, study, "amendment 1")
    assert json.loads(entry.body)["notes"] == {"changes": ["training.gap"]}


@override_settings(DEMO=True)
def test_a_version_for_a_later_day_waits_for_it(study: Study, administrator: User) -> None:
    day = (clock.now() + timedelta(days=3)).date()
    version = change_study(administrator, study, amended(study, begins=day))
    study.refresh_from_db()
    assert file_of(study).training.gap == timedelta(hours=3)
    with clock.standing(version.effective_from - timedelta(seconds=1)):
        assert file_of(study).training.gap == timedelta(hours=3)
    with clock.standing(version.effective_from) as hand:
        assert file_of(study).training.gap == timedelta(hours=4)
        assert version_at(study, hand.at) == version
        later = change_study(administrator, study, amended(study, 'gap = "4h"', 'gap = "5h"'))
        study.refresh_from_db()
        assert (later.number, study.changes_at) == (3, None)
        assert file_of(study).training.gap == timedelta(hours=5)


@override_settings(DEMO=True)
def test_versions_to_come_follow_one_another(study: Study, administrator: User) -> None:
    today = clock.now().date()
    for number, gap in enumerate((4, 5), start=1):
        order = amended(study, f'gap = "{gap - 1}h"', f'gap = "{gap}h"', begins=today + timedelta(days=number))
        change_study(administrator, study, order)
    study.refresh_from_db()
    assert study.changes_at == study.versions.get(number=2).effective_from
    with clock.standing(clock.now() + timedelta(days=5)):
        assert file_of(study).training.gap == timedelta(hours=5)
    with pytest.raises(CommandError, match=r"version 3 begins on .* Choose that day or a later one"):
        change_study(administrator, study, amended(study, 'gap = "5h"', 'gap = "6h"'))


def test_a_new_title_is_what_people_read(study: Study, administrator: User) -> None:
    change_study(administrator, study, amended(study, 'title = "Ketamine and', 'title = "Esketamine and'))
    study.refresh_from_db()
    assert study.title == "Esketamine and self-association training for depression"


@override_settings(DEMO=False)  # a demo's clock is a row
def test_reading_the_rules_asks_the_database_nothing_unless_a_version_began(
    study: Study, administrator: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        file_of(study)
    day = (clock.now() + timedelta(days=3)).date()
    change_study(administrator, study, amended(study, begins=day))
    with django_assert_num_queries(0):
        file_of(study)


def test_a_version_cannot_begin_in_the_past_and_can_begin_today(study: Study, administrator: User) -> None:
    today = clock.now().date()
    with pytest.raises(CommandError, match=r"is past; a version cannot begin before today. Choose today or later"):
        change_study(administrator, study, amended(study, begins=today - timedelta(days=1)))
    change_study(administrator, study, amended(study, begins=today))
    assert file_of(study).training.gap == timedelta(hours=4)


def test_a_new_site_in_a_version_is_added_and_known_ones_are_left_alone(study: Study, administrator: User) -> None:
    Site.objects.filter(study=study).update(key="bay", name="As it was called")
    more = f'{SITES.removesuffix("[allocation]")}[[sites]]\nkey = "hill"\nname = "Hill"\nzone = "UTC"\n[allocation]'
    change_study(administrator, study, amended(study, "[allocation]", more))
    assert dict(study.sites.values_list("key", "name")) == {"bay": "As it was called", "hill": "Hill"}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_nobody_but_an_administrator_changes_the_study(study: Study, role: Role) -> None:
    with pytest.raises(NotYoursError):
        change_study(people.staff(study, role), study, amended(study))
    assert StudyVersion.objects.count() == 1


def test_an_administrator_of_another_study_does_not(study: Study, study_file: str) -> None:
    other = load_study(study_file.replace('"ketamine-training"\ntitle', '"other"\ntitle'), "other.toml", clock.now())
    with pytest.raises(NotYoursError):
        change_study(people.staff(other, Role.ADMINISTRATOR), study, amended(study))


def test_a_change_needs_a_reason(study: Study, administrator: User) -> None:
    with pytest.raises(ReasonError):
        change_study(administrator, study, amended(study, reason="  "))


def test_a_file_with_a_fault_or_nothing_new_is_refused(study: Study, administrator: User) -> None:
    with pytest.raises(StudyFileError, match=r"new.toml: line \d+, training.gap"):
        change_study(administrator, study, amended(study, wrong='gap = "4 hours"'))
    with pytest.raises(NothingNewError, match=r"says the same as version 1"):
        change_study(administrator, study, amended(study, wrong='gap = "3h" # as before'))
    assert StudyVersion.objects.count() == 1
    assert not Entry.objects.filter(action="change-study").exists()


def test_whoever_looked_at_an_older_version_looks_again(study: Study, administrator: User) -> None:
    change_study(administrator, study, amended(study, seen=1))
    with pytest.raises(StaleError):
        change_study(administrator, study, amended(study, 'gap = "4h"', 'gap = "5h"', seen=1))


BREAKING = {
    "arm": ('version = "sham"', 'version = "active"', "arms.ketamine-sham.version"),
    "pack": ('pack = "self-worth"', 'pack = "calm"', "training.pack"),
    "days": ("days = 4", "days = 5", "training.days"),
    "blocks": ("block_sizes = [3, 6]", "block_sizes = [6]", "allocation.block_sizes"),
    "consent": ("You will get one infusion.", "One infusion.", "consents.main 1 en.paragraph 2"),
    "visit": ("repeat_until = 360", "repeat_until = 300", "visits.follow-up.repeat_until"),
}


@pytest.mark.parametrize(("right", "wrong", "path"), BREAKING.values(), ids=BREAKING)
def test_what_would_break_people_enrolled_is_refused_with_the_reason(
    study: Study, administrator: User, person: Participant, right: str, wrong: str, path: str
) -> None:
    enrolled(person)
    with pytest.raises(BreaksError) as refused:
        change_study(administrator, study, amended(study, right, wrong))
    assert path in str(refused.value)
    assert [change.path for change in refused.value.changes] == [path]
    assert refused.value.code == "breaks-enrolled"
    assert StudyVersion.objects.count() == 1


def test_before_anybody_is_enrolled_the_same_change_is_taken(study: Study, administrator: User) -> None:
    change_study(administrator, study, amended(study, "days = 4", "days = 5"))
    assert file_of(study).training.days == 5


def test_arms_stand_as_soon_as_a_site_is_open(study: Study, administrator: User) -> None:
    Site.objects.filter(study=study).update(opened_at=clock.now())
    with pytest.raises(BreaksError, match=r"allocation.block_sizes"):
        change_study(administrator, study, amended(study, "block_sizes = [3, 6]", "block_sizes = [6]"))
    change_study(administrator, study, amended(study, "days = 4", "days = 5"))


def test_the_file_of_another_study_is_never_a_version_of_this_one(study: Study, administrator: User) -> None:
    with pytest.raises(DaybreakError, match=r"load another study instead"):
        change_study(administrator, study, amended(study, 'id = "ketamine-training"', 'id = "other"'))


def test_how_far_a_study_has_come_is_told_from_its_sites_and_people(study: Study, clinic: Site) -> None:
    assert (stage_of(study).sealed, stage_of(study).screened, stage_of(study).enrolled) == (False, False, False)
    person = people.participant(clinic, "P-9", version=None, infusion_ago=None)
    Participant.objects.filter(pk=person.pk).update(enrolled_at=None)
    assert (stage_of(study).screened, stage_of(study).enrolled) == (True, False)
    enrolled(person)
    Site.objects.update(opened_at=clock.now())
    assert (stage_of(study).sealed, stage_of(study).enrolled) == (True, True)


def test_looking_stores_nothing(study: Study) -> None:
    proposal = propose(study, amended(study).text, "new.toml")
    assert [change.path for change in proposal.changes] == ["training.gap"]
    assert (proposal.base.number, proposal.harmful) == (1, ())
    assert StudyVersion.objects.count() == 1
