"""Proving that a sitting's stored chunks are the ones its player sent, in the order it sent them."""

from __future__ import annotations

from collections.abc import Iterable

from daybreak.core.records import chunk_hash
from daybreak.server.training.models import Chunk, Sitting


def first_broken(sitting: Sitting, chunks: Iterable[Chunk]) -> int | None:
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
