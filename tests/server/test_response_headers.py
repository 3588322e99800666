"""Every answer carries the headers that keep strangers' code and frames out."""

from __future__ import annotations

import pytest
from django.test import Client

PAGES = [
    "/",
    "/today/",
    "/help/",
    "/nothing/",
    "/api/player/openapi.json",
    "/api/player/portrait",
    "/push-worker.js",
    "/static/daybreak.css",
]


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES)
def test_every_answer_keeps_other_hosts_out(page: str) -> None:
    answer = Client().get(page)
    for _ in getattr(answer, "streaming_content", ()):
        continue
    answer.close()
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'self'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert answer.headers["Permissions-Policy"].startswith("camera=(self)")
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.django_db
@pytest.mark.parametrize("page", [page for page in PAGES if "static" not in page])
def test_no_answer_but_a_static_file_is_kept_by_anybody_on_the_way(page: str) -> None:
    kept = Client().get(page).headers["Cache-Control"]
    assert "no-store" in kept
    assert "private" in kept


@pytest.mark.django_db
def test_a_request_for_another_host_is_refused_in_one_line_without_a_traceback(
    caplog: pytest.LogCaptureFixture,
) -> None:
    answer = Client().get("/today/", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert caplog.text == ""
