"""Changing second factors: asked for the password again, noted, mailed, and every other session ends."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client

from daybreak.core.roles import Role
from daybreak.server.accounts.models import User
from daybreak.server.audit.models import Entry
from daybreak.server.studies.models import Site
from tests.server.accounts.signing import PASSWORD, SECRET, code, give_code, give_password, with_app, with_password
from tests.server.browsing import browser

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def noor(emptied_afterwards: None, clinic: Site) -> User:
    return with_app(with_password(clinic))


@pytest.fixture
def passkey(noor: User) -> Authenticator:
    """A second main factor; what it holds is not read here."""
    return Authenticator.objects.create(user=noor, type="webauthn", data={"name": "My phone", "credential": {}})


def opened(steps: int = 0) -> Client:
    client = browser()
    give_password(client)
    assert give_code(client, code(steps=steps)).status_code == 302
    return client


def test_a_change_asks_for_the_password_first(noor: User) -> None:
    client = opened()
    for path in ("/account/factors/codes/new/", "/account/factors/app/remove/", "/account/factors/passkeys/new/"):
        assert client.get(path).headers["Location"].startswith("/account/again/?next="), path
        assert client.post(path).status_code == 302
    assert Authenticator.objects.filter(user=noor).count() == 2


def test_removing_the_app_ends_other_sessions_is_noted_and_mailed(noor: User, passkey: Authenticator) -> None:
    here, elsewhere = opened(), opened(steps=1)
    here.post("/account/again/", {"password": PASSWORD})
    assert here.post("/account/factors/app/remove/").status_code == 302
    assert "The authenticator app was removed." in here.get("/account/factors/").text
    assert (here.get("/desk/").status_code, elsewhere.get("/desk/").status_code) == (200, 302)
    assert Entry.objects.latest("number").action == "remove-second-factor"
    assert SECRET not in Entry.objects.latest("number").body
    assert mail.outbox[-1].subject == "An authenticator app was removed"
    assert "127.0.0.1" not in mail.outbox[-1].body


def test_new_recovery_codes_replace_the_old_ones(noor: User) -> None:
    old = Authenticator.objects.get(user=noor, type="recovery_codes").wrap().get_unused_codes()
    client = opened()
    client.post("/account/again/", {"password": PASSWORD})
    assert "The 10 codes that are left stop working." in client.get("/account/factors/codes/new/").text
    client.post("/account/factors/codes/new/")
    new = re.findall(r"<li><code>(\d{8})</code>", client.get("/account/factors/codes/").text)
    assert len(new) == 10
    assert not set(new) & set(old)
    assert Entry.objects.latest("number").action == "renew-second-factor"
    late = browser()
    give_password(late)
    assert give_code(late, old[0]).status_code == 422
    assert give_code(late, new[0]).status_code == 302


def test_nobody_removes_the_passkey_of_a_colleague(noor: User, passkey: Authenticator, clinic: Site) -> None:
    other = with_app(with_password(clinic, Role.MONITOR, email="other@study.example"))
    client = browser()
    give_password(client, str(other.email))
    give_code(client, code())
    client.post("/account/again/", {"password": PASSWORD})
    assert client.post(f"/account/factors/passkeys/{passkey.pk}/remove/").status_code == 404
    assert Authenticator.objects.filter(pk=passkey.pk).exists()


def test_recovery_codes_are_not_shown_to_who_signed_in_hours_ago(noor: User) -> None:
    assert opened().get("/account/factors/codes/").headers["Location"].startswith("/account/again/")
