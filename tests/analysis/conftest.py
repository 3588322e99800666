"""One small study for all tests of the analysis, lived once a session by the actions that people use, and exported."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from daybreak.analysis.export import Export, open_export


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what reads the study as using the database: pytest-django sets up none for tests without the mark."""
    for item in items:
        if "study_folder" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.django_db)


@pytest.fixture(scope="session")
def study_folder(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with three exports of one study: `blind`, `letters` and `unblinded`."""
    from django.test import override_settings  # noqa: PLC0415  Django is set up by now

    from tests.analysis.small_study import live_and_export  # noqa: PLC0415

    folder = tmp_path_factory.mktemp("exports")
    with django_db_blocker.unblock(), override_settings(DATA=tmp_path_factory.mktemp("study")):
        live_and_export(folder)
    return folder


@pytest.fixture(scope="session")
def unblinded(study_folder: Path) -> Export:
    return open_export(study_folder / "unblinded")


@pytest.fixture(scope="session")
def blind(study_folder: Path) -> Export:
    return open_export(study_folder / "blind")


@pytest.fixture(scope="session")
def by_letters(study_folder: Path) -> Export:
    return open_export(study_folder / "letters")
