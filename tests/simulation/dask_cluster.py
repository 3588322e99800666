"""A real dask cluster on this computer: a scheduler and workers, each a process that can be killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from daybreak.simulation.run import ONE_THREAD

WORKER = "from distributed.cli.dask_worker import main; main()"
SCHEDULER = "from distributed.cli.dask_scheduler import main; main()"


@dataclass
class DaskCluster:
    """A scheduler that wrote `file`, and workers of one thread."""

    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def file(self) -> Path:
        return self.folder / "scheduler.json"

    @property
    def address(self) -> str:
        return str(json.loads(self.file.read_text())["address"])

    def start(self, code: str, *arguments: str, python_path: str = "") -> subprocess.Popen[bytes]:
        own = {**os.environ, **dict.fromkeys(ONE_THREAD, "1"), **self.environment}
        if python_path:
            own["PYTHONPATH"] = python_path
        words = [sys.executable, "-c", code, "--scheduler-file", str(self.file), *arguments]
        with (self.folder / "said.txt").open("ab") as said:
            self.started.append(subprocess.Popen(words, stdout=said, stderr=said, env=own))
        return self.started[-1]

    def worker(self, before: str = "", python_path: str = "") -> subprocess.Popen[bytes]:
        """Start a worker, which may run some lines of Python before, or have its modules from elsewhere."""
        scratch = ("--local-directory", str(self.folder))
        options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1", *scratch)
        return self.start(before + WORKER, *options, python_path=python_path)

    def said(self) -> str:
        return (self.folder / "said.txt").read_text()

    def wait_for(self, said: str, times: int = 1) -> None:
        until = time.monotonic() + 120
        while self.said().count(said) < times:
            assert time.monotonic() < until, self.said()
            time.sleep(0.05)


@contextmanager
def dask_cluster(folder: Path, workers: int, **environment: str) -> Iterator[DaskCluster]:
    """Start a scheduler and so many workers, and end them all."""
    folder.mkdir(exist_ok=True)
    made = DaskCluster(folder, environment)
    try:
        made.start(SCHEDULER, "--host", "127.0.0.1", "--port", "0", "--dashboard-address", "127.0.0.1:0")
        for _ in range(workers):
            made.worker()
        made.wait_for("Registered to:", workers) if workers else made.wait_for("Scheduler at:")
        yield made
    finally:
        for process in reversed(made.started):
            process.kill()
            process.wait()
