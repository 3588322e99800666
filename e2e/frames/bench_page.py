"""The player's bench page: the real presenter and tasks, a bot, and a bar code for whoever watches."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypedDict
from urllib.parse import urlencode

from daybreak.core.plan import TaskName, TrainingPlan
from daybreak.core.records import DeviceRecord, Records, StepRecord
from e2e.frames.devtools import Page, ProtocolError

ROOT = Path(__file__).parent.parent.parent
BENCH = ROOT / "player" / "build" / "bench"
EXAMPLE = ROOT / "tests" / "contract" / "plan-en.json"
PLAN = "plan.json"


class Ask(TypedDict, total=False):
    """What the address asks of the page; see `player/src/bench-page.ts`."""

    wait: int
    hz: float
    witness: str
    echo: int
    visible: int
    bot: int
    speed: float
    seed: int
    errors: float
    hurry: int


class _Handler(SimpleHTTPRequestHandler):
    def __init__(self, *args: Any, extra: Mapping[str, str], directory: str) -> None:
        self._extra = extra
        super().__init__(*args, directory=directory)

    def do_GET(self) -> None:
        """Serve the extra files first, then the folder."""
        text = self._extra.get(self.path.split("?")[0].lstrip("/"))
        if text is None:
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(self.path))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def served(folder: Path, extra: Mapping[str, str]) -> Iterator[str]:
    """Serve `folder`, and texts by name, to this machine alone; the value is the address, ending in a slash."""
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder} is missing; `make build` makes it.")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, extra=extra, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def address(base: str, ask: Ask) -> str:
    """Return the address of the bench page that plays as asked, by itself and with the bar code."""
    return f"{base}index.html?{urlencode({'plan': PLAN, 'witness': 'onsets', 'bot': 1, **ask})}"


def plan_with(task: TaskName, steps: int) -> TrainingPlan:
    """Return the shipped example plan with a single round of `steps` steps of `task`, made by repeating its own."""
    plan = TrainingPlan.model_validate_json(EXAMPLE.read_bytes())
    rounds = [round_ for round_ in plan.rounds if round_.task == task and not round_.practice]
    pool = itertools.cycle(step for round_ in rounds for step in round_.steps)
    chosen = [next(pool).model_copy(update={"id": f"step-{number}"}) for number in range(steps)]
    return plan.model_copy(update={"rounds": (rounds[0].model_copy(update={"steps": tuple(chosen)}),)})


def is_over(page: Page) -> bool:
    """Return whether the page has played all; raises `ProtocolError` with the page's reason if it gave up."""
    state = page.evaluate("window.daybreakBench?.state ?? 'running'")
    if state == "failed":
        raise ProtocolError(f"The bench page gave up: {page.evaluate('daybreakBench.error')}")
    return bool(state == "done")


def step_records(page: Page) -> list[StepRecord]:
    """Return the player's own record of every step, in the order shown."""
    records = json.loads(page.evaluate("JSON.stringify(daybreakBench.records)"))
    steps = [record for record in records if record["kind"] == "step"]
    checked = [Records.validate_python([step])[0] for step in steps]
    return [record for record in checked if isinstance(record, StepRecord)]


def device_found(page: Page) -> DeviceRecord | None:
    """Return what the page's device check found, or None if it was told the refresh rate instead."""
    finding = page.evaluate("daybreakBench.device")
    return None if finding is None else DeviceRecord.model_validate({**finding, "at": 0})


def shows_words_visibly(page: Page) -> bool:
    """Return whether the page plays the visible-only path."""
    return bool(page.evaluate("daybreakBench.visibleOnly"))


def canvas_corner(page: Page) -> tuple[int, int] | None:
    """Return the page pixel of the canvas's top left corner, or None while there is no canvas."""
    corner = page.evaluate(
        "(canvas => canvas && [canvas.getBoundingClientRect().left, canvas.getBoundingClientRect().top])"
        "(document.querySelector('canvas.stage-canvas'))"
    )
    return (round(corner[0]), round(corner[1])) if corner else None
