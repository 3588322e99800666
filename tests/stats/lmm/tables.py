"""Tables of twenty people with five rows each, and of sleepstudy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from daybreak.stats.results import Array

PERSON = np.repeat(np.arange(20), 5)
DAY = np.tile(np.arange(5.0), 20)


def table(y: Array, **more: Any) -> dict[str, Any]:
    """Return outcome, day and person, and what else is given."""
    return {"y": y, "day": DAY, "id": [f"p{one}" for one in PERSON], **more}


def noise(seed: int, size: int = 100) -> Array:
    return np.random.default_rng(seed).normal(size=size)


def sleepstudy() -> pl.DataFrame:
    path = Path(__file__).parents[1] / "data" / "sleepstudy.csv"
    return pl.read_csv(path).with_columns(pl.col("Subject").cast(pl.String))
