"""The loop of `daybreak worker`: every job in its turn, until it is told to stop."""

from __future__ import annotations

import logging
import os
import secrets
import signal
import socket
import time
from typing import Any

from django.db import DatabaseError, close_old_connections, connection

from daybreak.core.errors import CommandError
from daybreak.server import clock
from daybreak.server.messages.jobs import JOBS, Job
from daybreak.server.messages.sending import send_due

LOOK_SECONDS = 0.5
"""How long it sleeps before it looks whether it shall stop."""
log = logging.getLogger(__name__)


class Worker:
    """One worker. Any number may run beside each other, on one machine or several that share a database."""

    def __init__(self) -> None:
        self.name = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"
        self.stopping = False
        self.next_turn: dict[str, float] = {}

    def run_once(self) -> None:
        """Do every job once, and send all that is due."""
        for job in JOBS:
            job.run(clock.now(), self.name)
        send_due(clock.now(), self.name)

    def run(self) -> None:
        """Do the jobs again and again. On SIGTERM or SIGINT what was begun is done first."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        while not self.stopping:
            for job in JOBS:
                if not self.stopping and time.monotonic() >= self.next_turn.get(job.name, 0.0):
                    self.next_turn[job.name] = time.monotonic() + (0 if self._turn(job) else job.every)
            close_old_connections()
            time.sleep(max(0.0, min(LOOK_SECONDS, min(self.next_turn.values()) - time.monotonic())))

    def _turn(self, job: Job) -> int:
        """Do a job; one that fails is noted, keeps no other back, and has its turn again later."""
        try:
            return job.run(clock.now(), self.name)
        except Exception as error:
            # The kind only: the words of an error may hold what no log may.
            log.error("the job '%s' failed: %s", job.name, type(error).__name__)
            if isinstance(error, DatabaseError):
                connection.close()
            return 0

    def _stop(self, *_: Any) -> None:
        self.stopping = True


def check_database() -> None:
    """Let a worker begin only on a database that is up to date; bringing it there is for the server.

    Raises:
        CommandError: it is not.
    """
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415  slow to load, and needed only here

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise CommandError(
            "the database is not up to date.", remedy="Start the server first: daybreak serve", code="database"
        )
