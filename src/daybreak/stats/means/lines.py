"""Linear functions of the estimates: which the data leave open, and what is known of the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from daybreak.core.errors import FitError
from daybreak.stats.results import Array, Fitted

OPEN = 1e-8
NAMED = 5


@dataclass(frozen=True)
class Line:
    """One mean, slope or contrast. `levels` says where it stands; all numbers are None where it cannot be estimated."""

    label: str
    levels: Mapping[str, str]
    estimate: float | None
    se: float | None
    df: float | None
    t: float | None
    p: float | None
    ci_low: float | None
    ci_high: float | None

    @property
    def numbers(self) -> dict[str, float | None]:
        """Its numbers by name."""
        return {name: getattr(self, name) for name in ("estimate", "se", "df", "t", "p", "ci_low", "ci_high")}


@dataclass(frozen=True)
class Known:
    """Estimates, standard errors and degrees of freedom of the rows that can be estimated, and which they are."""

    estimable: npt.NDArray[np.bool_]
    estimate: Array
    se: Array
    df: Array

    @property
    def t(self) -> Array:
        """Estimates over standard errors."""
        return self.estimate / self.se


def look_up(fit: Fitted, rows: Array) -> Known:
    """Return what the fit knows of each row of the whole coding, shape (m, P).

    Raises:
        FitError: a row can be estimated and has no standard error above nil.
    """
    found = estimable(fit, rows)
    kept = reduced(fit, rows[found])
    if not len(kept):
        nothing = np.zeros(0)
        return Known(found, nothing, nothing, nothing)
    variance = np.einsum("ij,jk,ik->i", kept, fit.beta_covariance, kept)
    df = np.asarray(fit.df(kept), dtype=np.float64)
    if not ((variance > 0) & np.isfinite(variance) & (df > 0)).all():
        raise FitError(
            "A mean or contrast has no standard error or no degrees of freedom.",
            remedy="Is it nil by its weights, or are there too few people?",
        )
    return Known(found, kept @ fit.beta, np.sqrt(variance), df)


def estimable(fit: Fitted, rows: Array) -> npt.NDArray[np.bool_]:
    """Return which rows of the whole coding the data determine: those without a share in what they leave open.

    The rule of R's estimability: the squared length of the share is below 1e-8 of the row's.
    """
    null = fit.coding.null
    if not null.size:
        return np.ones(len(rows), dtype=np.bool_)
    basis = np.linalg.qr(null)[0]
    share = ((rows @ basis) ** 2).sum(axis=1)
    return np.asarray(share <= OPEN * (rows**2).sum(axis=1), dtype=np.bool_)


def reduced(fit: Fitted, rows: Array) -> Array:
    """Return rows of the whole coding as rows of the columns kept."""
    return rows[:, list(fit.coding.kept)]


def write_lines(
    names: Sequence[tuple[str, Mapping[str, str]]], known: Known, p: Array, critical: Array
) -> tuple[Line, ...]:
    """Return a line for each name; `p` and `critical` (of the limits) belong to those that can be estimated."""
    place = iter(range(len(known.estimate)))
    lines = []
    for (label, levels), found in zip(names, known.estimable, strict=True):
        if not found:
            lines.append(Line(label, levels, None, None, None, None, None, None, None))
            continue
        i = next(place)
        estimate, se = float(known.estimate[i]), float(known.se[i])
        half = float(critical[i]) * se
        lines.append(
            Line(
                label=label,
                levels=levels,
                estimate=estimate,
                se=se,
                df=float(known.df[i]),
                t=float(known.t[i]),
                p=float(p[i]),
                ci_low=estimate - half,
                ci_high=estimate + half,
            )
        )
    return tuple(lines)


def alone(known: Known, level: float) -> tuple[Array, Array]:
    """Return two-sided p values and critical values of t for each quantity alone."""
    p = 2 * stats.t.sf(np.abs(known.t), known.df)
    return np.asarray(p), np.asarray(stats.t.isf((1 - level) / 2, known.df))


def check_level(level: float) -> float:
    """Return a confidence level.

    Raises:
        FitError: it is not between 0 and 1.
    """
    if not 0 < level < 1:
        raise FitError(f"The confidence level {level} is not between 0 and 1.", remedy="Give 0.95, say.")
    return level


def left_open(lines: Sequence[Line], what: str) -> tuple[str, ...]:
    """Return a sentence naming what cannot be estimated; none where all can."""
    lost = [place(line) for line in lines if line.estimate is None]
    if not lost:
        return ()
    named = "; ".join(lost[:NAMED]) + (f"; and {len(lost) - NAMED} more" if len(lost) > NAMED else "")
    return (f"The data leave open, so that no {what} is told: {named}.",)


def place(line: Line) -> str:
    """Return where a line stands as a reader says it: `a - b at visit day-5`."""
    at = ", ".join(f"{name} {level}" for name, level in line.levels.items())
    return f"{line.label} at {at}" if line.label and at else line.label or at or "the mean of all"
