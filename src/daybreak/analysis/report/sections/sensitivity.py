"""The set of sensitivity analyses: one table, one forest plot, and the tipping-point map."""

from __future__ import annotations

from collections.abc import Sequence

from daybreak.analysis.figures.forest import ForestFigure, ForestRow, draw_forest
from daybreak.analysis.figures.tipping import TippingFigure, draw_tipping
from daybreak.analysis.plan.attempt import Refusal
from daybreak.analysis.plan.contrasts import ContrastRow, ModelResult
from daybreak.analysis.plan.sensitivity import Sensitivity
from daybreak.analysis.plan.unseen import Tipping
from daybreak.analysis.report.parts import Head, Listing, NotDone, Part, Picture, ReportTable, Section, Words
from daybreak.analysis.report.sections.models import visit_name
from daybreak.analysis.report.writing import minus
from daybreak.core.study import StudyFile

HEADS = (
    Head("contrast", "Difference"),
    Head("visit", "Visit"),
    Head("analysis", "Analysis"),
    Head("n", "People", "count"),
    Head("estimate", "Estimate", "number"),
    Head("ci_low", "95 % CI from", "number"),
    Head("ci_high", "to", "number"),
    Head("p", "p", "p"),
)


def sensitivity_section(
    study: StudyFile,
    primary: ModelResult | Refusal,
    found: Sequence[Sensitivity | Refusal],
    tipping: Sequence[Tipping | Refusal],
) -> Section:
    """Return the section: what differs in each analysis, the estimates beside the primary one's, tipping-point maps."""
    if isinstance(primary, Refusal):
        parts: list[Part] = [NotDone("There is no primary analysis to hold others against.")]
        return Section("sensitivity", "Sensitivity analyses", tuple(parts))
    done = [one for one in found if isinstance(one, Sensitivity)]
    parts = [Words("The same question under other assumptions. None of these replaces the primary analysis.")]
    if not found:
        parts = [NotDone("These analyses compare groups, and nobody's group is known.")]
    if done:
        parts.append(Listing(tuple(f"{one.title}. {one.says} {' '.join(one.notes)}".strip() for one in done)))
        parts.append(_table(study, primary, done))
        parts.extend(_forests(study, primary, done))
    for one in tipping:
        if isinstance(one, Tipping):
            parts += [_map(study, one), _map_table(study, one)]
    parts.extend(NotDone(one.sentence()) for one in (*found, *tipping) if isinstance(one, Refusal))
    return Section("sensitivity", "Sensitivity analyses", tuple(parts))


def _table(study: StudyFile, primary: ModelResult, done: list[Sensitivity]) -> ReportTable:
    rows = [(row, _row(study, "Primary analysis", primary.people, row)) for row in primary.contrasts]
    rows += [(row, _row(study, one.title, one.people, row)) for one in done for row in one.rows]
    places = {key: place for place, key in enumerate(dict.fromkeys((row.contrast, row.visit) for row, _ in rows))}
    ordered = sorted(rows, key=lambda pair: places[pair[0].contrast, pair[0].visit])
    told = tuple(cells for _, cells in ordered)
    return ReportTable("sensitivity", "The planned differences under other assumptions", HEADS, told, grouped=2)


def _row(study: StudyFile, title: str, people: int, row: ContrastRow) -> tuple[str | float | int, ...]:
    visit = visit_name(study, row.visit) if row.visit else "over the stretch"
    return (minus(row.contrast), visit, title, people, row.estimate, row.low, row.high, row.p)


def _forests(study: StudyFile, primary: ModelResult, done: list[Sensitivity]) -> list[Picture]:
    """Return a forest plot a planned difference at the last judged visit."""
    visit = primary.judged_at[-1]
    pictures = []
    for place, contrast in enumerate(dict.fromkeys(row.contrast for row in primary.contrasts), 1):
        main = primary.contrast(contrast, visit)
        rows = [] if main is None else [_forest("Primary analysis", primary.people, main, main=True)]
        rows += [
            _forest(one.title, one.people, row)
            for one in done
            for row in one.rows
            if row.contrast == contrast and row.visit == visit
        ]
        one, other = contrast.split(" - ")
        says = f"{minus(contrast)}, {visit_name(study, visit)}"
        shown = ForestFigure(f"sensitivity-{place}", tuple(rows), says, f"{one} lower", f"{other} lower")
        spoken = "; ".join(f"{row.label}: {row.estimate:.1f}" for row in rows if row.estimate is not None)
        pictures.append(
            Picture(
                shown.name,
                f"Sensitivity of {says}",
                draw_forest(shown),
                "Estimates with 95 % confidence limits.",
                spoken,
            )
        )
    return pictures


def _forest(label: str, people: int, row: ContrastRow, *, main: bool = False) -> ForestRow:
    return ForestRow(label, people, row.estimate, row.low, row.high, main=main)


def _map(study: StudyFile, one: Tipping) -> Picture:
    first, _, other = one.contrast.partition(" - ")
    at = {(point.delta, point.delta_other): point.p for point in one.found.points}
    p = tuple(tuple(at[across, down] for across in one.shifts) for down in one.shifts)
    name = f"tipping-{first}-{other}"
    shown = TippingFigure(name, first, other, one.shifts, one.shifts, p, one.found.alpha)
    says = f"{first} \u2212 {other}, {visit_name(study, one.visit)}"
    flat = at[one.shifts[0], one.shifts[0]] >= one.found.alpha
    standing = " ".join(one.found.warnings) or ("" if flat else "A line marks where significance ends.")
    caption = (
        "p of the difference when points are added to every value that nobody saw after a person left (first imputed "
        f"as missing at random, {one.found.imputations} times). Shaded: p below {one.found.alpha:g}. {standing}"
    )
    return Picture(name, f"Tipping point of {says}", draw_tipping(shown), caption.strip(), f"{says}: {standing}")


def _map_table(study: StudyFile, one: Tipping) -> ReportTable:
    first, _, other = one.contrast.partition(" - ")
    rows = tuple(
        (point.delta, point.delta_other, point.estimate, point.ci_low, point.ci_high, point.p)
        for point in one.found.points
    )
    heads = (
        Head("delta", f"Points added in {first}", "number", 1),
        Head("delta_other", f"Points added in {other}", "number", 1),
        *HEADS[4:],
    )
    title = f"Tipping point of {first} \u2212 {other}, {visit_name(study, one.visit)}"
    return ReportTable(f"tipping_{first}_{other}", title, heads, rows, on_page=False)
