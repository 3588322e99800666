"""`daybreak demo` as a command: what it makes, keeps, refuses and clears."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

PREPARE = """
import sys
from pathlib import Path
from rich.console import Console
from daybreak.cli.demo import prepare, print_links
from daybreak.core.errors import DaybreakError
console = Console(width=200)
try:
    prepare(Path(sys.argv[1]), 1, reset="--reset" in sys.argv, console=console)
    print_links(console, "http://127.0.0.1:8000")
except DaybreakError as error:
    sys.exit(error.sentence())
"""


def prepare(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("DAYBREAK_", "DJANGO_"))}
    command = [sys.executable, "-c", PREPARE, str(folder), *options]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def test_a_second_start_keeps_people_and_links_and_a_reset_makes_new_ones(tmp_path: Path) -> None:
    first = prepare(tmp_path / "demo")
    assert first.returncode == 0, first.stderr
    links = (tmp_path / "demo" / "demo-links.json").read_text()
    assert all(link["path"] in first.stdout for link in json.loads(links))
    again = prepare(tmp_path / "demo")
    assert "Keeping the demo" in again.stdout
    assert (tmp_path / "demo" / "demo-links.json").read_text() == links
    assert prepare(tmp_path / "demo", "--reset").returncode == 0
    assert (tmp_path / "demo" / "demo-links.json").read_text() != links


def test_a_demo_of_another_version_begins_again_by_itself(tmp_path: Path) -> None:
    assert prepare(tmp_path).returncode == 0
    links = (tmp_path / "demo-links.json").read_text()
    (tmp_path / "this-is-a-demo").write_text("")
    again = prepare(tmp_path)
    assert again.returncode == 0
    assert "was made by another version of daybreak, so it begins again." in again.stdout
    assert (tmp_path / "demo-links.json").read_text() != links


def test_the_database_of_a_real_study_is_never_touched(tmp_path: Path) -> None:
    (tmp_path / "daybreak.sqlite3").write_bytes(b"a real study")
    refused = prepare(tmp_path, "--reset")
    assert "holds a study that is no demo" in refused.stderr
    assert (tmp_path / "daybreak.sqlite3").read_bytes() == b"a real study"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["daybreak.sqlite3"]


def test_a_reset_leaves_files_that_are_not_the_demos(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    assert prepare(tmp_path, "--reset").returncode == 0
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    refused = prepare(tmp_path / "file" / "demo")
    assert refused.returncode == 1
    assert "Choose another with --data." in refused.stderr
    assert "Traceback" not in refused.stderr
