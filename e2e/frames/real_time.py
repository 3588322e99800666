"""The observer of a display in real time: what each refresh showed, and when it reached the screen.

Two witnesses, neither of them the page. The screencast gives the picture of every frame the display compositor draws.
The compositor's own trace (category `viz`) gives the grid of refreshes and the moment each frame was handed over
(`STEP_SEND_BUFFER_SWAP`). A frame handed over between refresh k and k + 1 is on the screen from k + 1 on; if a second
one follows before k + 1, the first was never seen. A frame the screencast missed is known from the trace as unseen, so
the observer's losses are never taken for the page's.
"""

from __future__ import annotations

import base64
import math
import time
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from e2e.frames.barcode import Code, decode, read
from e2e.frames.devtools import Message, Page

TRACE_BUFFER_KB = 400_000


class Shown(NamedTuple):
    """From refresh `refresh` on the screen showed `code`; `code` is None for a frame without a readable code."""

    refresh: int
    code: Code | None
    seen: bool


class Swap(NamedTuple):
    """A frame was handed over at `at` for the display frame of `frame_time`. Both in ms of the steady clock."""

    at: float
    frame_time: float
    interval: float


@dataclass(frozen=True)
class Frame:
    """One picture of the screencast; `due` is when it should reach the screen, in ms of the steady clock.

    That is one refresh after the display frame for which it was drawn, even if the drawing then took longer.
    """

    due: float
    picture: bytes


class Observer:
    """Watches one tab from `start` to `stop`."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._frames: list[Frame] = []
        self._events: list[Message] = []
        self._traced = False
        self._wall_minus_steady = _wall_minus_steady()
        page.browser.on("Page.screencastFrame", self._take_frame)
        page.browser.on("Tracing.dataCollected", self._take_events)
        page.browser.on("Tracing.tracingComplete", self._note_end)

    def start(self) -> None:
        """Begin to watch."""
        config = {
            "recordMode": "recordUntilFull",
            "traceBufferSizeInKb": TRACE_BUFFER_KB,
            "includedCategories": ["viz"],
            "excludedCategories": ["*"],
        }
        self._page.browser.call("Tracing.start", {"transferMode": "ReportEvents", "traceConfig": config})
        self._page.call("Page.startScreencast", format="png", everyNthFrame=1)

    def stop(self, corner: tuple[int, int] = (0, 0)) -> list[Shown]:
        """Stop, and return what the display showed, in order. `corner` is the bar code's top left pixel."""
        self._page.call("Page.stopScreencast")
        self._page.browser.call("Tracing.end")
        self._page.browser.pump(lambda: self._traced)
        return join(swaps_in(self._events), self._frames, corner)

    def _take_frame(self, event: Message) -> None:
        self._page.send("Page.screencastFrameAck", sessionId=event["sessionId"])
        steady = event["metadata"]["timestamp"] * 1000 - self._wall_minus_steady
        self._frames.append(Frame(steady, base64.b64decode(event["data"])))

    def _take_events(self, event: Message) -> None:
        self._events += event["value"]

    def _note_end(self, _: Message) -> None:
        self._traced = True


def swaps_in(events: Iterable[Message]) -> list[Swap]:
    """Return the frames handed over by the display compositor, in order, each with the display frame it was drawn for.

    The compositor works in one thread: a frame belongs to the last display frame begun before it.
    """
    swaps: list[Swap] = []
    begun: tuple[float, float] | None = None
    for event in sorted(events, key=lambda event: float(event.get("ts", 0))):
        if event["name"] == "DisplayScheduler::BeginFrame":
            arguments = event["args"]["args"]
            begun = arguments["frame_time_us"] / 1000, arguments["interval_us"] / 1000
        elif begun is not None and _is_swap(event):
            swaps.append(Swap((event["ts"] + event.get("dur", 0)) / 1000, *begun))
    return swaps


def join(swaps: Sequence[Swap], frames: Sequence[Frame], corner: tuple[int, int] = (0, 0)) -> list[Shown]:
    """Give every frame handed over its picture and the refresh from which it was on the screen, counted from 0.

    `corner` is the bar code's top left pixel.
    """
    if not swaps:
        return []
    first, interval = swaps[0].frame_time, swaps[0].interval
    waiting = deque(sorted((round((frame.due - first) / interval) - 1, frame.picture) for frame in frames))
    shown = []
    for swap in swaps:
        drawn = round((swap.frame_time - first) / interval)
        picture = _picture_of(drawn, waiting)
        code = None if picture is None else read(decode(picture), *corner)
        onscreen = drawn + math.floor((swap.at - swap.frame_time) / interval) + 1
        shown.append(Shown(onscreen, code, picture is not None))
    return shown


def _picture_of(drawn: int, waiting: deque[tuple[int, bytes]]) -> bytes | None:
    """Take the picture of display frame `drawn`, or of the one before: it may be drawn after the next has begun."""
    while waiting and waiting[0][0] < drawn - 1:
        waiting.popleft()
    if waiting and waiting[0][0] <= drawn:
        return waiting.popleft()[1]
    return None


def _is_swap(event: Message) -> bool:
    pipeline = event.get("args", {}).get("chrome_graphics_pipeline", {})
    return bool(pipeline.get("step") == "STEP_SEND_BUFFER_SWAP")


def _wall_minus_steady() -> float:
    """Milliseconds between the two clocks: the screencast tells the time of day, the trace the steady clock."""
    return (time.time() - time.monotonic()) * 1000
