"""Reminders in a browser: asked for, sealed, sent, opened by the browser alone, and given up."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from py_vapid import Vapid02

from daybreak.core.errors import DaybreakError
from daybreak.server import clock
from daybreak.server.audit.models import Entry
from daybreak.server.enrolment.models import Participant
from daybreak.server.messages.actions.devices import MOST, digest_of
from daybreak.server.messages.actions.intending import Wish, intend
from daybreak.server.messages.actions.refusing import refuse
from daybreak.server.messages.models import Message, PushPlace, Refusal
from daybreak.server.messages.sending import send_due
from daybreak.server.messages.subscriptions import push_public_key, read_subscription
from daybreak.server.studies.models import Site
from tests.candidates import enrolled
from tests.server.browsing import browser_of
from tests.server.messages.push_service import HOST, BrowserKeys, PushService, push_service

pytestmark = pytest.mark.django_db
PAGE = "/me/reminders/"
KNOWN = "https://fcm.googleapis.com/fcm/send/a-long-name"


@pytest.fixture
def member(clinic: Site, settings: Any) -> Participant:
    settings.MESSAGES_AS_FILES = False
    return enrolled(clinic)


@pytest.fixture
def service(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[PushService]:
    with push_service(tmp_path) as (found, certificate):
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
        settings.PUSH_SERVICES = (HOST,)
        yield found


def take(person: Participant, subscription: str) -> Any:
    return browser_of(person.user).post(PAGE, {"take": subscription}, follow=True)


def test_a_reminder_is_sent_sealed_to_the_browser_that_asked_and_only_it_can_open_it(
    member: Participant, service: PushService
) -> None:
    keys = BrowserKeys()
    page = take(member, keys.subscription(f"{service.url}phone"))
    assert "Reminders come to this device now." in page.text
    message = intend(None, Wish("7:link", member, "link", "link:1", "push", clock.now(), path="/me/"))
    assert send_due(clock.now(), "one") == 1
    headers, body = service.came[0]
    told = keys.opened(body)
    assert (told["title"], told["body"]) == ("Your personal page", "This link leads to your page")
    assert "/p/" in told["link"]
    assert told["link"].encode() not in body
    with pytest.raises(Exception, match=r"InvalidTag|Decryption error"):
        BrowserKeys().opened(body)
    assert Vapid02.verify(headers["authorization"])
    assert headers["authorization"].endswith(f"k={push_public_key()}")
    assert Message.objects.get(pk=message.pk).state == Message.State.SENT


def test_the_link_of_a_push_asks_for_the_pin_and_then_leads_to_its_page(
    member: Participant, service: PushService, client: Any
) -> None:
    keys = BrowserKeys()
    take(member, keys.subscription(f"{service.url}phone"))
    intend(None, Wish("7:link", member, "link", "link:1", "push", clock.now(), path="/me/"))
    send_due(clock.now(), "one")
    path = "/" + keys.opened(service.came[0][1])["link"].split("/", 3)[3]
    assert "PIN" in client.get(path).text


def test_a_browser_that_is_gone_is_forgotten_and_the_trail_says_so(member: Participant, service: PushService) -> None:
    take(member, BrowserKeys().subscription(f"{service.url}phone"))
    service.status = 410
    message = intend(None, Wish("7:link", member, "link", "link:1", "push", clock.now()))
    assert send_due(clock.now(), "one") == 0
    assert not PushPlace.objects.exists()
    assert Message.objects.get(pk=message.pk).last_error == "gone"
    assert Entry.objects.latest("number").action == "drop-device"


def test_what_is_kept_of_a_browser_is_sealed_and_the_trail_holds_nothing_of_it(member: Participant) -> None:
    take(member, BrowserKeys().subscription(KNOWN))
    row = PushPlace.objects.get()
    assert b"fcm" not in bytes(row.sealed)
    said = "".join(Entry.objects.values_list("body", flat=True))
    assert "fcm" not in said
    assert digest_of(KNOWN) not in said


def test_the_same_browser_is_kept_once_and_can_be_given_up(member: Participant) -> None:
    subscription = BrowserKeys().subscription(KNOWN)
    take(member, subscription)
    page = take(member, subscription)
    assert PushPlace.objects.count() == 1
    assert f'data-known="{digest_of(KNOWN)}"' in page.text
    page = browser_of(member.user).post(PAGE, {"leave": KNOWN}, follow=True)
    assert "No more reminders come to this device." in page.text
    assert not PushPlace.objects.exists()


def test_a_browser_tells_the_reminders_of_one_person_only(member: Participant, clinic: Site) -> None:
    other = enrolled(clinic)
    take(member, BrowserKeys().subscription(KNOWN))
    take(other, BrowserKeys().subscription(KNOWN))
    assert [place.participant_id for place in PushPlace.objects.all()] == [other.pk]
    browser_of(member.user).post(PAGE, {"leave": KNOWN})
    assert PushPlace.objects.count() == 1


def test_the_oldest_browser_makes_room(member: Participant) -> None:
    for number in range(MOST + 2):
        take(member, BrowserKeys().subscription(f"{KNOWN}{number}"))
    assert PushPlace.objects.count() == MOST
    assert not PushPlace.objects.filter(digest=digest_of(f"{KNOWN}0")).exists()


def test_asking_for_them_here_takes_back_that_one_wanted_none(member: Participant) -> None:
    refuse(member.user, member, "push")
    take(member, BrowserKeys().subscription(KNOWN))
    assert not Refusal.objects.exists()
    assert PushPlace.objects.count() == 1


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/send",
        "https://127.0.0.1/send",
        "https://fcm.googleapis.com.evil.example/send",
        "https://evil.example/fcm.googleapis.com",
        "https://user@fcm.googleapis.com/send",
        "https://push.apple.com.",
        "https://[::1/",
        "",
        KNOWN + "x" * 2000,
    ],
)
def test_nothing_is_sent_to_an_address_that_is_no_push_service(member: Participant, endpoint: str) -> None:
    answer = browser_of(member.user).post(PAGE, {"take": BrowserKeys().subscription(endpoint)})
    assert answer.status_code == 422
    assert "This browser cannot take reminders from here." in answer.text
    assert not PushPlace.objects.exists()


@pytest.mark.parametrize(
    "sent",
    [
        "no JSON",
        "[]",
        "null",
        "{}",
        "[" * 3000,
        json.dumps({"endpoint": KNOWN}),
        json.dumps({"endpoint": KNOWN, "keys": {"p256dh": "AAAA", "auth": "AAAA"}}),
        json.dumps({"endpoint": 7, "keys": {"p256dh": 7, "auth": 7}}),
        BrowserKeys().subscription(KNOWN).replace("Hw", "", 1).replace('"auth": "AAEC', '"auth": "AA'),
    ],
)
def test_what_is_no_subscription_is_refused_in_one_sentence(sent: str) -> None:
    with pytest.raises(DaybreakError) as found:
        read_subscription(sent)
    assert found.value.code == "push-unknown"


def test_all_known_browsers_are_sent_to() -> None:
    for host in (
        "fcm.googleapis.com",
        "updates.push.services.mozilla.com",
        "wns2-par02p.notify.windows.com",
        "web.push.apple.com",
    ):
        assert read_subscription(BrowserKeys().subscription(f"https://{host}/x")).endpoint == f"https://{host}/x"


def test_the_worker_is_served_for_all_addresses_and_never_kept(client: Any) -> None:
    answer = client.get("/push-worker.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert "no-store" in answer.headers["Cache-Control"]
    assert "self.addEventListener" in answer.text
    assert client.post("/push-worker.js").status_code == 405
