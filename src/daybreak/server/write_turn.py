"""Writers of SQLite wait in line.

SQLite lets one writer in at a time, and whoever finds the door shut sleeps and tries again, for longer each time; under
load some wait for seconds while others pass. A lock file that the system hands on in turn does away with the sleeping,
between threads and between processes, and is free again the moment a process dies. PostgreSQL needs nothing of it.

Never ask for a turn inside a transaction that already wrote: the one whose turn it is may be waiting for it to end.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from django.conf import settings
from django.db import connection, transaction

_threads = threading.Lock()


@contextmanager
def write_turn() -> Iterator[None]:
    """Open a transaction that writes, as soon as it is our turn."""
    if connection.vendor != "sqlite":
        with transaction.atomic():
            yield
        return
    with _threads, _turn(), transaction.atomic():
        yield


@contextmanager
def _turn() -> Iterator[None]:
    door = _door()
    fcntl.flock(door, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(door, fcntl.LOCK_UN)


@cache
def _door() -> int:
    """Return the lock file, open for as long as the process lives."""
    return os.open(settings.DATA / "write-turn", os.O_WRONLY | os.O_CREAT, 0o600)
