"""What must be the same in both worlds for them to be comparable byte for byte: chance, time, caches, row numbers.

Nothing of daybreak is replaced. The system's random bytes come from a seed, its time from the standing clock, and what
a process remembers of an earlier world is forgotten.
"""

from __future__ import annotations

import gc
import hashlib
import os
import random
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import _lru_cache_wrapper
from itertools import count
from types import ModuleType
from unittest.mock import patch

from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache as shared_cache
from django.db import connection
from django.utils import timezone

from daybreak.server import clock
from daybreak.server.write_turn import _door


class Chance:
    """Random bytes from a seed. Each step of a script starts its own run, so that steps do not shift one another."""

    def __init__(self) -> None:
        self.start("the beginning")

    def start(self, step: str) -> None:
        """Draw from the seed of this step from now on."""
        self._step, self._numbers = step, count()

    def draw(self, size: int) -> bytes:
        """Return the next bytes."""
        return hashlib.shake_256(f"{self._step}\n{next(self._numbers)}".encode()).digest(size)


@contextmanager
def seeded_chance() -> Iterator[Chance]:
    """Let keys, tokens, salts and nonces come from a seed."""
    chance = Chance()
    with patch.object(os, "urandom", chance.draw), patch.object(random, "_urandom", chance.draw):
        yield chance


@contextmanager
def one_time() -> Iterator[None]:
    """Let Django and every library read the time of daybreak's clock."""
    djangos = timezone.now
    kept = [(module, name) for module in list(sys.modules.values()) for name in _names_of(module, djangos)]
    with ExitStack() as changes:
        for module, name in kept:
            changes.enter_context(patch.object(module, name, clock.now))
        changes.enter_context(patch.object(time, "time", lambda: clock.now().timestamp()))
        yield


def _names_of(module: ModuleType, thing: object) -> list[str]:
    """Return under which names a module keeps `thing`: some import the function and not its module."""
    return [name for name, value in list(vars(module).items()) if value is thing]


def forget() -> None:
    """Empty everything the process remembers, so that a second world asks the database for as much as the first."""
    for wrapper in [each for each in gc.get_objects() if isinstance(each, _lru_cache_wrapper)]:
        if wrapper.__module__.startswith("daybreak.server") and wrapper is not _door:
            wrapper.cache_clear()
    ContentType.objects.clear_cache()
    shared_cache.clear()


def row_numbers() -> dict[str, tuple[int, bool]]:
    """Return how far each sequence of a PostgreSQL came: a rollback does not take that back."""
    if connection.vendor != "postgresql":
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT schemaname || '.' || sequencename FROM pg_sequences")
        names = [name for (name,) in cursor.fetchall()]
        found = {}
        for name in names:
            cursor.execute(f"SELECT last_value, is_called FROM {name}")
            found[name] = cursor.fetchone()
    return found


def take_back(numbers: dict[str, tuple[int, bool]]) -> None:
    """Set the sequences back to what `row_numbers` told."""
    with connection.cursor() as cursor:
        for name, (last, called) in numbers.items():
            cursor.execute("SELECT setval(%s, %s, %s)", [name, last, called])
