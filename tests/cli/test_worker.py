"""`daybreak worker` as a command; its work is in tests/server/messages."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def test_a_worker_waits_for_no_database_that_the_server_has_not_made(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DAYBREAK_", "DATABASE_"))}
    ended = subprocess.run(
        [sys.executable, "-m", "daybreak.cli.main", "worker", "--once"],
        env=kept | {"DAYBREAK_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "daybreak.server.settings"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode == 2
    assert ended.stderr == "daybreak: the database is not up to date. Start the server first: daybreak serve\n"
