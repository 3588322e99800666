"""The standing cast of the server's tests: a person who is ready to play, and a stranger who must be refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from daybreak.server.audit.triggers import SQLITE
from daybreak.server.enrolment.models import Participant
from daybreak.server.studies.models import Site
from daybreak.server.vault import walls
from tests import people
from tests.live import LiveServer
from tests.live_people import plain_face, shipped_study_file
from tests.postgresql import new_database
from tests.server.http_player import Answer, HttpPlayer
from tests.server.law import watched

ON_POSTGRESQL = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")


@pytest.fixture(autouse=True)
def every_change_is_recorded() -> Iterator[None]:
    """Fail a test whose requests change a row outside an action: see `tests/server/law.py`."""
    with watched() as watch:
        yield
    assert watch.broken == [], "these were written outside an action that is being recorded"


@pytest.fixture
def study_file() -> str:
    return shipped_study_file()


@pytest.fixture
def clinic(db: None, study_file: str) -> Site:
    return people.site(study_file)


@pytest.fixture
def person(clinic: Site) -> Participant:
    return people.participant(clinic, "P-1", portrait=plain_face(), seed=bytes(32))


@pytest.fixture
def stranger(clinic: Site) -> Participant:
    return people.participant(clinic, "P-2", portrait=plain_face(), seed=bytes(range(32)))


def player_of(participant: Participant) -> HttpPlayer:
    """Return a player whose requests come from the participant's own signed-in browser, CSRF check and all."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.cookies[settings.SESSION_COOKIE_NAME] = people.signed_in(participant.user)
    client.cookies["csrftoken"] = people.CSRF

    def call(method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Answer:
        sent = {"Content-Type": "application/json", "X-CSRFToken": people.CSRF} | (headers or {})
        kind = sent.pop("Content-Type")
        got = client.generic(method, f"/api/player/{path}", body, content_type=kind, headers=sent)
        return Answer(got.status_code, got.content, {name.lower(): value for name, value in got.headers.items()})

    return HttpPlayer(call)


@pytest.fixture
def player(person: Participant) -> HttpPlayer:
    return player_of(person)


@pytest.fixture
def other_player(stranger: Participant) -> HttpPlayer:
    return player_of(stranger)


@pytest.fixture(scope="session")
def start_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., LiveServer]]:
    """Start real servers, on the engine these tests run on; all of them stop at the end."""
    started: list[LiveServer] = []

    def start(**wishes: Any) -> LiveServer:
        folder: Path = tmp_path_factory.mktemp("live")
        database = new_database() if ON_POSTGRESQL else ""
        server = LiveServer(folder, database_url=database, **wishes)
        started.append(server)
        server.start()
        return server

    yield start
    for server in started:
        server.stop()


@pytest.fixture(scope="session")
def real_server(start_server: Callable[..., LiveServer]) -> LiveServer:
    """One real server for all tests that do not kill it."""
    return start_server(workers=2)


@pytest.fixture
def emptied_afterwards(transactional_db: None) -> Iterator[None]:
    """Let Django empty all tables after a test that commits: trail and vault refuse to be emptied."""
    yield
    with connection.cursor() as cursor:
        if ON_POSTGRESQL:
            cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_no_truncate")
            return
        cursor.execute("DROP TRIGGER audit_entry_no_delete")
        cursor.execute("DELETE FROM audit_entry")
        cursor.execute(SQLITE.format(table="audit_entry", verb="delete", VERB="DELETE"))
        cursor.execute("PRAGMA foreign_keys = OFF")
        for table, when in walls.FIXED.items():
            cursor.execute(f"DROP TRIGGER vault_{table}_kept")
            cursor.execute(f"DELETE FROM vault_{table}")
            cursor.execute(walls.SQLITE[1].format(table=table, when=when, says=walls.SAYS))
        cursor.execute("PRAGMA foreign_keys = ON")
