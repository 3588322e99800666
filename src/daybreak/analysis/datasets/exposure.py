"""What each person was given: infusions, training sessions, delivered dose, and whether that is the protocol's."""

from __future__ import annotations

import polars as pl

from daybreak.analysis.datasets.enrolled import enrolled_people
from daybreak.analysis.datasets.outcomes import PERSON
from daybreak.analysis.export import Export
from daybreak.core.study import StudyFile

LEAST_DOSE = 0.8
"""The mean delivered dose of the per-protocol set where the study file has no `least_dose`; our own default."""


def least_dose(study: StudyFile) -> float:
    """Return from which mean delivered dose on somebody was treated as planned: the study file's, or our default."""
    found = study.training.least_dose
    return LEAST_DOSE if found is None else found


def planned_sessions(study: StudyFile) -> int:
    """Return how many training sessions the programme plans for each person, boosters apart."""
    return study.training.sessions * len(study.infusions.with_training)


def exposure_rows(export: Export, least: float | None = None) -> pl.DataFrame:
    """Return one row a person who is enrolled.

    Columns: `participant`, `site`, `site_enrolled`, `arm`; `infused`, `infusions`, `volume_ml` (all of them);
    `sessions_planned`, `sessions_begun`, `sessions_completed`, `sessions_partial`, `booster_sessions` (begun);
    `dose`, the mean delivered dose over the planned sessions, where one that was never begun counts as 0; and
    `per_protocol`: infused, and a dose of `least` or more.

    Args:
        export: the export.
        least: the least dose of the per-protocol set; that of the study file, or 0.8, if left out.
    """
    limit = least_dose(export.study) if least is None else least
    planned = planned_sessions(export.study)
    programme = pl.col("session") <= export.study.training.sessions
    is_begun = pl.col("state") != "planned"
    trained = (
        export.table("sessions")
        .group_by("participant")
        .agg(
            sessions_begun=(programme & is_begun).sum(),
            sessions_completed=(programme & (pl.col("state") == "completed")).sum(),
            sessions_partial=(programme & (pl.col("state") == "partial")).sum(),
            booster_sessions=(~programme & is_begun).sum(),
            dose=pl.col("delivered_dose").filter(programme).sum() / planned,
        )
    )
    given = (
        export.table("infusions").group_by("participant").agg(infusions=pl.len(), volume_ml=pl.col("volume_ml").sum())
    )
    rows = enrolled_people(export).join(given, on="participant", how="left")
    rows = rows.join(trained, on="participant", how="left").with_columns(sessions_planned=pl.lit(planned))
    counts = ("infusions", "sessions_begun", "sessions_completed", "sessions_partial", "booster_sessions")
    rows = rows.with_columns(
        *(pl.col(name).fill_null(0).cast(pl.Int64) for name in (*counts, "sessions_planned")),
        pl.col("volume_ml", "dose").fill_null(0.0),
    ).with_columns(per_protocol=pl.col("infused") & (pl.col("dose") >= limit))
    columns = ("infused", "infusions", "volume_ml", "sessions_planned", *counts[1:], "dose", "per_protocol")
    return rows.select(*PERSON, *columns)
