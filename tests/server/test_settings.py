"""The settings of a real study, as a fresh process reads them."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

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
    assert set(made) == {"secret-key", "master-key", "vault-key", "vapid-key"}


@pytest.mark.parametrize(
    "variable", ["DAYBREAK_SECRET_KEY", "DAYBREAK_MASTER_KEY", "DAYBREAK_VAULT_KEY", "DAYBREAK_VAPID_KEY"]
)
def test_a_secret_that_is_given_is_not_made(tmp_path: Path, variable: str) -> None:
    read_settings(tmp_path, **{variable: "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE="})
    own = variable.removeprefix("DAYBREAK_").replace("_", "-").lower()
    made = {path.name for path in (tmp_path / "secrets").iterdir()}
    assert made == {"secret-key", "master-key", "vault-key", "vapid-key"} - {own}


def test_host_names_may_be_parted_by_commas_and_spaces(tmp_path: Path) -> None:
    assert read_settings(tmp_path, DAYBREAK_HOSTS="a.example, b.example,")["ALLOWED_HOSTS"][:2] == [
        "a.example",
        "b.example",
    ]


MAIL = """
import json, sys
from daybreak.core.errors import DaybreakError
try:
    from daybreak.server import settings
except DaybreakError as error:
    sys.exit(error.sentence())
print(json.dumps({name: str(getattr(settings, name, "")) for name in dir(settings) if name.startswith("EMAIL_")}))
"""


def read_mail(data: Path, address: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DAYBREAK_", "DATABASE_"))}
    env = kept | {"DAYBREAK_DATA": str(data), "DAYBREAK_MAIL": address}
    return subprocess.run([sys.executable, "-c", MAIL], env=env, capture_output=True, check=False, text=True)


def test_without_a_mail_server_mail_goes_to_files_of_the_data_folder(tmp_path: Path) -> None:
    read = json.loads(read_mail(tmp_path, "").stdout)
    assert read["EMAIL_BACKEND"].endswith("filebased.EmailBackend")
    assert read["EMAIL_FILE_PATH"] == str(tmp_path / "mail")


@pytest.mark.parametrize(
    ("address", "port", "tls", "ssl"),
    [
        ("smtp://ada:p%40ss@mail.example", "587", "True", "False"),
        ("smtps://ada:p%40ss@mail.example", "465", "False", "True"),
        ("smtp://ada:p%40ss@127.0.0.1:2525", "2525", "False", "False"),
    ],
)
def test_a_mail_server_is_named_by_its_address(tmp_path: Path, address: str, port: str, tls: str, ssl: str) -> None:
    read = json.loads(read_mail(tmp_path, address).stdout)
    assert (read["EMAIL_PORT"], read["EMAIL_USE_TLS"], read["EMAIL_USE_SSL"]) == (port, tls, ssl)
    assert (read["EMAIL_HOST_USER"], read["EMAIL_HOST_PASSWORD"]) == ("ada", "p@ss")


@pytest.mark.parametrize("address", ["mail.example", "http://user:secret@mail.example", "smtp://user:secret@:99999"])
def test_an_address_that_makes_no_sense_is_one_sentence_without_its_password(tmp_path: Path, address: str) -> None:
    told = read_mail(tmp_path, address)
    assert "DAYBREAK_MAIL: this is no address of a mail server." in told.stderr
    assert "secret" not in told.stderr + told.stdout


READ_MESSAGES = MAIL.replace(
    'name.startswith("EMAIL_")', 'name in ("EMAIL_BACKEND", "ANYMAIL", "ADDRESS", "SMS_URL", "VAPID_KEY")'
)


def read_messages(data: Path, **given: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DAYBREAK_", "DATABASE_"))}
    env = kept | {"DAYBREAK_DATA": str(data)} | {f"DAYBREAK_{name}": value for name, value in given.items()}
    return subprocess.run([sys.executable, "-c", READ_MESSAGES], env=env, capture_output=True, check=False, text=True)


def test_a_mail_service_is_named_with_its_key(tmp_path: Path) -> None:
    read = json.loads(read_messages(tmp_path, MAIL="postmark:secret", MAIL_WEBHOOK="name:word").stdout)
    assert read["EMAIL_BACKEND"] == "anymail.backends.postmark.EmailBackend"
    assert read["ANYMAIL"] == "{'POSTMARK_SERVER_TOKEN': 'secret', 'WEBHOOK_SECRET': 'name:word'}"


def test_links_in_messages_begin_with_the_address_or_the_first_host(tmp_path: Path) -> None:
    assert json.loads(read_messages(tmp_path).stdout)["ADDRESS"] == "http://127.0.0.1:8000"
    assert json.loads(read_messages(tmp_path, HOSTS=".a.example,b.example").stdout)["ADDRESS"] == "https://a.example"
    given = read_messages(tmp_path, HOSTS="a.example", ADDRESS="https://c.example:8443/").stdout
    assert json.loads(given)["ADDRESS"] == "https://c.example:8443"


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("ADDRESS", "c.example", "DAYBREAK_ADDRESS: this is no address of a server."),
        ("SMS", "twilio://id:secret@from", "DAYBREAK_SMS: this is no address of a service for text messages."),
        ("VAPID_KEY", "short", "DAYBREAK_VAPID_KEY: this is no key for web push."),
        ("VAPID_KEY", "_" * 43, "DAYBREAK_VAPID_KEY: this is no key for web push."),
        ("SMS", "{phone}", "DAYBREAK_SMS: this is no address of a service for text messages."),
    ],
)
def test_what_messages_cannot_be_sent_with_is_one_sentence(
    tmp_path: Path, name: str, value: str, sentence: str
) -> None:
    told = read_messages(tmp_path, **{name: value})
    assert sentence in told.stderr
    assert "secret" not in told.stderr


def test_a_key_for_web_push_may_lie_in_a_file(tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    file = tmp_path / "push.pem"
    file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    read = json.loads(read_messages(tmp_path / "data", VAPID_KEY=str(file)).stdout)
    number = key.private_numbers().private_value
    assert base64.urlsafe_b64decode(read["VAPID_KEY"] + "=") == number.to_bytes(32)
    assert json.loads(read_messages(tmp_path / "data", VAPID_KEY=read["VAPID_KEY"]).stdout) == read
