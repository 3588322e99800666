"""Harms: adverse events with the group of whom they befell, counts by group and by term, alerts."""

from __future__ import annotations

import polars as pl

from daybreak.analysis.datasets.enrolled import enrolled_people
from daybreak.analysis.datasets.outcomes import PERSON
from daybreak.analysis.export import Export

EVENT_COLUMNS = (
    "event", "term", "preferred_term", "code", "onset", "onset_day", "ended", "severity", "serious", "criteria",
    "expected", "drug", "training", "measures", "outcome",
)  # fmt: skip


def safety_people(export: Export) -> pl.DataFrame:
    """Return the safety set: everybody who is enrolled and was given an infusion."""
    return enrolled_people(export).filter("infused").select(PERSON)


def event_rows(export: Export) -> pl.DataFrame:
    """Return one row an adverse event of somebody in the safety set, with their `arm`.

    `counted_as` is the preferred term, or else the site's words, without regard to case.
    """
    events = export.table("adverseevents").select("participant", *EVENT_COLUMNS)
    rows = safety_people(export).join(events, on="participant", how="inner")
    term = pl.coalesce("preferred_term", "term").str.strip_chars().str.to_lowercase()
    return rows.with_columns(counted_as=term).sort("participant", "event")


def event_counts(export: Export) -> pl.DataFrame:
    """Return one row a group: people in the safety set, people with an event, and events of each kind.

    What counts as related follows `related` of the study file's `[harms]`; deaths are events with that criterion.
    """
    rows = event_rows(export)
    related = list(export.study.harms.related)
    people = safety_people(export).group_by("arm").agg(people=pl.len())
    events = rows.group_by("arm").agg(
        people_with_event=pl.col("participant").n_unique(),
        events=pl.len(),
        severe=(pl.col("severity") == "severe").sum(),
        serious=pl.col("serious").sum(),
        people_with_serious=pl.col("participant").filter("serious").n_unique(),
        deaths=pl.col("criteria").fill_null("").str.split(" ").list.contains("death").sum(),
        related_to_drug=pl.col("drug").is_in(related).sum(),
        related_to_training=pl.col("training").is_in(related).sum(),
    )
    groups = pl.DataFrame({"arm": export.groups}, schema={"arm": pl.Enum(export.groups)})
    found = groups.join(people, on="arm", how="left").join(events, on="arm", how="left")
    return found.with_columns(pl.exclude("arm").fill_null(0).cast(pl.Int64))


def term_counts(export: Export) -> pl.DataFrame:
    """Return one row a term and group: `people` with it and `events`; the most frequent term first."""
    rows = event_rows(export)
    counted = rows.group_by("counted_as", "arm").agg(people=pl.col("participant").n_unique(), events=pl.len())
    terms = rows.group_by("counted_as").agg(total=pl.len()).sort("total", "counted_as", descending=[True, False])
    groups = pl.DataFrame({"arm": export.groups}, schema={"arm": pl.Enum(export.groups)})
    every = terms.join(groups, how="cross", maintain_order="left_right")
    found = every.join(counted, on=["counted_as", "arm"], how="left", maintain_order="left")
    return found.select("counted_as", "arm", pl.col("people", "events").fill_null(0).cast(pl.Int64))


def alert_rows(export: Export) -> pl.DataFrame:
    """Return one row an alert of somebody who is enrolled, drills left out.

    Columns: the person's, `alert`, `rule`, `raised_at`, `minutes_to_acknowledge` (null if nobody did), `in_time`
    (acknowledged before its clock ran out), `alert_state`, `contact`, `risk`.
    """
    alerts = export.table("alerts").filter(~pl.col("drill")).drop("site")
    rows = enrolled_people(export).select(PERSON).join(alerts, on="participant", how="inner")
    took = (pl.col("acknowledged_at") - pl.col("raised_at")).dt.total_microseconds() / 60_000_000
    in_time = (pl.col("acknowledged_at") <= pl.col("acknowledge_by")).fill_null(value=False)
    rows = rows.with_columns(minutes_to_acknowledge=took, in_time=in_time)
    columns = ("alert", "rule", "raised_at", "minutes_to_acknowledge", "in_time", "alert_state", "contact", "risk")
    return rows.select(*PERSON, *columns).sort("raised_at", "alert")
