"""Blocks of data sets drawn, summed and fitted, with the processor time of each part."""

from __future__ import annotations

import time
from dataclasses import dataclass

import psutil  # type: ignore[import-untyped]

from benchmarks.power.case import Size, contrasts, draw, way
from daybreak.stats.mmrm.batch import fit_moments, moments_of

BLOCK = 256


@dataclass(frozen=True)
class Spent:
    """Processor seconds of one process, and how many of its fits went to the single fit or failed.

    `patterns` is how many patterns of visits a data set has, on average; `memory` the process's, in MiB.
    """

    fits: int
    drawing: float
    sums: float
    fitting: float
    astray: int
    patterns: float
    memory: float


def run_blocks(process: int, blocks: int, backend: str, size: Size) -> Spent:
    """Draw, sum and fit so many blocks."""
    drawing = sums = fitting = patterns = 0.0
    astray, memory = 0, 0.0
    for block in range(blocks):
        began = time.process_time()
        case = draw(1000 * process + block, BLOCK, size)
        drawn = time.process_time()
        moments = moments_of(case.y, case.z, backend=backend)
        summed = time.process_time()
        fit = fit_moments(moments, contrasts(size.visits), way=way(size.visits), backend=backend)
        fitting += time.process_time() - summed
        sums += summed - drawn
        drawing += drawn - began
        astray += int(fit.refitted.sum())
        patterns += float((moments.count > 0).sum(axis=1).mean()) / blocks
        memory = max(memory, psutil.Process().memory_info().rss / 2**20)
    return Spent(blocks * BLOCK, drawing, sums, fitting, astray, patterns, memory)
