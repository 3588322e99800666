"""The implicit association test: one D score a person and visit."""

from __future__ import annotations

import polars as pl

from daybreak.analysis.datasets.enrolled import enrolled_people
from daybreak.analysis.datasets.outcomes import PERSON, in_order
from daybreak.analysis.export import Export
from daybreak.core.iat import Kind, Response, score

COLUMNS: dict[str, type[pl.DataType]] = {
    "participant": pl.String, "visit": pl.String, "test_form": pl.String,
    "d": pl.Float64, "d_practice": pl.Float64, "d_test": pl.Float64, "errors": pl.Float64, "fast": pl.Float64,
    "used": pl.Int64, "dropped": pl.Int64, "why": pl.String,
}  # fmt: skip


def association_rows(export: Export, kind: Kind = "d1") -> pl.DataFrame:
    """Return one row a person who is enrolled and a visit at which they took a test, scored by `core/iat.py`.

    Columns: the person's, `visit` (categorical, by planned day), `test_form`; `d` (higher: self and good go together
    more), `d_practice`, `d_test`, `errors` and `fast` (shares), `used`, `dropped`; `why` says why there is no score.
    A test that was not played to its end has none.

    Args:
        export: the export.
        kind: how errors and fast answers are treated; d1 by default, as errors are mended in the test itself.
    """
    steps = export.table("associations").sort("test_sitting", "at_ms", maintain_order=True)
    found = []
    for (participant, visit), test in steps.group_by("participant", "visit", maintain_order=True):
        scored = test.filter(pl.col("pairing").is_not_null()).select("pairing", "part", "latency_ms", "correct")
        one = score([Response(*row) for row in scored.iter_rows()], kind)
        is_whole = test["test_completed_at"][0] is not None
        found.append(
            {
                "participant": participant,
                "visit": visit,
                "test_form": test["test_form"][0],
                "d": one.d if is_whole else None,
                "d_practice": one.parts["practice"],
                "d_test": one.parts["test"],
                "errors": one.errors,
                "fast": one.fast,
                "used": one.used,
                "dropped": one.dropped,
                "why": one.why if is_whole else "the test was not played to its end",
            }
        )
    rows = enrolled_people(export).select(PERSON).join(pl.DataFrame(found, schema=COLUMNS), on="participant")
    visits = [visit.key for visit in in_order(export.study.schedule)]
    return rows.with_columns(pl.col("visit").cast(pl.Enum(visits))).sort("participant", "visit")
