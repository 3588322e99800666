"""Two real workers, killed at random while they send: every message once, and none lost without a word."""

from __future__ import annotations

import hashlib
import json
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from tests.live import ROOT, LiveServer
from tests.postgresql import new_database
from tests.server.conftest import ON_POSTGRESQL
from tests.server.messages.mail_sink import mail_sink

COUNT, KILLS = 250, 6
WITHIN = 90
pytestmark = pytest.mark.evidence("property", "issue 4: every message exactly once, two workers, random kills of both")


class Surroundings:
    """A database with messages that are due, and workers on it."""

    def __init__(self, folder: Path, count: int, **environment: str) -> None:
        url = new_database() if ON_POSTGRESQL else ""
        self.environment = LiveServer(folder, database_url=url, DAYBREAK_CLAIM_SECONDS="2").environment
        self.run("make", str(count))
        self.environment |= environment
        self.errors = (folder / "workers.log").open("ab")

    def run(self, *what: str) -> str:
        """Run the seeding program and return what it prints."""
        command = [sys.executable, "-m", "tests.server.messages.seeding", *what]
        ended = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    def states(self) -> dict[str, list[str]]:
        """Return the keys of messages by state."""
        told: dict[str, list[str]] = json.loads(self.run("tell"))
        return told

    def worker(self, *options: str) -> subprocess.Popen[bytes]:
        """Start a worker."""
        command = [sys.executable, "-m", "daybreak.cli.main", "worker", *options]
        return subprocess.Popen(command, cwd=ROOT, env=self.environment, stderr=self.errors)

    def outlive(self, kills: int, chance: Random) -> dict[str, list[str]]:
        """Let two workers work, kill one of them again and again, and return the states once nothing is due."""
        workers = [self.worker(), self.worker()]
        try:
            for _ in range(kills):
                time.sleep(chance.uniform(1.0, 2.5))
                victim = chance.randrange(2)
                workers[victim].send_signal(signal.SIGKILL)
                workers[victim].wait(timeout=10)
                workers[victim] = self.worker()
            limit = time.monotonic() + WITHIN
            while {"due", "claimed"} & set(found := self.states()):
                assert time.monotonic() < limit, {state: len(keys) for state, keys in found.items()}
                time.sleep(0.5)
            return found
        finally:
            for worker in workers:
                worker.send_signal(signal.SIGTERM)
            ends = [worker.wait(timeout=30) for worker in workers]
            self.errors.close()
            assert ends == [0, 0]


@pytest.mark.slow
def test_with_a_gateway_that_can_be_asked_every_message_arrives_once(tmp_path: Path) -> None:
    there = Surroundings(tmp_path, COUNT)
    states = there.outlive(KILLS, Random(14))
    assert {state: len(keys) for state, keys in states.items()} == {"sent": COUNT}
    letters = [json.loads(path.read_text()) for path in (tmp_path / "messages" / "email").glob("*.json")]
    assert Counter(letter["key"] for letter in letters) == Counter(f"key-{number}" for number in range(COUNT))


@pytest.mark.slow
def test_with_a_mail_server_none_arrives_twice_and_what_is_uncertain_is_named(tmp_path: Path) -> None:
    with mail_sink() as sink:
        address = f"smtp://127.0.0.1:{sink.server_address[1]}"
        there = Surroundings(tmp_path, COUNT, DAYBREAK_DEMO="0", DAYBREAK_MAIL=address)
        states = there.outlive(KILLS, Random(15))
        arrived = Counter(sink.ids)
    assert set(arrived.values()) == {1}
    assert set(states) <= {"sent", "unknown"}
    assert len(states.get("unknown", [])) <= KILLS
    digests = {hashlib.sha256(key.encode()).hexdigest() for key in states["sent"]}
    assert digests <= set(arrived)
    assert len(arrived) >= COUNT - KILLS


def test_a_worker_that_is_told_to_stop_ends_well_and_one_for_once_ends_by_itself(tmp_path: Path) -> None:
    there = Surroundings(tmp_path, 5)
    running = there.worker()
    limit = time.monotonic() + WITHIN
    while set(there.states()) != {"sent"}:
        assert time.monotonic() < limit
        time.sleep(0.5)
    running.send_signal(signal.SIGINT)
    assert running.wait(timeout=30) == 0
    assert there.worker("--once").wait(timeout=60) == 0
    there.errors.close()
    assert (tmp_path / "workers.log").read_text() == ""
