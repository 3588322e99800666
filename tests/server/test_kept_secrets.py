"""Secrets are made once, are the owner's alone, and every process reads the same."""

from __future__ import annotations

import base64
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from daybreak.server.kept_secrets import kept_secret


def test_a_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    first = kept_secret(tmp_path / "secrets", "key")
    assert kept_secret(tmp_path / "secrets", "key") == first
    assert len(base64.b64decode(first)) == 32


def test_each_secret_is_another(tmp_path: Path) -> None:
    assert kept_secret(tmp_path, "one") != kept_secret(tmp_path, "other")


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    kept_secret(tmp_path / "secrets", "key")
    assert stat.S_IMODE((tmp_path / "secrets" / "key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700


def test_processes_that_start_at_once_agree(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as crowd:
        made = list(crowd.map(lambda _: kept_secret(tmp_path, "key"), range(64)))
    assert len(set(made)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["key"]
