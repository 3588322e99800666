"""A command on a terminal of its own, as somebody who watches it would see it."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path


class Screen:
    """What a terminal has shown; it is read all the time, so that nobody who writes to it has to wait."""

    def __init__(self, leader: int) -> None:
        self.text = ""
        self._leader = leader
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def wait_for(self, pattern: str, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not re.search(pattern, self.text):
            assert time.monotonic() < until, self.text
            time.sleep(0.05)

    def end(self) -> None:
        self._reader.join(timeout=30)
        os.close(self._leader)

    def _read(self) -> None:
        with suppress(OSError):  # as a terminal says that nobody writes any more
            while said := os.read(self._leader, 4096):
                self.text += said.decode(errors="replace")


@contextmanager
def on_a_terminal(
    words: list[str], out: Path, more: Mapping[str, str] | None = None
) -> Iterator[tuple[subprocess.Popen[bytes], Screen]]:
    """Run a command that makes its remarks on a terminal; its own group, so that a signal reaches its children too."""
    leader, follower = pty.openpty()
    with out.open("wb") as file:
        running = subprocess.Popen(
            [sys.executable, "-m", "daybreak.cli.main", *words],
            stdout=file,
            stderr=follower,
            start_new_session=True,
            env={**os.environ, "TERM": "xterm", "COLUMNS": "120", **(more or {})},
        )
    os.close(follower)
    screen = Screen(leader)
    try:
        yield running, screen
    finally:
        with suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
        running.wait()
        screen.end()
