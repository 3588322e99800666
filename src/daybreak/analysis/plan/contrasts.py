"""One planned model: fitted, its means by group and visit, and the planned differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from daybreak.analysis.export import POOLED
from daybreak.analysis.plan.grouping import Grouping
from daybreak.analysis.plan.material import Material, expanded, long_table, outcome_for
from daybreak.core.errors import FitError
from daybreak.core.study import AnalysisRules
from daybreak.stats.formula import parse
from daybreak.stats.lmm import LmmFit, lmm
from daybreak.stats.means import Means, marginal_means
from daybreak.stats.means.lines import Line
from daybreak.stats.mmrm import MmrmFit, mmrm

Fit = MmrmFit | LmmFit
NAMES_PEOPLE = "has participant"
"""A remark of the fit that lists people by their codes, which a report does not."""


@dataclass(frozen=True)
class MeanRow:
    """What the model says of a group at a visit."""

    group: str
    visit: str
    estimate: float
    se: float
    df: float
    low: float
    high: float


@dataclass(frozen=True)
class ContrastRow:
    """A difference of two groups at a visit (or of their slopes); `p_adjusted` keeps the error of all of them."""

    contrast: str
    visit: str
    estimate: float
    se: float
    df: float
    t: float
    p: float
    p_adjusted: float
    low: float
    high: float


@dataclass(frozen=True)
class ModelResult:
    """A planned model's answer."""

    title: str
    outcome: str
    formula: str
    ddf: str
    visits: tuple[str, ...]
    groups: tuple[str, ...]
    people: int
    values: int
    left_out: int
    means: tuple[MeanRow, ...]
    contrasts: tuple[ContrastRow, ...]
    fit: Fit
    table: pl.DataFrame
    notes: tuple[str, ...]

    def contrast(self, name: str, visit: str) -> ContrastRow | None:
        """Return a difference at a visit, None if it is not among them."""
        return next((row for row in self.contrasts if (row.contrast, row.visit) == (name, visit)), None)

    @property
    def judged_at(self) -> tuple[str, ...]:
        """The visits of the contrasts, in order."""
        return tuple(dict.fromkeys(row.visit for row in self.contrasts))


def run_model(
    material: Material, rules: AnalysisRules, *, title: str = "", table: pl.DataFrame | None = None
) -> ModelResult:
    """Fit one planned analysis.

    Args:
        material: the data.
        rules: what the study file says of it.
        title: what to call it, if not by its own title.
        table: its rows, where they are not those of everybody.

    Raises:
        FitError: these data do not allow it.
    """
    rows = long_table(material, rules) if table is None else table
    visits = _with_values(rows, [one.key for one in outcome_for(material.study, rules).visits])
    groups = _with_values(rows, material.grouping.names, "arm")
    grouping = _narrowed(material.grouping, groups)
    formula = grouping.formula(rules)
    fit = fit_formula(formula, rows, {"visit": visits, "arm": groups}, rules.ddf)
    means = _means(fit, grouping, visits)
    contrasts = _contrasts(means, grouping, rules, expanded(material.study, rules.at))
    return ModelResult(
        title=title or rules.title or rules.outcome,
        outcome=rules.outcome,
        formula=formula,
        ddf=rules.ddf,
        visits=visits,
        groups=groups,
        people=fit.n_subjects,
        values=fit.n_obs,
        left_out=len(rows) - fit.n_obs,
        means=_mean_rows(means, visits),
        contrasts=contrasts,
        fit=fit,
        table=rows,
        notes=tuple(note for note in fit.warnings if NAMES_PEOPLE not in note),
    )


def fit_formula(formula: str, rows: pl.DataFrame, levels: Mapping[str, Sequence[str]], ddf: str) -> Fit:
    """Fit a formula: a mixed model for repeated measures, or a linear mixed model where it has random terms."""
    parsed = parse(formula)
    known = {name: list(values) for name, values in levels.items() if name in rows.columns}
    if parsed.random:
        # The covariance of random effects is linear in its parameters: there is one form of Kenward and Roger's method.
        return lmm(formula, rows, df=ddf.removesuffix("-linear"), levels=known)  # type: ignore[arg-type]
    return mmrm(formula, rows, df=ddf, levels=known)


def _with_values(rows: pl.DataFrame, names: Sequence[str], column: str = "visit") -> tuple[str, ...]:
    there = set(rows[column].unique().to_list())
    return tuple(name for name in names if name in there)


def _narrowed(grouping: Grouping, groups: tuple[str, ...]) -> Grouping:
    """Return the grouping by those groups that have values; one group alone is compared with nobody."""
    return Grouping(grouping.kind, groups)


def _means(fit: Fit, grouping: Grouping, visits: tuple[str, ...]) -> Means:
    by = ["visit"] if len(visits) > 1 else []
    if grouping.compares:
        return marginal_means(fit, ["arm"], by=by)
    if not by:
        raise FitError("One group at one visit leaves nothing to compare.", remedy="Wait for more data.")
    return marginal_means(fit, by)


def _mean_rows(means: Means, visits: tuple[str, ...]) -> tuple[MeanRow, ...]:
    found = []
    for line in means.lines:
        if line.estimate is None or line.se is None or line.df is None or line.ci_low is None or line.ci_high is None:
            continue
        group, visit = line.levels.get("arm", POOLED), line.levels.get("visit", visits[0])
        found.append(MeanRow(group, visit, line.estimate, line.se, line.df, line.ci_low, line.ci_high))
    return tuple(found)


def _contrasts(means: Means, grouping: Grouping, rules: AnalysisRules, at: list[str]) -> tuple[ContrastRow, ...]:
    asked = grouping.contrasts(rules)
    if not asked:
        return ()
    alone = means.contrasts(list(asked))
    wanted = [place for place, line in enumerate(alone.lines) if not at or line.levels.get("visit", at[0]) in at]
    adjusted = adjusted_p([alone.lines[place].p for place in wanted], rules.adjust)
    rows = [contrast_row(alone.lines[place], p) for place, p in zip(wanted, adjusted, strict=True)]
    return tuple(row for row in rows if row is not None)


def contrast_row(line: Line, p_adjusted: float | None = None) -> ContrastRow | None:
    """Return a contrast's line as a row; None where the data leave it open."""
    numbers = (line.estimate, line.se, line.df, line.t, line.p, line.ci_low, line.ci_high)
    if any(value is None for value in numbers):
        return None
    estimate, se, df, t, p, low, high = (float(value or 0.0) for value in numbers)
    kept = p if p_adjusted is None else p_adjusted
    return ContrastRow(line.label, line.levels.get("visit", ""), estimate, se, df, t, p, kept, low, high)


def adjusted_p(p: Sequence[float | None], how: str) -> list[float | None]:
    """Return p values adjusted for their number by Bonferroni, Holm or Hochberg; those that are None stay so."""
    known = sorted((value, place) for place, value in enumerate(p) if value is not None)
    count, found = len(known), list(p)
    if how == "bonferroni":
        for value, place in known:
            found[place] = min(1.0, count * value)
    elif how == "holm":
        highest = 0.0
        for rank, (value, place) in enumerate(known):
            highest = max(highest, min(1.0, (count - rank) * value))
            found[place] = highest
    elif how == "hochberg":
        lowest = 1.0
        for rank, (value, place) in reversed(list(enumerate(known))):
            lowest = min(lowest, (count - rank) * value)
            found[place] = lowest
    return found
