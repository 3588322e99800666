"""`daybreak export` and `daybreak serve` as commands: status, output, and one sentence for a mistake."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

MAKE = """
from daybreak.server.serve import prepare
prepare()
from daybreak.server.demo.build import build_demo
list(build_demo(0))
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    subprocess.run([sys.executable, "-c", MAKE], env=surroundings(folder), check=True)
    return folder


def surroundings(folder: Path) -> dict[str, str]:
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("DAYBREAK_", "DATABASE_", "DJANGO_"))
    }
    own = {"DAYBREAK_DATA": str(folder), "DAYBREAK_DEMO": "1", "DJANGO_SETTINGS_MODULE": "daybreak.server.settings"}
    return {**clean, **own}


def daybreak(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "daybreak.cli.main", *arguments]
    return subprocess.run(command, env=surroundings(folder), capture_output=True, text=True, check=False, timeout=120)


def test_an_export_is_written_and_can_be_checked_by_sha256sum(data: Path, tmp_path: Path) -> None:
    done = daybreak(data, "export", "--study", "ketamine-training", "--out", str(tmp_path / "out"))
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    checked = subprocess.run(["sha256sum", "--check", "--quiet", "CHECKSUMS.sha256"], cwd=tmp_path / "out", check=False)
    assert checked.returncode == 0


def test_a_second_export_to_the_same_place_is_refused_in_one_sentence(data: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    done = daybreak(data, "export", "--study", "ketamine-training", "--out", str(tmp_path))
    assert done.returncode == 2
    assert "already exists" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_an_unknown_study_is_answered_with_those_there_are(data: Path, tmp_path: Path) -> None:
    done = daybreak(data, "export", "--study", "nothing", "--out", str(tmp_path / "out"))
    assert done.returncode == 2
    assert "there is no study 'nothing' here. Studies here: ketamine-training." in done.stderr


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_taken_port_ends_with_status_2_and_a_remedy(data: Path, tmp_path: Path, command: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        where = ["--data", str(tmp_path / "demo"), "--no-browser"] if command == "demo" else []
        done = daybreak(data, command, "--port", str(port), *where)
    assert done.returncode == 2
    assert f"Choose another port, such as: daybreak {command} --port {port + 1}" in " ".join(done.stderr.split())
    assert not (tmp_path / "demo").exists()


def test_an_export_where_nobody_ever_served_says_where_it_looked(tmp_path: Path) -> None:
    done = daybreak(tmp_path / "empty", "export", "--study", "nothing", "--out", str(tmp_path / "out"))
    assert done.returncode == 2
    assert "Studies here: none, in" in done.stderr
    assert "Traceback" not in done.stderr


def test_arms_are_refused_in_one_sentence_before_the_planned_unblinding(data: Path, tmp_path: Path) -> None:
    done = daybreak(data, "export", "--study", "ketamine-training", "--out", str(tmp_path / "out"), "--unblinded")
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == (
        "daybreak: The allocations are sealed. Two people must agree after the study is locked."
    )
    assert not (tmp_path / "out").exists()


def test_letters_need_a_member_of_the_board_and_a_purpose(data: Path, tmp_path: Path) -> None:
    ask = ("export", "--study", "ketamine-training", "--out", str(tmp_path / "out"), "--letters-for")
    for address, says in (
        ("stefan.hahn@example.org", "You may not see adverse events by letters"),
        ("beate.olsen@example.org", "reason"),
    ):
        done = daybreak(data, *ask, address)
        assert done.returncode == 2
        assert says in done.stderr.splitlines()[-1]
    done = daybreak(data, *ask, "beate.olsen@example.org", "--why", "third meeting")
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert "By letters" in (tmp_path / "out/dataset_description.json").read_text()


def test_arms_and_letters_together_are_refused(data: Path, tmp_path: Path) -> None:
    both = ("--unblinded", "--letters-for", "beate.olsen@example.org")
    done = daybreak(data, "export", "--study", "ketamine-training", "--out", str(tmp_path / "out"), *both)
    assert done.returncode == 2
    assert "an export has either arms or letters" in done.stderr
