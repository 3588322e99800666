"""The other planned outcomes: each with its differences, figure and means."""

from __future__ import annotations

from collections.abc import Sequence

from daybreak.analysis.plan.attempt import Refusal
from daybreak.analysis.plan.contrasts import ModelResult
from daybreak.analysis.report.parts import NotDone, Part, Section, Words
from daybreak.analysis.report.sections.models import contrast_table, means_picture, means_table, outcome_name
from daybreak.analysis.report.sections.primary import better
from daybreak.core.study import StudyFile


def secondary_sections(study: StudyFile, found: Sequence[tuple[str, ModelResult | Refusal]]) -> list[Section]:
    """Return a section for each planned analysis but the primary one."""
    return [_section(study, key, result) for key, result in found]


def _section(study: StudyFile, key: str, result: ModelResult | Refusal) -> Section:
    rules = study.analysis[key]
    title = rules.title or outcome_name(rules.outcome)
    if isinstance(result, Refusal):
        return Section(f"outcome-{key}", title, (NotDone(result.sentence()),))
    parts: list[Part] = [
        Words(
            f"Model: {result.formula}, in {result.people} people with {result.values} values. {' '.join(result.notes)}"
        )
    ]
    if result.contrasts:
        parts.append(contrast_table(f"{key}_contrasts", "Differences between groups", study, result, rules.adjust))
    parts.append(means_picture(f"outcome-{key}", study, result, better(rules.outcome)))
    parts.append(means_table(f"{key}_means", "Means by group and visit", study, result))
    return Section(f"outcome-{key}", title, tuple(parts))
