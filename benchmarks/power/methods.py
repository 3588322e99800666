"""Prints what each test costs in batches: `OMP_NUM_THREADS=1 python -m benchmarks.power.methods`.

Processor time of fitting alone, without drawing and sums. The methods take turns on the same blocks, so that whatever
else the machine does slows all of them; the lowest of all blocks is what it costs where least disturbed.
"""

from __future__ import annotations

import argparse
import os
import time

from benchmarks.power.blocks import BLOCK
from benchmarks.power.case import contrasts, draw, way
from daybreak.stats.mmrm.batch import Moments, fit_moments, moments_of

METHODS = {
    "normal": None,
    "Satterthwaite": "satterthwaite",
    "Kenward-Roger, linear": "kenward-roger-linear",
    "Kenward-Roger": "kenward-roger",
}
HEAD = "| path | test | fits | CPU ms / fit | lowest | refitted |\n| --- | --- | --- | --- | --- | --- |"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.power.methods", description=__doc__)
    parser.add_argument("--blocks", type=int, default=16, help=f"blocks of {BLOCK} data sets")
    blocks = parser.parse_args().blocks
    load = os.getloadavg()[0]
    print(HEAD, flush=True)
    measure("compiled", blocks)
    measure("numpy", max(1, blocks // 4))
    print(f"\nLoad average {load:.1f} before and {os.getloadavg()[0]:.1f} after.")


def measure(path: str, blocks: int) -> None:
    """Print a line for each method."""
    spent: dict[str, list[float]] = {name: [] for name in METHODS}
    refitted = dict.fromkeys(METHODS, 0)
    for block in range(-1, blocks):
        case = draw(max(block, 0), BLOCK)
        moments = moments_of(case.y, case.z)
        for name, df in METHODS.items():
            seconds, astray = timed(moments, df, path)
            # The first turn reads the loops from the disk, or compiles them.
            if block >= 0:
                spent[name].append(1000 * seconds / BLOCK)
                refitted[name] += astray
    for name, each in spent.items():
        mean = sum(each) / len(each)
        print(
            f"| {path} | {name} | {len(each) * BLOCK} | {mean:.3f} | {min(each):.3f} | {refitted[name]} |", flush=True
        )


def timed(moments: Moments, df: str | None, path: str) -> tuple[float, int]:
    """Return the processor seconds of fitting a block, and how many went to the single fit."""
    began = time.process_time()
    fit = fit_moments(moments, contrasts(), way=way(), df=df, backend=path)
    return time.process_time() - began, int(fit.refitted.sum())


if __name__ == "__main__":
    main()
