"""Staff sign in with address, password and a second factor; without one they get nowhere but to setting one up."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.test import override_settings

from daybreak.server import clock
from daybreak.server.accounts.links import give_link
from daybreak.server.accounts.models import User
from daybreak.server.studies.models import Site
from tests.server.accounts.signing import (
    EMAIL,
    PASSWORD,
    SECRET,
    WRONG,
    code,
    give_code,
    give_password,
    signed_in_with_app,
    with_app,
    with_password,
)
from tests.server.browsing import browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def noor(clinic: Site) -> User:
    return with_app(with_password(clinic))


def test_password_and_code_open_the_desk(noor: User) -> None:
    client = browser()
    answer = give_password(client)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/account/sign-in/code/")
    assert "Your second factor" in client.get("/account/sign-in/code/").text
    assert give_code(client, code()).headers["Location"] == "/"
    assert client.get("/", follow=True).redirect_chain == [("/desk/", 302)]


@override_settings(DEMO=False)
def test_a_real_study_opens_the_same_way(noor: User) -> None:
    client = browser()
    assert client.get("/desk/me/").headers["Location"] == "/account/sign-in/?next=/desk/me/"
    give_password(client, next="/desk/me/")
    assert give_code(client, code()).headers["Location"] == "/desk/me/"
    assert client.get("/desk/me/").status_code == 200
    assert "Choose someone" not in browser().get("/").text
    assert client.post("/sign-out/").headers["Location"] == "/account/sign-in/"


def test_the_password_alone_opens_nothing(noor: User) -> None:
    client = browser()
    give_password(client)
    assert client.get("/desk/").status_code == 302
    assert client.get("/account/factors/").status_code == 302


def test_without_a_second_factor_every_page_leads_to_setting_one_up(clinic: Site) -> None:
    with_password(clinic)
    client = browser()
    give_password(client)
    for page in ("/desk/", "/account/password/", "/account/factors/codes/new/"):
        assert client.get(page).headers["Location"] == "/account/factors/"
    assert "Set up a second factor" in client.get("/account/factors/").text
    assert client.get("/help/").status_code == 200


def test_a_session_from_before_the_second_factor_stays_shut(clinic: Site) -> None:
    user = with_password(clinic)
    early = browser()
    give_password(early)
    with_app(user)
    assert early.get("/desk/").headers["Location"] == "/account/factors/"


@pytest.mark.django_db(transaction=True)
def test_setting_up_an_app_shows_recovery_codes_once_and_opens_the_desk(emptied_afterwards: None, clinic: Site) -> None:
    user = with_password(clinic)
    client = browser()
    give_password(client)
    assert client.get("/account/factors/app/").headers["Location"].startswith("/account/again/")
    client.post("/account/again/?next=/account/factors/app/", {"password": PASSWORD})
    secret = re.search(r'class="secret">([A-Z2-7]+)<', client.get("/account/factors/app/").text)
    assert secret is not None
    assert client.post("/account/factors/app/", {"code": "000000"}).status_code == 422
    answer = client.post("/account/factors/app/", {"code": code(secret[1])})
    assert answer.headers["Location"] == "/account/factors/codes/"
    assert len(re.findall(r"<li><code>\d{8}</code>", client.get("/account/factors/codes/").text)) == 10
    assert "<code>" not in client.get("/account/factors/codes/").text
    assert client.get("/desk/").status_code == 200
    assert secret[1] not in str(list(Authenticator.objects.filter(user=user).values()))


def test_a_code_is_taken_once(noor: User) -> None:
    typed = code()
    first, second = browser(), browser()
    give_password(first)
    give_password(second)
    assert give_code(first, typed).status_code == 302
    assert give_code(second, typed).status_code == 422


def test_a_recovery_code_opens_the_desk_once(noor: User) -> None:
    spare = Authenticator.objects.get(user=noor, type="recovery_codes").wrap().get_unused_codes()[0]
    first, second = browser(), browser()
    give_password(first)
    give_password(second)
    assert give_code(first, spare).status_code == 302
    assert give_code(second, spare).status_code == 422


def test_a_wrong_password_and_an_unknown_address_get_the_same_page(noor: User) -> None:
    wrong, unknown = (give_password(browser(), email, WRONG) for email in (EMAIL, "nobody@study.example"))
    assert wrong.status_code == unknown.status_code == 422
    assert "Address and password do not fit together" in wrong.text
    assert strip(wrong.text) == strip(unknown.text).replace("nobody@study.example", EMAIL)


def strip(page: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)


@pytest.mark.parametrize("email", [EMAIL, "nobody@study.example"])
def test_five_wrong_passwords_close_an_account_be_there_one_or_not(noor: User, email: str) -> None:
    for _ in range(4):
        assert give_password(browser(), email, WRONG).status_code == 422
    page = give_password(browser(), email, WRONG)
    assert page.status_code == 429
    assert "closed for 15 minutes" in page.text
    assert give_password(browser(), email).status_code == 429


def test_five_wrong_codes_close_the_account_for_right_ones_too(noor: User) -> None:
    client = browser()
    give_password(client)
    for _ in range(4):
        assert give_code(client, "000000").status_code == 422
    assert give_code(client, "000000").status_code == 429
    assert give_code(client, code()).status_code == 429
    assert give_password(browser()).status_code == 429


def test_the_right_password_does_not_forget_wrong_codes_until_the_sign_in_is_whole(noor: User) -> None:
    for _ in range(4):
        client = browser()
        give_password(client)
        assert give_code(client, "000000").status_code == 422
    client = browser()
    give_password(client)
    assert give_code(client, code()).status_code == 302
    assert not AccessAttempt.objects.exists()


def test_wrong_tries_leave_neither_address_nor_password_in_the_database(noor: User) -> None:
    give_password(browser(), EMAIL, WRONG)
    give_password(browser(), "nobody@study.example", WRONG)
    kept = str(list(AccessAttempt.objects.values()))
    assert AccessAttempt.objects.count() == 2
    assert not any(secret in kept for secret in (EMAIL, "nobody@study.example", WRONG, "127.0.0.1"))


def test_where_one_wanted_to_go_is_kept_through_a_wrong_password(noor: User) -> None:
    client = browser()
    page = give_password(client, password=WRONG, next="/account/factors/")
    assert '<input type="hidden" name="next" value="/account/factors/"' in page.text


def test_nobody_is_sent_to_another_host_after_signing_in(noor: User) -> None:
    client = browser()
    give_password(client, next="https://elsewhere.example/")
    assert give_code(client, code()).headers["Location"] == "/"


def test_someone_whose_account_was_closed_cannot_sign_in(noor: User) -> None:
    User.objects.filter(pk=noor.pk).update(is_active=False)
    client = browser()
    assert (
        "This account is not open"
        in client.post("/account/sign-in/", {"login": EMAIL, "password": PASSWORD}, follow=True).text
    )
    assert client.get("/desk/").status_code == 302


def test_there_is_no_sign_up() -> None:
    assert browser().get("/account/signup/").status_code == 404
    assert browser().post("/account/signup/", {"email": "a@b.example", "password1": PASSWORD}).status_code == 404


@override_settings(DEMO=False)
def test_in_a_real_study_a_link_and_a_pin_never_sign_staff_in(noor: User) -> None:
    noor.set_password(None)
    link = f"/p/{give_link(noor, clock.now())}/"
    client = browser()
    assert client.get(link).status_code == 404
    assert client.post(link, {"pin": "5094", "again": "5094"}).status_code == 404
    assert client.get("/desk/").headers["Location"] == "/account/sign-in/?next=/desk/"
    assert not User.objects.get(pk=noor.pk).has_usable_password()


def test_the_last_second_factor_cannot_be_removed(noor: User) -> None:
    client = signed_in_with_app(noor)
    client.post("/account/again/", {"password": PASSWORD})
    assert "last second factor" in client.get("/account/factors/app/remove/").text
    assert client.post("/account/factors/app/remove/").status_code == 422
    assert Authenticator.objects.filter(user=noor, type="totp").exists()


def test_the_secret_of_the_app_is_sealed_in_the_database(noor: User) -> None:
    assert SECRET not in str(list(Authenticator.objects.values("data")))
