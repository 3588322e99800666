"""The settings of a real study, as a fresh process reads them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ASKED = [
    "SESSION_COOKIE_SECURE",
    "CSRF_COOKIE_SECURE",
    "SESSION_COOKIE_HTTPONLY",
    "CSRF_COOKIE_HTTPONLY",
    "SESSION_COOKIE_SAMESITE",
    "SECURE_SSL_REDIRECT",
    "SECURE_HSTS_SECONDS",
    "DEBUG",
    "DEMO",
    "ALLOWED_HOSTS",
]
READ = f"""
import json
from daybreak.server import settings
print(json.dumps({{name: getattr(settings, name) for name in {ASKED!r}}}))
"""


def read_settings(data: Path, **environment: str) -> dict[str, Any]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DAYBREAK_", "DATABASE_"))}
    told = subprocess.run(
        [sys.executable, "-c", READ],
        env=kept | {"DAYBREAK_DATA": str(data), **environment},
        capture_output=True,
        check=True,
        text=True,
    )
    answer: dict[str, Any] = json.loads(told.stdout)
    return answer


def test_a_real_study_is_safe_without_any_setting(tmp_path: Path) -> None:
    read = read_settings(tmp_path, DAYBREAK_HOSTS="study.example")
    assert all(read[name] is True for name in ASKED[:4])
    assert read["SESSION_COOKIE_SAMESITE"] == "Lax"
    assert read["SECURE_SSL_REDIRECT"] is True
    assert read["SECURE_HSTS_SECONDS"] == 365 * 24 * 3600
    assert (read["DEBUG"], read["DEMO"]) == (False, False)
    assert read["ALLOWED_HOSTS"] == ["study.example", "localhost", "127.0.0.1", "[::1]"]


def test_the_demo_works_without_a_certificate(tmp_path: Path) -> None:
    read = read_settings(tmp_path, DAYBREAK_DEMO="1")
    assert (read["SESSION_COOKIE_SECURE"], read["SECURE_SSL_REDIRECT"]) == (False, False)


def test_secrets_are_made_on_first_start_and_kept(tmp_path: Path) -> None:
    read_settings(tmp_path)
    made = {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}
    read_settings(tmp_path)
    assert {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()} == made
    assert set(made) == {"secret-key", "master-key"}


@pytest.mark.parametrize("variable", ["DAYBREAK_SECRET_KEY", "DAYBREAK_MASTER_KEY"])
def test_a_secret_that_is_given_is_not_made(tmp_path: Path, variable: str) -> None:
    read_settings(tmp_path, **{variable: "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="})
    assert len(list((tmp_path / "secrets").iterdir())) == 1


def test_host_names_may_be_parted_by_commas_and_spaces(tmp_path: Path) -> None:
    assert read_settings(tmp_path, DAYBREAK_HOSTS="a.example, b.example,")["ALLOWED_HOSTS"][:2] == [
        "a.example",
        "b.example",
    ]
