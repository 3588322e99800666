"""Reading what the environment says; a mistake in it is one plain sentence that repeats no secret."""

from __future__ import annotations

import base64
import binascii
import os
from pathlib import Path
from typing import Any

import dj_database_url

from daybreak.core.errors import CommandError
from daybreak.server.kept_secrets import kept_secret

KEY_BYTES = 32
ENGINES = ("django.db.backends.postgresql", "django.db.backends.sqlite3")


def data_folder() -> Path:
    """Return the folder for everything the server keeps, made if it is not there yet.

    Raises:
        CommandError: it cannot be made or written.
    """
    folder = Path(os.environ.get("DAYBREAK_DATA") or Path.home() / ".local/share/daybreak").absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise _bad_folder(folder, (error.strerror or "it cannot be made").lower()) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise _bad_folder(folder, "it cannot be written")
    return folder


def master_key(secrets: Path) -> bytes:
    """Return the key that wraps the key of each person.

    Raises:
        CommandError: it is not 32 bytes in base64.
    """
    given = os.environ.get("DAYBREAK_MASTER_KEY")
    try:
        key = base64.b64decode(given or kept_secret(secrets, "master-key"), validate=True)
    except binascii.Error:
        key = b""
    if len(key) == KEY_BYTES:
        return key
    where = "DAYBREAK_MASTER_KEY" if given else str(secrets / "master-key")
    raise CommandError(
        f"this key is not {KEY_BYTES} bytes in base64.", where=where, remedy="Put the right one there.", code="setting"
    )


def database(data: Path) -> dict[str, Any]:
    """Return Django's settings of the database: what DATABASE_URL names, or SQLite in the data folder.

    Raises:
        CommandError: the address makes no sense, or names a database of another kind.
    """
    try:
        found: dict[str, Any] = {
            **dj_database_url.config(default=f"sqlite:///{data / 'daybreak.sqlite3'}", conn_max_age=None)
        }
    except ValueError:
        found = {}
    if found.get("ENGINE") in ENGINES:
        return found
    # Never with the address itself, which holds a password.
    raise CommandError(
        "this is no address of a PostgreSQL or SQLite database.",
        where="DATABASE_URL",
        remedy="Write one such as postgres://user:password@host/daybreak.",
        code="setting",
    )


def _bad_folder(folder: Path, reason: str) -> CommandError:
    return CommandError(f"{reason}.", where=str(folder), remedy="Name another folder in DAYBREAK_DATA.", code="setting")
