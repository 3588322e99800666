"""`daybreak instruments`: what there is, and the wordings a site may use."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from daybreak.content.studies import study_text
from daybreak.core.instruments import INSTRUMENTS
from daybreak.core.instruments.questionnaire import to_questionnaire


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a study file, and a wording of PHQ-9."""
    (tmp_path / "mine.toml").write_text(study_text("clinic"))
    content = to_questionnaire(INSTRUMENTS["phq-9"]) | {"copyright": "ours to use", "version": "7"}
    (tmp_path / "phq.json").write_text(json.dumps(content))
    return tmp_path


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("DAYBREAK_", "DATABASE_", "DJANGO_"))
    }
    return subprocess.run(
        [sys.executable, "-m", "daybreak.cli.main", *arguments],
        env=clean | {"DAYBREAK_DATA": str(folder / "data")},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_a_wording_is_added_to_the_only_study_and_listed(folder: Path) -> None:
    early = run(folder, "instruments", "list")
    assert (early.returncode, "phq-9" in early.stdout, "our own prompts" in early.stdout) == (0, True, True)
    nothing = run(folder, "instruments", "add", "phq.json")
    assert (nothing.returncode, "say which study" in nothing.stderr) == (2, True)
    assert run(folder, "study", "load", "mine.toml").returncode == 0
    added = run(folder, "instruments", "add", "phq.json")
    assert (added.returncode, added.stdout) == (0, "Added: phq-9 in 'en', version 7. ours to use\n"), added.stderr
    listed = json.loads(run(folder, "instruments", "list", "--json").stdout)["instruments"]
    wordings = {each["key"]: each["wordings"] for each in listed}
    assert [(each["study"], each["licence"]) for each in wordings["phq-9"]] == [("clinic", "ours to use")]
    assert list(wordings) == list(INSTRUMENTS)


def test_a_mistake_gets_one_sentence(folder: Path) -> None:
    for arguments, says in ((("nowhere.json",), "cannot be read"), (("phq.json", "--study", "x"), "no study 'x' here")):
        wrong = run(folder, "instruments", "add", *arguments)
        assert (wrong.returncode, wrong.stderr.count("\n")) == (2, 1), wrong.stderr
        assert says in wrong.stderr
