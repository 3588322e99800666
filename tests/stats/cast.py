"""The data of the reference fits, and small tables made by hand."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

ORACLES = Path(__file__).parent / "oracles"
VISITS = ["day-1", "day-5", "day-12", "day-21", "day-30"]
LEVELS = {"visit": VISITS}


@cache
def data(name: str) -> pl.DataFrame:
    """Return the rows of `study-154` or `small-24`."""
    return pl.read_csv(ORACLES / f"{name}.csv")


@cache
def reference(name: str) -> dict[str, list[dict[str, Any]]]:
    """Return what R found for `study-154` or `small-24`: fits by `mmrm` and `lmm`."""
    found: dict[str, list[dict[str, Any]]] = json.loads((ORACLES / f"{name}.json").read_text())
    return found


def people(count: int, visits: int, seed: int = 0) -> pl.DataFrame:
    """Return as many people at as many visits."""
    chance = np.random.default_rng(seed)
    y = chance.normal(size=(count, 1)) + chance.normal(size=(count, visits))
    return pl.DataFrame(
        {
            "id": np.repeat([f"p{one:05d}" for one in range(count)], visits),
            "visit": np.tile([f"v{one:02d}" for one in range(visits)], count),
            "arm": np.repeat(np.array(["a", "b"])[np.arange(count) % 2], visits),
            "baseline": np.repeat(chance.normal(size=count), visits),
            "change": y.ravel(),
        }
    )
