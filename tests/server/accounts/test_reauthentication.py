"""Before something that matters people prove once more who they are."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from daybreak.server.accounts.models import User
from daybreak.server.accounts.reauthentication import (
    NotProvenError,
    has_reauthenticated,
    needs_reauthentication,
    prove,
)
from daybreak.server.studies.models import Site
from tests.server.accounts.signing import PASSWORD, WRONG, code, signed_in_with_app, with_app, with_password
from tests.server.browsing import operator

pytestmark = pytest.mark.django_db


@pytest.fixture
def noor(clinic: Site) -> User:
    return with_app(with_password(clinic))


def request_of(user: Any, session: Any) -> HttpRequest:
    request = RequestFactory().post("/desk/sign/?entry=1")
    request.user, request.session = user, session
    return request


@pytest.fixture
def request_from(noor: User) -> HttpRequest:
    return request_of(noor, signed_in_with_app(noor).session)


@needs_reauthentication
def signing(request: HttpRequest) -> HttpResponse:
    return HttpResponse("signed")


def test_having_signed_in_is_no_proof(request_from: HttpRequest) -> None:
    assert not has_reauthenticated(request_from)
    assert signing(request_from).headers["Location"] == "/account/again/?next=%2Fdesk%2Fsign%2F%3Fentry%3D1"


def test_the_password_in_the_form_is_proof_for_five_minutes(request_from: HttpRequest, monkeypatch: Any) -> None:
    prove(request_from, PASSWORD)
    assert has_reauthenticated(request_from)
    assert signing(request_from).status_code == 200
    later = time.time() + 301
    monkeypatch.setattr("time.time", lambda: later)
    assert not has_reauthenticated(request_from)


def test_a_wrong_password_proves_nothing_and_five_close_the_account(request_from: HttpRequest) -> None:
    for _ in range(4):
        with pytest.raises(NotProvenError, match=r"That is not your password\. Type it again\."):
            prove(request_from, WRONG)
    for typed in (WRONG, PASSWORD):
        with pytest.raises(NotProvenError, match="closed for 15 minutes"):
            prove(request_from, typed)
    assert not has_reauthenticated(request_from)


def test_someone_elses_password_proves_nothing(request_from: HttpRequest, clinic: Site) -> None:
    other = with_password(clinic, email="other@study.example")
    other.set_password("another long password")
    other.save()
    with pytest.raises(NotProvenError):
        prove(request_from, "another long password")


def test_the_stranger_cannot_prove_anything(request_from: HttpRequest) -> None:
    stranger = request_of(AnonymousUser(), Client().session)
    assert not has_reauthenticated(stranger)
    with pytest.raises(NotProvenError, match="signed out"):
        prove(stranger, PASSWORD)


def test_in_a_demo_the_pin_of_the_link_is_proof(clinic: Site) -> None:
    user = operator()
    user.set_password("5094")
    user.save()
    request = request_of(user, Client().session)
    prove(request, "5094")
    assert has_reauthenticated(request)


@pytest.mark.parametrize(
    ("page", "field", "typed"), [("again/", "password", PASSWORD), ("again/code/", "code", "next")]
)
def test_the_page_that_asks_leads_back(noor: User, page: str, field: str, typed: str) -> None:
    client = signed_in_with_app(noor)
    assert "Is it still you?" in client.get(f"/account/{page}?next=/desk/").text
    assert client.post(f"/account/{page}?next=/desk/", {field: "nonsense"}).status_code == 422
    answer = client.post(f"/account/{page}?next=/desk/", {field: code(steps=1) if typed == "next" else typed})
    assert answer.headers["Location"] == "/desk/"
    assert has_reauthenticated(request_of(noor, client.session))
