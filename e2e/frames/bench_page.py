"""The player's bench page, served to a browser: the real presenter and tasks, a bot, and a bar code on every refresh."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TypedDict
from urllib.parse import urlencode

from daybreak.core.plan import TrainingPlan
from daybreak.core.records import Records, StepRecord
from e2e.frames.devtools import Page, ProtocolError

ROOT = Path(__file__).parent.parent.parent
BENCH = ROOT / "player" / "build" / "bench"
PLAN = "plan-en.json"


class Ask(TypedDict, total=False):
    """What the address asks of the page; see `player/src/bench-page.ts`."""

    plan: str
    task: str
    steps: int
    rounds: int
    hz: float
    witness: int
    visible: int
    bot: int
    speed: float
    seed: int
    errors: float
    hurry: int


class _Silent(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve `folder` to this machine alone; the value is its address, with a slash at the end."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Silent, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def address(base: str, ask: Ask) -> str:
    """Return the address of the bench page that plays as asked, by itself and with the bar code unless told otherwise."""
    return f"{base}index.html?{urlencode({'plan': PLAN, 'witness': 1, 'bot': 1, **ask})}"


def read_plan(name: str = PLAN) -> TrainingPlan:
    """Return a plan the bench page can play."""
    return TrainingPlan.model_validate_json((BENCH / name).read_bytes())


def is_over(page: Page) -> bool:
    """Return whether the page has played all; raises `ProtocolError` with the page's reason if it gave up."""
    state = page.evaluate("window.daybreakBench?.state ?? 'running'")
    if state == "failed":
        raise ProtocolError(f"The bench page gave up: {page.evaluate('daybreakBench.error')}")
    return bool(state == "done")


def step_records(page: Page) -> list[StepRecord]:
    """Return the player's own records of all steps, in the order shown."""
    records = json.loads(page.evaluate("JSON.stringify(daybreakBench.records)"))
    steps = [record for record in records if record["kind"] == "step"]
    checked = [Records.validate_python([step])[0] for step in steps]
    return [record for record in checked if isinstance(record, StepRecord)]


def canvas_corner(page: Page) -> tuple[int, int]:
    """Return the page pixel of the canvas's top left corner."""
    corner = page.evaluate(
        "(({left, top}) => [left, top])(document.querySelector('canvas.stage-canvas').getBoundingClientRect())"
    )
    return round(corner[0]), round(corner[1])
