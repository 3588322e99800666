"""A small client of the Chrome DevTools Protocol over a pair of pipes.

Playwright hides the two things needed here: targets whose frames the test itself begins, and a trace taken while a
screencast runs. The protocol over pipes is JSON messages, each ended by a zero byte.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PATIENCE_S = 60.0
FLAGS = (
    "--remote-debugging-pipe",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--hide-scrollbars",
    "--force-device-scale-factor=1",
    "--force-color-profile=srgb",
    "--disable-background-networking",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
)
# The browser wants its pipes at descriptors 3 and 4, whatever they are here.
_START = (
    "import fcntl, os, sys\n"
    "ends = [fcntl.fcntl(int(end), fcntl.F_DUPFD, 10) for end in sys.argv[1:3]]\n"
    "os.dup2(ends[0], 3), os.dup2(ends[1], 4)\n"
    "os.execv(sys.argv[3], sys.argv[3:])\n"
)

Message = dict[str, Any]


class ProtocolError(Exception):
    """The browser refused a command, fell silent, or ended."""


class Browser:
    """A running browser. Messages are only read inside `call` and `pump`: one thread, no surprises."""

    def __init__(self, executable: str, *flags: str, profile: Path) -> None:
        to_browser, self._to = os.pipe()
        self._from, from_browser = os.pipe()
        command = [sys.executable, "-c", _START, str(to_browser), str(from_browser), executable]
        self._process = subprocess.Popen(
            [*command, *FLAGS, f"--user-data-dir={profile}", *flags],
            pass_fds=(to_browser, from_browser),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_browser)
        os.close(from_browser)
        self._unread = bytearray()
        self._numbers = 0
        self._awaited: int | None = None
        self._answer: Message | None = None
        self._listeners: dict[str, Callable[[Message], None]] = {}

    def on(self, event: str, listener: Callable[[Message], None]) -> None:
        """Hand the parameters of every `event` to `listener`; at most one listener an event."""
        self._listeners[event] = listener

    def send(self, method: str, parameters: Mapping[str, object], session: str | None = None) -> int:
        """Send a command without awaiting its answer; return its number."""
        self._numbers += 1
        message: Message = {"id": self._numbers, "method": method, "params": dict(parameters)}
        if session is not None:
            message["sessionId"] = session
        unsent = json.dumps(message).encode() + b"\0"
        while unsent:
            unsent = unsent[os.write(self._to, unsent) :]
        return self._numbers

    def call(self, method: str, parameters: Mapping[str, object] | None = None, session: str | None = None) -> Message:
        """Send a command and return its result. Raises `ProtocolError` if it is refused."""
        self._answer = None
        self._awaited = self.send(method, parameters or {}, session)
        self.pump(lambda: self._answer is not None)
        answer: Message = self._answer or {}
        if "error" in answer:
            raise ProtocolError(f"{method}: {answer['error']['message']}")
        result: Message = answer["result"]
        return result

    def pump(self, done: Callable[[], bool], patience: float = PATIENCE_S) -> None:
        """Read messages until `done()`. Raises `ProtocolError` after `patience` seconds."""
        end = time.monotonic() + patience
        while not done():
            left = end - time.monotonic()
            if left <= 0:
                raise ProtocolError(f"Nothing came of it in {patience:.0f} s.")
            if select.select([self._from], [], [], min(left, 0.05))[0]:
                self._receive()

    def close(self) -> None:
        """End the browser."""
        self._process.kill()
        self._process.wait()
        os.close(self._to)
        os.close(self._from)

    def _receive(self) -> None:
        read = os.read(self._from, 1 << 20)
        if not read:
            raise ProtocolError("The browser ended.")
        self._unread += read
        if b"\0" not in read:
            return
        *whole, rest = self._unread.split(b"\0")
        self._unread = bytearray(rest)
        for text in whole:
            self._take(json.loads(text))

    def _take(self, message: Message) -> None:
        if "id" in message:
            if message["id"] == self._awaited:
                self._answer = message
        elif listener := self._listeners.get(message["method"]):
            listener(message["params"])


class Page:
    """One tab of a browser."""

    def __init__(self, browser: Browser, **target: object) -> None:
        self.browser = browser
        created = browser.call("Target.createTarget", {"url": "about:blank", **target})
        attached = browser.call("Target.attachToTarget", {"targetId": created["targetId"], "flatten": True})
        self.session: str = attached["sessionId"]
        self.call("Page.enable")
        self.call("Runtime.enable")

    def call(self, method: str, **parameters: object) -> Message:
        """Send a command to this tab and return its result."""
        return self.browser.call(method, parameters, self.session)

    def send(self, method: str, **parameters: object) -> None:
        """Send a command to this tab and do not wait."""
        self.browser.send(method, parameters, self.session)

    def before_scripts(self, script: str) -> None:
        """Run `script` in every document of this tab before its own scripts."""
        self.call("Page.addScriptToEvaluateOnNewDocument", source=script)

    def open(self, url: str) -> None:
        """Load `url` and wait for its load event."""
        loaded: list[Message] = []
        self.browser.on("Page.loadEventFired", loaded.append)
        self.call("Page.navigate", url=url)
        self.browser.pump(lambda: bool(loaded))

    def evaluate(self, expression: str) -> Any:
        """Return the JSON value of a JavaScript expression. Raises `ProtocolError` with the page's own exception."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in answer:
            raise ProtocolError(json.dumps(answer["exceptionDetails"].get("exception", {}).get("description")))
        return answer["result"].get("value")


@contextmanager
def browser(executable: str, *flags: str) -> Iterator[Browser]:
    """Run a browser with a profile of its own, and end it."""
    with tempfile.TemporaryDirectory(prefix="daybreak-frames-", ignore_cleanup_errors=True) as profile:
        running = Browser(executable, *flags, profile=Path(profile))
        try:
            yield running
        finally:
            running.close()
