"""`daybreak study load` as a command: a study, then a later version of its file."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from daybreak.content.studies import study_text


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A copy of the clinic's study file."""
    written = tmp_path / "mine.toml"
    written.write_text(study_text("clinic"))
    return written


def load(file: Path, *arguments: str, says: str = "") -> subprocess.CompletedProcess[str]:
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("DAYBREAK_", "DATABASE_", "DJANGO_"))
    }
    command = [sys.executable, "-m", "daybreak.cli.main", "study", "load", str(file), *arguments]
    return subprocess.run(
        command,
        env=clean | {"DAYBREAK_DATA": str(file.parent / "data")},
        input=says,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def change(file: Path, right: str, wrong: str) -> None:
    text = file.read_text()
    assert right in text
    file.write_text(text.replace(right, wrong, 1))


def test_a_study_is_loaded_then_changed_from_a_day_on(file: Path) -> None:
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    early = load(file, "--from", tomorrow)
    assert (early.returncode, "this study is not loaded yet, and begins when it is" in early.stderr) == (2, True)
    first = load(file)
    assert (first.returncode, first.stdout) == (0, "Loaded: clinic, version 1.\n"), first.stderr

    again = load(file, "--reason", "none")
    assert (again.returncode, "mine.toml: this file says the same as version 1." in again.stderr) == (2, True)
    change(file, 'gap = "3h"', 'gap = "4h"')
    asked = load(file, "--reason", "amendment 1", says="n\n")
    assert (asked.returncode, "mine.toml: nothing was stored." in asked.stderr) == (2, True)
    assert "training.gap: 3h becomes 4h" in asked.stdout
    unsaid = load(file, "--yes")
    assert (unsaid.returncode, "needs a reason" in unsaid.stderr) == (2, True)
    second = load(file, "--from", tomorrow, "--reason", "amendment 1", "--yes")
    assert second.returncode == 0, second.stderr
    assert second.stdout.splitlines()[-1] == f"Loaded: clinic, version 2, in effect from {tomorrow} 00:00 UTC."

    change(file, 'gap = "4h"', 'gap = "four hours"')
    wrong = load(file, "--reason", "amendment 2")
    assert wrong.returncode == 2
    assert "training.gap: write a whole number and a unit" in wrong.stderr
    assert "Traceback" not in "".join(done.stderr for done in (early, again, asked, unsaid, wrong))
