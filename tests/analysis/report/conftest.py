"""The reports of the made-up study: made once, read by all tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from daybreak.analysis.export import open_export
from daybreak.analysis.report.assemble import make_report
from daybreak.analysis.report.parts import Report
from tests.analysis.exported import write_export


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return a folder for each way an export can tell groups."""
    place = tmp_path_factory.mktemp("made-up")
    return {kind: write_export(place / kind, blinding=kind) for kind in ("unblinded", "letters", "blind")}


@pytest.fixture(scope="session")
def whole(folders: dict[str, Path]) -> Report:
    return make_report(open_export(folders["unblinded"]))


@pytest.fixture(scope="session")
def pooled(folders: dict[str, Path]) -> Report:
    return make_report(open_export(folders["blind"]))


@pytest.fixture(scope="session")
def closed(folders: dict[str, Path]) -> Report:
    return make_report(open_export(folders["letters"]), "board-closed")
