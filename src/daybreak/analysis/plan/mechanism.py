"""Whether a difference goes through another score, such as the implicit association test: linear-linear product."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import polars as pl

from daybreak.analysis.datasets.association import association_rows
from daybreak.analysis.datasets.outcomes import outcome_rows
from daybreak.analysis.plan.attempt import Refusal, attempt
from daybreak.analysis.plan.contrasts import ModelResult
from daybreak.analysis.plan.material import Material
from daybreak.analysis.plan.unseen import Pair, pairs_of
from daybreak.core.errors import FitError
from daybreak.core.study import AnalysisRules, MechanismRules
from daybreak.stats.bootstrap import Bootstrap
from daybreak.stats.mediation import Mediation, mediation

TESTS = ("iat", "iat-short", "iat-brief")
LEAST_PEOPLE = 20


@dataclass(frozen=True)
class Mechanism:
    """One planned difference taken apart: what goes through the score at `at`, of the outcome at `visit`."""

    contrast: str
    score: str
    at: str
    visit: str
    found: Mediation


def run_mechanism(material: Material, rules: AnalysisRules, result: ModelResult) -> list[Mechanism | Refusal]:
    """Return the mechanism of every planned difference; nothing where none is planned."""
    plan = rules.mechanism
    if plan is None:
        return []
    visit = (result.judged_at or result.visits)[-1]
    table = attempt("Mechanism", lambda: mediator_table(material, plan, result, visit))
    if isinstance(table, Refusal):
        return [table]
    pairs = pairs_of(material, rules)
    return [attempt(f"Mechanism of {' - '.join(pair)}", partial(_one, table, plan, visit, pair)) for pair in pairs]


def _one(everybody: pl.DataFrame, plan: MechanismRules, visit: str, pair: Pair) -> Mechanism:
    table = everybody.filter(pl.col("arm").is_in(pair))
    if len(table) < LEAST_PEOPLE:
        raise FitError(f"{len(table)} people have both scores; {LEAST_PEOPLE} are needed.")
    covariates = ["baseline", "mediator_before"]
    made = mediation(
        table.to_dict(as_series=False),
        ("arm", "mediator", "change"),
        covariates=[name for name in covariates if table[name].n_unique() > 1],
        compare=pair,
        levels={"arm": [pair[1], pair[0]]},
        bootstrap=Bootstrap(plan.draws),
    )
    return Mechanism(" - ".join(pair), plan.score, plan.at, visit, made)


def mediator_table(material: Material, plan: MechanismRules, result: ModelResult, visit: str) -> pl.DataFrame:
    """Return one row a person with all of it: `arm`, `baseline`, `change` at the visit, `mediator`, `mediator_before`.

    Raises:
        FitError: nobody has a value of the mediator.
        ExportError: there is no such score.
    """
    values = mediator_values(material, plan.score)
    at = values.filter(pl.col("visit") == plan.at).select("participant", mediator="value")
    first = material.study.visit(plan.at)
    earlier = [one.key for one in material.study.schedule if one.counted_from == "enrolment" and one.day <= first.day]
    before = values.filter(pl.col("visit").is_in(earlier)).unique("participant", keep="last", maintain_order=True)
    rows = result.table.filter(pl.col("visit") == visit).select("participant", "arm", "baseline", "change")
    told = rows.join(at, on="participant").join(before.select("participant", mediator_before="value"), on="participant")
    if told.is_empty():
        raise FitError(f"nobody has {plan.score} both before and at {plan.at}.", remedy="Wait for more data.")
    return told.drop_nulls()


def mediator_values(material: Material, score: str) -> pl.DataFrame:
    """Return `participant`, `visit` and `value` of a score, with visits before the infusion."""
    instrument = score.partition(".")[0]
    if instrument in TESTS:
        found = association_rows(material.export).select("participant", pl.col("visit").cast(pl.String), value="d")
        return found.drop_nulls("value")
    rows = outcome_rows(material.export, score, with_baseline=True)
    return rows.select("participant", pl.col("visit").cast(pl.String), "value").drop_nulls("value")
