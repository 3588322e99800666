"""Power over dask's workers: the same digits as on one core, whatever is lost on the way."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread
from typing import Any

import numpy as np
import pytest
from distributed import Client

import daybreak
from daybreak.core.errors import CommandError, FitError
from daybreak.simulation.assurance import Assured
from daybreak.simulation.cluster import Cluster, address_of
from daybreak.simulation.design import design_of
from daybreak.simulation.model import model_of
from daybreak.simulation.power import Order
from daybreak.simulation.run import Workers
from daybreak.simulation.tally import Tally, Task
from tests.simulation.dask_cluster import DaskCluster, dask_cluster
from tests.simulation.made_up import ARMS, PUBLISHED, assuming

DESIGN = design_of(PUBLISHED, 30)
TASK = Task(DESIGN, model_of(PUBLISHED, DESIGN), 3, 0.05)
TRIALS = 40 * 256 - 100


@pytest.fixture(scope="module")
def alone() -> Tally:
    with Workers(1) as pool:
        done = pool.run(TASK, TRIALS)
    assert done.tally is not None
    return done.tally


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskCluster]:
    """Two workers, which no test may harm."""
    with dask_cluster(tmp_path_factory.mktemp("two"), 2) as made:
        yield made


def same(one: Tally, other: Tally | None) -> bool:
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in Tally.__dataclass_fields__)


def test_digits_are_those_of_one_core(two: DaskCluster, alone: Tally) -> None:
    with Cluster(two.address) as pool:
        assert pool.device == "cluster: 2 workers"
        for _ in range(2):
            done = pool.run(TASK, TRIALS)
            assert done.whole
            assert same(alone, done.tally)


def test_blocks_that_draw_their_assumptions_draw_the_same_there(two: DaskCluster) -> None:
    asked = Order(assuming({"ranges": [{"of": "effect", "mean": 0.8, "sd": 0.3}]}), "", 4096, 5)
    with Cluster(two.address) as there, Workers(1) as here:
        found = [Assured(asked, pool).at(30) for pool in (there, here)]
    rows = [one.rows for one in found if one]
    assert len(rows) == 2
    assert rows[0] == rows[1]
    assert rows[0][0].draws == 16


def test_a_stopped_run_keeps_what_is_done_and_leaves_nothing_behind(two: DaskCluster) -> None:
    def stop_at_once(_made: int) -> None:
        raise KeyboardInterrupt

    with Cluster(str(two.file)) as pool:
        done = pool.run(TASK, 1_000_000, stop_at_once)
    assert not done.whole
    assert done.tally is not None
    assert done.tally.trials == 256
    with Client(two.address, set_as_default=False) as client:
        assert client.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.tasks)) == 0


def test_a_block_that_cannot_be_judged_is_told_as_here(two: DaskCluster) -> None:
    gone = assuming({"dropout": {}, "hazards": {arm: [1.0] * 5 for arm in ARMS}})
    design = design_of(gone, 30)
    with Cluster(two.address) as pool, pytest.raises(FitError, match="Nobody is seen after the baseline"):
        pool.run(Task(design, model_of(gone, design), 3, 0.05), 16)


def test_workers_that_would_find_other_digits_are_refused(two: DaskCluster, tmp_path: Path) -> None:
    refused = {
        "its daybreak is another than here": {"python_path": str(changed_copy(tmp_path))},
        r"daybreak[.\w]* is not installed": {"before": "import sys; sys.modules['daybreak'] = None; "},
        r"it has numpy 1\.0, and here is numpy": {
            "before": "import importlib.metadata as m; known = m.version; "
            "m.version = lambda name: '1.0' if name == 'numpy' else known(name); ",
        },
    }
    for number, (says, how) in enumerate(refused.items(), 1):
        other = two.worker(**how)
        two.wait_for("Registered to:", 2 + number)
        with pytest.raises(CommandError, match=rf"^worker tcp://127.0.0.1:\d+: {says}.* Install the same daybreak"):
            Cluster(two.address).__enter__()
        other.kill()
        two.wait_for("Remove worker addr", number)


def changed_copy(folder: Path) -> Path:
    """Return where there is a daybreak that differs by a line."""
    made, source = folder / "daybreak", Path(daybreak.__file__).parent
    made.mkdir()
    shutil.copy(source / "__init__.py", made)
    for part in ("simulation", "stats", "core"):
        shutil.copytree(source / part, made / part, ignore=shutil.ignore_patterns("__pycache__"))
    with (made / "simulation" / "draws.py").open("a", encoding="utf-8") as file:
        file.write("\n# Another version.\n")
    return folder


def test_a_killed_worker_costs_its_blocks_and_nothing_else_and_a_lost_scheduler_what_is_left(
    tmp_path: Path, alone: Tally
) -> None:
    with dask_cluster(tmp_path, 2) as dask, Cluster(dask.address) as pool:
        scheduler, one, _other = dask.started
        done = pool.run(TASK, TRIALS, lambda _made: one.kill())
        assert one.wait() == -signal.SIGKILL
        assert done.whole
        assert same(alone, done.tally)
        done = pool.run(TASK, TRIALS, lambda _made: scheduler.kill())
        assert done.tally is not None
        assert 0 < done.tally.trials < TRIALS
        assert not done.whole
        assert "no dask scheduler answers there" in done.why
        with pytest.raises(CommandError, match="no dask scheduler answers there"):
            pool.run(TASK, TRIALS)


def test_blocks_that_dask_gives_up_are_handed_out_anew_but_not_forever(tmp_path: Path, alone: Tally) -> None:
    allowed = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}
    with dask_cluster(tmp_path, 2, **allowed) as dask, Cluster(dask.address) as pool:
        done = pool.run(TASK, TRIALS, lambda _made: dask.started[-1].kill())
        assert done.whole
        assert same(alone, done.tally)
        assert "marked as failed because 1 workers died" in dask.said()
        long = design_of(PUBLISHED, 3000)
        says = r"The workers of the cluster were lost again and again\. See why"
        with killing_each(dask), pytest.raises(CommandError, match=says):
            pool.run(Task(long, model_of(PUBLISHED, long), 3, 0.05), 256)


@contextmanager
def killing_each(dask: DaskCluster) -> Iterator[None]:
    """Kill each worker that has a block in hand, and start another."""
    ended = Event()

    def kill(client: Any) -> None:
        killed: set[str] = set()
        while not ended.wait(0.05):
            busy = [worker for worker, blocks in client.processing().items() if blocks and worker not in killed]
            killed.update(busy)
            with suppress(OSError):
                for pid in client.run(os.getpid, workers=busy).values() if busy else ():
                    os.kill(pid, signal.SIGKILL)
                    dask.worker()

    with Client(dask.address, set_as_default=False) as client:
        killer = Thread(target=kill, args=(client,))
        killer.start()
        try:
            yield
        finally:
            ended.set()
            killer.join()


def test_a_scheduler_without_workers_is_told(tmp_path: Path) -> None:
    with dask_cluster(tmp_path, 0) as dask:
        says = r"the scheduler has no workers\. Start some: dask worker tcp://127.0.0.1:\d+ --nworkers 4 --nthreads 1"
        with pytest.raises(CommandError, match=says), Cluster(dask.address):
            pass


def test_an_address_where_nobody_answers_is_told() -> None:
    with pytest.raises(CommandError, match=r"^tcp://127.0.0.1:9: no dask scheduler answers there\. Start it with"):
        Cluster("tcp://127.0.0.1:9").__enter__()


@pytest.mark.parametrize("text", ["", "host", "tcp://host", "away.json", "http://host:80", "list.json", "words.json"])
def test_what_is_no_address_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.chdir(tmp_path)
    Path("list.json").write_text("[]", encoding="utf-8")
    Path("words.json").write_text("tcp://host:8786", encoding="utf-8")
    with pytest.raises(CommandError, match="is neither a scheduler's address nor the file that it writes"):
        address_of(text)


@pytest.mark.parametrize("text", ["host:8786", "tcp://[::1]:8786", "tls://host.example:1"])
def test_addresses_are_taken_as_they_are(text: str) -> None:
    assert address_of(text) == text
