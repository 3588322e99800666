"""p values and limits that keep the error of a family of contrasts."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
from scipy import stats

from daybreak.stats.means.lines import Known, alone, reduced
from daybreak.stats.means.simultaneous import LargestT, StudentizedRange
from daybreak.stats.results import Array, Fitted

Adjustment = Literal["none", "holm", "hochberg", "bonferroni", "dunnett", "tukey"]
Family = Literal["group", "all"]
ADJUSTMENTS: tuple[str, ...] = get_args(Adjustment)


def adjust_family(fit: Fitted, known: Known, rows: Array, adjust: Adjustment, level: float) -> tuple[Array, Array]:
    """Return the p values and the critical values of t of one family, for the contrasts that can be estimated."""
    size = len(known.estimate)
    p, critical = alone(known, level)
    if adjust == "none" or size == 0:
        return p, critical
    if adjust in ("tukey", "dunnett"):
        return _simultaneous(fit, known, rows, adjust, level)
    critical = np.asarray(stats.t.isf((1 - level) / (2 * size), known.df))
    steps = {"holm": holm, "hochberg": hochberg, "bonferroni": bonferroni}
    return steps[adjust](p), critical


def bonferroni(p: npt.ArrayLike) -> Array:
    """Return each p value times their number, at most 1."""
    values = np.asarray(p, dtype=np.float64)
    return np.minimum(1.0, len(values) * values)


def holm(p: npt.ArrayLike) -> Array:
    """Return Holm's step-down p values. Holm, Scand J Stat 1979;6:65-70."""
    values = np.asarray(p, dtype=np.float64)
    order = np.argsort(values, kind="stable")
    steps = np.maximum.accumulate((len(values) - np.arange(len(values))) * values[order])
    return _put_back(np.minimum(1.0, steps), order)


def hochberg(p: npt.ArrayLike) -> Array:
    """Return Hochberg's step-up p values. Hochberg, Biometrika 1988;75:800-802."""
    values = np.asarray(p, dtype=np.float64)
    order = np.argsort(-values, kind="stable")
    steps = np.minimum.accumulate((1 + np.arange(len(values))) * values[order])
    return _put_back(np.minimum(1.0, steps), order)


def _put_back(sorted_values: Array, order: npt.NDArray[np.intp]) -> Array:
    back = np.empty_like(sorted_values)
    back[order] = sorted_values
    return back


def _simultaneous(fit: Fitted, known: Known, rows: Array, adjust: Adjustment, level: float) -> tuple[Array, Array]:
    """Each contrast keeps its own degrees of freedom, as in emmeans."""
    if adjust == "tukey":
        pairs = len(rows)
        law: StudentizedRange | LargestT = StudentizedRange(round((1 + np.sqrt(1 + 8 * pairs)) / 2))
    else:
        kept = reduced(fit, rows[known.estimable])
        covariance = kept @ fit.beta_covariance @ kept.T
        law = LargestT(covariance / np.outer(known.se, known.se))
    p = np.array([law.beyond(abs(t), df) for t, df in zip(known.t, known.df, strict=True)])
    limits = {df: law.critical(level, df) for df in set(known.df.tolist())}
    return p, np.array([limits[df] for df in known.df.tolist()])
