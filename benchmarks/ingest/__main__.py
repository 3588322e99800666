"""Measures and prints the table of docs/benchmarks.md, section Ingest.

python -m benchmarks.ingest [--engine sqlite|postgresql] [--people 300] [--seconds 60] [--workers 1] [--chunk 4]
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

import psutil  # type: ignore[import-untyped]

from tests.live import ROOT, LiveServer, Person
from tests.postgresql import new_database, postgresql_pid

# As in a study: no demo, behind a proxy that speaks TLS.
PRODUCTION = {"DAYBREAK_DEMO": "0", "DAYBREAK_BEHIND_PROXY": "1"}
PROXIED = {"X-Forwarded-Proto": "https", "Origin": "https://127.0.0.1"}
ENGINES = ("sqlite", "postgresql")
CROWD = 32
SATURATION_SECONDS = 20
COLUMNS = (
    "engine",
    "load",
    "people",
    "chunks",
    "steps/s",
    "p50 ms",
    "p99 ms",
    "worst ms",
    "CPU s / 1,000 steps",
    "lease p99 ms",
    "faults",
)


def main() -> None:
    """Measure every engine asked for, people pacing as people first, then without rest."""
    wishes = arguments()
    rows = []
    for engine in wishes.engine or ENGINES:
        with tempfile.TemporaryDirectory() as folder:
            database = new_database() if engine == "postgresql" else ""
            with LiveServer(Path(folder), database_url=database, workers=wishes.workers, **PRODUCTION) as server:
                everybody = server.new_participants(wishes.people + CROWD, pin="", portrait=False)
                people, crowd = everybody[: wishes.people], everybody[wishes.people :]
                rows.append(measure(engine, server, people, plan(wishes, paced=True)))
                rows.append(measure(engine, server, crowd, plan(wishes, paced=False)))
    print(f"{os.cpu_count()} cores, {wishes.workers} workers; bots run on the same cores; load before: {LOAD[0]:.1f}\n")
    print(json.dumps(rows, indent=1) if wishes.json else table(rows))


LOAD = os.getloadavg()


def arguments() -> argparse.Namespace:
    """Read the command line."""
    reader = argparse.ArgumentParser(prog="python -m benchmarks.ingest", description=__doc__.splitlines()[0])
    reader.add_argument("--engine", action="append", choices=ENGINES)
    reader.add_argument("--people", type=int, default=300)
    reader.add_argument("--seconds", type=int, default=60)
    reader.add_argument("--workers", type=int, default=1)
    # Four steps fill the five seconds after which the outbox closes a chunk; at most it holds eight.
    reader.add_argument("--chunk", type=int, default=4, help="steps in one chunk")
    reader.add_argument("--json", action="store_true")
    return reader.parse_args()


def plan(wishes: argparse.Namespace, *, paced: bool) -> dict[str, Any]:
    """Return how the bots are to play."""
    return {"paced": paced, "chunk": wishes.chunk, "seconds": wishes.seconds if paced else SATURATION_SECONDS}


def measure(engine: str, server: LiveServer, people: list[Person], manner: dict[str, Any]) -> dict[str, Any]:
    """Let `people` play and return one row of the table."""
    headers = [person.headers | PROXIED for person in people]
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.ingest.bots"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as bots:
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
    steps = len(seen["chunks"]) * manner["chunk"]
    values = (
        engine,
        "as people" if manner["paced"] else "without rest",
        people,
        len(seen["chunks"]),
        round(steps / seen["seconds"]),
        quantile(seen["chunks"], 0.5),
        quantile(seen["chunks"], 0.99),
        quantile(seen["chunks"], 1),
        round(1000 * cpu / steps, 2),
        quantile(seen["leases"], 0.99),
        len(seen["faults"]),
    )
    for fault in seen["faults"][:3]:
        print(fault, file=sys.stderr)
    return dict(zip(COLUMNS, values, strict=True))


def quantile(times: list[float], share: float) -> float | None:
    """Return the time, in ms, that `share` of all stayed under, by nearest rank; None without any."""
    ordered = sorted(times)
    return round(1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1) if ordered else None


def cpu_seconds(server: LiveServer) -> float:
    """Return what the server and, where there is one, its PostgreSQL have used, user and system time."""
    assert server.process is not None
    heads = [psutil.Process(server.process.pid)]
    if server.environment["DATABASE_URL"].startswith("postgresql"):
        heads.append(psutil.Process(postgresql_pid()))
    times = [process.cpu_times() for head in heads for process in (head, *head.children(recursive=True))]
    return float(sum(time.user + time.system for time in times))


def table(rows: list[dict[str, Any]]) -> str:
    """Return the rows as a Markdown table."""
    lines = [COLUMNS, tuple("---" for _ in COLUMNS), *([str(row[name]) for name in COLUMNS] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


if __name__ == "__main__":
    main()
