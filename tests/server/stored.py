"""What lies in a live server's database, read by a connection of our own."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg

from tests.live import LiveServer


def rows(server: LiveServer, query: str) -> list[tuple[Any, ...]]:
    """Return the rows of a query on the server's own database."""
    url = server.environment["DATABASE_URL"]
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(server.database)) as connection:
            return connection.execute(query).fetchall()
    with psycopg.connect(url) as connection:
        return connection.execute(query.encode()).fetchall()


def stored_chunks(server: LiveServer) -> dict[str, list[int]]:
    """Return the numbers of all stored chunks, in the order they were stored, by sitting."""
    found: dict[str, list[int]] = defaultdict(list)
    query = "SELECT s.uuid, c.number FROM training_chunk c JOIN training_sitting s ON c.sitting_id = s.id ORDER BY c.id"
    for uuid, number in rows(server, query):
        text = str(uuid).replace("-", "")
        found[f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"].append(number)
    return dict(found)


def all_bytes(folder: Path) -> bytes:
    """Return everything a server wrote into its data folder, database, journal and logs."""
    return b"\n".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
