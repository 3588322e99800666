"""Rubin's rules: one answer from the analyses of several completed data sets.

Rubin, Multiple Imputation for Nonresponse in Surveys, Wiley 1987; degrees of freedom after Barnard & Rubin, Biometrika
1999;86:948-955. Formulae and choices: docs/stats/pooling.md.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from daybreak.core.errors import FitError
from daybreak.stats.polars_table import polars_table
from daybreak.stats.results import Array, Estimate

if TYPE_CHECKING:
    from daybreak.stats.polars_table import DataFrame

LEAST_IMPUTATIONS = 2
ROUNDING = 1e-20  # estimates that differ by the last digit of a float have a share of about 1e-30


@dataclass(frozen=True)
class Pooled:
    """One quantity pooled over the completed data sets, with its t test and confidence limits.

    `within` and `between` are the two parts of the variance, `increase` is the relative increase of variance due to the
    gaps, `share` the part of the variance due to them (lambda), `fmi` the fraction of missing information.
    """

    label: str
    estimate: float
    se: float
    df: float
    t: float
    p: float
    ci_low: float
    ci_high: float
    within: float
    between: float
    increase: float
    share: float
    fmi: float
    imputations: int


@dataclass(frozen=True)
class PooledTable:
    """Several pooled quantities of the same analyses."""

    rows: tuple[Pooled, ...]
    level: float
    warnings: tuple[str, ...] = ()

    def __getitem__(self, label: str) -> Pooled:
        """Return the row of that label.

        Raises:
            KeyError: no row has it.
        """
        for row in self.rows:
            if row.label == label:
                return row
        raise KeyError(label)

    def summary(self) -> str:
        """Return the table as text, one line a quantity, then the warnings."""
        width = max(len(row.label) for row in self.rows)
        head = f"{'':{width}}  estimate        se      df       t        p   {self.level:.0%} limits          fmi"
        lines = [
            f"{row.label:{width}}  {row.estimate:8.4f}  {row.se:8.4f}  {row.df:6.1f}  {row.t:6.2f}  {row.p:7.4f}   "
            f"{row.ci_low:.4f} to {row.ci_high:.4f}   {row.fmi:.3f}"
            for row in self.rows
        ]
        return "\n".join([head, *lines, *self.warnings])

    def to_polars(self) -> DataFrame:
        """Return one row for each quantity."""
        return polars_table([asdict(row) for row in self.rows])

    def to_dict(self) -> dict[str, object]:
        """Return plain values fit for JSON; degrees of freedom without bound are None."""
        return {
            "level": self.level,
            "rows": [asdict(row) | {"df": row.df if math.isfinite(row.df) else None} for row in self.rows],
            "warnings": list(self.warnings),
        }


def pool(
    estimates: Sequence[float] | Array,
    variances: Sequence[float] | Array,
    *,
    df_complete: float = math.inf,
    label: str = "",
    level: float = 0.95,
) -> Pooled:
    """Pool one quantity's estimates and squared standard errors.

    Args:
        estimates: one for each completed data set.
        variances: its squared standard error there.
        df_complete: degrees of freedom the analysis would have without gaps; without bound gives Rubin's df of 1987.
        label: what the quantity is called.
        level: of the confidence limits.

    Raises:
        FitError: fewer than two data sets, lists of different lengths, a value that is no number, no variance at all.
    """
    q, u = np.asarray(estimates, dtype=float), np.asarray(variances, dtype=float)
    _check(q, u, df_complete, level)
    m = len(q)
    estimate, within, between = float(q.mean()), float(u.mean()), float(q.var(ddof=1))
    total = within + (1 + 1 / m) * between
    if not total > 0:
        raise FitError("The pooled variance is nil.", where=label, remedy="Check that the outcome varies.")
    share = (1 + 1 / m) * between / total
    share = share if share > ROUNDING else 0.0
    increase = (1 + 1 / m) * between / within if within > 0 else math.inf
    df = barnard_rubin(m, share, df_complete)
    se = math.sqrt(total)
    t = estimate / se
    reach = float(stats.t.ppf((1 + level) / 2, df)) * se
    return Pooled(
        label=label,
        estimate=estimate,
        se=se,
        df=df,
        t=t,
        p=float(2 * stats.t.sf(abs(t), df)),
        ci_low=estimate - reach,
        ci_high=estimate + reach,
        within=within,
        between=between,
        increase=increase,
        share=share,
        fmi=_fmi(increase, df) if share > 0 else 0.0,
        imputations=m,
    )


def pool_estimates(analyses: Sequence[Sequence[Estimate]], *, level: float = 0.95) -> PooledTable:
    """Pool every quantity that the same analysis told of each completed data set.

    The mean of a quantity's own degrees of freedom stands for those of the complete data.

    Raises:
        FitError: fewer than two analyses, or analyses that do not tell the same quantities in the same order.
    """
    if len(analyses) < LEAST_IMPUTATIONS:
        raise FitError("Pooling needs at least two analyses.", remedy="Draw more imputations.")
    labels = [each.label for each in analyses[0]]
    if not labels or any([each.label for each in analysis] != labels for analysis in analyses):
        raise FitError("The analyses to pool tell different quantities.", remedy="Fit the same model to each data set.")
    rows = tuple(
        pool(
            [each.estimate for each in told],
            [each.se**2 for each in told],
            df_complete=float(np.mean([each.df for each in told])),
            label=label,
            level=level,
        )
        for label, *told in zip(labels, *analyses, strict=True)
    )
    return PooledTable(rows, level, _nothing_missing(rows))


def barnard_rubin(imputations: int, share: float, df_complete: float = math.inf) -> float:
    """Return the degrees of freedom for `share` of the variance due to gaps (lambda).

    Where nothing differs between the data sets (`share` nil) the complete data's own are returned, which the formula
    itself would fall short of by a factor of (df + 1) / (df + 3).
    """
    if share <= 0:
        return df_complete
    old = (imputations - 1) / share**2
    if math.isinf(df_complete):
        return old
    observed = (df_complete + 1) / (df_complete + 3) * df_complete * (1 - share)
    return old * observed / (old + observed)


def _fmi(increase: float, df: float) -> float:
    return 1.0 if math.isinf(increase) else (increase + 2 / (df + 3)) / (1 + increase)


def _nothing_missing(rows: tuple[Pooled, ...]) -> tuple[str, ...]:
    if all(row.share == 0 for row in rows):
        return ("The data sets give the same answers: nothing was imputed that matters here.",)
    return ()


def _check(q: Array, u: Array, df_complete: float, level: float) -> None:
    if q.ndim != 1 or q.shape != u.shape:
        raise FitError("Pooling needs one variance for each estimate.", remedy="Give two lists of the same length.")
    if len(q) < LEAST_IMPUTATIONS:
        raise FitError("Pooling needs at least two estimates.", remedy="Draw more imputations.")
    if not (np.isfinite(q).all() and np.isfinite(u).all()) or (u < 0).any():
        raise FitError("An estimate or variance to pool is not a number.", remedy="Look at the analysis that gave it.")
    if not df_complete > 0:
        raise FitError("The complete data's degrees of freedom must be above nil.", remedy="Give n less coefficients.")
    if not 0 < level < 1:
        raise FitError("A confidence level lies between 0 and 1.", remedy="Give 0.95 for 95 %.")
