"""A whole run of `daybreak power` for three numbers of people, and the memory that all its processes take."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import psutil  # type: ignore[import-untyped]

PEOPLE = (120, 154, 200)
COMMAND = (
    sys.executable,
    "-m",
    "daybreak.cli.main",
    "power",
    "ketamine-training",
    "--no-cache",
    "--json",
    "--workers",
    "2",
)
HEAD = "| people | trials each | seconds | trials / s | CPU ms / trial | MiB of all processes |\n" + "| --- " * 6 + "|"


def million(trials: int) -> None:
    """Print how long it took, from the start of the command to its end, and the most memory at once."""
    asked = ("--n", ",".join(map(str, PEOPLE)), "--trials", str(trials), "--seed", "1")
    began = time.perf_counter()
    with subprocess.Popen([*COMMAND, *asked], stdout=subprocess.PIPE, text=True) as run:
        memory, spent = watched(psutil.Process(run.pid))
        text, _ = run.communicate()
    seconds = time.perf_counter() - began
    if run.returncode != 0:
        raise SystemExit(run.returncode)
    whole = json.loads(text)["trials"] * len(PEOPLE)
    figures = f"{seconds:.0f} | {whole / seconds:.0f} | {1000 * spent / whole:.3f} | {memory / 2**20:.0f}"
    print(f"{HEAD}\n| {', '.join(map(str, PEOPLE))} | {trials} | {figures} |")


def watched(run: psutil.Process) -> tuple[int, float]:
    """Return the most bytes that a process and its children held at once, and their processor seconds."""
    memory, spent = 0, {}
    while run.is_running() and run.status() != psutil.STATUS_ZOMBIE:
        held = 0
        for one in [run, *run.children(recursive=True)]:
            try:
                held += one.memory_info().rss
                spent[one.pid] = one.cpu_times().user + one.cpu_times().system
            except psutil.NoSuchProcess:
                continue
        memory = max(memory, held)
        time.sleep(0.2)
    return memory, sum(spent.values())
