"""What people and raters guessed, and whether it is right: the data of the analysis of blinding."""

from __future__ import annotations

import polars as pl

from daybreak.analysis.datasets.enrolled import enrolled_people
from daybreak.analysis.datasets.outcomes import PERSON
from daybreak.analysis.export import Export

BY = {"blind-guess": "participant", "blind-guess-rater": "rater"}
ABOUT = {"drug": {1: "drug", 2: "placebo", 3: "unknown"}, "exercises": {1: "active", 2: "sham", 3: "unknown"}}
PLACEBO = ("saline", "placebo")
"""Drugs of the study file that are none; every other counts as one."""


def guess_rows(export: Export) -> pl.DataFrame:
    """Return one row a guess: a person who is enrolled, a visit, who guessed, and what about.

    Columns: the person's, `visit`, `by` (`participant` or `rater`), `about` (`drug` or `exercises`), `guess` (`drug`,
    `placebo`, `active`, `sham` or `unknown`), `sure` (0 to 100). In an unblinded export `truth` and `right` as well,
    the latter null for `unknown`; else both are null.
    """
    answers = export.table("answers").filter(
        pl.col("instrument").is_in(list(BY)), pl.col("entry") == 1, pl.col("rater") == 1
    )
    sure = answers.filter(pl.col("item") == "sure").select("participant", "visit", "instrument", sure="number")
    parts = [
        answers.filter(pl.col("item") == about).select(
            "participant",
            "visit",
            "instrument",
            by=pl.col("instrument").replace_strict(BY, return_dtype=pl.String),
            about=pl.lit(about),
            guess=pl.col("number").cast(pl.Int64).replace_strict(words, return_dtype=pl.String, default=None),
        )
        for about, words in ABOUT.items()
    ]
    found = pl.concat(parts).join(sure, on=["participant", "visit", "instrument"], how="left")
    rows = enrolled_people(export).select(PERSON).join(found, on="participant", how="inner")
    rows = rows.join(_truths(export), on=["arm", "about"], how="left")
    is_told = pl.col("guess") != "unknown"
    rows = rows.with_columns(right=pl.when(is_told).then(pl.col("guess") == pl.col("truth")))
    columns = ("visit", "by", "about", "guess", "sure", "truth", "right")
    return rows.select(*PERSON, *columns).sort("participant", "visit", "by", "about")


def _truths(export: Export) -> pl.DataFrame:
    """Return what is true of each arm; nothing while the export tells no arms."""
    arms = export.study.arms if export.blinding == "unblinded" else ()
    rows = [
        {"arm": arm.key, "about": about, "truth": truth}
        for arm in arms
        for about, truth in (
            ("drug", "placebo" if arm.drug.casefold() in PLACEBO else "drug"),
            ("exercises", arm.version),
        )
    ]
    return pl.DataFrame(rows, schema={"arm": pl.Enum(export.groups), "about": pl.String, "truth": pl.String})
