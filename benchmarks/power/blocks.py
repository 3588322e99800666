"""Blocks of data sets drawn, summed and fitted, with the processor time of each part."""

from __future__ import annotations

import time
from dataclasses import dataclass

from benchmarks.power.case import contrasts, draw, way
from daybreak.stats.mmrm.batch import fit_moments, moments_of

BLOCK = 256


@dataclass(frozen=True)
class Spent:
    """Processor seconds of one process, and how many of its fits went to the single fit or failed."""

    fits: int
    drawing: float
    sums: float
    fitting: float
    astray: int


def run_blocks(process: int, blocks: int, backend: str) -> Spent:
    """Draw, sum and fit so many blocks."""
    drawing = sums = fitting = 0.0
    astray = 0
    for block in range(blocks):
        began = time.process_time()
        case = draw(1000 * process + block, BLOCK)
        drawn = time.process_time()
        moments = moments_of(case.y, case.z, backend=backend)
        summed = time.process_time()
        fit = fit_moments(moments, contrasts(), way=way(), backend=backend)
        fitting += time.process_time() - summed
        sums += summed - drawn
        drawing += drawn - began
        astray += int(fit.refitted.sum())
    return Spent(blocks * BLOCK, drawing, sums, fitting, astray)
