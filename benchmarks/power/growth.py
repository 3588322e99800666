"""How processor time and memory grow with people, visits, and patterns of visits."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace

from benchmarks.power.blocks import run_blocks
from benchmarks.power.case import USUAL, Size

HEAD = "| people | visits | missing by | patterns | CPU ms / fit | of it drawing | of it sums | MiB | refitted |"
MISSING = {"nothing": (0.0, 0.0), "leaving": (0.04, 0.0), "leaving and gaps": (0.02, 0.05), "many gaps": (0.02, 0.2)}
PEOPLE = (50, 100, 154, 300, 500, 1000)
VISITS = (2, 4, 6, 8, 10, 12)


def growth(blocks: int) -> None:
    """Print a line for each size, each in a process of its own."""
    print(HEAD + "\n" + "| --- " * (HEAD.count("|") - 1) + "|", flush=True)
    for people in PEOPLE:
        measured(replace(USUAL, people=people), "leaving and gaps", blocks)
    for visits in VISITS:
        measured(replace(USUAL, people=300, visits=visits), "leaving and gaps", blocks)
    for missing in MISSING:
        measured(USUAL, missing, blocks)


def measured(size: Size, missing: str, blocks: int) -> None:
    """Print one line."""
    leave, gap = MISSING[missing]
    size = replace(size, leave=leave, gap=gap)
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        pool.submit(run_blocks, 0, 1, "compiled", size).result()
        spent = pool.submit(run_blocks, 1, blocks, "compiled", size).result()
    drawing, sums, fitting = (1000 * part / spent.fits for part in (spent.drawing, spent.sums, spent.fitting))
    found = f"{spent.patterns:.1f} | {drawing + sums + fitting:.3f} | {drawing:.3f} | {sums:.3f} | {spent.memory:.0f}"
    print(f"| {size.people} | {size.visits} | {missing} | {found} | {spent.astray} |", flush=True)
