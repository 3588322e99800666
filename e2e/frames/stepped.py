"""A display whose every refresh is begun by the test: any rate, any jitter, and a picture of each refresh.

`chromium-headless-shell` draws a frame only when told (`HeadlessExperimental.beginFrame`) and runs all its stages
within that frame, and its clock only moves when told (`Emulation.setVirtualTimePolicy`). Both follow one simulated
display clock here, so that a run gives the same frames on any machine under any load.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager

from e2e.frames.devtools import Browser, Message, Page, ProtocolError, browser

FLAGS = ("--enable-begin-frame-control", "--run-all-compositor-stages-before-draw")
SETTLE_REFRESHES = 10


class SteppedDisplay:
    """A tab on a display of `hz` that refreshes when `refresh` is called."""

    def __init__(self, running: Browser, hz: float, width: int, height: int) -> None:
        self.hz = hz
        self.page = Page(running, width=width, height=height, enableBeginFrameControl=True)
        self._expired = False
        self._last: bytes | None = None
        self._now = 0.0
        self._clock = 0.0
        running.on("Emulation.virtualTimeBudgetExpired", self._note_expiry)

    @property
    def period(self) -> float:
        """One refresh in ms."""
        return 1000 / self.hz

    def open(self, url: str) -> None:
        """Load a page in real time, then stop its clock and let it draw."""
        self.page.open(url)
        paused = self.page.call("Emulation.setVirtualTimePolicy", policy="pause")
        self._now = self._clock = float(paused["virtualTimeTicksBase"])
        for _ in range(SETTLE_REFRESHES):
            self.refresh()
        self.set_clock()

    def refresh(self, refreshes: float = 1, late_ms: float = 0) -> bytes:
        """Let the display clock run `refreshes` of its periods, begin a frame, and return a PNG of what it shows.

        With `late_ms` the page is told of the refresh that much later than it happened, as on a busy machine.
        """
        self._now += refreshes * self.period
        self._advance_clock(self._now + late_ms)
        answer = self.page.call(
            "HeadlessExperimental.beginFrame",
            frameTimeTicks=self._now,
            interval=self.period,
            screenshot={"format": "png", "optimizeForSpeed": True},
        )
        if picture := answer.get("screenshotData"):
            self._last = base64.b64decode(picture)
        if self._last is None:
            raise ProtocolError("The first frame shows nothing.")
        return self._last

    def set_clock(self) -> None:
        """Bring the page's clock back to the display's: it may run ahead by some ms while the page loads pictures."""
        self.page.evaluate("void requestAnimationFrame(at => { window.clockAhead = performance.now() - at; })")
        self.refresh()
        self._clock += float(self.page.evaluate("window.clockAhead"))

    def _advance_clock(self, to: float) -> None:
        # After a very late answer the clock is already past the next refresh.
        if to <= self._clock:
            return
        self._expired = False
        self.page.call("Emulation.setVirtualTimePolicy", policy="advance", budget=to - self._clock)
        self.page.browser.pump(lambda: self._expired)
        self._clock = to

    def _note_expiry(self, _: Message) -> None:
        self._expired = True


@contextmanager
def stepped_display(executable: str, hz: float, width: int, height: int) -> Iterator[SteppedDisplay]:
    """Run a browser with one stepped tab. Sizes in CSS pixels."""
    with browser(executable, *FLAGS) as running:
        yield SteppedDisplay(running, hz, width, height)
