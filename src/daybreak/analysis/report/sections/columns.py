"""Tables with a column a group and one for all: who belongs where, and how their values are counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import polars as pl

from daybreak.analysis.plan.grouping import Grouping
from daybreak.analysis.plan.material import Material
from daybreak.analysis.report.parts import Head
from daybreak.analysis.report.writing import count_of, mean_sd

EVERYBODY = "All"


@dataclass(frozen=True)
class Cast:
    """Everybody who was allocated, by group.

    Attributes:
        material: the export and its people, with `participant` and `arm` (the group's name).
    """

    material: Material

    @property
    def grouping(self) -> Grouping:
        """Whom to compare."""
        return self.material.grouping

    @property
    def people(self) -> pl.DataFrame:
        """One row a person, as `Material` has them."""
        return self.material.people

    def table(self, name: str) -> pl.DataFrame:
        """Return a table of the export."""
        return self.material.export.table(name)

    def among(self, people: pl.DataFrame) -> Cast:
        """Return the same for those people only."""
        return Cast(replace(self.material, people=self.people.join(people, on="participant", how="semi")))

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns: each group, and all of them where there are several."""
        names = self.grouping.names
        return (*names, EVERYBODY) if len(names) > 1 else names

    def heads(self, first: str, says: str) -> tuple[Head, ...]:
        """Return the heads of a table of texts: what a row is about, then each column with its people."""
        return (Head(first, says), *(Head(name, f"{name} (n\u00a0=\u00a0{self.size(name)})") for name in self.columns))

    def size(self, column: str) -> int:
        """Return how many people a column is about."""
        return len(self.people) if self._is_all(column) else len(self.people.filter(pl.col("arm") == column))

    def split(self, rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
        """Yield the rows of each column's people; `rows` has the column `participant`."""
        named = rows.join(self.people.select("participant", group="arm"), on="participant")
        for column in self.columns:
            yield named if self._is_all(column) else named.filter(pl.col("group") == column)

    def means(self, rows: pl.DataFrame, value: str, digits: int = 1) -> tuple[str, ...]:
        """Return a mean with its standard deviation a column."""
        return tuple(mean_sd(*_moments(part, value), digits) for part in self.split(rows.drop_nulls(value)))

    def shares(self, rows: pl.DataFrame) -> tuple[str, ...]:
        """Return how many people stand in the rows, with their share of the column's people."""
        counts = [part["participant"].n_unique() for part in self.split(rows)]
        return tuple(count_of(count, self.size(column)) for count, column in zip(counts, self.columns, strict=True))

    def counts(self, rows: pl.DataFrame) -> tuple[int, ...]:
        """Return how many rows each column has."""
        return tuple(len(part) for part in self.split(rows))

    def _is_all(self, column: str) -> bool:
        return column == EVERYBODY or len(self.grouping.names) == 1


def _moments(part: pl.DataFrame, value: str) -> tuple[float | None, float | None]:
    if part.is_empty():
        return None, None
    mean, sd = part.select(pl.col(value).mean().alias("mean"), pl.col(value).std().alias("sd")).row(0)
    return mean, sd
