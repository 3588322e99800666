"""Adherence, delivered dose, and how well displays kept their time."""

from __future__ import annotations

import polars as pl

from daybreak.analysis.datasets.exposure import exposure_rows, planned_sessions
from daybreak.analysis.figures.training import DoseFigure, TimingFigure, draw_doses, draw_timing
from daybreak.analysis.report.parts import Head, NotDone, Part, Picture, ReportTable, Section, Value, Words
from daybreak.analysis.report.sections.columns import Cast
from daybreak.analysis.report.writing import percent, thousands
from daybreak.core.study import StudyFile

STATUSES = {"ok": "as planned", "long": "shown longer", "missed": "missed", "hidden": "window hidden"}
RATES = (30, 50, 60, 75, 90, 120, 144, 165, 240)


def adherence_section(cast: Cast, study: StudyFile, least_dose: float) -> Section:
    """Return how much of the training reached whom."""
    sessions = cast.table("sessions")
    if sessions.is_empty():
        return Section("adherence", "Adherence and delivered dose", (NotDone("Nobody has begun the training yet."),))
    planned = planned_sessions(study)
    given = exposure_rows(cast.material.export)
    rows: list[tuple[Value, ...]] = [
        ("Received the infusion", *cast.shares(given.filter("infused"))),
        ("Began the training", *cast.shares(given.filter(pl.col("sessions_begun") > 0))),
        (f"Completed all {planned} sessions", *cast.shares(given.filter(pl.col("sessions_completed") >= planned))),
        ("Sessions completed, of those planned", *cast.means(given, "sessions_completed")),
        ("Delivered dose of all planned sessions", *cast.means(given, "dose", 2)),
        (f"Delivered dose of {least_dose:g} or more", *cast.shares(given.filter(pl.col("dose") >= least_dose))),
        ("Hours from infusion to first session", *cast.means(_first(sessions), "hours_since_infusion")),
        ("Sessions broken off", *(str(part["sessions_partial"].sum()) for part in cast.split(given))),
    ]
    says = (
        f"{planned} training sessions were planned for each person. The delivered dose is the share of planned "
        "exposures that were shown as planned at least once; sessions that were not begun count as nil."
    )
    table = ReportTable(
        "adherence",
        "Training by group",
        cast.heads("measure", "Measure"),
        tuple(rows),
        ("Mean (SD), or number of people (%).",),
    )
    return Section("adherence", "Adherence and delivered dose", (Words(says), table, _doses(cast, least_dose)))


def _first(sessions: pl.DataFrame) -> pl.DataFrame:
    begun = sessions.drop_nulls("hours_since_infusion").sort("hours_since_infusion")
    return begun.unique("participant", keep="first", maintain_order=True)


def _doses(cast: Cast, least_dose: float) -> Picture:
    groups = cast.grouping.names
    doses = tuple(
        (group, tuple(cast.people.filter(pl.col("arm") == group)["dose"].drop_nulls().to_list())) for group in groups
    )
    said = "; ".join(
        f"{group}: median {sorted(values)[len(values) // 2]:.2f}, {percent(_enough(values, least_dose))} at or above "
        f"{least_dose:g}"
        for group, values in doses
        if values
    )
    caption = f"The dashed line marks {least_dose:g}, from which somebody counts as having kept to the protocol."
    return Picture(
        "dose", "Delivered dose of each person", draw_doses(DoseFigure("dose", doses, least_dose)), caption, said
    )


def _enough(values: tuple[float, ...], least: float) -> float:
    return sum(value >= least for value in values) / len(values)


def timing_section(cast: Cast) -> Section:
    """Return how presentations kept their time, over all groups: nothing here may differ by group."""
    steps = cast.table("steps").filter(pl.col("exposure"))
    title = "Timing quality of the presentation"
    if steps.is_empty():
        return Section("timing", title, (NotDone("No presentation was recorded yet."),))
    nearest = pl.col("refresh_hz").map_elements(_nearest, return_dtype=pl.Int64)
    counts = steps.with_columns(rate=nearest).group_by("rate", "status").len()
    found = {(rate, status): count for rate, status, count in counts.iter_rows()}
    rates = tuple(sorted({rate for rate, _ in found}))
    numbers = tuple(tuple(found.get((rate, status), 0) for status in STATUSES) for rate in rates)
    picture = TimingFigure("timing", rates, tuple(STATUSES.values()), numbers)
    total, fine = len(steps), sum(row[0] for row in numbers)
    parts: list[Part] = [
        Words(
            f"{percent(fine / total, 1)} of {thousands(total)} presentations of exposures were shown as planned. A "
            "presentation is longer if a refresh gap from before the cue to after the trait exceeded one and a half "
            "refreshes; those that failed were shown again at the end of their round."
        ),
        Picture(
            "timing",
            "Presentations by refresh rate of the display",
            draw_timing(picture),
            "Counts of presentations stand at the right.",
            f"{percent(fine / total, 1)} of presentations as planned.",
        ),
        _timing_table(rates, numbers),
        _devices(cast),
    ]
    return Section("timing", title, tuple(parts))


def _nearest(rate: float) -> int:
    return min(RATES, key=lambda known: abs(known - rate))


def _timing_table(rates: tuple[int, ...], numbers: tuple[tuple[int, ...], ...]) -> ReportTable:
    heads = (
        Head("refresh_hz", "Refresh rate (Hz)", "count"),
        *(Head(status, says.capitalize(), "count") for status, says in STATUSES.items()),
        Head("share_ok", "Share as planned", "share", 1),
    )
    rows = tuple((rate, *row, row[0] / sum(row)) for rate, row in zip(rates, numbers, strict=True))
    return ReportTable("timing", "Presentations of exposures", heads, rows)


def _devices(cast: Cast) -> ReportTable:
    checks = cast.table("devicechecks")
    rows = tuple(
        checks.group_by("browser", "verdict")
        .agg(
            pl.len().alias("checks"),
            pl.col("participant").n_unique().alias("people"),
            pl.col("refresh_hz").median().alias("refresh_hz"),
            pl.col("jitter_ms").median().alias("jitter_ms"),
        )
        .sort("browser", "verdict")
        .iter_rows()
    )
    heads = (
        Head("browser", "Browser"),
        Head("verdict", "Verdict"),
        Head("checks", "Checks", "count"),
        Head("people", "People", "count"),
        Head("refresh_hz", "Refresh rate, median (Hz)", "number", 1),
        Head("jitter_ms", "Jitter, median (ms)", "number", 2),
    )
    return ReportTable("devices", "Device checks before sessions", heads, rows)
