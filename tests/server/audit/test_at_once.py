"""Many processes and threads that write to the trail at once leave one chain without a gap, on both engines."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.live import ROOT, LiveServer
from tests.server.stored import rows

PROCESSES, THREADS, EACH = 4, 6, 10
WRITE = f"""
from concurrent.futures import ThreadPoolExecutor
from daybreak.server.serve import set_up
set_up()
from django.db import connection
from daybreak.server.audit.trail import recorded
def write(_):
    for _ in range({EACH}):
        with recorded(None, "crowd") as entry:
            entry.note(facts="at once")
    connection.close()
with ThreadPoolExecutor({THREADS}) as crowd:
    list(crowd.map(write, range({THREADS})))
"""


def started(server: LiveServer, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *arguments], env=server.environment, cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


def test_a_crowd_leaves_one_chain_without_a_gap(real_server: LiveServer) -> None:
    crowd = [started(real_server, "-c", WRITE) for _ in range(PROCESSES)]
    assert [process.wait(120) for process in crowd] == [0] * PROCESSES
    for process in crowd:
        process.communicate()
    numbers = [number for (number,) in rows(real_server, "SELECT number FROM audit_entry ORDER BY id")]
    assert numbers == list(range(1, len(numbers) + 1))
    written = rows(real_server, "SELECT count(*) FROM audit_entry WHERE action = 'crowd'")
    assert written == [(PROCESSES * THREADS * EACH,)]
    check = started(real_server, "-m", "daybreak.cli.main", "audit", "verify", "--json")
    told = json.loads(check.communicate(timeout=120)[0])
    assert (check.returncode, told["holds"], told["entries"]) == (0, True, len(numbers))
