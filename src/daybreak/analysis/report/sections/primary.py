"""The primary analysis: differences, figure, means, and how the model was fitted."""

from __future__ import annotations

from daybreak.analysis.plan.attempt import Refusal
from daybreak.analysis.plan.contrasts import ModelResult
from daybreak.analysis.plan.grouping import Grouping
from daybreak.analysis.report.parts import Head, NotDone, Part, ReportTable, Section, Value, Words
from daybreak.analysis.report.sections.models import (
    contrast_table,
    means_picture,
    means_table,
    outcome_name,
    visit_name,
)
from daybreak.analysis.report.writing import number
from daybreak.core.instruments import INSTRUMENTS
from daybreak.core.study import AnalysisRules, StudyFile
from daybreak.stats.mmrm import MmrmFit


def primary_section(
    study: StudyFile, rules: AnalysisRules | None, grouping: Grouping, result: ModelResult | Refusal
) -> Section:
    """Return the section of the primary analysis."""
    if isinstance(result, Refusal) or rules is None:
        sentence = result.sentence() if isinstance(result, Refusal) else "The study file plans none."
        return Section("primary", "Primary outcome", (NotDone(sentence),))
    parts: list[Part] = [Words(_says(study, rules, grouping, result))]
    if result.contrasts:
        parts.append(contrast_table("primary_contrasts", "Differences between groups", study, result, rules.adjust))
    elif not grouping.compares:
        parts.append(NotDone("Differences between groups: nobody's group is known, so all are pooled."))
    parts.append(means_picture("primary", study, result, better(rules.outcome)))
    parts.append(means_table("primary_means", "Means by group and visit", study, result))
    if isinstance(result.fit, MmrmFit):
        parts.append(_covariance(study, result.fit))
    return Section("primary", "Primary outcome", tuple(parts))


def better(outcome: str) -> str:
    """Return which way is better, in words."""
    instrument, _, name = outcome.partition(".")
    known = INSTRUMENTS.get(instrument)
    score = next((one for one in known.scores if one.name == name), None) if known else None
    return f"{score.better} is better" if score is not None and score.better else "lower is better"


def _says(study: StudyFile, rules: AnalysisRules, grouping: Grouping, result: ModelResult) -> str:
    visits = ", ".join(visit_name(study, visit) for visit in result.visits)
    told = (
        f"Primary outcome: {outcome_name(rules.outcome)}, at {visits}. It was analysed by the model "
        f"{result.formula}, in {result.people} people with {result.values} values."
    )
    if grouping.kind == "letters":
        told += " Groups are named by letters; every pair is shown, for which of them were planned would name them."
    return told + "".join(f" {note}" for note in result.notes)


def _covariance(study: StudyFile, fit: MmrmFit) -> ReportTable:
    heads = [Head("group", "Group")] if len(fit.visit_covariance) > 1 else []
    heads += [Head("visit", "Visit"), *(Head(visit, visit_name(study, visit), "number", 1) for visit in fit.visits)]
    rows: list[tuple[Value, ...]] = []
    for group, matrix in fit.visit_covariance.items():
        for visit, line in zip(fit.visits, matrix.tolist(), strict=True):
            rows.append((*([group] if len(fit.visit_covariance) > 1 else []), visit_name(study, visit), *line))
    how = fit.optimiser.sentence()
    likelihood = f"Log likelihood {number(fit.loglik, 3)}, AIC {number(fit.aic)}, BIC {number(fit.bic)}."
    note = f"{how[:1].upper()}{how[1:]}. {likelihood}"
    return ReportTable(
        "primary_covariance", "Covariance of the visits by the model", tuple(heads), tuple(rows), (note,)
    )
