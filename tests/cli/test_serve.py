"""`daybreak serve` as a command: whatever is wrong around it, one sentence and status 2."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.live import free_port

SECRET = "hunter2"


def serve(data: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("DAYBREAK_", "DATABASE_", "DJANGO_"))
    }
    return subprocess.run(
        [sys.executable, "-m", "daybreak.cli.main", "serve", "--port", str(free_port()), *options],
        env=kept | {"DAYBREAK_DATA": str(data), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"DAYBREAK_DEMO": "1"}, "Unset it, or start the demo with: daybreak demo"),
        ({"DAYBREAK_MASTER_KEY": SECRET}, "DAYBREAK_MASTER_KEY: this key is not 32 bytes in base64."),
        ({"DATABASE_URL": SECRET}, "DATABASE_URL: this is no address of a PostgreSQL or SQLite database."),
        ({"DATABASE_URL": f"mysql://u:{SECRET}@127.0.0.1/x"}, "DATABASE_URL: this is no address"),
        ({"DATABASE_URL": f"postgres://u:{SECRET}@127.0.0.1:1/x"}, "Check DATABASE_URL and DAYBREAK_DATA."),
    ],
)
def test_a_wrong_setting_ends_with_one_sentence_that_tells_no_secret(
    tmp_path: Path, environment: dict[str, str], sentence: str
) -> None:
    ended = serve(tmp_path, **environment)
    assert ended.returncode == 2
    assert sentence in ended.stderr
    assert ended.stderr.count("\n") == 1
    assert SECRET not in ended.stdout + ended.stderr


def test_a_data_folder_that_is_a_file_ends_with_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    ended = serve(tmp_path / "file")
    assert (ended.returncode, ended.stderr.count("\n")) == (2, 1)
    assert "Name another folder in DAYBREAK_DATA." in ended.stderr


def test_a_file_that_is_no_database_ends_with_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "daybreak.sqlite3").write_text("a letter to my aunt, which is longer than a header of SQLite's")
    ended = serve(tmp_path)
    assert (ended.returncode, ended.stderr.count("\n")) == (2, 1)
    assert "file is not a database" in ended.stderr


def test_an_address_of_another_computer_ends_with_one_sentence(tmp_path: Path) -> None:
    ended = serve(tmp_path, "--host", "192.0.2.1")
    assert (ended.returncode, ended.stderr.count("\n")) == (2, 1)
    assert "Name an address of this computer with --host" in ended.stderr
