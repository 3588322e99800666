"""Departures from the plan, by kind and group, as the system noticed them."""

from __future__ import annotations

import polars as pl

from daybreak.analysis.report.parts import NotDone, ReportTable, Section, Words
from daybreak.analysis.report.sections.columns import Cast
from daybreak.core.deviation import KINDS


def deviations_section(cast: Cast) -> Section:
    """Return the section of deviations."""
    found = cast.table("deviations").join(cast.people.select("participant"), on="participant", how="semi")
    if found.is_empty():
        return Section("deviations", "Deviations", (NotDone("No departure from the plan was noticed."),))
    rows = []
    for kind, says in KINDS.items():
        mine = found.filter(pl.col("deviation") == kind)
        if not mine.is_empty():
            cells = zip(cast.shares(mine), cast.counts(mine), strict=True)
            rows.append((says, *(f"{share}; {count}" for share, count in cells)))
    note = "People (share of the group); departures."
    table = ReportTable("deviations", "Departures from the plan", cast.heads("kind", "Kind"), tuple(rows), (note,))
    explained = int(found["explained"].sum())
    words = f"The system noticed {len(found)} departures by itself; staff explained {explained} of them."
    return Section("deviations", "Deviations", (Words(words), table))
