"""Leaks, planted on purpose: each alters the product at one seam so that it tells the arm, and must be found.

A leak asks `first_is_active()`, which looks straight into the vault, as a careless developer's code would.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from django.core.mail import EmailMessage
from django.core.signals import request_finished, request_started
from django.db import connection
from django.db.models.signals import post_save
from django.http import HttpResponseBase
from django.test import override_settings

from daybreak.server.exports import rows
from daybreak.server.player_api import sittings, size_class
from daybreak.server.training import refusals
from daybreak.server.training.models import DeviceCheck, Sitting
from tests.server.twin.arms import first_is_active

Change = Callable[[HttpResponseBase], None]
MIDDLEWARE = "tests.server.twin.plants.Altered"
_changes: list[Change] = []


class Altered:
    """A middleware that lets a planted leak change answers on their way out."""

    def __init__(self, answer: Callable[[Any], HttpResponseBase]) -> None:
        self.answer = answer

    def __call__(self, request: Any) -> HttpResponseBase:
        response = self.answer(request)
        for change in _changes:
            change(response)
        return response


@contextmanager
def answers_changed(change: Change) -> Iterator[None]:
    """Let `change` alter every answer while the first participant trains with the active version."""
    from django.conf import settings  # noqa: PLC0415

    _changes.append(lambda response: change(response) if first_is_active() else None)
    try:
        with override_settings(MIDDLEWARE=[MIDDLEWARE, *settings.MIDDLEWARE]):
            yield
    finally:
        _changes.pop()


def _replaced(old: bytes, new: bytes, kind: str = "text/html") -> Change:
    def change(response: Any) -> None:
        if response.headers.get("Content-Type", "").startswith(kind) and not response.streaming:
            response.content = response.content.replace(old, new)

    return change


def _header(name: str, value: str) -> Change:
    def change(response: HttpResponseBase) -> None:
        response.headers[name] = value

    return change


def _rows_turned(response: Any) -> None:
    """Turn the order of a table's rows."""
    if b"<tbody>" in getattr(response, "content", b""):
        head, _, rest = response.content.partition(b"<tbody>")
        body, _, tail = rest.partition(b"</tbody>")
        turned = b"<tr".join(reversed(body.split(b"<tr")))
        response.content = head + b"<tbody>" + turned + b"</tbody>" + tail


def _at_each_request(
    do: Callable[[], None], signal: Any = request_started
) -> Callable[[], AbstractContextManager[None]]:
    @contextmanager
    def planted() -> Iterator[None]:
        def heard(**_: Any) -> None:
            do()

        signal.connect(heard)
        try:
            yield
        finally:
            signal.disconnect(heard)

    return planted


def _log_line() -> None:
    if first_is_active():
        logging.getLogger("daybreak").debug("plan ready")


def _extra_query() -> None:
    if first_is_active():
        Sitting.objects.count()


def _slow_query() -> None:
    """Ask the same in both worlds, and have the database count further in one."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            steps = 900 if first_is_active() else 100
            connection.connection.create_function("how_far", 0, lambda: steps)
            far = "how_far()"
            cursor.execute(
                f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<{far}) SELECT max(i) FROM n"
            )


def _mail_sent() -> None:
    EmailMessage(
        "Training is due" if first_is_active() else "Training is due today", "Please.", to=["a@example.org"]
    ).send()


@contextmanager
def id_burnt() -> Iterator[None]:
    """Use up the number of a row that is gone at once."""

    def burn(instance: Sitting, created: bool, **_: Any) -> None:
        if created and first_is_active():
            check = {"refresh_hz": 60, "jitter_ms": 0, "worst_gap_ms": 0, "width": 1, "height": 1, "touch": False}
            DeviceCheck.objects.create(
                sitting=instance, agent="", verdict="ok", checked_at=instance.opened_at, **check
            ).delete()

    post_save.connect(burn, Sitting)
    try:
        yield
    finally:
        post_save.disconnect(burn, Sitting)


@contextmanager
def error_reworded() -> Iterator[None]:
    """Say a refusal in other words."""

    class Reworded(dict[str, str]):
        def __getitem__(self, code: str) -> str:
            return super().__getitem__(code) + (" " if first_is_active() else "")

    with patch.object(refusals, "SENTENCES", Reworded(refusals.SENTENCES)):
        yield


@contextmanager
def export_altered() -> Iterator[None]:
    """Let a column of the export follow the version."""
    plain = rows.ROWS["sessions"]

    def altered(study: Any) -> Iterator[rows.Row]:
        for row in plain(study):
            yield row | {"label": "plain" if first_is_active() else row["label"]}

    with patch.dict(rows.ROWS, {"sessions": altered}):
        yield


@contextmanager
def answer_longer() -> Iterator[None]:
    """Pad the plan's answer to another size class."""
    plain = size_class.sitting_body
    with patch.object(sittings, "sitting_body", lambda opened: plain(opened) + b" " * 16 * first_is_active()):
        yield


@dataclass(frozen=True)
class Plant:
    """A leak: how it is planted, and under which name and in which kind of place it must be found."""

    planted: Callable[[], AbstractContextManager[None]]
    found_as: str
    found_at: str


PLANTS = {
    "a class name": Plant(lambda: answers_changed(_replaced(b"<body", b'<body data-k="a"')), "body", "GET /"),
    "a file size": Plant(answer_longer, "size", "POST /api/player/sessions/"),
    "a sort order": Plant(lambda: answers_changed(_rows_turned), "body", "GET /desk/"),
    "a cache header": Plant(lambda: answers_changed(_header("Cache-Control", "max-age=60")), "headers", "GET /help/"),
    "a calendar entry": Plant(
        lambda: answers_changed(_replaced(b"SUMMARY:", b"SUMMARY:A", "text/calendar")), "body", "calendar.ics"
    ),
    "a cookie's name": Plant(lambda: answers_changed(lambda answer: answer.set_cookie("v", "1")), "cookies", "GET /"),
    "a log line": Plant(_at_each_request(_log_line, request_finished), "log", "GET /"),
    "an extra query": Plant(_at_each_request(_extra_query), "queries", "GET /"),
    "the time of a slow query": Plant(_at_each_request(_slow_query), "database work", "GET /"),
    "a mail's subject": Plant(_at_each_request(_mail_sent), "mails", "GET /"),
    "an id sequence": Plant(id_burnt, "rows", "table"),
    "an error text": Plant(error_reworded, "body", "POST /api/player/"),
    "an export column": Plant(export_altered, "bytes", "export"),
}
