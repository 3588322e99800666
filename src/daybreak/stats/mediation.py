"""How much of a treatment's effect goes through a mediator: product of coefficients of two linear models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from scipy import special

from daybreak.core.errors import FitError
from daybreak.stats.bootstrap import USUAL, Bootstrap, accelerated, percentile, resampled
from daybreak.stats.frame import Frame, frame
from daybreak.stats.freedom import estimates
from daybreak.stats.polars_table import polars_table
from daybreak.stats.results import Array, Estimate

if TYPE_CHECKING:
    from daybreak.stats.polars_table import DataFrame

MOST_LOST = 0.05
ALIKE = 1e-10
NIL = 1e-12
LABELS = ("direct", "indirect", "total", "proportion mediated")


@dataclass(frozen=True)
class Effect:
    """An effect with its bootstrap SE, percentile limits, and bias-corrected accelerated (BCa) limits."""

    label: str
    estimate: float
    se: float
    ci_low: float
    ci_high: float
    bca_low: float
    bca_high: float


@dataclass(frozen=True)
class Mediation:
    """What goes through the mediator and what does not.

    Attributes:
        contrast: what is compared, such as `active - sham`.
        effects: direct, indirect and total effect, and the proportion mediated.
        paths: least squares: treatment to mediator (a), mediator to outcome (b), direct and total effect, with t tests.
        sobel_se, sobel_z, sobel_p: the normal theory test of the indirect effect (Sobel 1982), beside the bootstrap.
        n_obs: rows used; `left_out`: rows with gaps.
        draws: bootstrap draws that could be used; `seed`: theirs.
        level: of all limits.
        warnings: what a reader should know.
    """

    contrast: str
    effects: tuple[Effect, ...]
    paths: tuple[Estimate, ...]
    sobel_se: float
    sobel_z: float
    sobel_p: float
    n_obs: int
    left_out: int
    draws: int
    seed: int
    level: float
    warnings: tuple[str, ...]

    def summary(self) -> str:
        """Return the effects as lines of text."""
        head = f"Mediation, {self.contrast}: {self.n_obs} rows, {self.draws} draws, {self.level:.0%} BCa limits"
        lines = [f"{e.label}: {e.estimate:.4f} ({e.bca_low:.4f} to {e.bca_high:.4f})" for e in self.effects]
        return "\n".join([head, *lines, f"Sobel: SE {self.sobel_se:.4f}, p {self.sobel_p:.4f}", *self.warnings])

    def to_polars(self) -> DataFrame:
        """Return the effects as a polars table."""
        return polars_table([asdict(one) for one in self.effects])

    def to_dict(self) -> dict[str, object]:
        """Return all of it as plain values."""
        return asdict(self)


@dataclass(frozen=True)
class Rows:
    """The coded rows: columns of both models (`x`), mediator, outcome, and the treatment contrast over `x`."""

    x: Array
    mediator: Array
    outcome: Array
    contrast: Array
    label: str


def mediation(
    data: Any,
    roles: tuple[str, str, str],
    *,
    covariates: Sequence[str] = (),
    compare: tuple[str, str] | None = None,
    levels: Mapping[str, Sequence[str]] | None = None,
    bootstrap: Bootstrap = USUAL,
) -> Mediation:
    """Return direct, indirect and total effect of a treatment on an outcome, one row of `data` per person.

    Args:
        data: a polars or pandas data frame, an Arrow table, or a mapping of names to sequences.
        roles: the columns of treatment, mediator and outcome.
        covariates: terms both models hold.
        compare: of a treatment with levels, one and the one to compare with; not needed where there are two.
        levels: the order of the levels of a factor, the reference first.
        bootstrap: draws, seed and level.

    Raises:
        FormulaError: a name cannot stand in a formula.
        FitError: the data cannot tell treatment, mediator and covariates apart, or too many draws cannot.
    """
    bootstrap.check()
    treatment, mediator, outcome = roles
    coded = frame(f"{outcome} ~ {' + '.join([treatment, mediator, *covariates])}", data, levels=levels)
    rows = _rows(coded, treatment, mediator, compare)
    estimate = effects_of(rows, np.ones((1, len(rows.outcome))))[0]
    if np.isnan(estimate).any():
        raise FitError("The total effect is nil, so no share of it can be mediated.", where=rows.label)
    drawn, without = _drawn(rows, bootstrap), effects_of(rows, 1 - np.eye(len(rows.outcome)))
    told = zip(LABELS, estimate.tolist(), drawn.T, without.T, strict=True)
    paths = _paths(rows, bootstrap.level)
    sobel = _sobel(paths)
    z = float(estimate[1]) / sobel if sobel > 0 else 0.0
    return Mediation(
        contrast=rows.label,
        effects=tuple(_effect(*one, bootstrap.level) for one in told),
        paths=paths,
        sobel_se=sobel,
        sobel_z=z,
        sobel_p=2 * float(special.ndtr(-abs(z))),
        n_obs=len(rows.outcome),
        left_out=coded.left_out,
        draws=len(drawn),
        seed=bootstrap.seed,
        level=bootstrap.level,
        warnings=(*coded.warnings, *_remarks(drawn, bootstrap)),
    )


def _effect(label: str, estimate: float, drawn: Array, without: Array, level: float) -> Effect:
    spread = float(drawn.std(ddof=1))
    return Effect(label, estimate, spread, *percentile(drawn, level), *accelerated(estimate, drawn, without, level))


def _rows(coded: Frame, treatment: str, mediator: str, compare: tuple[str, str] | None) -> Rows:
    coding = coded.coding
    where = coded.formula.text
    if mediator not in coding.covariates or treatment not in {**coding.covariates, **coding.factors}:
        what = "A mediator is a column of numbers, and a treatment a column of numbers or levels."
        raise FitError(what, where=where, remedy="Name the columns themselves.")
    lost = [name for name in coding.dropped if name == mediator or name.startswith(treatment)]
    if lost:
        what = f"The data cannot tell {', '.join(lost)} from the rest of treatment and mediator."
        raise FitError(what, where=where, remedy="See whether the mediator varies within treatments.")
    low, high, label = _compared(coded, treatment, compare)
    usual = {name: levels[0] for name, levels in coding.factors.items()} | dict(coding.covariates)
    ends = coding.code({name: [value, value] for name, value in usual.items()} | {treatment: [low, high]})
    (place,) = coding.blocks[mediator]
    contrast = np.delete(ends[1] - ends[0], place)
    return Rows(np.delete(coded.matrix, place, axis=1), coded.matrix[:, place], coded.response, contrast, label)


def _compared(coded: Frame, treatment: str, compare: tuple[str, str] | None) -> tuple[object, object, str]:
    """Return the two values of the treatment that are compared, the later less the former, and how to say it."""
    if treatment not in coded.coding.factors:
        middle = coded.coding.covariates[treatment]
        return middle, middle + 1, f"{treatment} + 1"
    names = coded.coding.factors[treatment]
    if compare is None and len(names) == 2:
        compare = (names[1], names[0])
    if compare is None or not {*compare} <= {*names} or compare[0] == compare[1]:
        remedy = f"Name two of {', '.join(names)} to compare."
        raise FitError(f"{treatment} has {len(names)} levels.", where=coded.formula.text, remedy=remedy)
    return compare[1], compare[0], f"{compare[0]} - {compare[1]}"


def effects_of(rows: Rows, counts: Array) -> Array:
    """Return direct, indirect, total effect and proportion for each count of the rows, shape (d, n) to (d, 4).

    A line of nan where the rows counted cannot tell them.
    """
    q, root = np.linalg.qr(rows.x)
    contrast = np.linalg.solve(root.T, rows.contrast)
    unit = float(rows.outcome.std())
    scaled = [(v - v.mean()) / v.std() for v in (rows.mediator, rows.outcome)]
    u = np.column_stack([q, *scaled])
    products = (u[:, :, None] * u[:, None, :]).reshape(len(u), -1)
    p = q.shape[1]
    found = np.full((len(counts), 4), np.nan)
    gram = (counts @ products).reshape(-1, p + 2, p + 2)
    told = _told(gram[:, : p + 1, : p + 1])
    gram = gram[told]
    a = np.linalg.solve(gram[:, :p, :p], gram[:, :p, [p]])[:, :, 0] @ contrast
    both = np.linalg.solve(gram[:, : p + 1, : p + 1], gram[:, : p + 1, [p + 1]])[:, :, 0]
    found[told] = _four(both[:, :p] @ contrast, a * both[:, p], unit)
    return found


def _four(direct: Array, indirect: Array, unit: float) -> Array:
    total = direct + indirect
    share: Array = np.divide(indirect, total, out=np.full_like(total, np.nan), where=np.abs(total) > NIL)
    return np.column_stack([direct * unit, indirect * unit, total * unit, share])


def _told(gram: Array) -> npt.NDArray[np.bool_]:
    """Return for each matrix of products whether its columns are independent."""
    sizes = np.sqrt(np.maximum(np.einsum("dii->di", gram), np.finfo(float).tiny))
    scaled = gram / (sizes[:, :, None] * sizes[:, None, :])
    return np.asarray(np.linalg.eigvalsh(scaled)[:, 0] > ALIKE, dtype=np.bool_)


def _drawn(rows: Rows, bootstrap: Bootstrap) -> Array:
    """Return the effects in draws of as many rows, with replacement.

    Raises:
        FitError: more than a twentieth of the draws cannot tell the effects.
    """
    chunks = resampled(len(rows.outcome), bootstrap)
    found = np.concatenate([effects_of(rows, counts) for counts in chunks])
    kept: Array = found[~np.isnan(found).any(axis=1)]
    if len(kept) < (1 - MOST_LOST) * bootstrap.draws:
        what = f"{bootstrap.draws - len(kept)} of {bootstrap.draws} bootstrap draws cannot tell the effects."
        raise FitError(what, where=rows.label, remedy="A level with very few people cannot be resampled; join levels.")
    return kept


def _paths(rows: Rows, level: float) -> tuple[Estimate, ...]:
    """Return treatment to mediator, mediator to outcome, direct and total effect by least squares."""
    both = np.column_stack([rows.x, rows.mediator])
    on_mediator = np.eye(both.shape[1])[-1]
    asked = [
        (rows.x, rows.mediator, rows.contrast),
        (both, rows.outcome, on_mediator),
        (both, rows.outcome, np.append(rows.contrast, 0.0)),
        (rows.x, rows.outcome, rows.contrast),
    ]
    values, ses, dfs = np.array([_least_squares(*one) for one in asked]).T
    labels = ("treatment to mediator", "mediator to outcome", "direct", "total")
    return estimates(labels, values, ses, dfs, level)


def _least_squares(x: Array, y: Array, contrast: Array) -> tuple[float, float, float]:
    """Return a contrast of coefficients, its standard error and the degrees of freedom."""
    q, root = np.linalg.qr(x)
    mapped = np.linalg.solve(root.T, contrast)
    rest = y - q @ (q.T @ y)
    df = len(y) - x.shape[1]
    return float(mapped @ (q.T @ y)), float(np.sqrt(rest @ rest / df * (mapped @ mapped))), float(df)


def _sobel(paths: Sequence[Estimate]) -> float:
    a, b, *_ = paths
    return float(np.hypot(a.estimate * b.se, b.estimate * a.se))


def _remarks(drawn: Array, bootstrap: Bootstrap) -> list[str]:
    remarks = []
    if len(drawn) < bootstrap.draws:
        remarks.append(
            f"{bootstrap.draws - len(drawn)} of {bootstrap.draws} draws could not tell the effects; left out."
        )
    other = min(np.mean(drawn[:, 2] < 0), np.mean(drawn[:, 2] > 0))
    if other > (1 - bootstrap.level) / 2:
        remarks.append("The total effect may be nil, so the proportion mediated has no stable meaning here.")
    return remarks
