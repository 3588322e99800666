"""`daybreak stimuli` in a terminal: what it prints, and its exit status."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.stimuli.folders import everything_in, two_people


def daybreak(*arguments: str | Path, without: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the real command in its own process, if asked on an installation that lacks one package."""
    lacking = f"import sys; sys.modules[{without!r}] = None; " if without else ""
    program = f"{lacking}from daybreak.cli.main import run; run()"
    command = [sys.executable, "-c", program, *map(str, arguments)]
    settings = {key: value for key, value in os.environ.items() if key != "DAYBREAK_FACES"}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=settings | environment)


def test_a_set_is_imported_and_checked(tmp_path: Path) -> None:
    photos, sets = two_people(tmp_path / "Photos"), tmp_path / "sets"
    added = daybreak("stimuli", "add", photos, "--into", sets)
    assert (added.returncode, added.stderr) == (0, "")
    assert added.stdout == f"2 identities (4 pictures) imported into {sets / 'photos'}.\n"
    checked = daybreak("stimuli", "check", sets / "photos")
    assert (checked.returncode, checked.stderr) == (0, "")
    assert checked.stdout == "2 identities (4 pictures) of the set 'photos' are in order.\n"


def test_the_folder_of_sets_may_stand_in_the_environment(tmp_path: Path) -> None:
    two_people(tmp_path / "photos")
    added = daybreak("stimuli", "add", tmp_path / "photos", "--name", "ours", DAYBREAK_FACES=str(tmp_path / "sets"))
    assert added.returncode == 0
    assert (tmp_path / "sets" / "ours" / "manifest.json").is_file()


def test_every_refusal_is_printed_by_file_name_and_nothing_is_changed(tmp_path: Path) -> None:
    photos = two_people(tmp_path / "photos")
    (photos / "ada-smiling.png").write_bytes(b"nothing")
    (photos / "extra.png").write_bytes(b"nothing")
    before = everything_in(tmp_path)
    added = daybreak("stimuli", "add", photos, "--into", tmp_path / "sets")
    assert added.returncode == 2
    assert added.stdout == ""
    assert added.stderr.splitlines() == [
        "ada-smiling.png: is not a picture that can be read.",
        "extra.png: is in the folder but not in the manifest.",
        f"daybreak: {photos}: refused for 2 reasons; nothing was changed. "
        "Mend what is listed by file name and run the command again.",
    ]
    assert everything_in(tmp_path) == before


def test_the_shipped_set_is_checked_when_none_is_named() -> None:
    checked = daybreak("stimuli", "check")
    assert checked.stdout == "48 identities (96 pictures) of the set 'drawn' are in order.\n"


def test_where_to_import_must_be_said(tmp_path: Path) -> None:
    added = daybreak("stimuli", "add", tmp_path)
    assert added.returncode == 2
    assert added.stderr == "daybreak: it is not said where imported sets live. Give --into DIR or set DAYBREAK_FACES.\n"


def test_a_missing_optional_package_is_named(tmp_path: Path) -> None:
    for package in ("cv2", "numpy"):
        added = daybreak("stimuli", "add", tmp_path, "--into", tmp_path, without=package)
        assert added.returncode == 2
        assert added.stderr == (
            f"daybreak: working on pictures needs the package {package}, which is not installed. "
            "Install it with: pip install 'daybreak[stimuli]'.\n"
        )
