"""Subgroups: a forest plot for each planned difference, and the table behind it."""

from __future__ import annotations

from collections.abc import Sequence

from daybreak.analysis.figures.forest import ForestFigure, ForestRow, draw_forest
from daybreak.analysis.plan.attempt import Refusal
from daybreak.analysis.plan.contrasts import ModelResult
from daybreak.analysis.plan.subgroups import SubgroupResult
from daybreak.analysis.report.parts import Head, NotDone, Part, Picture, ReportTable, Section, Words
from daybreak.analysis.report.sections.models import visit_name
from daybreak.analysis.report.writing import minus, p_value
from daybreak.core.study import StudyFile

HEADS = (
    Head("contrast", "Difference"),
    Head("variable", "Variable"),
    Head("subgroup", "Subgroup"),
    Head("n", "People", "count"),
    Head("estimate", "Estimate", "number"),
    Head("ci_low", "95 % CI from", "number"),
    Head("ci_high", "to", "number"),
    Head("p_interaction", "p, interaction", "p"),
)
CAUTION = (
    "Planned subgroups, each from one model with all interactions of group, visit and subgroup. The p of the "
    "interaction asks whether the difference is the same in all; the study was not made large enough to say so safely."
)


def subgroups_section(
    study: StudyFile, primary: ModelResult | Refusal, found: Sequence[SubgroupResult | Refusal]
) -> Section:
    """Return the section of subgroups."""
    done = [one for one in found if isinstance(one, SubgroupResult)]
    parts: list[Part] = []
    if isinstance(primary, Refusal) or not found:
        parts.append(
            NotDone("Subgroups are compared between groups that are known, and none are planned or known here.")
        )
    if done and not isinstance(primary, Refusal):
        parts.append(Words(CAUTION))
        parts.extend(_forests(study, primary, done))
        parts.append(_table(done))
    parts.extend(NotDone(one.sentence()) for one in found if isinstance(one, Refusal))
    return Section("subgroups", "Subgroups", tuple(parts))


def _forests(study: StudyFile, primary: ModelResult, done: list[SubgroupResult]) -> list[Picture]:
    pictures = []
    for place, contrast in enumerate(dict.fromkeys(one.contrast for one in done), 1):
        mine = [one for one in done if one.contrast == contrast]
        main = primary.contrast(contrast, mine[0].visit)
        rows = (
            []
            if main is None
            else [ForestRow("Everybody", primary.people, main.estimate, main.low, main.high, main=True)]
        )
        for one in mine:
            rows.append(ForestRow(one.says, note=f"interaction p {p_value(one.p_interaction)}"))
            rows += [
                ForestRow(level.level, level.people, level.row.estimate, level.row.low, level.row.high, inner=True)
                for level in one.levels
            ]
        left, right = contrast.split(" - ")
        says = f"{minus(contrast)}, {visit_name(study, mine[0].visit)}"
        shown = ForestFigure(f"subgroups-{place}", tuple(rows), says, f"{left} lower", f"{right} lower")
        spoken = "; ".join(f"{row.label}: {row.estimate:.1f}" for row in rows if row.estimate is not None)
        pictures.append(
            Picture(shown.name, f"Subgroups, {says}", draw_forest(shown), "Estimates with 95 % limits.", spoken)
        )
    return pictures


def _table(done: list[SubgroupResult]) -> ReportTable:
    contrasts = list(dict.fromkeys(one.contrast for one in done))
    rows = tuple(
        (
            minus(one.contrast),
            one.says,
            level.level,
            level.people,
            level.row.estimate,
            level.row.low,
            level.row.high,
            one.p_interaction,
        )
        for one in sorted(done, key=lambda one: contrasts.index(one.contrast))
        for level in one.levels
    )
    return ReportTable("subgroups", "The planned differences in subgroups", HEADS, rows, grouped=2)
