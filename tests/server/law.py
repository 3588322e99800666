"""The law of the trail: during a request no row is changed outside an action that is being recorded.

Every statement that a request sends to the database is looked at. Tables in `FREE` may be written without an entry,
each for the reason that stands beside it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.signals import request_finished, request_started
from django.db import connection

from daybreak.server.audit.trail import is_recording

WRITES = re.compile(r'^\s*(INSERT INTO|UPDATE|DELETE FROM)\s+"?([a-z_]+)"?', re.IGNORECASE)
FREE = {
    "django_session": "web sessions are no data of a study; signing in and out has an entry",
    "accounts_websession": "when and where somebody is signed in",
    "cache": "short-lived counts of tries",
    "axes_accessattempt": "counts wrong tries; the lock-out itself has an entry",
    "axes_accessattemptexpiration": "as above",
    "axes_accessfailurelog": "as above",
    "axes_accesslog": "as above",
    "accounts_user": "last_login, and a slow hash made anew; what people change has an entry",
    "mfa_authenticator": "notes that a code was used; adding and removing a factor has an entry",
    "training_chunk": "a record as it came, once, in a chain of its own",
    "training_sitting": "the head of that chain and its counts",
    "training_devicecheck": "for listing; the record itself is in its chunk",
    "training_trainingsession": "counts folded from chunks, and a player's lease; opening and closing have an entry",
    "training_outline": "what the fold needs to know of a plan",
    "implicit_implicitchunk": "a record as it came, once, in a chain of its own",
    "implicit_implicitsitting": "the head of that chain",
    "implicit_implicittest": "rounds ended, and a player's lease; opening, beginning and completing have an entry",
    "vault_dispensed": "a plan drawn from what the vault holds already",
    "people_messages_message": "when it was planned, sent and opened, which its own row keeps; refusing has an entry",
    "visits_nextlook": "when deviations are next looked for",
    "audit_verification": "that somebody checked the chain",
    "demo_clock_democlock": "no real study has it",
}


class Watch:
    """Notes every write of a request that no action records."""

    def __init__(self) -> None:
        self.in_request = False
        self.broken: list[str] = []

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """Look at one statement and hand it on."""
        found = WRITES.match(sql) if self.in_request and isinstance(sql, str) else None
        if found and not is_recording() and found[2] not in FREE:
            self.broken.append(f"{found[1]} {found[2]}")
        return execute(sql, params, many, context)

    def begin(self, **_: Any) -> None:
        """A request begins."""
        self.in_request = True

    def end(self, **_: Any) -> None:
        """A request ends."""
        self.in_request = False


@contextmanager
def watched() -> Iterator[Watch]:
    """Watch all requests made in this thread."""
    watch = Watch()
    request_started.connect(watch.begin)
    request_finished.connect(watch.end)
    try:
        with connection.execute_wrapper(watch):
            yield watch
    finally:
        request_started.disconnect(watch.begin)
        request_finished.disconnect(watch.end)
