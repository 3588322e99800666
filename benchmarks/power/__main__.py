"""Prints how many models are fitted a second: `OMP_NUM_THREADS=1 python -m benchmarks.power`.

A line for each way of fitting: the batch in compiled loops on one process and on two (each draws its own data, sums
them and fits them with Satterthwaite's degrees of freedom for two contrasts), in numpy, the exact single fit in a
loop, statsmodels in a loop, and R mmrm where it is found. With `--growth` how processor time and memory grow with
people, visits and patterns of visits; with `--million` a whole run of `daybreak power`. A busy machine changes
processor time less than wall time, so both stand there.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor

from benchmarks.power.blocks import BLOCK, Spent, run_blocks
from benchmarks.power.case import USUAL, Case, draw
from benchmarks.power.growth import growth
from benchmarks.power.million import million
from benchmarks.power.rivals import by_mmrm, by_r_mmrm, by_statsmodels

HEAD = ("fitted by", "processes", "fits", "fits / s", "CPU ms / fit", "of it drawing", "of it sums", "MiB", "refitted")


def main() -> None:
    """Measure and print."""
    asked = _arguments()
    load = os.getloadavg()[0]
    if asked.million:
        million(asked.trials)
    elif asked.growth:
        growth(asked.blocks)
    else:
        beside(asked.blocks, asked.rivals)
    after = os.getloadavg()[0]
    print(f"\n{os.cpu_count()} processors, load average {load:.1f} before and {after:.1f} after.")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.power", description=__doc__)
    parser.add_argument("--blocks", type=int, default=16, help=f"blocks of {BLOCK} data sets for each process")
    parser.add_argument("--rivals", type=int, default=20, help="data sets that the loops fit")
    parser.add_argument("--growth", action="store_true", help="how time and memory grow")
    parser.add_argument(
        "--million", action="store_true", help="one run of `daybreak power` for three numbers of people"
    )
    parser.add_argument("--trials", type=int, default=1_000_000, help="with --million: how many for each number")
    return parser.parse_args()


def beside(blocks: int, rivals: int) -> None:
    """Print the batch beside loops over single fits."""
    print(headed(HEAD), flush=True)
    run_blocks(0, 1, "compiled", USUAL)
    for processes in (1, 2):
        spent, wall = on(processes, blocks, "compiled")
        print(line("batch, compiled", spent, wall), flush=True)
    spent, wall = on(1, max(1, blocks // 8), "numpy")
    print(line("batch, numpy", spent, wall), flush=True)
    for name, way_of in (("mmrm, one by one", by_mmrm), ("statsmodels MixedLM, one by one", by_statsmodels)):
        one, wall = alone(way_of, rivals)
        print(line(name, [one], wall), flush=True)
    print(by_r_mmrm(draw(0, 1), rivals))


def headed(names: Sequence[str]) -> str:
    """Return the head of a table."""
    return "| " + " | ".join(names) + " |\n" + "| --- " * len(names) + "|"


def on(processes: int, blocks: int, backend: str) -> tuple[list[Spent], float]:
    """Return what so many processes spent on so many blocks each, and the seconds by the clock."""
    context = multiprocessing.get_context("spawn")
    same = [backend] * processes, [USUAL] * processes
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        # Whoever waits for a process to start, or for loops to be read from the disk, measures that.
        list(pool.map(run_blocks, range(processes), [1] * processes, *same))
        began = time.perf_counter()
        found = list(pool.map(run_blocks, range(processes), [blocks] * processes, *same))
        return found, time.perf_counter() - began


def alone(fit: Callable[[Case, int], object], count: int) -> tuple[Spent, float]:
    """Return what fitting one by one spent."""
    case = draw(0, count)
    fit(case, 0)
    began, spent = time.perf_counter(), time.process_time()
    for replicate in range(count):
        fit(case, replicate)
    return Spent(count, 0.0, 0.0, time.process_time() - spent, 0, 0.0, 0.0), time.perf_counter() - began


def line(name: str, spent: Sequence[Spent], wall: float) -> str:
    """Return a row of the table."""
    fits = sum(one.fits for one in spent)
    drawing, sums, fitting = (
        1000 * sum(getattr(one, part) for one in spent) / fits for part in ("drawing", "sums", "fitting")
    )
    astray, memory = sum(one.astray for one in spent), sum(one.memory for one in spent)
    parts = (
        f"{drawing + sums + fitting:.3f} | {drawing:.3f} | {sums:.3f} | {memory:.0f}"
        if memory
        else (f"{fitting:.3f} | - | - | -")
    )
    return f"| {name} | {len(spent)} | {fits} | {fits / wall:.1f} | {parts} | {astray} |"


if __name__ == "__main__":
    main()
