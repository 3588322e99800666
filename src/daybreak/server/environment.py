"""Reading what the environment says; a mistake in it is one plain sentence that repeats no secret."""

from __future__ import annotations

import base64
import binascii
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import dj_database_url
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from daybreak.core.errors import CommandError
from daybreak.server.kept_secrets import kept_secret

KEY_BYTES = 32
ENGINES = ("django.db.backends.postgresql", "django.db.backends.sqlite3")
MAIL_SERVICES = {
    "brevo": "BREVO_API_KEY",
    "mailgun": "MAILGUN_API_KEY",
    "postmark": "POSTMARK_SERVER_TOKEN",
    "resend": "RESEND_API_KEY",
    "sendgrid": "SENDGRID_API_KEY",
    "sparkpost": "SPARKPOST_API_KEY",
}
"""Services for mail that django-anymail speaks to, and its setting for the secret of each."""
CURVE = ec.SECP256R1()
"""The curve of keys for web push (RFC 8292)."""
PUSH_SERVICES = (
    "fcm.googleapis.com",
    ".push.services.mozilla.com",
    ".notify.windows.com",
    ".push.apple.com",
)
"""Where browsers have their messages sent to: Chrome and its kin, Firefox, Edge, Safari."""


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


def key_of(secrets: Path, name: str) -> bytes:
    """Return a key: what DAYBREAK_MASTER_KEY (or DAYBREAK_VAULT_KEY ...) holds, or the one kept under `name`.

    Raises:
        CommandError: it is not 32 bytes in base64.
    """
    variable = f"DAYBREAK_{name.upper().replace('-', '_')}"
    given = os.environ.get(variable)
    try:
        key = base64.b64decode(given or kept_secret(secrets, name), validate=True)
    except binascii.Error:
        key = b""
    if len(key) == KEY_BYTES:
        return key
    where = variable if given else str(secrets / name)
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
    if found.get("ENGINE") == ENGINES[0]:
        # The vault's tables lie in a schema of their own; its doors name them as they name all others.
        found["OPTIONS"] = {**found.get("OPTIONS", {}), "options": "-c search_path=public,vault"}
    if found.get("ENGINE") in ENGINES:
        return found
    # Never with the address itself, which holds a password.
    raise CommandError(
        "this is no address of a PostgreSQL or SQLite database.",
        where="DATABASE_URL",
        remedy="Write one such as postgres://user:password@host/daybreak.",
        code="setting",
    )


def mail(data: Path) -> dict[str, Any]:
    """Return Django's settings of outgoing mail: what DAYBREAK_MAIL names, or files in the data folder.

    Raises:
        CommandError: the address makes no sense.
    """
    given = os.environ.get("DAYBREAK_MAIL", "")
    sender = {"DEFAULT_FROM_EMAIL": os.environ.get("DAYBREAK_MAIL_FROM") or "daybreak@localhost"}
    backend = "django.core.mail.backends"
    if not given:
        return sender | {"EMAIL_BACKEND": f"{backend}.filebased.EmailBackend", "EMAIL_FILE_PATH": data / "mail"}
    service, _, secret = given.partition(":")
    if service in MAIL_SERVICES and secret:
        known = {MAIL_SERVICES[service]: secret}
        return sender | {"EMAIL_BACKEND": f"anymail.backends.{service}.EmailBackend", "ANYMAIL": known}
    try:
        address = urlsplit(given)
        port = address.port
    except ValueError:
        raise _bad_mail() from None
    if address.scheme not in ("smtp", "smtps") or not address.hostname:
        raise _bad_mail()
    return sender | {
        "EMAIL_BACKEND": f"{backend}.smtp.EmailBackend",
        "EMAIL_HOST": address.hostname,
        "EMAIL_PORT": port or (465 if address.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(address.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(address.password or ""),
        "EMAIL_USE_SSL": address.scheme == "smtps",
        "EMAIL_USE_TLS": address.scheme == "smtp" and address.hostname not in ("localhost", "127.0.0.1"),
        "EMAIL_TIMEOUT": 20,
    }


def address(hosts: Sequence[str]) -> str:
    """Return the address of this server as messages write it: DAYBREAK_ADDRESS, or the first host's.

    Raises:
        CommandError: it is no address of a web page.
    """
    given = os.environ.get("DAYBREAK_ADDRESS", "")
    if not given:
        return f"https://{hosts[0].removeprefix('.')}" if hosts else "http://127.0.0.1:8000"
    if re.fullmatch(r"https?://[^/\s]+/?", given):
        return given.rstrip("/")
    raise CommandError(
        "this is no address of a server.",
        where="DAYBREAK_ADDRESS",
        remedy="Write one such as https://study.example.",
        code="setting",
    )


def sms() -> str:
    """Return apprise's address of the service for text messages, or nothing where there is none.

    Raises:
        CommandError: it has no place for the telephone number.
    """
    given = os.environ.get("DAYBREAK_SMS", "")
    if given and ("://" not in given or "{phone}" not in given):
        # Never with the address itself, which holds a password.
        raise CommandError(
            "this is no address of a service for text messages.",
            where="DAYBREAK_SMS",
            remedy="Write one of apprise with {phone} for the number, such as twilio://SID:TOKEN@FROM/{phone}.",
            code="setting",
        )
    return given


def vapid(secrets: Path) -> str:
    """Return the private key that signs web push, in base64url: DAYBREAK_VAPID_KEY, or the one made and kept.

    Raises:
        CommandError: it is neither 32 bytes in base64url nor the path of such a key as PEM.
    """
    given = os.environ.get("DAYBREAK_VAPID_KEY", "")
    try:
        if given and Path(given).is_file():
            number = _number_of(Path(given).read_bytes())
        else:
            text = given or kept_secret(secrets, "vapid-key").replace("+", "-").replace("/", "_")
            raw = base64.urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))
            number = int.from_bytes(raw) if len(raw) == KEY_BYTES else 0
        ec.derive_private_key(number, CURVE)
    except (ValueError, TypeError, OSError):
        where = "DAYBREAK_VAPID_KEY" if given else str(secrets / "vapid-key")
        remedy = "Write 32 bytes in base64url, or the path of a PEM file with a key on the curve P-256."
        raise CommandError("this is no key for web push.", where=where, remedy=remedy, code="setting") from None
    return base64.urlsafe_b64encode(number.to_bytes(KEY_BYTES)).decode().rstrip("=")


def push_services() -> tuple[str, ...]:
    """Return the hosts that web push may be sent to: well-known ones, and those of DAYBREAK_PUSH_SERVICES."""
    given = os.environ.get("DAYBREAK_PUSH_SERVICES", "")
    return (*PUSH_SERVICES, *(host.strip().lower() for host in given.split(",") if host.strip()))


def _number_of(pem: bytes) -> int:
    key = load_pem_private_key(pem, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != CURVE.name:
        raise ValueError
    return key.private_numbers().private_value


def _bad_mail() -> CommandError:
    # Never with the address itself, which holds a password.
    return CommandError(
        "this is no address of a mail server.",
        where="DAYBREAK_MAIL",
        remedy="Write one such as smtp://user:password@mail.example:587, smtps:// for TLS at once, or brevo:KEY.",
        code="setting",
    )


def _bad_folder(folder: Path, reason: str) -> CommandError:
    return CommandError(f"{reason}.", where=str(folder), remedy="Name another folder in DAYBREAK_DATA.", code="setting")
