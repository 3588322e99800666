"""Mail is refused, texts hang, workers are killed: an alert is acknowledged or red within its clock, always."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.live import ROOT, LiveServer
from tests.server.safety.broken_servers import MailServer, TextServer
from tests.server.safety.live import TEAM, told

pytestmark = [pytest.mark.slow, pytest.mark.evidence("property", "issue 4: acknowledged or red within the clock")]
REACHABLE = """
for role, user in vars(team).items():
    User.objects.filter(pk=user.pk).update(email=f"{role}@clinic.example", phone="+34 600 000 000")
"""
RAISE = """
from datetime import timedelta
person = Participant.objects.get(code=sys.argv[1])
alert, = give(form_of(person, visit_key=sys.argv[2]), THOUGHTS, clock.now() - timedelta(seconds=float(sys.argv[3])))
say(alert.pk)
"""
LOOK = """
from daybreak.server.safety.queries import waiting_for
alert, pharmacist = Alert.objects.get(pk=sys.argv[1]), User.objects.get(pk=sys.argv[2])
now = clock.now()
say({
    "late": now >= alert.due_at,
    "state": alert.state,
    "red": any(one.red for one in waiting_for(pharmacist, alert.study, now)),
    "steps": sorted(set(alert.told.values_list("step", flat=True))),
    "told": alert.told.count(),
    "messages": dict(Message.objects.filter(about=f"alert:{alert.pk}").values_list("key", "state")),
})
"""
HURRY = "say(Message.objects.filter(state='due').update(next_try_at=clock.now()))"
ACKNOWLEDGE = """
from daybreak.server.safety.actions.answering import acknowledge
say(acknowledge(User.objects.get(pk=sys.argv[2]), Alert.objects.get(pk=sys.argv[1])))
"""
HALF_HOUR = 30 * 60
HEALTH = ("qids", "suicid", "thought", "depress", "ketamine", "p-1")


@pytest.fixture(scope="module")
def server(start_server: Callable[..., LiveServer]) -> LiveServer:
    server = start_server()
    server.new_participants(1)
    server.stop()
    return server


@pytest.fixture(scope="module")
def team(server: LiveServer) -> dict[str, Any]:
    found: dict[str, Any] = told(server, TEAM + REACHABLE)
    return found


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with MailServer() as mail:
        yield mail


@pytest.fixture
def texts() -> Iterator[TextServer]:
    with TextServer() as texts:
        yield texts


@pytest.fixture
def real(server: LiveServer, mail: MailServer, texts: TextServer, monkeypatch: pytest.MonkeyPatch) -> LiveServer:
    """The server's data under the settings of a real study: nothing stays in a folder, the clock is the world's."""
    real = {
        "DAYBREAK_DEMO": "0",
        "DAYBREAK_MAIL": f"smtp://127.0.0.1:{mail.port}",
        "DAYBREAK_SMS": f"json://127.0.0.1:{texts.port}/{{phone}}",
        "DAYBREAK_CLAIM_SECONDS": "2",
    }
    monkeypatch.setattr(server, "environment", server.environment | real)
    return server


@contextmanager
def working(server: LiveServer) -> Iterator[subprocess.Popen[bytes]]:
    """Let a real worker run; in the end it is killed, whatever it does."""
    command = [sys.executable, "-m", "daybreak.cli.main", "worker"]
    with (server.folder / "worker.log").open("ab") as log:
        worker = subprocess.Popen(command, cwd=ROOT, env=server.environment, stdout=log, stderr=log)
    try:
        yield worker
    finally:
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()


def seen(server: LiveServer, alert: int, team: dict[str, Any]) -> dict[str, Any]:
    """Return how the alert stands, and what the pharmacist's pages show of it, who may not read it."""
    found: dict[str, Any] = told(server, LOOK, alert, team["pharmacist"]["user"])
    assert found["red"] or not found["late"] or found["state"] != "open", "neither acknowledged nor red in its clock"
    return found


def until(server: LiveServer, alert: int, team: dict[str, Any], is_there: Callable[[dict[str, Any]], bool]) -> Any:
    limit = time.monotonic() + 90
    while not is_there(found := seen(server, alert, team)):
        assert time.monotonic() < limit, found
    return found


def raised(server: LiveServer, visit: str, ago: float) -> int:
    code = told(server, "say(Participant.objects.earliest('pk').code)")
    found: int = told(server, RAISE, code, visit, ago)
    return found


def test_mail_that_is_refused_and_texts_that_hang_leave_it_red_until_somebody_answers(
    real: LiveServer, team: dict[str, Any], mail: MailServer, texts: TextServer
) -> None:
    mail.mood, texts.mood = "refuse", "hang"
    alert = raised(real, "day-1", HALF_HOUR - 20)
    with working(real):
        texts.wait_for_call()
        found = until(real, alert, team, lambda found: found["late"] and 1 in found["steps"])
        ways = {key.rpartition(":")[2]: state for key, state in found["messages"].items()}
        assert found["red"]
        assert "sent" not in (ways["email"], ways["sms"])
        assert mail.taken == texts.taken == []
        mail.mood = texts.mood = "take"
        told(real, HURRY)
        until(real, alert, team, lambda found: all(state == "sent" for state in found["messages"].values()))
    written = [*(" ".join(letter) for letter in mail.letters), *texts.taken]
    assert len([text for text in written if "An alert at your site waits" in text]) >= 2 * 3
    assert [text for text in written if any(word in text.lower() for word in HEALTH)] == []
    assert told(real, ACKNOWLEDGE, alert, team["investigator"]["user"])
    assert not seen(real, alert, team)["red"]


def test_without_any_worker_it_is_red_five_minutes_after_it_was_raised(real: LiveServer, team: dict[str, Any]) -> None:
    alert = raised(real, "day-5", 4 * 60)
    assert not seen(real, alert, team)["red"]
    told(real, ACKNOWLEDGE, alert, team["investigator"]["user"])
    untold = raised(real, "day-12", 5 * 60 + 1)
    assert seen(real, untold, team)["red"]
    told(real, ACKNOWLEDGE, untold, team["investigator"]["user"])


def test_workers_that_are_killed_again_and_again_lose_nothing_and_take_each_step_once(
    real: LiveServer, team: dict[str, Any], mail: MailServer, texts: TextServer
) -> None:
    chance = random.Random(20260302)
    alert = raised(real, "day-21", HALF_HOUR - 12)
    for kill in range(4):
        mail.mood = "hang" if kill < 3 else "take"
        with working(real):
            mail.wait_for_call()
            time.sleep(chance.uniform(0.0, 0.4))
        seen(real, alert, team)
    mail.mood = "take"
    told(real, HURRY)
    with working(real):
        found = until(
            real,
            alert,
            team,
            lambda found: 1 in found["steps"] and all(state == "sent" for state in found["messages"].values()),
        )
    assert found["red"]
    assert found["told"] == 3
    assert len(found["messages"]) == 3 * 3
    keys = [key for key in found["messages"] if key.endswith(":email")]
    assert len(set(mail.taken)) >= len(keys)
