"""Tables and the figure that any planned model has: means by group and visit, differences, people's own lines."""

from __future__ import annotations

import re

import polars as pl

from daybreak.analysis.export import POOLED
from daybreak.analysis.figures.means import MeanPoint, MeansFigure, PersonLine, draw_means
from daybreak.analysis.plan.contrasts import ContrastRow, ModelResult
from daybreak.analysis.report.parts import Head, Picture, ReportTable
from daybreak.analysis.report.writing import estimate, minus
from daybreak.core.instruments import INSTRUMENTS
from daybreak.core.study import StudyFile

FREEDOM = {
    "kenward-roger-linear": "Kenward and Roger's method (linear form)",
    "kenward-roger": "Kenward and Roger's method",
    "satterthwaite": "Satterthwaite's method",
    "residual": "rows less columns",
}
"""By what a study file's `ddf` reckons degrees of freedom."""
CONTRAST_HEADS = (
    Head("contrast", "Difference"),
    Head("visit", "Visit"),
    Head("estimate", "Estimate", "number"),
    Head("ci_low", "95 % CI from", "number"),
    Head("ci_high", "to", "number"),
    Head("se", "SE", "number"),
    Head("df", "df", "number", 1),
    Head("t", "t", "number"),
    Head("p", "p", "p"),
)
ADJUSTED = Head("p_adjusted", "p, adjusted", "p")
MEAN_HEADS = (
    Head("group", "Group"),
    Head("visit", "Visit"),
    Head("n", "People seen", "count"),
    Head("observed_mean", "Observed mean", "number"),
    Head("observed_sd", "SD", "number"),
    Head("estimate", "Model mean change", "number"),
    Head("ci_low", "95 % CI from", "number"),
    Head("ci_high", "to", "number"),
)


def visit_name(study: StudyFile, key: str) -> str:
    """Return what a visit is called; a repeated one by its day."""
    if not key:
        return ""
    title = study.visit(key).title
    repeated = re.fullmatch(r".*, day (\d+)", title)
    return f"Day {repeated[1]}" if repeated else title


def outcome_name(outcome: str) -> str:
    """Return what a score is called: the instrument's name, and the score's where it is not the total."""
    instrument, _, score = outcome.partition(".")
    known = INSTRUMENTS.get(instrument)
    name = known.title if known else instrument
    return f"{name}, {score.replace('_', ' ')}" if score != "total" else name


def short_name(outcome: str) -> str:
    """Return a score's short name for an axis: MADRS, QIDS-SR."""
    instrument, _, score = outcome.partition(".")
    return f"{instrument.upper()} {score}"


def is_change(result: ModelResult) -> bool:
    """Whether the model is about the change from the baseline."""
    return result.formula.partition("~")[0].strip() == "change"


def contrast_table(key: str, title: str, study: StudyFile, result: ModelResult, adjust: str) -> ReportTable:
    """Return the table of a model's differences."""
    heads = (*CONTRAST_HEADS, ADJUSTED) if adjust != "none" else CONTRAST_HEADS
    rows = tuple(_contrast(study, row, adjust != "none") for row in result.contrasts)
    notes = [f"{result.people} people, {result.values} values. Degrees of freedom by {FREEDOM[result.ddf]}."]
    if adjust != "none":
        notes.append(f"Adjusted by {adjust.capitalize()} for all differences of the table; limits are not adjusted.")
    return ReportTable(key, title, heads, rows, tuple(notes))


def _contrast(study: StudyFile, row: ContrastRow, adjusted: bool) -> tuple[str | float, ...]:
    label = minus(row.contrast)
    found = (label, visit_name(study, row.visit), row.estimate, row.low, row.high, row.se, row.df, row.t, row.p)
    return (*found, row.p_adjusted) if adjusted else found


def means_table(key: str, title: str, study: StudyFile, result: ModelResult) -> ReportTable:
    """Return observed and model means of each group and visit."""
    seen = {
        (group, visit): (count, mean, sd)
        for group, visit, count, mean, sd in result.table.group_by("arm", "visit")
        .agg(
            pl.col("value").count().alias("n"), pl.col("value").mean().alias("mean"), pl.col("value").std().alias("sd")
        )
        .iter_rows()
    }
    rows = tuple(
        (
            row.group,
            visit_name(study, row.visit),
            *seen.get((row.group, row.visit), (0, None, None)),
            row.estimate,
            row.low,
            row.high,
        )
        for row in sorted(result.means, key=lambda row: _order(result, row.group, row.visit))
    )
    note = (
        "Model means are those of somebody whose baseline is the mean of all." if "baseline" in result.formula else ""
    )
    return ReportTable(key, title, MEAN_HEADS, rows, (note,) if note else (), grouped=1)


def _order(result: ModelResult, group: str, visit: str) -> tuple[int, int]:
    groups = result.groups or (POOLED,)
    return (groups.index(group) if group in groups else 0, result.visits.index(visit))


def means_picture(key: str, study: StudyFile, result: ModelResult, better: str) -> Picture:
    """Return the figure of means over everybody's lines."""
    column = "change" if is_change(result) else "value"
    places = {visit: place for place, visit in enumerate(result.visits)}
    groups = result.groups if len(result.groups) > 1 else (POOLED,)
    points = tuple(MeanPoint(row.group, places[row.visit], row.estimate, row.low, row.high) for row in result.means)
    lines = tuple(
        _line(rows, places, column, groups) for rows in result.table.drop_nulls(column).partition_by("participant")
    )
    said = "change in " + short_name(result.outcome) if column == "change" else short_name(result.outcome)
    names = tuple(visit_name(study, visit) for visit in result.visits)
    shown = MeansFigure(key, groups, names, points, lines, said, better)
    return Picture(
        key,
        f"Model means of the {said}",
        draw_means(shown),
        f"Means and 95 % confidence limits by the planned model ({result.formula}); each thin line is one of "
        f"{len(lines)} people. {better.capitalize()}.",
        f"Line chart of the {said} by visit. " + " ".join(_spoken(study, result)),
    )


def _line(rows: pl.DataFrame, places: dict[str, int], column: str, groups: tuple[str, ...]) -> PersonLine:
    seen = [(places[visit], value) for visit, value in rows.sort("day").select("visit", column).iter_rows()]
    group = str(rows["arm"][0]) if len(groups) > 1 else groups[0]
    return PersonLine(group, tuple(place for place, _ in seen), tuple(value for _, value in seen))


def _spoken(study: StudyFile, result: ModelResult) -> list[str]:
    last = result.visits[-1]
    return [
        f"{row.group} at {visit_name(study, last)}: {estimate(row.estimate, row.low, row.high, 1)}."
        for row in result.means
        if row.visit == last
    ]
