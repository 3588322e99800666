"""Measures and prints the table of docs/benchmarks.md, section Console.

python -m benchmarks.console [--engine sqlite|postgresql] [--rounds 20] [--write]
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path

from benchmarks.ingest.__main__ import cpu_seconds
from tests.live import ROOT, LiveServer
from tests.postgresql import new_database

# As in a study: no demo, behind a proxy that speaks TLS.
PRODUCTION = {"DAYBREAK_DEMO": "0", "DAYBREAK_BEHIND_PROXY": "1"}
ENGINES = ("sqlite", "postgresql")
SIZES = ((154, 3), (5_000, 50))
PERSON = "01-0001"
PAGES = (
    ("coordinator", "/desk/"),
    ("coordinator", "/desk/people/"),
    ("coordinator", "/desk/people/?sort=-dose"),
    ("coordinator", "/desk/people/?due=overdue"),
    ("coordinator", f"/desk/people/{PERSON}/"),
    ("coordinator", f"/desk/people/{PERSON}/visits/"),
    ("coordinator", "/desk/due/"),
    ("rater", "/desk/ratings/"),
    ("coordinator", "/desk/training/"),
    ("coordinator", "/desk/deviations/"),
    ("investigator", "/desk/queries/"),
    ("pharmacist", "/desk/pharmacy/"),
    ("administrator", "/desk/study/"),
    ("administrator", "/desk/staff/"),
    ("administrator", "/desk/sites/"),
    ("monitor", "/desk/audit/"),
)
HEAD = (
    "| engine | page | 154 people: p95 ms | CPU ms | 5,000 people: p95 ms | CPU ms | growth of CPU |\n"
    "| --- | --- | --- | --- | --- | --- | --- |"
)
DOCUMENT = ROOT / "docs" / "benchmarks.md"
WARM = 2  # the first answers load modules and templates
LOAD = os.getloadavg()[0]


def main() -> None:
    """Measure every engine asked for, print the table, and with `--write` put it into docs/benchmarks.md."""
    wishes = arguments()
    lines = [HEAD]
    print(HEAD, flush=True)
    for engine in wishes.engine or ENGINES:
        few, many = (measure(engine, people, sites, wishes.rounds) for people, sites in SIZES)
        for page in few:
            line = row(engine, page, few[page], many[page])
            print(line, flush=True)
            lines.append(line)
    heading = f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} processors, load average {LOAD:.1f} when it began."
    print(f"\n{heading}")
    if wishes.write:
        write("\n".join([heading, "", *lines]))


def arguments() -> argparse.Namespace:
    """Read the command line."""
    reader = argparse.ArgumentParser(prog="python -m benchmarks.console", description=(__doc__ or "").splitlines()[0])
    reader.add_argument("--engine", action="append", choices=ENGINES)
    reader.add_argument("--rounds", type=int, default=20, help="how often each page is asked for")
    reader.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    return reader.parse_args()


def measure(engine: str, people: int, sites: int, rounds: int) -> dict[str, Measured]:
    """Fill a database, serve it, and return what was measured of each page there is."""
    with tempfile.TemporaryDirectory() as folder:
        database = new_database() if engine == "postgresql" else ""
        server = LiveServer(Path(folder), database_url=database, workers=1, **PRODUCTION)
        cookies = fill(server, people, sites)
        with server:
            return {path: page for role, path in PAGES for page in ask(server, path, cookies[role], rounds)}


def fill(server: LiveServer, people: int, sites: int) -> dict[str, str]:
    """Put the crowd into the server's database and return the session cookie of each role."""
    command = [sys.executable, "-m", "benchmarks.console.crowd", str(people), str(sites)]
    told = subprocess.run(command, cwd=ROOT, env=server.environment, capture_output=True, text=True, check=False)
    if told.returncode:
        raise SystemExit(f"the crowd could not be made:\n{told.stderr[-2000:]}")
    cookies: dict[str, str] = json.loads(told.stdout.splitlines()[-1])
    return cookies


@dataclass(frozen=True)
class Measured:
    """One page: the time that 95 of 100 answers stayed under, and what server and database computed for one, in ms."""

    p95: float
    cpu: float


def ask(server: LiveServer, path: str, cookie: str, rounds: int) -> Iterator[Measured]:
    """Ask for a page again and again on one connection and yield what it cost; nothing where there is no such page."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=120)
    headers = {"Cookie": f"daybreak-session={cookie}", "X-Forwarded-Proto": "https"}
    times: list[float] = []
    before = 0.0
    for turn in range(rounds + WARM):
        if turn == WARM:
            before = cpu_seconds(server)
        begin = time.perf_counter()
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status == 404:
            return
        if answer.status != 200:
            raise SystemExit(f"{path} answered {answer.status}; see {server.log}:\n{server.log.read_text()[-2000:]}")
        if turn >= WARM:
            times.append(time.perf_counter() - begin)
    connection.close()
    cpu = (cpu_seconds(server) - before) / rounds
    yield Measured(1000 * sorted(times)[round(0.95 * (len(times) - 1))], 1000 * cpu)


def row(engine: str, path: str, few: Measured, many: Measured) -> str:
    """Return one row of the table."""
    ratio = many.cpu / few.cpu
    return f"| {engine} | `{path}` | {few.p95:.0f} | {few.cpu:.0f} | {many.p95:.0f} | {many.cpu:.0f} | × {ratio:.1f} |"


def write(table: str) -> None:
    """Put the table between its marks in docs/benchmarks.md."""
    text = DOCUMENT.read_text(encoding="utf-8")
    begin, end = "<!-- console: begin -->", "<!-- console: end -->"
    DOCUMENT.write_text(re.sub(f"{begin}.*?{end}", f"{begin}\n{table}\n{end}", text, flags=re.DOTALL), encoding="utf-8")


if __name__ == "__main__":
    main()
