"""Cutting a sitting's records into chained chunks, as a player's outbox does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from daybreak.core.records import AnyRecord, Chunk, Records, chunk_hash

RECORDS_A_CHUNK = 100


def chained(chain_start: str, records: Iterable[AnyRecord]) -> Iterator[tuple[float, Chunk]]:
    """Yield the records as numbered chunks, each after the one it names, with the time of its last record."""
    rows = list(records)
    head = chain_start
    for number, start in enumerate(range(0, len(rows), RECORDS_A_CHUNK), start=1):
        part = rows[start : start + RECORDS_A_CHUNK]
        body = Records.dump_json(part).decode()
        chunk = Chunk(number=number, previous=head, body=body, hash=chunk_hash(head, number, body))
        head = chunk.hash
        yield part[-1].at, chunk
