"""`daybreak power --scheduler`: a cluster in place of processes."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.terminal import on_a_terminal
from tests.cli.test_power import SMALL, run, study, told
from tests.simulation.dask_cluster import DaskCluster, dask_cluster

__all__ = ["study"]
ASKED = ("--n", 30, "--trials", 600, "--seed", 1)


@pytest.fixture(scope="module")
def dask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskCluster]:
    with dask_cluster(tmp_path_factory.mktemp("dask"), 1) as made:
        yield made


def test_results_are_those_of_processes_and_tell_where_they_were_made(study: Path, dask: DaskCluster) -> None:
    here = told(study, *ASKED, "--workers", 1, "--no-cache")
    there = told(study, *ASKED, "--scheduler", dask.address)
    assert there["results"] == here["results"]
    assert (here["device"], there["device"]) == ("cpu", "cluster: 1 worker")
    assert told(study, *ASKED)["device"] == "cluster: 1 worker"
    both = told(study, "--n", "30,36", *ASKED[2:], "--workers", 1)
    assert both["device"] == "cluster: 1 worker and cpu"


def test_ctrl_c_keeps_what_is_done_and_leaves_the_cluster_at_rest(study: Path, dask: DaskCluster) -> None:
    words = ["power", str(study), "--n", "30", "--trials", "1000000", "--seed", "1", "--json"]
    out = study.parent / "out.json"
    with on_a_terminal([*words, "--scheduler", str(dask.file)], out) as (running, screen):
        screen.wait_for(r"[1-9]\d*/1000000", 240)
        os.killpg(running.pid, signal.SIGINT)
        assert running.wait(timeout=60) == 130
    found = json.loads(out.read_text())
    assert 0 < found["trials"] < 1_000_000
    assert f"Stopped: {found['trials']:,} of 1,000,000 trials at n = 30." in screen.text
    for noise in ("Traceback", "distributed", "Error"):
        assert noise not in screen.text
    assert told(study, *ASKED, "--scheduler", dask.address, "--no-cache")["trials"] == 600


def test_a_scheduler_that_does_not_answer_is_one_sentence_and_no_log(study: Path) -> None:
    words = ["power", str(study), "--n", "30", "--trials", "16", "--seed", "1", "--scheduler", "tcp://127.0.0.1:9"]
    with on_a_terminal(words, study.parent / "out.json") as (running, screen):
        assert running.wait(timeout=120) == 2
    told_at = " ".join(screen.text.split())
    says = "tcp://127.0.0.1:9: no dask scheduler answers there. Start it with dask scheduler, or mend the address."
    assert told_at.endswith(says)
    assert len(told_at) < 140


def test_a_cluster_has_its_own_workers(study: Path) -> None:
    done = run(study, "--n", 30, *SMALL, "--scheduler", "tcp://127.0.0.1:9")
    assert "--workers and --scheduler cannot be asked together. Leave --workers out" in str(done.exception)


def test_a_missing_package_is_named(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "daybreak.simulation.cluster", raising=False)
    monkeypatch.setitem(sys.modules, "distributed", None)
    done = run(study, *ASKED, "--scheduler", "tcp://127.0.0.1:9")
    assert "running on a cluster needs the package distributed, which is not installed." in str(done.exception)
    assert "pip install 'daybreak[cluster]'" in str(done.exception)
