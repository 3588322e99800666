"""Who is analysed: everybody who was enrolled and did not withdraw their data."""

from __future__ import annotations

import polars as pl

from daybreak.analysis.export import Export
from daybreak.core.participation import ALLOCATED

COLUMNS = ("participant", "site", "site_enrolled", "arm", "enrolled_at")


def enrolled_people(export: Export) -> pl.DataFrame:
    """Return one row a person who is enrolled, by code.

    Columns: `participant`, `site`, `site_enrolled`, `arm`, `enrolled_at`; `infused`; `treated_from`, when the first
    infusion began; `infused_at`, when the infusion ended that the training hangs on. Both are empty before it.
    """
    people = export.people().filter(
        pl.col("participation").is_in([status.value for status in ALLOCATED]), pl.col("participant").is_not_null()
    )
    infusions = export.table("infusions").with_columns(
        began_at=pl.coalesce("infusion_began_at", "infusion_ended_at"),
    )
    first = infusions.group_by("participant").agg(treated_from=pl.col("began_at").min())
    origin = infusions.filter(pl.col("infusion_number") == export.study.infusions.number("infusion"))
    origin = origin.select("participant", infused_at="infusion_ended_at")
    found = people.select(COLUMNS).join(first, on="participant", how="left").join(origin, on="participant", how="left")
    return found.with_columns(infused=pl.col("treated_from").is_not_null()).sort("participant")


def days_between(start: str, end: str) -> pl.Expr:
    """Return the days from one time to another, as a fraction."""
    return (pl.col(end) - pl.col(start)).dt.total_microseconds() / (24 * 3600 * 1_000_000)
