"""A year's first weeks of somebody whose clock stands, and letters in a folder of their own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from daybreak.core.roles import Role
from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.clock import Hand
from daybreak.server.enrolment.models import Participant
from daybreak.server.messages.planning import plan_all
from daybreak.server.messages.sending import send_due
from daybreak.server.studies.models import Site
from tests import people
from tests.live_people import shipped_study_file

INFUSED = datetime(2026, 3, 2, 10, 40, tzinfo=UTC)
MADRID = "Europe/Madrid"


@pytest.fixture
def hand(db: None) -> Iterator[Hand]:
    """The clock's hand, a few days before the infusion."""
    with clock.standing(INFUSED - timedelta(days=5)) as moved:
        yield moved


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    """Where letters lie."""
    settings.MESSAGE_FOLDER = tmp_path / "messages"
    return tmp_path / "messages"


@pytest.fixture
def here(hand: Hand, folder: Path) -> Site:
    return people.site(shipped_study_file(), MADRID)


@pytest.fixture
def colleague(here: Site) -> User:
    user = people.staff(here.study, Role.COORDINATOR, at=here, name="Cora")
    User.objects.filter(pk=user.pk).update(email="cora@example.org")
    return User.objects.get(pk=user.pk)


@pytest.fixture
def someone(here: Site, hand: Hand) -> Participant:
    """Somebody infused at `INFUSED`; the clock stands there."""
    person = people.participant(here, "P-1", infusion_ago=None)
    hand.move_to(INFUSED)
    people.infused(person, INFUSED)
    return Participant.objects.get(pk=person.pk)


@pytest.fixture
def letters(folder: Path) -> Callable[[], list[dict[str, Any]]]:
    """Read all letters that were sent so far, in the order of their keys."""

    def read() -> list[dict[str, Any]]:
        return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.json"))]

    return read


def worked(hand: Hand, at: datetime, worker: str = "one") -> int:
    """Move the clock and let a worker plan and send; return how many letters went."""
    hand.move_to(at)
    plan_all(clock.now(), worker)
    return send_due(clock.now(), worker)
