"""Prints how many models are fitted a second: `OMP_NUM_THREADS=1 python -m benchmarks.power`.

A line for each way of fitting: the batch in compiled loops on one process and on two (each draws its own data, sums
them and fits them with Satterthwaite's degrees of freedom for two contrasts), in numpy, the exact single fit in a
loop, and statsmodels in a loop. A busy machine changes processor time less than wall time, so both stand there.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor

from benchmarks.power.blocks import BLOCK, Spent, run_blocks
from benchmarks.power.case import Case, draw
from benchmarks.power.rivals import by_mmrm, by_statsmodels

HEAD = "\n".join(
    [
        "| fitted by | processes | fits | fits / s | CPU ms / fit | of it drawing | of it sums | refitted or failed |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
)


def main() -> None:
    """Measure and print."""
    asked = _arguments()
    load = os.getloadavg()[0]
    print(HEAD, flush=True)
    run_blocks(0, 1, "compiled")
    for processes in (1, 2):
        spent, wall = on(processes, asked.blocks, "compiled")
        print(line("batch, compiled", spent, wall), flush=True)
    spent, wall = on(1, max(1, asked.blocks // 8), "numpy")
    print(line("batch, numpy", spent, wall), flush=True)
    for name, way_of in (("mmrm, one by one", by_mmrm), ("statsmodels MixedLM, one by one", by_statsmodels)):
        one, wall = alone(way_of, asked.rivals)
        print(line(name, [one], wall), flush=True)
    after = os.getloadavg()[0]
    print(f"\n{os.cpu_count()} processors, load average {load:.1f} before and {after:.1f} after.")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.power", description=__doc__)
    parser.add_argument("--blocks", type=int, default=16, help=f"blocks of {BLOCK} data sets for each process")
    parser.add_argument("--rivals", type=int, default=20, help="data sets that the loops fit")
    return parser.parse_args()


def on(processes: int, blocks: int, backend: str) -> tuple[list[Spent], float]:
    """Return what so many processes spent on so many blocks each, and the seconds by the clock."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        # Whoever waits for a process to start, or for loops to be read from the disk, measures that.
        list(pool.map(run_blocks, range(processes), [1] * processes, [backend] * processes))
        began = time.perf_counter()
        found = list(pool.map(run_blocks, range(processes), [blocks] * processes, [backend] * processes))
        return found, time.perf_counter() - began


def alone(fit: Callable[[Case, int], object], count: int) -> tuple[Spent, float]:
    """Return what fitting one by one spent."""
    case = draw(0, count)
    fit(case, 0)
    began, spent = time.perf_counter(), time.process_time()
    for replicate in range(count):
        fit(case, replicate)
    return Spent(count, 0.0, 0.0, time.process_time() - spent, 0), time.perf_counter() - began


def line(name: str, spent: Sequence[Spent], wall: float) -> str:
    """Return a row of the table."""
    fits = sum(one.fits for one in spent)
    drawing, sums, fitting = (
        1000 * sum(getattr(one, part) for one in spent) / fits for part in ("drawing", "sums", "fitting")
    )
    astray = sum(one.astray for one in spent)
    parts = f"{drawing + sums + fitting:.3f} | {drawing:.3f} | {sums:.3f}"
    return f"| {name} | {len(spent)} | {fits} | {fits / wall:.1f} | {parts} | {astray} |"


if __name__ == "__main__":
    main()
