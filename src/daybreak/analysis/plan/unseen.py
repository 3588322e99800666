"""What unseen values may have been (reference-based imputation), and how bad they would have to be (tipping point)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from daybreak.analysis.plan.attempt import Refusal, attempt
from daybreak.analysis.plan.contrasts import ContrastRow, ModelResult
from daybreak.analysis.plan.material import Material
from daybreak.analysis.plan.sensitivity import Sensitivity, Set
from daybreak.core.errors import FitError
from daybreak.core.study import AnalysisRules, SensitivityRules
from daybreak.stats.imputation import (
    Asked,
    Draws,
    Imputed,
    Outcomes,
    TippingMap,
    conditional_mean,
    multiple_imputation,
    tipping_point,
)

RULES = {
    "MAR": ("Missing at random", "unseen values are drawn as if those who left had gone on like others of their group"),
    "J2R": ("Jump to reference", "after leaving, people are as the reference group was"),
    "CIR": ("Copy increments", "after leaving, people change as the reference group did"),
    "CR": ("Copy reference", "people who left are taken to have been like the reference group all along"),
}
Pair = tuple[str, str]


@dataclass(frozen=True)
class Tipping:
    """The map of one planned difference at a visit."""

    contrast: str
    visit: str
    shifts: tuple[float, ...]
    found: TippingMap


def outcomes_of(result: ModelResult, reference: str) -> Outcomes:
    """Return the table of an analysis, people by visits, with the baseline as covariate.

    Raises:
        FitError: the planned model is not about the change from the baseline.
    """
    if result.formula.partition("~")[0].strip() != "change":
        raise FitError("unseen values are imputed for models of the change from the baseline only.")
    known = result.table.drop_nulls("baseline")
    wide = known.pivot("visit", index=["participant", "arm", "baseline"], values="change").sort("participant")
    values = wide.select(result.visits).to_numpy().astype(np.float64)
    return Outcomes(
        values=values,
        arms=wide["arm"].to_list(),
        reference=reference,
        visits=result.visits,
        covariates={"baseline": wide["baseline"].to_list()},
        people=wide["participant"].to_list(),
    )


def pairs_of(material: Material, rules: AnalysisRules) -> tuple[Pair, ...]:
    """Return the two groups of each difference."""
    texts = material.grouping.contrasts(rules)
    return tuple((one, other) for one, _, other in (text.partition(" - ") for text in texts))


def run_imputed(material: Material, rules: AnalysisRules, plan: SensitivityRules, result: ModelResult) -> Set:
    """Return the differences after imputation by each rule; by letters only the rule that needs no reference."""
    pairs = pairs_of(material, rules)
    by_arms = material.grouping.kind == "arms"
    reference = (plan.reference or pairs[0][1]) if by_arms else pairs[0][1]
    draws = Draws(plan.seed, plan.imputations)
    kinds = list(RULES) if by_arms else ["MAR"]

    def drawn(rule: str) -> Callable[[], Sensitivity]:
        return lambda: _told(
            result, rule, reference, multiple_imputation(outcomes_of(result, reference), rule, draws, pairs=pairs)
        )

    found: Set = [attempt(RULES[rule][0], drawn(rule)) for rule in kinds]
    if not by_arms:
        return [*found, Refusal("Reference-based imputation", "which letter is the reference group is not known yet.")]

    def without_chance() -> Sensitivity:
        made = conditional_mean(outcomes_of(result, reference), "J2R", pairs=pairs)
        return _told(result, "J2R", reference, made, ", conditional")

    return [*found, attempt("Jump to reference by conditional means", without_chance)]


def _told(result: ModelResult, rule: str, reference: str, made: Imputed, more: str = "") -> Sensitivity:
    title, says = RULES[rule]
    how = "errors by a jackknife" if more else f"{made.imputations} imputations, pooled by Rubin's rules"
    named = "" if rule == "MAR" else f", here {reference}"
    rows = tuple(
        ContrastRow(row.label, row.visit, row.estimate, row.se, row.df, row.t, row.p, row.p, row.ci_low, row.ci_high)
        for row in made.contrasts
        if row.visit in result.judged_at
    )
    key = f"{rule.lower()}{'-conditional' if more else ''}"
    said = f"{says[:1].upper()}{says[1:]}{named}; {how}."
    return Sensitivity(key, f"{title}{more}", said, made.amounts.people, rows, made.warnings)


def run_tipping(
    material: Material, rules: AnalysisRules, plan: SensitivityRules, result: ModelResult
) -> list[Tipping | Refusal]:
    """Return the map of every planned difference at the last judged visit, over the study file's shifts."""
    visit = result.judged_at[-1]

    def mapped(pair: Pair) -> Callable[[], Tipping]:
        def make() -> Tipping:
            draws = Draws(plan.seed, plan.imputations)
            grid = {pair[0]: plan.shifts, pair[1]: plan.shifts}
            found = tipping_point(outcomes_of(result, pair[1]), "MAR", draws, Asked(pair, visit), grid)
            return Tipping(" - ".join(pair), visit, plan.shifts, found)

        return make

    return [attempt(f"Tipping point of {' - '.join(pair)}", mapped(pair)) for pair in pairs_of(material, rules)]


def unseen_values(result: ModelResult) -> int:
    """Return how many values are missing among people whom the model used."""
    known = result.table.drop_nulls("baseline")
    people = known.select(pl.col("participant").n_unique()).item()
    return int(people) * len(result.visits) - len(known)
