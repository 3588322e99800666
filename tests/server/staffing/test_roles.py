"""Roles are given and ended, never deleted; the pharmacist stands alone; somebody is always left to manage staff."""

from __future__ import annotations

import pytest

from daybreak.core.roles import APART, Role, clash
from daybreak.server import clock
from daybreak.server.accounts.models import Membership, User
from daybreak.server.accounts.rights import RIGHTS, NotYoursError, has_right
from daybreak.server.audit.models import Entry
from daybreak.server.staffing.actions.roles import end_role, give_roles
from daybreak.server.staffing.refusals import StaffError
from daybreak.server.studies.models import Site
from tests import people
from tests.server.browsing import browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def rater(clinic: Site) -> User:
    return people.staff(clinic.study, Role.RATER, at=clinic, name="Ray Ter")


def test_nobody_is_pharmacist_or_of_the_board_and_anything_else_in_one_study() -> None:
    for held in Role:
        for added in Role:
            refused = clash([held], added)
            assert bool(refused) == (held != added and bool({held, added} & APART.keys()))
    assert clash([], Role.PHARMACIST) == ""
    assert clash([Role.RATER], Role.PHARMACIST).startswith("A pharmacist learns the drug")
    assert clash([Role.RATER], Role.BOARD).startswith("The safety board's statistician sees who got the same")


@pytest.mark.parametrize(("first", "then"), [(Role.RATER, Role.PHARMACIST), (Role.PHARMACIST, Role.MONITOR)])
def test_a_role_that_would_end_the_blind_is_refused(admin: User, clinic: Site, first: Role, then: Role) -> None:
    person = people.staff(clinic.study, first, at=clinic)
    with pytest.raises(StaffError, match=r"A pharmacist learns the drug.* End the other role first"):
        give_roles(admin, clinic.study, person, [(then, None)])
    assert person.memberships.count() == 1


def test_a_former_rater_can_become_pharmacist(admin: User, clinic: Site, rater: User) -> None:
    end_role(admin, rater.memberships.get())
    give_roles(admin, clinic.study, rater, [(Role.PHARMACIST, clinic)])
    assert has_right(rater, "see-pharmacy", clinic)


def test_giving_a_role_twice_changes_nothing(admin: User, clinic: Site, rater: User) -> None:
    assert give_roles(admin, clinic.study, rater, [(Role.RATER, clinic)]) == []
    assert len(give_roles(admin, clinic.study, rater, [(Role.RATER, None), (Role.RATER, None)])) == 1


def test_an_ended_role_stays_in_the_record_and_allows_nothing(admin: User, clinic: Site, rater: User) -> None:
    membership = rater.memberships.get()
    client = browser_of(admin)
    assert "End the role rater" in client.get(f"/desk/staff/{rater.pk}/roles/{membership.pk}/end/").text
    client.post(f"/desk/staff/{rater.pk}/roles/{membership.pk}/end/")
    assert rater.memberships.get().until is not None
    assert not has_right(rater, "rate")
    assert Entry.objects.latest("number").action == "end-role"
    page = client.get(f"/desk/staff/{rater.pk}/").text
    assert "Nothing: there is no role in this study now." in page


def test_ending_a_role_twice_leaves_one_entry(admin: User, rater: User) -> None:
    membership = rater.memberships.get()
    end_role(admin, membership)
    before = Entry.objects.count()
    end_role(admin, membership)
    assert Entry.objects.count() == before


def test_the_last_administrator_stays(admin: User, local: User, clinic: Site) -> None:
    own = admin.memberships.get()
    with pytest.raises(StaffError, match=r"last administrator.* Make someone else administrator first"):
        end_role(admin, own)
    page = browser_of(admin).post(f"/desk/staff/{admin.pk}/roles/{own.pk}/end/")
    assert page.status_code == 422
    assert "last administrator" in page.text


def test_an_administrator_leaves_once_another_can_sign_in(admin: User, clinic: Site) -> None:
    second = people.staff(clinic.study, Role.ADMINISTRATOR, name="Second")
    User.objects.filter(pk=second.pk).update(is_active=False)
    with pytest.raises(StaffError):
        end_role(admin, admin.memberships.get())
    User.objects.filter(pk=second.pk).update(is_active=True)
    client, own = browser_of(admin), admin.memberships.get()
    assert client.post(f"/desk/staff/{admin.pk}/roles/{own.pk}/end/").headers["Location"] == "/desk/me/"
    assert client.get("/desk/staff/").status_code == 403


def test_an_administrator_of_one_site_sees_and_ends_roles_of_that_site_alone(
    local: User, clinic: Site, elsewhere: Site, rater: User
) -> None:
    far = people.staff(clinic.study, Role.MONITOR, at=elsewhere, name="Far Away")
    both = people.staff(clinic.study, Role.MONITOR, name="Every Where")
    page = browser_of(local).get("/desk/staff/").text
    assert "Ray Ter" in page
    assert not [name for name in ("Far Away", "Every Where") if name in page]
    for person in (far, both):
        assert browser_of(local).get(f"/desk/staff/{person.pk}/").status_code == 404
        with pytest.raises(NotYoursError):
            end_role(local, person.memberships.get())
    end_role(local, rater.memberships.get())


def test_a_role_of_another_person_cannot_be_ended_by_a_forged_address(admin: User, clinic: Site, rater: User) -> None:
    other = people.staff(clinic.study, Role.MONITOR).memberships.get()
    assert browser_of(admin).post(f"/desk/staff/{rater.pk}/roles/{other.pk}/end/").status_code == 404
    assert Membership.objects.get(pk=other.pk).until is None


def test_rights_are_said_in_words_place_by_place(admin: User, clinic: Site, elsewhere: Site) -> None:
    person = people.staff(clinic.study, Role.RATER, at=clinic, name="Two Places")
    Membership.objects.create(
        user=person, study=clinic.study, site=elsewhere, role=Role.INVESTIGATOR, since=clock.now()
    )
    page = browser_of(admin).get(f"/desk/staff/{person.pk}/").text
    here, there = (
        page.split("The clinic: rater")[1].split("</ul>")[0],
        page.split(": investigator")[1].split("</ul>")[0],
    )
    assert RIGHTS["rate"].says in here
    assert RIGHTS["unblind-emergency"].says not in here
    assert RIGHTS["unblind-emergency"].says in there
    assert all(
        right.says.replace("'", "&#x27;") in there for right in RIGHTS.values() if Role.INVESTIGATOR in right.roles
    )
