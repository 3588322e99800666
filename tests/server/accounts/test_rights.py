"""Rights hold at the sites, and in the study, of the role that gives them."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from daybreak.core.roles import Role
from daybreak.server import clock
from daybreak.server.accounts.models import Membership, User
from daybreak.server.accounts.rights import NotYoursError, check, has_right, needs, sites_with
from daybreak.server.studies.actions import add_site
from daybreak.server.studies.models import Site, Study
from daybreak.server.studies.queries import CHOSEN, studies_of, study_of
from tests import people
from tests.server.browsing import browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def elsewhere(clinic: Site) -> Site:
    return add_site(clinic.study, "elsewhere", "Another clinic", "UTC")


@pytest.fixture
def other_study(clinic: Site) -> Study:
    return Study.objects.create(key="another", title="Another study", study_file="", created_at=clock.now())


def give(user: User, study: Study, role: Role) -> None:
    Membership.objects.create(user=user, study=study, role=role, since=clock.now())


def request_of(user: User, chosen: Study | None = None) -> HttpRequest:
    request = RequestFactory().get("/desk/audit/")
    request.user, request.session = user, browser_of(user).session
    if chosen:
        request.session[CHOSEN] = chosen.pk
    return request


def test_a_role_at_one_site_gives_nothing_at_another(clinic: Site, elsewhere: Site) -> None:
    rater = people.staff(clinic.study, Role.RATER, at=clinic)
    assert (has_right(rater, "rate", clinic), has_right(rater, "rate", elsewhere)) == (True, False)
    assert list(sites_with(rater, "rate")) == [clinic]
    with pytest.raises(NotYoursError):
        check(rater, "rate", elsewhere)


def test_a_role_without_a_site_holds_at_all_sites_of_its_study_alone(
    clinic: Site, elsewhere: Site, other_study: Study
) -> None:
    away = add_site(other_study, "away", "Away", "UTC")
    monitor = people.staff(clinic.study, Role.MONITOR)
    assert set(sites_with(monitor, "freeze")) == {clinic, elsewhere}
    assert not has_right(monitor, "freeze", away)


def test_a_role_that_ended_gives_nothing(clinic: Site) -> None:
    rater = people.staff(clinic.study, Role.RATER)
    rater.memberships.update(until=clock.now())
    assert not has_right(rater, "rate")
    assert not sites_with(rater, "rate").exists()


def test_a_right_in_one_study_opens_no_page_of_another(clinic: Site, other_study: Study) -> None:
    person = people.staff(clinic.study, Role.RATER)
    give(person, other_study, Role.ADMINISTRATOR)
    page = needs("see-audit")(lambda request: HttpResponse(study_of(request).title))
    assert page(request_of(person, other_study)).status_code == 200
    with pytest.raises(PermissionDenied):
        page(request_of(person, clinic.study))


def test_the_first_study_is_looked_at_until_another_is_chosen(clinic: Site, other_study: Study) -> None:
    person = people.staff(clinic.study, Role.RATER)
    give(person, other_study, Role.MONITOR)
    assert studies_of(request_of(person)) == [clinic.study, other_study]
    assert study_of(request_of(person)) == clinic.study
    assert study_of(request_of(person, other_study)) == other_study


def test_a_study_someone_left_cannot_be_looked_at_any_more(clinic: Site, other_study: Study) -> None:
    person = people.staff(clinic.study, Role.RATER)
    assert study_of(request_of(person, other_study)) == clinic.study
