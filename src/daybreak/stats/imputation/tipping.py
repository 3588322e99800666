"""Tipping point: how much worse imputed values must be before a difference of arms is no longer significant.

Yan, Lee & Li, J Biopharm Stat 2009;19:1085-1098; the same completed tables serve every delta. Estimates are linear and
residual sums of squares quadratic in the deltas, so that a map of any size costs a few sums.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import brentq

from daybreak.core.errors import FitError
from daybreak.stats.imputation.ancova import questions
from daybreak.stats.imputation.multiple import Delta, Draws, complete, times_shifted
from daybreak.stats.imputation.outcomes import Layout, Outcomes, lay_out
from daybreak.stats.polars_table import polars_table
from daybreak.stats.pooling import Pooled, pool
from daybreak.stats.results import Array

if TYPE_CHECKING:
    from daybreak.stats.polars_table import DataFrame


@dataclass(frozen=True)
class TippingPoint:
    """The contrast where imputed values of its arms are shifted by these deltas."""

    delta: float
    delta_other: float
    estimate: float
    se: float
    df: float
    p: float
    ci_low: float
    ci_high: float
    significant: bool


@dataclass(frozen=True)
class Edge:
    """For one delta of the other arm, the delta nearest nil at which significance is lost; None where it is not."""

    delta_other: float
    delta: float | None


@dataclass(frozen=True)
class TippingMap:
    """A contrast over a grid of deltas. `delta` is that of the contrast's first arm, `delta_other` of its second."""

    label: str
    visit: str
    rule: str
    alpha: float
    points: tuple[TippingPoint, ...]
    edges: tuple[Edge, ...]
    imputations: int
    seed: int
    warnings: tuple[str, ...]

    def summary(self) -> str:
        """Return where significance is lost, one line for each delta of the other arm, then the warnings."""
        head = f"{self.label} at {self.visit}, rule {self.rule}: significance at {self.alpha:g} is lost"
        lines = [
            f"with {edge.delta_other:+g} in the other arm: "
            + ("nowhere on the grid" if edge.delta is None else f"at {edge.delta:+.3f}")
            for edge in self.edges
        ]
        return "\n".join([head, *lines, *self.warnings])

    def to_polars(self) -> DataFrame:
        """Return one row for each point of the grid."""
        return polars_table([asdict(point) for point in self.points])

    def to_dict(self) -> dict[str, object]:
        """Return plain values fit for JSON."""
        return asdict(self) | {
            "points": [asdict(point) for point in self.points],
            "edges": [asdict(edge) for edge in self.edges],
            "warnings": list(self.warnings),
        }


@dataclass(frozen=True)
class Asked:
    """Which difference is mapped: arms (a, b) for a - b, the visit, how deltas are added, and the level of the test."""

    pair: tuple[str, str]
    visit: str
    growing: bool = False
    gaps: bool = False
    alpha: float = 0.05


def tipping_point(
    outcomes: Outcomes, rule: str | Sequence[str], draws: Draws, asked: Asked, deltas: Mapping[str, Sequence[float]]
) -> TippingMap:
    """Return the map of a contrast over deltas of its two arms.

    Args:
        outcomes: the table.
        rule: MAR, J2R, CIR or CR before deltas are added; or one for each person.
        draws: seed, number of imputations.
        asked: the contrast.
        deltas: the grid, by arm; an arm not named is not shifted.

    Raises:
        FitError: data from which no honest number can be told, or an arm or visit that is none.
    """
    layout = lay_out(outcomes)
    grid = _grid(layout, asked, deltas)
    tables = complete(layout, rule, draws).tables[:, :, layout.visits.index(asked.visit)]
    pooled = _Quick.of(layout, tables, asked)
    points = tuple(_point(pooled.at(*pair), pair, asked.alpha) for pair in itertools.product(*grid))
    edges = tuple(_edge(pooled, grid[0], other, asked.alpha) for other in grid[1])
    return TippingMap(
        label=" - ".join(asked.pair),
        visit=asked.visit,
        rule=rule if isinstance(rule, str) else "by person",
        alpha=asked.alpha,
        points=points,
        edges=edges,
        imputations=draws.imputations,
        seed=draws.seed,
        warnings=_doubts(pooled, asked),
    )


@dataclass(frozen=True)
class _Quick:
    """A visit's analysis as a polynomial in the deltas of two arms; `base` and `squares` hold one entry a table."""

    base: Array
    slopes: Array
    squares: Array
    cross: Array
    own: Array
    lever: float
    df: int
    label: str

    @classmethod
    def of(cls, layout: Layout, tables: Array, asked: Asked) -> _Quick:
        """Take the analysis of tables, shape (R, n), apart."""
        question = questions(layout, [asked.pair])
        times = times_shifted(layout, Delta(growing=asked.growing, gaps=asked.gaps))
        visit = times[:, layout.visits.index(asked.visit)]
        moves = np.stack([visit * (layout.codes == layout.arms.index(arm)) for arm in asked.pair])
        design = layout.own
        inverse = np.linalg.inv(design.T @ design)
        row = question.rows[0]
        rest, moved = (each - each @ design @ inverse @ design.T for each in (tables, moves))
        return cls(
            base=tables @ design @ inverse @ row,
            slopes=moves @ design @ inverse @ row,
            squares=(rest**2).sum(axis=1),
            cross=rest @ moved.T,
            own=moved @ moved.T,
            lever=float(row @ inverse @ row),
            df=len(design) - design.shape[1],
            label=question.labels[0],
        )

    def at(self, delta: float, other: float) -> Pooled:
        """Return the pooled contrast at two deltas."""
        pair = np.array([delta, other])
        squares = self.squares + 2 * self.cross @ pair + pair @ self.own @ pair
        return pool(
            self.base + self.slopes @ pair, squares / self.df * self.lever, df_complete=self.df, label=self.label
        )


def _grid(layout: Layout, asked: Asked, deltas: Mapping[str, Sequence[float]]) -> tuple[list[float], list[float]]:
    if asked.visit not in layout.visits:
        raise FitError(f"There is no visit {asked.visit!r}.", remedy=f"Visits: {', '.join(layout.visits)}.")
    if not 0 < asked.alpha < 1:
        raise FitError("The level of a test lies between 0 and 1.", remedy="Give 0.05 for 5 %.")
    if strange := sorted(set(deltas) - set(asked.pair)):
        raise FitError(f"{strange[0]!r} is not in the contrast.", where="deltas", remedy="Shift arms of the contrast.")
    first, second = (sorted({float(each) for each in deltas.get(arm, [0.0])}) for arm in asked.pair)
    if not (first and second) or not np.isfinite([*first, *second]).all():
        raise FitError("A delta is no number.", where="deltas", remedy="Give a list of numbers for each arm.")
    return first, second


def _point(found: Pooled, pair: tuple[float, ...], alpha: float) -> TippingPoint:
    return TippingPoint(
        delta=pair[0],
        delta_other=pair[1],
        estimate=found.estimate,
        se=found.se,
        df=found.df,
        p=found.p,
        ci_low=found.ci_low,
        ci_high=found.ci_high,
        significant=found.p < alpha,
    )


def _edge(pooled: _Quick, grid: Sequence[float], other: float, alpha: float) -> Edge:
    """Find where p crosses alpha between neighbours of the grid; of several crossings the one nearest nil."""
    beyond = [pooled.at(delta, other).p - alpha for delta in grid]
    crossings = [
        float(brentq(lambda delta: pooled.at(delta, other).p - alpha, low, high, xtol=1e-10))
        for (low, below), (high, above) in itertools.pairwise(zip(grid, beyond, strict=True))
        if (below < 0) != (above < 0)
    ]
    return Edge(other, min(crossings, key=abs, default=None))


def _doubts(pooled: _Quick, asked: Asked) -> tuple[str, ...]:
    told = []
    if not pooled.own.any():
        told.append(f"No value of the two arms at {asked.visit} is shifted: the map is flat.")
    if pooled.at(0.0, 0.0).p >= asked.alpha:
        told.append("The difference is not significant before anything is shifted.")
    return tuple(told)
