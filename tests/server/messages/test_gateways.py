"""The ways out, each against what its library gives for tests, or a real server on this machine."""

from __future__ import annotations

import base64
import json
import smtplib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from anymail.exceptions import AnymailAPIError, AnymailRecipientsRefused, AnymailUnsupportedFeature
from apprise.decorators import notify
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core import mail
from py_vapid import Vapid, b64urlencode

from daybreak.server.messages.gateways.chosen import gateway_of, has_channel
from daybreak.server.messages.gateways.files import FileGateway
from daybreak.server.messages.gateways.gateway import GatewayError, Letter
from daybreak.server.messages.gateways.mail import MailGateway
from daybreak.server.messages.gateways.page import PageGateway
from daybreak.server.messages.gateways.push import PushGateway
from daybreak.server.messages.gateways.sms import SmsGateway
from tests.server.messages.broken_mail import BrokenMail

LETTER = Letter(
    "7:soon:visit-day-30:email", ("a@example.org",), "A short reminder", "Soon", "https://x.example/stop/1/"
)
ANYMAIL = "anymail.backends.test.EmailBackend"
SENT: list[str] = []


def _heard(body: str, *_: Any, **__: Any) -> bool:
    SENT.append(body)
    return True


def _deaf(*_: Any, **__: Any) -> bool:
    return False


hear: Any = notify
hear(on="heard")(_heard)
hear(on="deaf")(_deaf)


def refused(gateway: Any, letter: Letter = LETTER) -> GatewayError:
    """Return why the gateway did not take a letter."""
    with pytest.raises(GatewayError) as found:
        gateway.send(letter)
    return found.value


@contextmanager
def push_service(*statuses: int) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Serve one push after another, each with its status; yield the address and the headers that came."""
    heard: list[dict[str, str]] = []
    left = list(statuses)

    class Service(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(dict(self.headers.items()))
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(left.pop(0))
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Service)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/push", heard
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def subscription(endpoint: str) -> str:
    """Return what a browser would hand over, with keys of its own."""
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    point = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    keys = {"p256dh": b64urlencode(point), "auth": base64.urlsafe_b64encode(bytes(16)).decode()}
    return json.dumps({"endpoint": endpoint, "keys": keys})


GONE: list[str] = []


def pushing(*endpoints: str) -> tuple[PushGateway, Letter]:
    vapid = Vapid()
    vapid.generate_keys()
    key = b64urlencode(vapid.private_key.private_numbers().private_value.to_bytes(32, "big"))
    return PushGateway(key, "mailto:clinic@example.org", GONE.append), Letter(
        LETTER.key, tuple(subscription(each) for each in endpoints), "A short reminder", "Soon"
    )


def test_a_letter_shows_neither_where_it_goes_nor_what_it_says() -> None:
    assert "example" not in repr(LETTER)
    assert "Soon" not in repr(LETTER)


def test_a_file_is_written_whole_and_once(tmp_path: Path) -> None:
    gateway = FileGateway(tmp_path / "email")
    assert not gateway.has(LETTER.key)
    gateway.send(LETTER)
    gateway.send(Letter(LETTER.key, ("b@example.org",), "Another", "Other words"))
    assert gateway.has(LETTER.key)
    files = list((tmp_path / "email").iterdir())
    assert [json.loads(file.read_text())["text"] for file in files] == ["Soon"]


def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    error = refused(FileGateway(tmp_path / "taken"))
    assert (error.kind, error.maybe_sent, error.lasting) == ("folder", False, False)


def test_a_mail_carries_its_key_and_the_way_to_stop_it(settings: Any) -> None:
    settings.EMAIL_BACKEND, settings.DEFAULT_FROM_EMAIL = ANYMAIL, "Clinic <clinic@example.org>"
    MailGateway().send(LETTER)
    sent: Any = mail.outbox[-1]
    assert sent.extra_headers["Message-ID"] == f"<{LETTER.digest}@example.org>"
    assert sent.extra_headers["List-Unsubscribe"] == f"<{LETTER.stop_link}>"
    assert sent.anymail_test_params["metadata"] == {"key": LETTER.key}
    assert sent.to == ["a@example.org"]
    assert MailGateway().has(LETTER.key) is None


@pytest.mark.parametrize(
    ("error", "kind", "maybe_sent", "lasting"),
    [
        (smtplib.SMTPConnectError(421, b"busy"), "mail server", False, False),
        (smtplib.SMTPDataError(451, b"later"), "mail server", False, False),
        (ConnectionRefusedError(), "mail server", False, False),
        (socket.gaierror(), "mail server", False, False),
        (smtplib.SMTPRecipientsRefused({}), "refused", False, True),
        (smtplib.SMTPServerDisconnected(), "mail server", True, False),
        (TimeoutError(), "mail server", True, False),
        (AnymailRecipientsRefused(), "refused", False, True),
        (AnymailAPIError(status_code=500), "mail service", False, False),
        (AnymailAPIError(), "mail service", True, False),
        (AnymailUnsupportedFeature("x"), "mail service", False, True),
    ],
)
def test_how_a_mail_failed_says_whether_it_may_have_gone(
    error: Exception, kind: str, maybe_sent: bool, lasting: bool, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EMAIL_BACKEND = f"{BrokenMail.__module__}.BrokenMail"
    monkeypatch.setattr(BrokenMail, "error", error)
    found = refused(MailGateway())
    assert (found.kind, found.maybe_sent, found.lasting) == (kind, maybe_sent, lasting)


def test_a_text_message_goes_to_the_number_without_its_spaces() -> None:
    SmsGateway("heard://{phone}").send(Letter("k", ("+34 600 000 000",), "A short reminder", "Soon"))
    assert SENT[-1] == "Soon"
    assert SmsGateway("heard://{phone}").has("k") is None


def test_a_text_message_that_did_not_work_may_have_gone_out() -> None:
    error = refused(SmsGateway("deaf://{phone}"), Letter("k", ("123",), "", "Soon"))
    assert (error.kind, error.maybe_sent) == ("sms service", True)


@pytest.mark.parametrize(
    ("status", "kind", "maybe_sent", "lasting"),
    [
        (400, "sms refused 400", False, True),
        (401, "sms refused 401", False, False),
        (429, "sms refused 429", False, False),
        (408, "sms service", True, False),
        (500, "sms service", True, False),
    ],
)
def test_a_gateway_that_refuses_a_text_message_has_not_taken_it(
    status: int, kind: str, maybe_sent: bool, lasting: bool, caplog: pytest.LogCaptureFixture
) -> None:
    with push_service(status) as (address, heard):
        url = address.replace("http://", "json://") + "/{phone}"
        error = refused(SmsGateway(url), Letter("k", ("+34 600 000 001",), "", "Soon"))
    assert (error.kind, error.maybe_sent, error.lasting) == (kind, maybe_sent, lasting)
    assert len(heard) == 1
    assert "600000001" not in caplog.text


def test_a_text_message_to_a_gateway_that_is_not_there_may_have_gone_out() -> None:
    error = refused(SmsGateway("json://127.0.0.1:9/{phone}"), Letter("k", ("123",), "", "Soon"))
    assert (error.kind, error.maybe_sent) == ("sms service", True)


def test_a_service_that_apprise_does_not_know_will_never_work() -> None:
    assert refused(SmsGateway("nobody-knows-this://{phone}"), Letter("k", ("123",), "", "Soon")).lasting


def test_a_push_is_sealed_for_its_browser_and_replaces_itself() -> None:
    with push_service(201) as (address, heard):
        gateway, letter = pushing(address)
        gateway.send(letter)
    assert heard[0]["topic"] == letter.digest[:32]
    assert heard[0]["content-encoding"] == "aes128gcm"
    assert gateway.has(letter.key) is None


def test_one_browser_that_takes_a_push_is_enough() -> None:
    GONE.clear()
    with push_service(410, 201) as (address, heard):
        gateway, letter = pushing(address, address)
        gateway.send(letter)
    assert len(heard) == 2
    assert [address] == GONE


@pytest.mark.parametrize(("status", "lasting"), [(410, True), (404, True), (429, False), (503, False)])
def test_a_push_that_no_browser_takes_says_whether_to_try_again(status: int, lasting: bool) -> None:
    with push_service(status) as (address, _):
        gateway, letter = pushing(address)
        error = refused(gateway, letter)
    assert (error.maybe_sent, error.lasting) == (False, lasting)


def test_a_push_service_that_is_not_there_leaves_nobody_sure() -> None:
    gateway, letter = pushing("http://127.0.0.1:9/push")
    assert refused(gateway, letter).maybe_sent


def test_settings_say_which_channels_a_server_has(settings: Any) -> None:
    assert all(has_channel(each) for each in ("email", "sms", "push", "page"))
    settings.MESSAGES_AS_FILES = False
    assert isinstance(gateway_of("page"), PageGateway)
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    assert isinstance(gateway_of("email"), FileGateway)
    settings.EMAIL_BACKEND = ANYMAIL
    assert isinstance(gateway_of("email"), MailGateway)
    assert not has_channel("sms")
    settings.SMS_URL = "heard://{phone}"
    assert isinstance(gateway_of("sms"), SmsGateway)
    assert isinstance(gateway_of("push"), PushGateway)
