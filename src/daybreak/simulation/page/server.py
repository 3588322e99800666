"""The page's server: this computer only, its own files only, changes only from its own page."""

from __future__ import annotations

import json
import select
import socket
from collections.abc import Callable, Iterator
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from threading import Thread
from typing import Any

from daybreak.content.fonts import font_path
from daybreak.core.errors import DaybreakError
from daybreak.simulation.page.planner import Planner

HOST = "127.0.0.1"
LARGEST = 10_000
"""Bytes of a request; the page sends a few hundred."""
KINDS = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
PARTS = ("page.css", "page.js", "controls.js", "charts.js", "words.js", "mark.svg")
FONTS = ("atkinson-regular", "atkinson-bold")
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class PageServer(ThreadingHTTPServer):
    """Listens on this computer; port 0 takes a free one."""

    daemon_threads = True

    def __init__(self, planner: Planner, port: int = 0) -> None:
        """Listen, and compile meanwhile."""
        super().__init__((HOST, port), PageHandler)
        self.planner = planner
        Thread(target=planner.warm, daemon=True).start()

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://{HOST}:{self.server_port}/"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Let a page go that went away in the middle of an answer; anything else is our mistake and shown."""
        import sys  # noqa: PLC0415

        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class PageHandler(BaseHTTPRequestHandler):
    """Answers one request."""

    server: PageServer
    server_version, sys_version = "daybreak", ""

    def do_GET(self) -> None:
        """Give the page, one of its parts, or what it begins with."""
        if not self._from_here():
            return
        name = self.path.partition("?")[0].removeprefix("/") or "page.html"
        if name == "study":
            self._answer_json(200, self.server.planner.study())
        elif name in ("page.html", *PARTS):
            self._answer(200, KINDS[name.rpartition(".")[2]], _part(name))
        elif name.removesuffix(".ttf") in FONTS and name.endswith(".ttf"):
            self._answer(200, "font/ttf", _font(name))
        else:
            self._refuse(404, "there is no such page.")

    def do_POST(self) -> None:
        """Answer a question of the page."""
        planner = self.server.planner
        asked: dict[str, Callable[[object], None]] = {
            "/power": lambda told: self._stream(planner.power(told)),
            "/example": lambda told: self._answer_json(200, planner.example(told)),
            "/save": lambda told: self._answer(200, "application/toml", planner.saved(told).encode()),
            "/methods": lambda told: self._answer_json(200, {"text": planner.methods(told)}),
        }
        if not self._from_here() or not self._from_page():
            return
        answer = asked.get(self.path)
        if answer is None:
            self._refuse(404, "there is no such page.")
            return
        try:
            told = json.loads(self.rfile.read(self._length()))
        except (ValueError, RecursionError):
            self._refuse(400, "this is no JSON.")
            return
        try:
            answer(told)
        except DaybreakError as error:
            self._answer_json(422, {"where": error.where, "sentence": error.sentence()})

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the terminal belongs to the command."""

    def _from_here(self) -> bool:
        """Refuse whoever reached this server by another name: a page elsewhere whose name was bent to this address."""
        here = {f"{name}:{self.server.server_port}" for name in (HOST, "localhost")}
        if self.headers.get("Host") in here:
            return True
        self._refuse(403, "this page answers on this computer only.")
        return False

    def _from_page(self) -> bool:
        """Refuse what no page of ours sends: another origin, or what a form elsewhere could send."""
        origin = self.headers.get("Origin")
        if origin is not None and origin != f"http://{self.headers.get('Host')}":
            self._refuse(403, "only its own page may ask this.")
        elif self.headers.get_content_type() != "application/json":
            self._refuse(415, "send JSON.")
        elif not 0 < self._length() <= LARGEST:
            self._refuse(413, "this is too long, or nothing.")
        else:
            return True
        return False

    def _length(self) -> int:
        told = self.headers.get("Content-Length", "")
        return int(told) if told.isascii() and told.isdigit() else 0

    def _stream(self, parts: Iterator[dict[str, Any] | None]) -> None:
        """Send a line of JSON for each part, until the page has gone on to something else."""
        self._begin(200, "application/x-ndjson")
        for part in parts:
            if part is not None:
                self.wfile.write(json.dumps(part, allow_nan=False).encode() + b"\n")
            if _gone(self.connection):
                return

    def _answer_json(self, status: int, told: dict[str, Any]) -> None:
        self._answer(status, "application/json", json.dumps(told, allow_nan=False).encode())

    def _refuse(self, status: int, sentence: str) -> None:
        self._answer_json(status, {"where": "", "sentence": sentence})

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self._begin(status, kind, len(body))
        self.wfile.write(body)

    def _begin(self, status: int, kind: str, length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if length is not None:
            self.send_header("Content-Length", str(length))
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.end_headers()


def _gone(connection: socket.socket) -> bool:
    """Return whether the other side has closed the connection."""
    readable, _, _ = select.select([connection], [], [], 0)
    try:
        return bool(readable) and connection.recv(1, socket.MSG_PEEK) == b""
    except OSError:
        return True


@cache
def _part(name: str) -> bytes:
    return (files("daybreak.simulation.page") / "files" / name).read_bytes()


@cache
def _font(name: str) -> bytes:
    return font_path("atkinson-bold" if "bold" in name else "atkinson-regular").read_bytes()
