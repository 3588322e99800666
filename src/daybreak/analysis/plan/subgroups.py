"""Subgroups: the planned difference at the last judged visit in each, from one model with all interactions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import polars as pl

from daybreak.analysis.plan.attempt import Refusal, attempt
from daybreak.analysis.plan.contrasts import ContrastRow, ModelResult, contrast_row, fit_formula
from daybreak.analysis.plan.material import Material
from daybreak.core.errors import FitError
from daybreak.core.study import AnalysisRules
from daybreak.stats.means import Contrasts, marginal_means

LEAST_PEOPLE = 5
LEAST_LEVELS, MOST_LEVELS = 2, 12


@dataclass(frozen=True)
class Subgroup:
    """One level of a variable: who belongs to it, and the difference there."""

    level: str
    people: int
    row: ContrastRow


@dataclass(frozen=True)
class SubgroupResult:
    """A variable's levels, and the p of the test that the difference is the same in all."""

    variable: str
    says: str
    contrast: str
    visit: str
    levels: tuple[Subgroup, ...]
    p_interaction: float


def run_subgroups(material: Material, rules: AnalysisRules, result: ModelResult) -> list[SubgroupResult | Refusal]:
    """Return every planned variable's subgroups, for each planned contrast."""
    found: list[SubgroupResult | Refusal] = []
    for name in rules.subgroups:
        said = attempt(f"Subgroups by {name}", partial(_one, material, rules, result, name))
        found.extend([said] if isinstance(said, Refusal) else said)
    return found


def _one(material: Material, rules: AnalysisRules, result: ModelResult, name: str) -> list[SubgroupResult]:
    table = with_subgroup(result.table, name)
    order = table.group_by("subgroup").agg(pl.col("participant").n_unique(), least=pl.col(name).min())
    counts = dict(order.sort("least").select("subgroup", "participant").iter_rows())
    levels = tuple(str(level) for level in counts)
    _check(levels, table)
    outcome, _, terms = result.formula.partition("~")
    formula = f"{outcome}~ arm * visit * subgroup + {terms.strip()}"
    known = {"visit": result.visits, "arm": result.groups, "subgroup": levels}
    fit = fit_formula(formula, table, known, rules.ddf)
    visit = (result.judged_at or result.visits)[-1]
    at = {"visit": [visit]}
    means = marginal_means(fit, ["arm"], by=["subgroup"], at=at)
    return [
        _told(material, means.contrasts([contrast]), counts, name, visit)
        for contrast in material.grouping.contrasts(rules)
    ]


def with_subgroup(table: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return the rows with a column `subgroup`: a text's own values, a number's halves at its median over people.

    Raises:
        FitError: nobody was asked that.
    """
    if name not in table.columns:
        raise FitError("the export holds no answers to that.", remedy="Export again with the present version.")
    rows = table.drop_nulls(name)
    if not rows.schema[name].is_numeric():
        return rows.with_columns(subgroup=pl.col(name).cast(pl.String))
    middle = rows.unique("participant")[name].median()
    if middle is None:
        raise FitError("nobody has a value.", remedy="Wait for more data.")
    below, above = f"below {float(str(middle)):g}", f"{float(str(middle)):g} or more"
    return rows.with_columns(subgroup=pl.when(pl.col(name) < middle).then(pl.lit(below)).otherwise(pl.lit(above)))


def _check(levels: tuple[str, ...], table: pl.DataFrame) -> None:
    if not LEAST_LEVELS <= len(levels) <= MOST_LEVELS:
        raise FitError(f"there are {len(levels)} groups of people; from {LEAST_LEVELS} to {MOST_LEVELS} can be told.")
    cells = table.group_by("subgroup", "arm").agg(pl.col("participant").n_unique())
    whole = len(levels) * table["arm"].n_unique()
    if len(cells) < whole or int(str(cells["participant"].min())) < LEAST_PEOPLE:
        raise FitError(f"an arm has fewer than {LEAST_PEOPLE} people in one of the subgroups.")


def _told(material: Material, contrasts: Contrasts, counts: dict[str, int], name: str, visit: str) -> SubgroupResult:
    levels = []
    for line in contrasts.lines:
        row = contrast_row(line)
        if row is None:
            raise FitError("the data leave one of the subgroups open.")
        levels.append(Subgroup(line.levels["subgroup"], counts[line.levels["subgroup"]], row))
    rows = contrasts.rows[:, list(contrasts.fit.coding.kept)]
    test = contrasts.fit.joint(rows[1:] - rows[0])
    return SubgroupResult(name, _says(material, name), contrasts.lines[0].label, visit, tuple(levels), test.p)


def _says(material: Material, name: str) -> str:
    """Return what a variable is called: the question's words for an answer at screening."""
    said = {"site": "Site", "baseline": "Baseline value"}
    return said.get(name) or next((one.ask for one in material.study.eligibility if one.key == name), name)
