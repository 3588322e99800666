"""`daybreak design` refuses in a sentence what it cannot serve, before a browser opens."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner

from daybreak.cli.main import app
from daybreak.core.errors import DaybreakError


def refused(*words: str) -> str:
    found = CliRunner().invoke(app, ["design", *words, "--no-open"])
    assert isinstance(found.exception, DaybreakError), found.output
    return str(found.exception)


def test_a_file_without_assumptions_is_refused() -> None:
    assert "has no [assumptions]" in refused("clinic")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "cannot be read" in refused(str(tmp_path / "none.toml"))


@pytest.mark.parametrize(
    ("option", "value", "says"), [("--contrast", "a - b", "no contrast"), ("--visit", "x", "no visit")]
)
def test_a_question_that_cannot_be_asked_is_refused(option: str, value: str, says: str) -> None:
    assert says in refused("ketamine-training", option, value)


def test_a_taken_port_is_refused() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert "--port" in refused("ketamine-training", "--port", str(taken.getsockname()[1]))
