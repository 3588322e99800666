"""A real mail server on this machine that takes every letter and remembers its Message-ID."""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Talk(socketserver.StreamRequestHandler):
    """One connection: just enough of SMTP."""

    def handle(self) -> None:
        """Answer each command; note a letter before it is acknowledged, as a mail server does."""
        with suppress(OSError):
            self._say(b"220 here")
            while line := self.rfile.readline():
                command = line[:4].upper().strip()
                if command == b"DATA":
                    self._say(b"354 go on")
                    self._take()
                elif command == b"QUIT":
                    self._say(b"221 bye")
                    return
                self._say(b"250 fine")

    def _take(self) -> None:
        letter = b""
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            letter += line
        found = re.search(rb"^Message-ID:\s*<([0-9a-f]+)@", letter, re.MULTILINE | re.IGNORECASE)
        if line and found:
            heard(self.server).append(found[1].decode())

    def _say(self, words: bytes) -> None:
        self.wfile.write(words + b"\r\n")


class Sink(socketserver.ThreadingTCPServer):
    """The server; `ids` are the letters it took."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Talk)
        self.ids: list[str] = []


def heard(server: socketserver.BaseServer) -> list[str]:
    """Return what a sink took so far."""
    assert isinstance(server, Sink)
    return server.ids


@contextmanager
def mail_sink() -> Iterator[Sink]:
    """Run a mail server for as long as the block lasts."""
    with Sink() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
