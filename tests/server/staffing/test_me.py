"""One's own page: rights, devices, studies; and what ends a session."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from daybreak.core.roles import Role
from daybreak.server import clock
from daybreak.server.accounts.models import Membership, User, WebSession
from daybreak.server.accounts.sessions import device_of
from daybreak.server.audit.models import Entry
from daybreak.server.studies.models import Site, Study
from tests.server.accounts.signing import PASSWORD, WRONG, code, give_code, give_password, with_app, with_password
from tests.server.browsing import browser

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile Safari/604.1"


@pytest.fixture
def noor(clinic: Site) -> User:
    return with_app(with_password(clinic))


def signed_in(user: User, agent: str = FIREFOX, steps: int = 0) -> Client:
    client = browser()
    client.defaults["HTTP_USER_AGENT"] = agent
    give_password(client, str(user.email))
    assert give_code(client, code(steps=steps)).status_code == 302
    return client


@pytest.fixture
def two(noor: User) -> tuple[Client, Client]:
    return signed_in(noor), signed_in(noor, IPHONE, steps=1)


def is_in(client: Client) -> bool:
    return client.get("/desk/").status_code == 200


@pytest.mark.parametrize(
    ("agent", "family"),
    [(FIREFOX, "Firefox on Windows"), (IPHONE, "Safari on an iPhone"), ("", "A browser on another system")],
)
def test_of_a_device_the_family_alone_is_kept(agent: str, family: str) -> None:
    assert device_of(agent) == family


def test_devices_are_listed_without_where_they_are(two: tuple[Client, Client]) -> None:
    page = two[0].get("/desk/me/").text
    assert "Firefox on Windows" in page
    assert "Safari on an iPhone" in page
    assert "this one" in page
    assert "127.0.0.1" not in str(list(WebSession.objects.values()))


def test_one_device_or_all_others_can_be_signed_out(noor: User, two: tuple[Client, Client]) -> None:
    here, phone = two
    row = WebSession.objects.get(device="Safari on an iPhone")
    assert "signed out" in here.post(f"/desk/me/sessions/{row.pk}/end/", follow=True).text
    assert (is_in(here), is_in(phone)) == (True, False)
    third = signed_in(noor, IPHONE, steps=-1)
    assert "1 other device was signed out" in here.post("/desk/me/sessions/others/end/", follow=True).text
    assert (is_in(here), is_in(third)) == (True, False)


def test_nobody_signs_out_somebody_else(two: tuple[Client, Client], clinic: Site) -> None:
    other = with_app(with_password(clinic, email="other@study.example"))
    client = signed_in(other)
    row = WebSession.objects.exclude(user=other).first()
    assert row is not None
    assert "already" in client.post(f"/desk/me/sessions/{row.pk}/end/", follow=True).text
    assert is_in(two[0])


def test_a_new_password_signs_out_everywhere(two: tuple[Client, Client]) -> None:
    here, phone = two
    new = {"oldpassword": PASSWORD, "password1": "eight quiet harbours", "password2": "eight quiet harbours"}
    assert "not your present password" in here.post("/account/password/", new | {"oldpassword": WRONG}).text
    assert here.post("/account/password/", new).status_code == 302
    assert (is_in(here), is_in(phone)) == (False, False)
    assert not WebSession.objects.exists()
    assert Entry.objects.latest("number").action == "change-password"


def test_whoever_sits_at_an_open_desk_cannot_guess_the_password_either(noor: User) -> None:
    client = signed_in(noor)
    typed = {"oldpassword": WRONG, "password1": "eight quiet harbours", "password2": "eight quiet harbours"}
    assert [client.post("/account/password/", typed).status_code for _ in range(5)] == [422] * 4 + [429]
    assert client.post("/account/password/", typed | {"oldpassword": PASSWORD}).status_code == 429


def test_a_desk_left_alone_closes(noor: User) -> None:
    client = signed_in(noor)
    assert client.session.get_expiry_age() <= settings.STAFF_IDLE_SECONDS < settings.SESSION_COOKIE_AGE


def test_every_desk_closes_at_the_end_of_the_day(noor: User, monkeypatch: Any) -> None:
    client = signed_in(noor)
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now + settings.STAFF_SESSION_SECONDS - 60)
    assert is_in(client)
    monkeypatch.setattr("time.time", lambda: now + settings.STAFF_SESSION_SECONDS + 60)
    answer = client.get("/desk/")
    assert answer.headers["Location"] == "/account/sign-in/"
    assert not WebSession.objects.exists()


def test_moving_the_demos_clock_signs_nobody_out(noor: User) -> None:
    client = signed_in(noor)
    client.post("/desk/clock/", {"move": "1d"})
    assert is_in(client)


def test_the_trail_keeps_signing_in_and_out(noor: User) -> None:
    client = signed_in(noor)
    client.post("/sign-out/")
    kept = Entry.objects.filter(by=noor).order_by("number").values_list("action", flat=True)
    assert list(kept) == ["sign-in", "sign-out"]
    assert not WebSession.objects.exists()


def test_the_trail_says_once_that_wrong_tries_closed_an_account(noor: User) -> None:
    for _ in range(8):
        give_password(browser(), str(noor.email), WRONG)
        give_password(browser(), "nobody@study.example", WRONG)
    entry = Entry.objects.get(action="close-account-for-a-while")
    assert (entry.by_said, entry.study_id) == ("the system", noor.memberships.get().study_id)


def test_someone_in_two_studies_chooses_which_to_look_at(noor: User, clinic: Site) -> None:
    client = signed_in(noor)
    assert "The study you look at" not in client.get("/desk/me/").text
    other = Study.objects.create(
        key="another", title="Another study", study_file=clinic.study.study_file, created_at=clock.now()
    )
    Membership.objects.create(user=noor, study=other, role=Role.MONITOR, since=clock.now())
    assert "What you may do in Ketamine" in client.get("/desk/me/").text
    assert client.post("/desk/me/study/", {"study": "another"}).status_code == 302
    page = client.get("/desk/me/").text
    assert "What you may do in Another study" in page
    assert "All sites: monitor" in page
    assert client.post("/desk/me/study/", {"study": "none of mine"}).status_code == 404


def test_a_telephone_number_for_alerts_is_kept_and_stands_in_no_trail(noor: User) -> None:
    client = signed_in(noor)
    assert client.post("/desk/me/phone/", {"phone": "+34 600 000 000"}).status_code == 302
    assert User.objects.get(pk=noor.pk).phone == "+34 600 000 000"
    assert 'value="+34 600 000 000"' in client.get("/desk/me/").content.decode()
    entry = Entry.objects.latest("number")
    assert entry.action == "save-own-phone"
    assert "600" not in entry.body
    wrong = client.post("/desk/me/phone/", {"phone": "my pocket"})
    assert wrong.status_code == 422
    assert "my pocket" in wrong.content.decode()
    client.post("/desk/me/phone/", {"phone": ""})
    assert User.objects.get(pk=noor.pk).phone == ""
