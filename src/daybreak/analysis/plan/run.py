"""Running everything the study file planned, one analysis after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from daybreak.analysis.datasets.response import relapse_rows
from daybreak.analysis.plan.attempt import Refusal, attempt
from daybreak.analysis.plan.contrasts import ModelResult, run_model
from daybreak.analysis.plan.guesses import Guesses, run_guesses
from daybreak.analysis.plan.material import Material
from daybreak.analysis.plan.mechanism import Mechanism, run_mechanism
from daybreak.analysis.plan.relapse import RelapseResult, run_relapse
from daybreak.analysis.plan.response import ResponseRow, run_response
from daybreak.analysis.plan.sensitivity import Sensitivity, run_observed
from daybreak.analysis.plan.subgroups import SubgroupResult, run_subgroups
from daybreak.analysis.plan.unseen import Tipping, pairs_of, run_imputed, run_tipping
from daybreak.core.study import AnalysisRules, SensitivityRules

PRIMARY = "primary"
Progress = Callable[[str], None]
Found = TypeVar("Found")


@dataclass(frozen=True)
class Results:
    """Whatever the plan gave; each part is a result, or the refusal that says why there is none."""

    primary: ModelResult | Refusal
    others: Sequence[tuple[str, ModelResult | Refusal]]
    guesses: Sequence[Guesses]
    response: Sequence[ResponseRow] | Refusal
    relapse: Sequence[tuple[str, RelapseResult | Refusal]]
    sensitivity: Sequence[Sensitivity | Refusal] = ()
    tipping: Sequence[Tipping | Refusal] = ()
    subgroups: Sequence[SubgroupResult | Refusal] = ()
    mechanism: Sequence[Mechanism | Refusal] = ()


def run_plan(material: Material, progress: Progress = lambda _what: None) -> Results:
    """Return the answers to all that `[analysis]` of the study file asks."""
    rules = material.study.analysis.get(PRIMARY)
    planned = [(key, other) for key, other in material.study.analysis.items() if key != PRIMARY]
    others = [(key, _other(material, key, other, progress)) for key, other in planned]
    guesses = run_guesses(material)
    if rules is None:
        nothing = Refusal("", "The study file plans no primary analysis; add [analysis.primary].")
        return Results(nothing, others, guesses, nothing, ())
    progress("primary analysis")
    primary = attempt("Primary analysis", lambda: run_model(material, rules))
    relapse = _relapses(material, rules)
    if isinstance(primary, Refusal):
        return Results(primary, others, guesses, primary, relapse)
    response = attempt("Response", lambda: run_response(primary))
    if not primary.contrasts:
        return Results(primary, others, guesses, response, relapse)
    plan = rules.sensitivity or SensitivityRules()
    return Results(
        primary,
        others,
        guesses,
        response,
        relapse,
        sensitivity=_sensitivity(material, rules, plan, primary, progress),
        tipping=_told(progress, "tipping point", lambda: run_tipping(material, rules, plan, primary)),
        subgroups=_told(progress, "subgroups", lambda: run_subgroups(material, rules, primary)),
        mechanism=_told(progress, "mechanism", lambda: run_mechanism(material, rules, primary)),
    )


def _sensitivity(
    material: Material, rules: AnalysisRules, plan: SensitivityRules, primary: ModelResult, progress: Progress
) -> Sequence[Sensitivity | Refusal]:
    progress("imputation")
    imputed = run_imputed(material, rules, plan, primary)
    progress("sensitivity analyses")
    return [*run_observed(material, rules, plan, primary), *imputed]


def _told(progress: Progress, what: str, run: Callable[[], Found]) -> Found:
    progress(what)
    return run()


def _other(material: Material, key: str, rules: AnalysisRules, progress: Progress) -> ModelResult | Refusal:
    progress(rules.title or key)
    return attempt(rules.title or key, lambda: run_model(material, rules))


def _relapses(material: Material, primary: AnalysisRules) -> Sequence[tuple[str, RelapseResult | Refusal]]:
    """Return times to relapse by every outcome that is planned, the primary one first."""
    outcomes = dict.fromkeys((primary.outcome, *(rules.outcome for rules in material.study.analysis.values())))
    return [(name, attempt("Time to relapse", partial(_relapse, material, primary, name))) for name in outcomes]


def _relapse(material: Material, rules: AnalysisRules, outcome: str) -> RelapseResult:
    table = relapse_rows(material.export, outcome).drop("arm")
    named = table.join(material.people.select("participant", "arm"), on="participant", maintain_order="left")
    return run_relapse(named, material.grouping, pairs_of(material, rules))
