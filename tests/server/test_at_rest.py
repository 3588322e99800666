"""What lies on the disk and in the log of a real server after people were there."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlencode

import pytest
from PIL import Image

from tests.live import LiveServer, Person
from tests.server.conftest import ON_POSTGRESQL
from tests.server.http_player import live_player
from tests.server.stored import all_bytes

NAME, FACT = "Wilhelmina", "Ouagadougou"


@pytest.fixture(scope="module")
def visited(start_server: Callable[..., LiveServer]) -> tuple[LiveServer, Person]:
    """A server on which one person did everything, wrong PIN included."""
    server = start_server()
    person = server.new_participant(first_name=NAME, facts=[FACT], code="P-77", pin="61840273")
    player = live_player(server, person)
    player.call("PUT", "portrait", picture(), {"Content-Type": "image/png", "X-Face-Found": "yes"})
    sitting = player.open()
    pictures = [asset["id"] for asset in sitting.plan["assets"] if asset["kind"] == "picture"]
    for asset in pictures:
        assert player.call("GET", f"sittings/{sitting.id}/assets/{asset}").status == 200
    sitting.play_to_the_end()
    type_pins(server, person, ["72915386", "72915386", person.pin])
    player.call("GET", f"../../p/{person.token}x/")
    server.stop()
    return server, person


def picture() -> bytes:
    buffer = io.BytesIO()
    Image.effect_noise((400, 400), 20).convert("RGB").save(buffer, "PNG")
    return buffer.getvalue()


def type_pins(server: LiveServer, person: Person, pins: list[str]) -> None:
    """Try PINs on the personal link as a browser does."""
    for pin in pins:
        with closing(HTTPConnection("127.0.0.1", server.port)) as connection:
            connection.request("GET", f"/p/{person.token}/")
            got = connection.getresponse()
            page = got.read().decode()
            cookies = "; ".join(value.split(";")[0] for name, value in got.getheaders() if name.lower() == "set-cookie")
            csrf = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
            form = urlencode({"csrfmiddlewaretoken": csrf, "pin": pin})
            kind = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookies}
            connection.request("POST", f"/p/{person.token}/", form, kind | {"Origin": server.url})
            connection.getresponse().read()


@pytest.mark.skipif(ON_POSTGRESQL, reason="reads the database's file, which only SQLite keeps in the data folder")
def test_no_name_fact_token_or_pin_lies_on_the_disk_in_plain_text(visited: tuple[LiveServer, Person]) -> None:
    server, person = visited
    written = all_bytes(server.folder)
    assert b"P-77" in written
    for secret in (NAME, FACT, person.token, person.pin, "72915386"):
        for coded in (secret.encode(), secret.lower().encode(), secret.encode("utf-16-le")):
            assert coded not in written, secret


@pytest.mark.skipif(ON_POSTGRESQL, reason="reads the database's file, which only SQLite keeps in the data folder")
def test_no_picture_lies_on_the_disk_in_plain_text(visited: tuple[LiveServer, Person]) -> None:
    server, _ = visited
    database = b"".join(path.read_bytes() for path in sorted(server.folder.glob("daybreak.sqlite3*")))
    assert len(database) > 100_000
    for mark in (b"WEBPVP8", b"\x89PNG", b"\xff\xd8\xff\xe0", b"own-portrait", b'"smiling"'):
        assert mark not in database, mark


def test_the_log_holds_nothing_of_the_person(visited: tuple[LiveServer, Person]) -> None:
    server, person = visited
    log = server.log.read_text()
    for secret in (NAME, FACT, person.token, person.pin, "72915386", person.cookies["daybreak-session"], "active"):
        assert secret not in log, secret
