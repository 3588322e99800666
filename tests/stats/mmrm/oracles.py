"""Fits of R mmrm, tightly converged (tests/stats/oracles/make_oracles.R), and ours of the same model and data."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from daybreak.stats.mmrm import MmrmFit, mmrm
from daybreak.stats.results import Array

FOLDER = Path(__file__).parent.parent / "oracles"
DATA = ("study-154", "small-24")
DF = {
    "Satterthwaite": "satterthwaite",
    "Kenward-Roger": "kenward-roger",
    "Kenward-Roger-Linear": "kenward-roger-linear",
    "Between-Within": "between-within",
    "Residual": "residual",
}


@dataclass(frozen=True)
class Reference:
    """One fit of R, `found` as it was written."""

    data: str
    found: dict[str, Any]

    @property
    def df(self) -> str:
        """The method for degrees of freedom, in our words."""
        vcov = self.found["vcov"]
        return DF[vcov if vcov in DF else self.found["ddf"]]

    @property
    def empirical(self) -> bool:
        """Whether R took the sandwich, as it does by default with residual degrees of freedom."""
        return self.found["vcov"] == "Empirical" or self.df == "residual"

    @property
    def name(self) -> str:
        """The fit in words."""
        grouped = " by arm" if self.found["grouped"] else ""
        tail = (" empirical" if self.empirical else "") + ("" if self.found["reml"] else " ML")
        return f"{self.data} {self.found['covariance']}{grouped} {self.df}{tail}"

    def ours(self) -> MmrmFit:
        """Return our fit."""
        return mmrm(
            self.found["formula"],
            table(self.data),
            reml=self.found["reml"],
            df=self.df,
            covariance_of_estimates="empirical" if self.empirical else "model",
            levels={"visit": visits(self.data)},
        )


@cache
def table(data: str) -> pl.DataFrame:
    """Return the rows of a study."""
    return pl.read_csv(FOLDER / f"{data}.csv", null_values=["NA", ""])


def visits(data: str) -> list[str]:
    """Return its visits by day."""
    return table(data).sort("day")["visit"].unique(maintain_order=True).to_list()


def references() -> Iterator[Reference]:
    """Yield every fit of R."""
    for data in DATA:
        for found in json.loads((FOLDER / f"{data}.json").read_text())["mmrm"]:
            yield Reference(data, found)


def worst(ours: Array, theirs: list[float], floor: float = 1.0) -> float:
    """Return the greatest difference, relative where the reference is above `floor`, else absolute."""
    reference = np.array(theirs)
    return float((np.abs(ours - reference) / np.maximum(np.abs(reference), floor)).max())
