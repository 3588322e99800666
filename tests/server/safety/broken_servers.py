"""A mail server and a gateway for text messages that refuse, hang or take what they are given, as they are told."""

from __future__ import annotations

import socketserver
import threading
import time
from email import message_from_string
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, Self

Mood = Literal["refuse", "hang", "take"]
HANGS_FOR = 60.0


class _Served:
    """What both servers share: a mood, what was taken, and how often somebody called."""

    def __init__(self, server: Any) -> None:
        self.server = server
        server.owner = self
        self.mood: Mood = "take"
        self.taken: list[str] = []
        self.calls = 0
        self.over = threading.Event()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server.server_address[1])

    def hang(self) -> None:
        """Say nothing for long, or until the test is over."""
        self.over.wait(HANGS_FOR)

    def wait_for_call(self, within: float = 40.0) -> None:
        """Wait until somebody calls."""
        before, limit = self.calls, time.monotonic() + within
        while self.calls == before:
            assert time.monotonic() < limit, "nobody called"
            time.sleep(0.02)

    def __enter__(self) -> Self:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.server.shutdown()
        self.server.server_close()


class MailServer(_Served):
    """Speaks as much SMTP as a client needs to hand over a letter."""

    def __init__(self) -> None:
        super().__init__(_Threads(("127.0.0.1", 0), _Mail))

    @property
    def letters(self) -> list[tuple[str, str]]:
        """Subject and text of each letter that was taken."""
        read = [message_from_string(letter, policy=default) for letter in self.taken]
        return [(str(letter["Subject"]), letter.get_content()) for letter in read]


class TextServer(_Served):
    """Takes text messages over HTTP, as apprise's json:// sends them."""

    def __init__(self) -> None:
        super().__init__(ThreadingHTTPServer(("127.0.0.1", 0), _Text))


class _Threads(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


class _Mail(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        owner: MailServer = self.server.owner  # type: ignore[attr-defined]
        owner.calls += 1
        if owner.mood == "hang":
            owner.hang()
            return
        if owner.mood == "refuse":
            self._say("554 no service")
            return
        self._say("220 here")
        while line := self.rfile.readline().decode():
            word = line.split()[0].upper() if line.split() else ""
            if word == "DATA":
                self._say("354 go on")
                owner.taken.append(self._letter())
            self._say("221 bye" if word == "QUIT" else "250 ok")

    def _letter(self) -> str:
        lines: list[str] = []
        while (line := self.rfile.readline().decode()) not in (".\r\n", ""):
            lines.append(line.removeprefix(".") if line.startswith("..") else line)
        return "".join(lines)

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class _Text(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        owner: TextServer = self.server.owner  # type: ignore[attr-defined]
        owner.calls += 1
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        if owner.mood == "hang":
            owner.hang()
            return
        if owner.mood == "take":
            owner.taken.append(body)
        self.send_response(200 if owner.mood == "take" else 503)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""
