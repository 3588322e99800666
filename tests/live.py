"""A live server for tests: the real one, in a process of its own, on a free port, with its own data folder.

with LiveServer(folder) as server:
    person = server.new_participant(version="sham")
    server.kill()        # SIGKILL, as a power cut of the process
    server.restart()
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).parent.parent
STARTS_WITHIN = 60


@dataclass(frozen=True)
class Person:
    """Someone the live server knows. `link` needs the PIN; `cookies` are those of a session already signed in."""

    code: str
    participant_id: int
    user_id: int
    token: str
    link: str
    pin: str
    cookies: dict[str, str]

    @property
    def headers(self) -> dict[str, str]:
        """Headers of a request to the API from our own page."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Cookie": cookies, "X-CSRFToken": self.cookies["csrftoken"]}


class LiveServer:
    """The real server. `database_url` is a PostgreSQL of the caller's; without it, SQLite in `folder`."""

    def __init__(self, folder: Path, *, database_url: str = "", workers: int = 1, **environment: str) -> None:
        self.folder = folder
        self.workers = workers
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "server.log"
        self.environment = os.environ | {
            "DAYBREAK_DATA": str(folder),
            "DAYBREAK_DEMO": "1",
            "DAYBREAK_SECRET_KEY": "for tests only",
            "DAYBREAK_MASTER_KEY": base64.b64encode(bytes(range(32))).decode(),
            "DATABASE_URL": database_url or f"sqlite:///{folder / 'daybreak.sqlite3'}",
            "DJANGO_SETTINGS_MODULE": "daybreak.server.settings",
            **environment,
        }
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.folder / "daybreak.sqlite3"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start the server and wait until it answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "daybreak.server.serve", str(self.port), str(self.workers)],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        limit = time.monotonic() + STARTS_WITHIN
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > limit:
                raise RuntimeError(f"the server did not start:\n{self.log.read_text()[-3000:]}")
            time.sleep(0.05)

    def answers(self) -> bool:
        """Whether the server takes requests now."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/api/player/openapi.json")
            return connection.getresponse().status < 500
        except OSError:
            return False
        finally:
            connection.close()

    def kill(self) -> None:
        """End the server and its workers at once, in the middle of whatever they do."""
        self._signal(signal.SIGKILL)

    def stop(self) -> None:
        """End the server as an operator would, or at once if it does not listen."""
        try:
            self._signal(signal.SIGTERM)
        except subprocess.TimeoutExpired:
            self.kill()

    def restart(self) -> None:
        """Start again after `kill` or `stop`, on the same port with the same data."""
        self.start()

    def _signal(self, number: signal.Signals) -> None:
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)
        self.process.wait(timeout=15)
        self.process = None

    def new_participants(self, count: int = 1, **wishes: Any) -> list[Person]:
        """Make people; `tests/live_people.py` lists what can be wished for."""
        told = subprocess.run(
            [sys.executable, "-m", "tests.live_people", json.dumps({"count": count, **wishes})],
            cwd=ROOT,
            # Their past is lived by a clock that stands still, which only a demo has.
            env=self.environment | {"DAYBREAK_DEMO": "1"},
            capture_output=True,
            check=False,
        )
        if told.returncode:
            raise RuntimeError(told.stderr.decode())
        return [self._person(facts) for facts in json.loads(told.stdout)]

    def new_participant(self, **wishes: Any) -> Person:
        """Make one person."""
        return self.new_participants(1, **wishes)[0]

    def _person(self, facts: dict[str, str]) -> Person:
        return Person(
            code=facts["code"],
            participant_id=int(facts["participant_id"]),
            user_id=int(facts["user_id"]),
            token=facts["token"],
            link=f"{self.url}/p/{facts['token']}/",
            pin=facts["pin"],
            cookies={"daybreak-session": facts["session"], "csrftoken": facts["csrf"]},
        )


def free_port() -> int:
    """Return a port nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
