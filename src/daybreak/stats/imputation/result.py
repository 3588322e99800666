"""What imputation tells: estimates at each visit, how much was imputed, and how."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from daybreak.stats.polars_table import polars_table

if TYPE_CHECKING:
    from daybreak.stats.polars_table import DataFrame

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class VisitEstimate:
    """A mean of an arm, or a difference of two, at one visit. `fmi` is None where nothing was drawn."""

    label: str
    visit: str
    estimate: float
    se: float
    df: float
    t: float
    p: float
    ci_low: float
    ci_high: float
    fmi: float | None


@dataclass(frozen=True)
class Amounts:
    """How many cells were seen and filled: `gaps` before a person's rule holds, `after` from there on."""

    people: int
    seen: int
    gaps: int
    after: int


@dataclass(frozen=True)
class Imputed:
    """An analysis of completed data. `imputations`, `sweeps` and `seed` are None on the route without chance."""

    route: str
    rule: str
    reference: str
    contrasts: tuple[VisitEstimate, ...]
    means: tuple[VisitEstimate, ...]
    amounts: Amounts
    level: float
    imputations: int | None
    sweeps: int | None
    seed: int | None
    warnings: tuple[str, ...]

    def at(self, label: str, visit: str) -> VisitEstimate:
        """Return the contrast (`a - b`) or mean (an arm) of that label at a visit.

        Raises:
            KeyError: there is none.
        """
        for row in (*self.contrasts, *self.means):
            if (row.label, row.visit) == (label, visit):
                return row
        raise KeyError((label, visit))

    def summary(self) -> str:
        """Return method and amounts, then a line for each contrast, then the warnings."""
        amounts = self.amounts
        head = (
            f"{self.route}, rule {self.rule}, reference {self.reference}: {amounts.people} people, "
            f"{amounts.seen} values, {amounts.gaps} gaps and {amounts.after} cells after the rule filled"
        )
        lines = [
            f"{row.label} at {row.visit}: {row.estimate:.3f} (se {row.se:.3f}, {row.ci_low:.3f} to {row.ci_high:.3f}), "
            f"p = {row.p:.4g}"
            for row in self.contrasts
        ]
        return "\n".join([head, *lines, *self.warnings])

    def to_polars(self) -> DataFrame:
        """Return one row for each contrast and visit."""
        return polars_table([asdict(row) for row in self.contrasts])

    def to_dict(self) -> dict[str, object]:
        """Return plain values fit for JSON; degrees of freedom without bound are None."""
        return asdict(self) | {
            "contrasts": [plain(row) for row in self.contrasts],
            "means": [plain(row) for row in self.means],
            "warnings": list(self.warnings),
        }


def plain(row: VisitEstimate) -> dict[str, object]:
    """Return the row fit for JSON; degrees of freedom without bound are None."""
    return asdict(row) | {"df": row.df if math.isfinite(row.df) else None}
