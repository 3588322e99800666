"""Lets the bench page play a plan by itself, on a stepped display or in real time, and tells what was to be seen."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from daybreak.core.plan import TrainingPlan
from daybreak.core.records import DeviceRecord, StepRecord
from e2e.frames.barcode import Code, decode, decode_rgb, read
from e2e.frames.bench_page import (
    BENCH,
    PLAN,
    Ask,
    address,
    canvas_corner,
    device_found,
    is_over,
    served,
    shows_words_visibly,
    step_records,
)
from e2e.frames.devtools import Page, browser
from e2e.frames.flashes import Frame
from e2e.frames.real_time import Observer, Shown
from e2e.frames.stepped import SteppedDisplay, stepped_display
from e2e.frames.verdict import Judged, demands, judge

PHONE = (400, 640)
"""Width and height in CSS pixels; small, so that neither drawing nor watching costs much."""
HEADLESS_HZ = 60
LOOK_EVERY = 20
SETTLE_MS = 2500
"""A browser that has just started has other things to do than to hand out every frame."""
MOST_REFRESHES = 60_000
MOST_SECONDS = 1200


class Beat(NamedTuple):
    """The next refresh of a stepped display: how many periods after the last, and how late the page learns of it."""

    refreshes: int = 1
    late_ms: float = 0


Rhythm = Callable[[Code | None], Beat]
"""The beat after a frame, by what the frame shows; so that a disturbance hits the same refresh of a step every time."""


@dataclass(frozen=True)
class Played:
    """What the display showed, what the player says, and both beside the plan."""

    shown: list[Shown]
    records: list[StepRecord]
    judged: list[Judged]
    device: DeviceRecord | None = None
    visible_only: bool = False


def steady(_: Code | None) -> Beat:
    """Every refresh in time."""
    return Beat()


def play_stepped(executable: str, plan: TrainingPlan, hz: float, ask: Ask, rhythm: Rhythm = steady) -> Played:
    """Play `plan` on a display of `hz` whose refreshes follow `rhythm`.

    The browser's own report of when a frame was shown is left out: on a stepped display it is in another clock.
    """
    files = {PLAN: plan.model_dump_json()}
    with served(BENCH, files) as base, stepped_display(executable, hz, *PHONE) as display:
        display.open(address(base, {"echo": 0, "witness": "1", **ask}))
        shown = list(_step_through(display, rhythm))
        records = step_records(display.page)
        device, visible_only = device_found(display.page), shows_words_visibly(display.page)
    return Played(shown, records, judge(demands(plan, visible_only), shown, records), device, visible_only)


def _step_through(display: SteppedDisplay, rhythm: Rhythm) -> Iterator[Shown]:
    corner = (0, 0)
    refresh = 0
    code: Code | None = None
    for number in range(MOST_REFRESHES):
        if number % LOOK_EVERY == 0:
            if is_over(display.page):
                return
            corner = canvas_corner(display.page) or corner
        beat = rhythm(code)
        refresh += beat.refreshes
        code = read(decode(display.refresh(beat.refreshes, beat.late_ms)), *corner)
        yield Shown(refresh, code, True)
    raise TimeoutError(f"The page still played after {MOST_REFRESHES} refreshes.")


def frames_of(executable: str, plan: TrainingPlan, size: tuple[int, int], ask: Ask) -> Iterator[Frame]:
    """Play `plan` on a stepped display of 60 Hz; yield every frame that changed the picture after the first step."""
    files = {PLAN: plan.model_dump_json()}
    last = b""
    with served(BENCH, files) as base, stepped_display(executable, 60, *size) as display:
        display.open(address(base, {"echo": 0, "witness": "", **ask}))
        began = False
        for number in range(MOST_REFRESHES):
            if number % LOOK_EVERY == 0:
                if is_over(display.page):
                    return
                # Until the first step is over the page may still load its style sheet and lay out its buttons.
                began = began or bool(display.page.evaluate("daybreakBench.records.some(one => one.kind === 'step')"))
            picture = display.refresh()
            if began and picture != last:
                yield Frame(number / 60, decode_rgb(picture))
            last = picture


def play_real_time(executable: str, plan: TrainingPlan, ask: Ask, disturbance: str = "") -> Played:
    """Play `plan` in real time while an outside observer watches; `disturbance` is JavaScript that runs beside it.

    The page is told the rate of headless Chromium, for on a busy machine its device check would turn masked words off.
    """
    ask = {"hz": HEADLESS_HZ, "wait": SETTLE_MS, **ask}
    with served(BENCH, {PLAN: plan.model_dump_json()}) as base:
        shown, records = watch(executable, address(base, ask), step_records, disturbance)
    return Played(shown, records, judge(demands(plan, ask.get("visible") == 1), shown, records))


def watch(
    executable: str, url: str, read_out: Callable[[Page], list[StepRecord]], disturbance: str = ""
) -> tuple[list[Shown], list[StepRecord]]:
    """Watch a page until it says that it is over; return what it showed and what it says of itself."""
    size = f"--window-size={PHONE[0]},{PHONE[1]}"
    with browser(executable, "--headless=new", size) as running:
        page = Page(running)
        page.before_scripts(disturbance)
        observer = Observer(page)
        observer.start()
        page.open(url)
        wait(page, 1)
        end = time.monotonic() + MOST_SECONDS
        while not is_over(page):
            if time.monotonic() > end:
                raise TimeoutError(f"The page still played after {MOST_SECONDS} s.")
            wait(page, 0.5)
        records = read_out(page)
        shown = observer.stop(canvas_corner(page) or (0, 0))
    return shown, records


def wait(page: Page, seconds: float) -> None:
    """Let the page go on, and take what it sends, for a while."""
    end = time.monotonic() + seconds
    page.browser.pump(lambda: time.monotonic() >= end)
