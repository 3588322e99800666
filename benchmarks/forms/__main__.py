"""Measures and prints the table of docs/benchmarks.md, section Forms.

python -m benchmarks.forms [--engine sqlite|postgresql] [--people 500] [--seconds 60] [--workers 1]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.ingest.__main__ import ENGINES, LOAD, PRODUCTION, PROXIED, cpu_seconds, quantile
from tests.live import ROOT, LiveServer, Person
from tests.postgresql import new_database

SIXTY_TWO_DAYS = 62 * 24
CROWD = 32
SATURATION_SECONDS = 20
COLUMNS = (
    "engine",
    "load",
    "people",
    "answers",
    "answers/s",
    "p50 ms",
    "p99 ms",
    "worst ms",
    "page p99 ms",
    "CPU ms / answer",
    "faults",
)


def main() -> None:
    """Measure every engine asked for, people answering as people first, then without rest."""
    wishes = arguments()
    rows = []
    for engine in wishes.engine or ENGINES:
        with tempfile.TemporaryDirectory() as folder:
            database = new_database() if engine == "postgresql" else ""
            with LiveServer(Path(folder), database_url=database, workers=wishes.workers, **PRODUCTION) as server:
                due = {"pin": "", "portrait": False, "infusion_hours_ago": SIXTY_TWO_DAYS}
                everybody = server.new_participants(wishes.people + CROWD, **due)
                paced = {"paced": True, "seconds": wishes.seconds}
                rows.append(measure(engine, server, everybody[: wishes.people], paced))
                restless = {"paced": False, "seconds": SATURATION_SECONDS}
                rows.append(measure(engine, server, everybody[wishes.people :], restless))
    print(f"{os.cpu_count()} cores, {wishes.workers} workers; bots run on the same cores; load before: {LOAD[0]:.1f}\n")
    lines = [COLUMNS, tuple("---" for _ in COLUMNS), *([str(row[name]) for name in COLUMNS] for row in rows)]
    print(json.dumps(rows, indent=1) if wishes.json else "\n".join("| " + " | ".join(line) + " |" for line in lines))


def arguments() -> argparse.Namespace:
    """Read the command line."""
    reader = argparse.ArgumentParser(prog="python -m benchmarks.forms", description=(__doc__ or "").splitlines()[0])
    reader.add_argument("--engine", action="append", choices=ENGINES)
    reader.add_argument("--people", type=int, default=500)
    reader.add_argument("--seconds", type=int, default=60)
    reader.add_argument("--workers", type=int, default=1)
    reader.add_argument("--json", action="store_true")
    return reader.parse_args()


def measure(engine: str, server: LiveServer, people: list[Person], manner: dict[str, Any]) -> dict[str, Any]:
    """Let `people` answer and return one row of the table."""
    headers = [person.headers | PROXIED for person in people]
    command = [sys.executable, "-m", "benchmarks.forms.bots"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as bots:
        assert bots.stdin is not None
        assert bots.stdout is not None
        bots.stdin.write(json.dumps(manner | {"port": server.port, "people": headers}) + "\n")
        bots.stdin.flush()
        if bots.stdout.readline() != "ready\n":
            raise SystemExit(f"the bots did not start; see {server.log}:\n{server.log.read_text()[-2000:]}")
        before = cpu_seconds(server)
        bots.stdin.write("go\n")
        bots.stdin.flush()
        seen = json.loads(bots.stdout.readline())
        cpu = cpu_seconds(server) - before
    return row(engine, manner, len(people), seen, cpu)


def row(engine: str, manner: dict[str, Any], people: int, seen: dict[str, Any], cpu: float) -> dict[str, Any]:
    """Return one row."""
    answers = len(seen["saved"])
    for fault in seen["faults"][:3]:
        print(fault, file=sys.stderr)
    values = (
        engine,
        "as people" if manner["paced"] else "without rest",
        people,
        answers,
        round(answers / seen["seconds"]),
        quantile(seen["saved"], 0.5),
        quantile(seen["saved"], 0.99),
        quantile(seen["saved"], 1),
        quantile(seen["pages"], 0.99),
        round(1000 * cpu / max(1, answers), 1),
        len(seen["faults"]),
    )
    return dict(zip(COLUMNS, values, strict=True))


if __name__ == "__main__":
    main()
