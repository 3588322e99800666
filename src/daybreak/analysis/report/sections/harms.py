"""Adverse events by group: people and events, by seriousness, severity, cause, and by what happened."""

from __future__ import annotations

import polars as pl

from daybreak.analysis.datasets.safety import event_rows, safety_people
from daybreak.analysis.report.parts import NotDone, Part, ReportTable, Section, Value, Words
from daybreak.analysis.report.sections.columns import Cast
from daybreak.core.harms import CRITERIA, SEVERITIES
from daybreak.core.study import StudyFile

MOST_TERMS = 40


def harms_section(cast: Cast, study: StudyFile) -> Section:
    """Return the section of harms."""
    events = event_rows(cast.material.export).select(pl.exclude("arm", "site"))
    treated = cast.among(safety_people(cast.material.export))
    if events.is_empty():
        return Section("harms", "Harms", (NotDone("No adverse event is recorded of anybody who got an infusion."),))
    parts: list[Part] = [
        Words(
            "Every adverse event of everybody who got an infusion, however it became known. An event whose cause was "
            "not judged yet counts as related. Nothing here is tested."
        ),
        _overview(treated, events, study),
        _terms(treated, events),
    ]
    return Section("harms", "Harms", tuple(parts))


def _cells(cast: Cast, events: pl.DataFrame) -> tuple[str, ...]:
    """Return people (with their share) and events a column."""
    counts = cast.counts(events)
    return tuple(f"{share}; {count}" for share, count in zip(cast.shares(events), counts, strict=True))


def _overview(cast: Cast, events: pl.DataFrame, study: StudyFile) -> ReportTable:
    related = list(study.harms.related)
    rows: list[tuple[Value, ...]] = [("Any adverse event", *_cells(cast, events))]
    serious = events.filter(pl.col("serious"))
    rows.append(("Serious", *_cells(cast, serious)))
    for criterion, says in CRITERIA.items():
        having = serious.filter(pl.col("criteria").str.split(" ").list.contains(criterion))
        if not having.is_empty():
            rows.append((f"   {says}", *_cells(cast, having)))
    for severity in SEVERITIES:
        rows.append((severity.capitalize(), *_cells(cast, events.filter(pl.col("severity") == severity))))
    for cause, says in (("drug", "Related to the infusion"), ("training", "Related to the training")):
        judged = events.filter(pl.col(cause).is_in(related) | pl.col(cause).is_null() | (pl.col(cause) == ""))
        rows.append((says, *_cells(cast, judged)))
    stopped = events.filter(pl.col("measures").str.contains("stopped|no-more"))
    rows.append(("Led to stopping infusion or training", *_cells(cast, stopped)))
    note = "People with at least one such event (share of the group); number of events."
    return ReportTable("harms", "Adverse events", cast.heads("kind", "Kind"), tuple(rows), (note,))


def _terms(cast: Cast, events: pl.DataFrame) -> ReportTable:
    order = (
        events.group_by("counted_as")
        .agg(pl.col("participant").n_unique().alias("people"))
        .sort(["people", "counted_as"], descending=[True, False])
    )
    shown = order["counted_as"].to_list()[:MOST_TERMS]
    rows = tuple((what, *_cells(cast, events.filter(pl.col("counted_as") == what))) for what in shown)
    notes = ["Terms of a dictionary where the site coded them, else its own words."]
    if len(order) > MOST_TERMS:
        notes.append(f"The {MOST_TERMS} most frequent of {len(order)}.")
    return ReportTable("harms_terms", "Adverse events by term", cast.heads("term", "Term"), rows, tuple(notes))
