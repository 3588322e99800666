"""Nobody works for a study who was not invited."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail

from daybreak.core.roles import Role
from daybreak.server import clock
from daybreak.server.accounts.models import Invitation, User
from daybreak.server.accounts.rights import NotYoursError, has_right
from daybreak.server.audit.models import Entry
from daybreak.server.staffing.actions.invite import invite, let_begin_again, withdraw
from daybreak.server.staffing.actions.join import accept
from daybreak.server.staffing.letters import FILES
from daybreak.server.staffing.refusals import StaffError
from daybreak.server.studies.models import Site
from tests import people
from tests.server.accounts.signing import PASSWORD, WRONG, give_password, with_app, with_password
from tests.server.browsing import browser, browser_of

pytestmark = pytest.mark.django_db
EMAIL = "rosa@study.example"
NAME = "Rosa Example"
FILLED = {"name": NAME, "password": PASSWORD, "again": PASSWORD}


def invite_rosa(admin: User, site: Site, *, roles: tuple[str, ...] = ("rater",), email: str = EMAIL) -> Any:
    form = {"email": email, "roles": list(roles), "sites": [str(site.pk)]}
    return browser_of(admin).post("/desk/staff/invite/", form)


def mailed_link() -> str:
    found = re.search(r"http://testserver(/account/join/\S+)", str(mail.outbox[-1].body))
    assert found is not None
    return found[1]


def test_an_invitation_leads_from_the_mail_to_the_second_factor(admin: User, clinic: Site) -> None:
    assert invite_rosa(admin, clinic).status_code == 302
    assert mail.outbox[0].to == [EMAIL]
    client, link = browser(), mailed_link()
    assert EMAIL in client.get(link).text
    assert client.post(link, FILLED).headers["Location"] == "/account/factors/"
    assert client.get("/desk/").headers["Location"] == "/account/factors/"
    assert client.get("/account/factors/app/").status_code == 200, "the password just chosen is proof enough"
    rosa = User.objects.get(email=EMAIL)
    assert (rosa.name, rosa.is_active, rosa.kind) == (NAME, True, "staff")
    assert (has_right(rosa, "rate", clinic), has_right(rosa, "enrol", clinic)) == (True, False)


def test_until_it_is_accepted_an_invitation_gives_no_right(admin: User, clinic: Site) -> None:
    invite_rosa(admin, clinic)
    rosa = User.objects.get(email=EMAIL)
    assert not has_right(rosa, "rate", clinic)
    assert give_password(browser(), EMAIL, "!").status_code == 422
    assert "invited until" in browser_of(admin).get("/desk/staff/").text


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"name": ""}, "This field is required."),
        ({"password": "short one", "again": "short one"}, "too short"),
        ({"password": "password1234", "again": "password1234"}, "too common"),
        ({"password": "rosa@study.example", "again": "rosa@study.example"}, "too similar"),
        ({"again": "something else entirely"}, "The two passwords are not the same."),
    ],
)
def test_a_name_and_a_good_password_are_needed(admin: User, clinic: Site, typed: dict[str, str], says: str) -> None:
    invite_rosa(admin, clinic)
    page = browser().post(mailed_link(), FILLED | typed)
    assert page.status_code == 422
    assert says in page.text
    assert PASSWORD not in page.text
    assert not User.objects.get(email=EMAIL).is_active


def test_an_invitation_is_accepted_once(admin: User, clinic: Site) -> None:
    invite_rosa(admin, clinic)
    link = mailed_link()
    browser().post(link, FILLED)
    again = browser().post(link, FILLED | {"name": "Mallory"})
    assert again.status_code == 404
    assert "does not work" in again.text
    assert User.objects.get(email=EMAIL).name == NAME


def test_pressing_the_button_twice_leads_on(admin: User, clinic: Site) -> None:
    invite_rosa(admin, clinic)
    client, link = browser(), mailed_link()
    client.post(link, FILLED)
    assert client.post(link, FILLED).headers["Location"] == "/account/factors/"
    assert browser_of(admin).get(link).status_code == 404


def test_an_invitation_ends_after_a_week(admin: User, clinic: Site) -> None:
    invite_rosa(admin, clinic)
    clock.move_forward(timedelta(days=7, minutes=1))
    assert browser().get(mailed_link()).status_code == 404
    assert "invitation too old" in browser_of(admin).get("/desk/staff/").text


def test_sending_again_ends_the_old_link(admin: User, clinic: Site) -> None:
    invite_rosa(admin, clinic)
    old, rosa = mailed_link(), User.objects.get(email=EMAIL)
    browser_of(admin).post(f"/desk/staff/{rosa.pk}/resend/")
    assert mailed_link() != old
    assert browser().get(old).status_code == 404
    assert browser().get(mailed_link()).status_code == 200


def test_withdrawing_ends_the_link_and_the_roles(admin: User, clinic: Site) -> None:
    invite_rosa(admin, clinic)
    rosa = User.objects.get(email=EMAIL)
    page = browser_of(admin).post(f"/desk/staff/{rosa.pk}/withdraw/", follow=True)
    assert "was withdrawn" in page.text
    assert browser().get(mailed_link()).status_code == 404
    assert not rosa.memberships.filter(until=None).exists()
    with pytest.raises(StaffError, match="does not work any more"):
        accept("anything", NAME, PASSWORD)


def test_someone_whose_invitation_was_withdrawn_can_be_invited_again(admin: User, clinic: Site) -> None:
    invite_rosa(admin, clinic)
    withdraw(admin, clinic.study, User.objects.get(email=EMAIL))
    invite_rosa(admin, clinic, roles=("monitor",))
    browser().post(mailed_link(), FILLED)
    assert has_right(User.objects.get(email=EMAIL), "freeze", clinic)


def test_who_has_an_account_gets_the_roles_at_once_and_keeps_the_password(admin: User, clinic: Site) -> None:
    noor = with_password(clinic)
    assert invite_rosa(admin, clinic, email=str(noor.email).upper()).status_code == 302
    assert "Sign in as always" in mail.outbox[-1].body
    assert has_right(noor, "rate", clinic)
    assert not Invitation.objects.exists()
    assert User.objects.get(pk=noor.pk).check_password(PASSWORD)


def test_the_trail_names_nobody_and_holds_no_address_and_no_token(admin: User, clinic: Site) -> None:
    invite_rosa(admin, clinic)
    link = mailed_link()
    browser().post(link, FILLED)
    actions = list(Entry.objects.values_list("action", flat=True))
    assert actions[-3:] == ["invite-staff", "accept-invitation", "sign-in"]
    kept = " ".join(Entry.objects.values_list("body", flat=True))
    assert not [secret for secret in (EMAIL, NAME, PASSWORD, link.split("/")[-2]) if secret in kept]


def test_the_database_keeps_no_token(admin: User, clinic: Site) -> None:
    invite_rosa(admin, clinic)
    assert mailed_link().split("/")[-2] not in str(list(Invitation.objects.values()))


def test_without_a_mail_server_the_link_is_shown_once(admin: User, clinic: Site, settings: Any, tmp_path: Path) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = FILES, tmp_path
    client = browser_of(admin)
    form = {"email": EMAIL, "roles": ["rater"], "sites": [str(clinic.pk)]}
    page = client.post("/desk/staff/invite/", form, follow=True)
    found = re.search(r"http://testserver(/account/join/[\w-]+/)", page.text)
    assert found is not None
    assert browser().get(found[1]).status_code == 200
    assert "/account/join/" not in client.get("/desk/staff/").text


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"email": "no address", "roles": ["rater"]}, "Enter a valid email address."),
        ({"email": EMAIL}, "This field is required."),
        ({"email": EMAIL, "roles": ["emperor"]}, "Select a valid choice."),
        ({"email": EMAIL, "roles": ["pharmacist", "rater"]}, "A pharmacist learns the drug"),
    ],
)
def test_a_wrong_invitation_is_shown_again_with_a_sentence(
    admin: User, clinic: Site, form: dict[str, Any], says: str
) -> None:
    page = browser_of(admin).post("/desk/staff/invite/", form | {"sites": [str(clinic.pk)]})
    assert page.status_code == 422
    assert says in page.text
    assert f'value="{form["email"]}"' in page.text
    assert not User.objects.filter(email=EMAIL).exists()


def test_an_administrator_of_one_site_invites_to_that_site_alone(local: User, clinic: Site, elsewhere: Site) -> None:
    page = browser_of(local).get("/desk/staff/invite/").text
    assert clinic.name in page
    assert not [name for name in (elsewhere.name, "all sites") if name in page]
    assert invite_rosa(local, elsewhere).status_code == 422
    for place in (elsewhere, None):
        with pytest.raises(NotYoursError):
            invite(local, clinic.study, EMAIL, [(Role.RATER, place)])
    assert not User.objects.filter(email=EMAIL).exists()


def test_someone_who_lost_everything_begins_again_with_a_new_link(admin: User, clinic: Site) -> None:
    noor = with_app(with_password(clinic))
    open_desk = browser_of(noor)
    assert "really them" in browser_of(admin).get(f"/desk/staff/{noor.pk}/begin-again/").text
    path = f"/desk/staff/{noor.pk}/begin-again/"
    assert "That is not your password" in browser_of(admin).post(path, {"password": WRONG}).text
    assert open_desk.get("/desk/").status_code == 200
    assert browser_of(admin).post(path, {"password": PASSWORD}).status_code == 302
    assert open_desk.get("/desk/").status_code == 302
    assert not Authenticator.objects.filter(user=noor).exists()
    assert give_password(browser()).status_code == 422
    client = browser()
    assert client.post(mailed_link(), FILLED).headers["Location"] == "/account/factors/"
    assert has_right(User.objects.get(pk=noor.pk), "enrol", clinic)


def test_nobody_resets_their_own_account_or_that_of_someone_they_do_not_manage(
    admin: User, local: User, clinic: Site, elsewhere: Site
) -> None:
    with pytest.raises(StaffError, match="Ask another administrator"):
        let_begin_again(admin, clinic.study, admin)
    both = people.staff(clinic.study, Role.RATER)
    with pytest.raises(NotYoursError):
        let_begin_again(local, clinic.study, both)
