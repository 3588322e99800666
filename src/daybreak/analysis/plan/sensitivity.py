"""The primary question under other assumptions: who counts, what shape the course has, what the unseen values were."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import polars as pl

from daybreak.analysis.datasets.exposure import least_dose
from daybreak.analysis.plan.attempt import Refusal, attempt
from daybreak.analysis.plan.contrasts import ContrastRow, ModelResult, contrast_row, fit_formula, run_model
from daybreak.analysis.plan.material import Material, long_table
from daybreak.core.errors import FitError
from daybreak.core.study import AnalysisRules, SensitivityRules, TrendRules
from daybreak.stats.means import Contrasts, marginal_means, trends

TREND = "value ~ arm * time + (1 + time | participant)"
PLAIN_TREND = "value ~ arm * time + (1 | participant)"


@dataclass(frozen=True)
class Sensitivity:
    """One analysis of the set: what is different in it, who counts, and the planned differences."""

    key: str
    title: str
    says: str
    people: int
    rows: tuple[ContrastRow, ...]
    notes: tuple[str, ...] = ()


Set = list[Sensitivity | Refusal]


def run_observed(material: Material, rules: AnalysisRules, plan: SensitivityRules, result: ModelResult) -> Set:
    """Return the analyses that need no draws: complete cases, per protocol, and the published straight line."""
    asked: list[tuple[str, Callable[[], list[Sensitivity]]]] = [
        ("Complete cases", lambda: [_complete(material, rules, result)]),
        ("Per protocol by delivered dose", lambda: [_per_protocol(material, rules, plan, result)]),
    ]
    if (trend := plan.trend) is not None:
        asked.append(("Linear mixed model with a straight line", lambda: _trend(material, rules, trend)))
    return flat(attempt(what, run) for what, run in asked)


def flat(found: Iterable[list[Sensitivity] | Refusal]) -> Set:
    """Return results and refusals in one list."""
    return [each for one in found for each in ([one] if isinstance(one, Refusal) else one)]


def least_given(material: Material, plan: SensitivityRules) -> float:
    """Return the delivered dose from which a person kept to the protocol."""
    return least_dose(material.study) if plan.least_dose is None else plan.least_dose


def _complete(material: Material, rules: AnalysisRules, result: ModelResult) -> Sensitivity:
    counts = result.table.drop_nulls("change").group_by("participant").len()
    whole = counts.filter(pl.col("len") == len(result.visits)).select("participant")
    table = result.table.join(whole, on="participant", how="semi")
    again = run_model(material, rules, table=table)
    return Sensitivity(
        "complete-cases",
        "Complete cases",
        "Only people with a value at every visit of the analysis.",
        again.people,
        again.contrasts,
    )


def _per_protocol(material: Material, rules: AnalysisRules, plan: SensitivityRules, result: ModelResult) -> Sensitivity:
    least = least_given(material, plan)
    table = result.table.filter(pl.col("dose") >= least, "infused")
    if table.is_empty():
        raise FitError(f"nobody had a delivered dose of {least:g} or more.")
    again = run_model(material, rules, table=table)
    return Sensitivity(
        "per-protocol",
        "Per protocol",
        f"Only people whose mean delivered dose over all planned sessions was {least:g} or more. They are no "
        "longer groups made by chance.",
        again.people,
        again.contrasts,
    )


def _trend(material: Material, rules: AnalysisRules, trend: TrendRules) -> list[Sensitivity]:
    """Fit a line a person between two visits; time runs from 0 to 1, so a slope is the change over the stretch."""
    begin, end = (material.study.visit(key).day for key in (trend.begin, trend.end))
    rows = long_table(material, rules).filter(pl.col("day").is_between(begin, end))
    if end <= begin or rows.is_empty():
        raise FitError("no values lie between the two visits.", remedy="Name an earlier and a later visit.")
    table = rows.with_columns(time=(pl.col("day") - begin) / (end - begin))
    groups = tuple(name for name in material.grouping.names if name in set(table["arm"].to_list()))
    formula, notes = TREND, tuple[str, ...]()
    fit = fit_formula(formula, table, {"arm": groups}, "satterthwaite")
    if getattr(fit, "singular", False):
        formula, notes = PLAIN_TREND, ("People's slopes do not differ beyond their error; only intercepts vary.",)
        fit = fit_formula(formula, table, {"arm": groups}, "satterthwaite")
    asked, says = list(material.grouping.contrasts(rules)), _line_says(trend, formula)
    levels = marginal_means(fit, ["arm"], at={"time": [0.5]}).contrasts(asked)
    slopes = trends(fit, "time", ["arm"]).contrasts(asked)
    kinds = (("level", "level half-way", levels), ("change", "change", slopes))
    return [
        Sensitivity(f"line-{kind}", f"Straight line: {kind}", says.format(what), fit.n_subjects, _rows(told), notes)
        for kind, what, told in kinds
    ]


def _line_says(trend: TrendRules, formula: str) -> str:
    return (
        f"Difference in {{}} from {trend.begin} to {trend.end} by a linear mixed model ({formula}), as in the "
        "published study: each person has a line of their own."
    )


def _rows(found: Contrasts) -> tuple[ContrastRow, ...]:
    rows = [contrast_row(line) for line in found.lines]
    return tuple(row for row in rows if row is not None)
