"""`daybreak staff invite`: how the first administrator gets in."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

MAKE = """
from daybreak.server.serve import prepare
prepare()
from daybreak.server.studies.actions import add_site, load_study
from daybreak.server import clock
from tests.live_people import shipped_study_file
study = load_study(shipped_study_file(), "study.toml", clock.now())
add_site(study, "harbour", "Harbour", "UTC")
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("staff")
    subprocess.run([sys.executable, "-c", MAKE], env=surroundings(folder), check=True)
    return folder


def surroundings(folder: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DAYBREAK_", "DATABASE_"))}
    return {**kept, "DAYBREAK_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "daybreak.server.settings", **more}


def invite(folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "daybreak.cli.main", "staff", "invite", *arguments]
    return subprocess.run(
        command, env=surroundings(folder, **more), capture_output=True, text=True, check=False, timeout=120
    )


def test_the_first_administrator_gets_a_link_and_nothing_else_is_printed(data: Path) -> None:
    told = invite(data, "Ada@Study.example", "--role", "administrator", DAYBREAK_HOSTS="desk.study.example")
    assert told.returncode == 0, told.stderr
    assert re.fullmatch(r"https://desk\.study\.example/account/join/[\w-]{43}/\n", told.stdout)


def test_a_role_at_one_site_can_be_given(data: Path) -> None:
    told = invite(data, "rosa@study.example", "--role", "coordinator", "--site", "harbour")
    assert told.stdout.startswith("http://127.0.0.1:8000/account/join/")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("no address",), "no address: this is no e-mail address."),
        (("a@b.example", "--study", "other"), "Name one with --study; in this database: ketamine-training."),
        (("a@b.example", "--site", "moon"), "moon: there is no such site. The study has: harbour."),
    ],
)
def test_a_mistake_is_one_sentence(data: Path, arguments: tuple[str, ...], says: str) -> None:
    told = invite(data, *arguments)
    assert told.returncode == 2
    assert says in told.stderr
    assert "Traceback" not in told.stderr
