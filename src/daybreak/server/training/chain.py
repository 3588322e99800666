"""A sitting's chain: what a chunk must be to be the next one, and the proof that all are as the player sent them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from django.db.models import QuerySet
from pydantic import ValidationError

from daybreak.core.errors import ChunkError
from daybreak.core.records import MOST_BODY_BYTES, AnyRecord, Chunk, Records, chunk_hash
from daybreak.server.training.models import AnyChunk, AnySitting
from daybreak.server.training.refusals import ChunkOrderError

Stored = TypeVar("Stored", bound=AnyChunk)


def read_records(chunk: Chunk) -> list[AnyRecord]:
    """Return the records of a chunk whose hash is right.

    Raises:
        ChunkError: `chunk-too-large`, `chunk-forged` or `chunk-unreadable`.
    """
    if len(chunk.body.encode()) > MOST_BODY_BYTES:
        raise ChunkError("This part is too large.", code="chunk-too-large")
    if chunk.hash != chunk_hash(chunk.previous, chunk.number, chunk.body):
        raise ChunkError("The check sum of this part is wrong.", code="chunk-forged")
    try:
        return Records.validate_json(chunk.body, strict=True)
    except ValidationError as error:
        # No word of the body: it is not ours to repeat in a message or a log.
        raise ChunkError("This part cannot be read.", code="chunk-unreadable") from error


def is_next(sitting: AnySitting, chunk: Chunk, stored: QuerySet[Stored]) -> bool:
    """Return whether a chunk is the awaited one; False if it was sent before and is stored already.

    Args:
        sitting: locked until the transaction ends.
        chunk: as it came.
        stored: the sitting's chunks.

    Raises:
        ChunkError: `chunk-differs`: another chunk is stored under its number, or it does not follow the one before.
        ChunkOrderError: chunks before it are missing.
    """
    if chunk.number > sitting.next_number:
        raise ChunkOrderError(sitting.next_number)
    if chunk.number < sitting.next_number:
        if stored.get(number=chunk.number).hash != chunk.hash:
            raise ChunkError("Another part is stored under this number.", code="chunk-differs")
        return False
    if chunk.previous != sitting.head:
        raise ChunkError("This part does not follow the one before it.", code="chunk-differs")
    return True


def first_broken(sitting: AnySitting, chunks: Iterable[AnyChunk]) -> int | None:
    """Return the number of the first chunk that is missing, changed or out of place, or None if the chain holds.

    Args:
        sitting: whose `chain_start` the chain begins with and whose `head` it must end with.
        chunks: all that are stored of it, by number.
    """
    number, head = 0, sitting.chain_start
    for number, chunk in enumerate(chunks, start=1):
        right = chunk_hash(head, number, chunk.body)
        if (chunk.number, chunk.previous, chunk.hash) != (number, head, right):
            return number
        head = right
    return None if (number + 1, head) == (sitting.next_number, sitting.head) else number + 1
