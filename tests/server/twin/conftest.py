"""The two worlds, lived once for all tests that look at them; nothing of them stays in the database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from tests.server.twin.life import glimpsed_with_each_leak, lived_by_everybody
from tests.server.twin.world import World, lived

Pair = tuple[World, World]


@pytest.fixture(scope="module")
def open_database(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    folder: Path = tmp_path_factory.mktemp("twins")
    with django_db_blocker.unblock(), override_settings(DATA=folder):
        yield


@pytest.fixture(scope="module")
def worlds(open_database: None) -> Pair:
    """The study as it is meant to be, lived twice."""
    return lived(lived_by_everybody, other_arms=False), lived(lived_by_everybody, other_arms=True)


@pytest.fixture(scope="module")
def leaky_worlds(open_database: None) -> Pair:
    """The study with one leak after another, lived twice."""
    return lived(glimpsed_with_each_leak, other_arms=False), lived(glimpsed_with_each_leak, other_arms=True)
