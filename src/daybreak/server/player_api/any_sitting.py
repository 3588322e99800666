"""Sittings of sessions and of tests under one address: an outbox sends what is left whatever was played."""

from __future__ import annotations

import uuid

from daybreak.core.records import Chunk
from daybreak.server.implicit.actions.chunk import take_chunk as take_test_chunk
from daybreak.server.implicit.actions.lease import renew_lease as renew_test_lease
from daybreak.server.training.actions.chunk import Taken, take_chunk
from daybreak.server.training.actions.lease import renew_lease
from daybreak.server.training.refusals import RefusedError


def take_any_chunk(user_id: int, sitting_id: uuid.UUID, chunk: Chunk) -> Taken:
    """Store a chunk of a session's sitting, which most are, or of a test's.

    Raises:
        ChunkError: as both actions do.
        RefusedError: the person has no such sitting of either.
    """
    try:
        return take_chunk(user_id, sitting_id, chunk)
    except RefusedError:
        return take_test_chunk(user_id, sitting_id, chunk)


def renew_any_lease(user_id: int, sitting_id: uuid.UUID) -> bool:
    """Hold the session or the test of a sitting, and return False if another one took it over.

    Raises:
        RefusedError: the person has no such sitting of either.
    """
    try:
        return renew_lease(user_id, sitting_id)
    except RefusedError:
        return renew_test_lease(user_id, sitting_id)
