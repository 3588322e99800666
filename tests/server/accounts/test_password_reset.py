"""A forgotten password is set anew by mail; the second factor stays, and nobody learns which addresses are known."""

from __future__ import annotations

import re
import smtplib
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from daybreak.server.accounts.models import User
from daybreak.server.audit.models import Entry
from daybreak.server.log_scrubbing import ScrubbingFormatter
from daybreak.server.studies.models import Site
from tests.server.accounts.signing import (
    EMAIL,
    PASSWORD,
    give_code,
    give_password,
    signed_in_with_app,
    with_app,
    with_password,
)
from tests.server.browsing import browser

pytestmark = pytest.mark.django_db
NEW = "eight quiet harbours"


class DeadServer(EmailBackend):
    """A mail server that does not answer."""

    def send_messages(self, _messages: Any) -> int:
        raise smtplib.SMTPServerDisconnected("no answer")


@pytest.fixture
def noor(clinic: Site) -> User:
    return with_app(with_password(clinic))


def ask(email: str = EMAIL) -> Any:
    return browser().post("/account/password/reset/", {"email": email})


def mailed_link() -> str:
    found = re.search(r"http://testserver(/account/password/reset/\S+)", str(mail.outbox[-1].body))
    assert found is not None
    return found[1]


def set_anew(password: str = NEW) -> Any:
    """Open the mailed link, which hides its key from the address, and set a password."""
    client = browser()
    hidden = client.get(mailed_link()).headers["Location"]
    assert hidden.endswith("-set-password/")
    return client.post(hidden, {"password1": password, "password2": password})


def test_the_link_sets_a_new_password_and_the_second_factor_is_still_asked_for(noor: User) -> None:
    ask()
    assert set_anew().headers["Location"] == "/account/password/reset/done/"
    assert give_password(browser()).status_code == 422
    client = browser()
    assert give_password(client, password=NEW).headers["Location"] == "/account/sign-in/code/"
    assert client.get("/desk/").status_code == 302
    assert Entry.objects.latest("number").action == "reset-password"


def test_a_new_password_signs_out_everywhere(noor: User) -> None:
    client = signed_in_with_app(noor)
    ask()
    set_anew()
    assert client.get("/desk/").status_code == 302


def test_the_link_works_once(noor: User) -> None:
    ask()
    link = mailed_link()
    set_anew()
    assert "This link does not work" in browser().get(link).text


def test_the_link_ends_after_an_hour(noor: User, monkeypatch: Any) -> None:
    ask()
    later = datetime.now() + timedelta(minutes=61)
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda _self: later)
    assert "This link does not work" in browser().get(mailed_link()).text


def test_a_weak_password_is_refused(noor: User) -> None:
    ask()
    page = set_anew("password1234")
    assert page.status_code == 422
    assert "too common" in page.text


def test_known_and_unknown_addresses_get_the_same_answer_and_a_mail_each(noor: User) -> None:
    known, unknown = ask(), ask("nobody@study.example")
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    assert [sent.to for sent in mail.outbox] == [[EMAIL], ["nobody@study.example"]]
    assert "Nobody was invited there with it" in mail.outbox[1].body


def test_an_address_is_not_flooded_with_mail(noor: User) -> None:
    assert [ask().status_code for _ in range(4)] == [302, 302, 302, 429]
    assert len(mail.outbox) == 3


def test_a_mail_server_that_does_not_answer_breaks_no_page(
    noor: User, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.DeadServer"
    assert ask().status_code == 302
    assert "SMTPServerDisconnected" in caplog.text
    assert EMAIL not in caplog.text


def test_someone_who_was_only_invited_cannot_set_a_password_this_way(noor: User) -> None:
    User.objects.filter(pk=noor.pk).update(is_active=False)
    ask()
    assert "Nobody was invited there with it" in mail.outbox[0].body


def test_no_log_line_holds_the_key_of_the_link() -> None:
    import logging  # noqa: PLC0415

    for path in ("/account/password/reset/1a-abc-def0/", "/account/join/tokentoken/"):
        record = logging.LogRecord("x", logging.WARNING, "x.py", 1, "Not Found: %s", (path,), None)
        assert ScrubbingFormatter().format(record) == f"Not Found: {path[: path.rindex('/', 0, -1)]}/-/"
    assert PASSWORD not in ScrubbingFormatter().format(record)


def test_the_password_of_a_colleague_cannot_be_set_with_the_own_link(noor: User, clinic: Site) -> None:
    other = with_password(clinic, email="other@study.example")
    ask()
    own = mailed_link()
    stolen = own.replace(f"reset/{_base36(noor.pk)}-", f"reset/{_base36(other.pk)}-")
    assert stolen != own
    assert "This link does not work" in browser().get(stolen).text


def _base36(number: int) -> str:
    from django.utils.http import int_to_base36  # noqa: PLC0415

    return int_to_base36(number)


def test_a_code_alone_without_a_password_opens_nothing(noor: User) -> None:
    assert give_code(browser(), "000000").headers["Location"] == "/account/sign-in/"
