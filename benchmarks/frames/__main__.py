"""Prints how exactly cue and trait are shown, judged from outside the page: `python -m benchmarks.frames`.

The presenter and the rival play the same words, in the same browser, on the same machine, one after the other, watched
by the same observer (`e2e/frames/real_time.py`). With `--load N` the processors are kept busy by N endless loops.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.frames.chain import PHASES, play_chain
from benchmarks.frames.table import HEAD, Line, line_of_chain, line_of_player
from daybreak.core.plan import MaskedWordsRound, Milliseconds, TrainingPlan, refreshes_for
from e2e.frames.bench_page import Ask, plan_with
from e2e.frames.load import machine_under_load
from e2e.frames.play import HEADLESS_HZ, play_real_time
from scripts.find_chromium import chromium

DURATIONS_MS = (16.7, 33.3, 300.0)
ASK: Ask = {"hurry": 1, "speed": 3}
DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "benchmarks.md"


def main() -> None:
    """Measure, print, and with `--write` put the table into docs/benchmarks.md."""
    asked = _arguments()
    executable = chromium()
    if executable is None:
        sys.exit("No Chromium found: install it or set DAYBREAK_CHROMIUM to its path.")
    before = os.getloadavg()[0]
    print(HEAD, flush=True)
    lines = []
    with machine_under_load(asked.load):
        for line in _measure(executable, asked.steps):
            print(line, flush=True)
            lines.append(str(line))
    heading = _heading(executable, asked.load, before)
    print(f"\n{heading}")
    if asked.write:
        _write("\n".join([heading, "", HEAD, *lines]), "busy" if asked.load else "idle")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.frames", description=__doc__)
    parser.add_argument("--steps", type=int, default=100, help="steps for each duration and presenter")
    parser.add_argument("--load", type=int, default=0, help="processes that keep the machine busy")
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    return parser.parse_args()


def _measure(executable: str, steps: int) -> Iterator[Line]:
    plan = plan_with("masked-words", steps)
    for ms in DURATIONS_MS:
        refreshes = refreshes_for(Milliseconds(ms=ms), HEADLESS_HZ)
        played = play_real_time(executable, _lasting(plan, ms), ASK)
        yield line_of_player(played.judged, ms, refreshes)
        chained = play_chain(executable, plan, ms)
        yield line_of_chain(chained, PHASES.index("cue"), PHASES.index("trait"), ms, refreshes)


def _lasting(plan: TrainingPlan, ms: float) -> TrainingPlan:
    """Return the plan with `ms` for cue and trait."""
    (round_,) = plan.rounds
    assert isinstance(round_, MaskedWordsRound)
    duration = Milliseconds(ms=ms)
    timing = round_.timing.model_copy(update={"cue": duration, "trait": duration})
    return plan.model_copy(update={"rounds": (round_.model_copy(update={"timing": timing}),)})


def _heading(executable: str, load: int, before: float) -> str:
    version = subprocess.run([executable, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    beside = f"{load} endless loops running beside it" if load else f"load average {before:.1f} when it began"
    today = datetime.now(tz=UTC).date().isoformat()
    return f"{today}, {version}, headless at {HEADLESS_HZ} Hz, {os.cpu_count()} processors, {beside}."


def _write(table: str, state: str) -> None:
    begin, end = f"<!-- frames, {state}: begin -->", f"<!-- frames, {state}: end -->"
    before, _, rest = DOCUMENT.read_text().partition(begin)
    _, _, after = rest.partition(end)
    DOCUMENT.write_text(f"{before}{begin}\n{table}\n{end}{after}")


if __name__ == "__main__":
    main()
