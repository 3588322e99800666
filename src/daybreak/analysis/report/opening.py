"""What stands above the sections: title, whether it is blind, facts, and the answer in short."""

from __future__ import annotations

from daybreak.analysis.plan.attempt import Refusal
from daybreak.analysis.plan.contrasts import ModelResult
from daybreak.analysis.plan.grouping import Grouping
from daybreak.analysis.plan.run import Results
from daybreak.analysis.report.sections.models import short_name, visit_name
from daybreak.analysis.report.writing import estimate, p_said, people
from daybreak.core.study import StudyFile

STATUS = {
    "arms": "Unblinded: groups are named by what they were allocated to.",
    "letters": "Closed: groups are named by the safety board's letters. For the board and its statistician only.",
    "pooled": "Blind: all groups are pooled, and nothing here tells who was allocated to what.",
}


def in_short(study: StudyFile, grouping: Grouping, allocated: int, results: Results) -> tuple[str, ...]:
    """Return the first sentences: how many people, the primary differences, and what could not be done."""
    said = [f"{people(allocated)} of {study.study.target or 'an unknown number'} planned were allocated."]
    primary = results.primary
    if isinstance(primary, Refusal):
        return (*said, primary.sentence())
    said.append(f"The primary model used {primary.values} values of {people(primary.people)}.")
    said.extend(_differences(study, primary))
    if not grouping.compares:
        said.extend(_means(study, primary))
    return tuple(said)


def _differences(study: StudyFile, primary: ModelResult) -> list[str]:
    return [
        f"{row.contrast.replace(' - ', ' minus ')}, {visit_name(study, row.visit)}: "
        f"{estimate(row.estimate, row.low, row.high, 1)} points, {p_said(row.p_adjusted)}."
        for row in primary.contrasts
    ]


def _means(study: StudyFile, primary: ModelResult) -> list[str]:
    return [
        f"{short_name(primary.outcome)}, change at {visit_name(study, row.visit)}: "
        f"{estimate(row.estimate, row.low, row.high, 1)}."
        for row in (primary.means[0], primary.means[-1])
    ]
