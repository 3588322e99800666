"""Response and remission by core's definitions, and the time until a response is lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import polars as pl

from daybreak.analysis.datasets.outcomes import PERSON, outcome_of, outcome_rows
from daybreak.analysis.export import Export
from daybreak.core.errors import ExportError
from daybreak.core.instruments.change import percent_better, remitted, responded

Row = dict[str, Any]
ADDED = {"percent_better": pl.Float64, "responded": pl.Boolean, "remitted": pl.Boolean}
RELAPSE = {"since_visit": pl.String, "days": pl.Float64, "event": pl.Boolean, "until_visit": pl.String}


def response_rows(export: Export, name: str, visits: Iterable[str] = ()) -> pl.DataFrame:
    """Return the outcome's rows with `percent_better`, `responded` (half or more) and `remitted`, null where unknown.

    `core/instruments/change.py` defines them; the limit of remission is the one of the score's source.

    Raises:
        ExportError: as `outcome_rows`.
    """
    score = outcome_of(export.study, name).score
    rows = outcome_rows(export, name, tuple(visits))

    def judged(baseline: float | None, value: float | None) -> Row:
        if value is None:
            return dict.fromkeys(ADDED)
        if baseline is None:
            return dict.fromkeys(ADDED) | {"remitted": remitted(score, value)}
        return {
            "percent_better": percent_better(score, baseline, value),
            "responded": responded(score, baseline, value),
            "remitted": remitted(score, value),
        }

    added = [judged(*pair) for pair in rows.select("baseline", "value").iter_rows()]
    return pl.concat([rows, pl.DataFrame(added, schema=ADDED)], how="horizontal")


def relapse_rows(export: Export, name: str, *, at: str = "", consecutive: int = 1) -> pl.DataFrame:
    """Return one row a person who had responded: how long until the response was lost, or until they were last seen.

    Relapse is the first visit after the response at which the score is no longer better than baseline by half; with
    `consecutive` above 1 so many visits with a value in a row, and the first of them counts. Time runs from the visit
    of the response, in days. Whoever never relapsed is censored at the last visit with a value.

    Columns: `participant`, `site`, `site_enrolled`, `arm`, `since_visit`, `days`, `event`, `until_visit`.

    Args:
        export: the export.
        name: instrument, dot, score.
        at: the visit at which the response is judged; the first after the infusion if left out.
        consecutive: how many visits without a response make a relapse.

    Raises:
        ExportError: there is no such score, or the visit does not measure it.
    """
    outcome = outcome_of(export.study, name, (at,) if at else ())
    if not outcome.visits:
        raise ExportError(f"no visit after the infusion measures {name}.", where=export.study.study.id)
    start = outcome.visits[0].key
    rows = response_rows(export, name).filter(pl.col("responded").is_not_null(), pl.col("days").is_not_null())
    found = [
        _relapse(seen, start, consecutive)
        for _, person in rows.group_by("participant", maintain_order=True)
        if (seen := _from_response(person.sort("visit").to_dicts(), start))
    ]
    schema = {name: rows.schema[name] for name in PERSON} | RELAPSE
    return pl.DataFrame(found, schema=schema)


def _from_response(rows: list[Row], start: str) -> list[Row]:
    """Return a person's rows from the visit of the response on; none if they did not respond there."""
    places = [place for place, row in enumerate(rows) if row["visit"] == start]
    return rows[places[0] :] if places and rows[places[0]]["responded"] else []


def _relapse(seen: list[Row], start: str, consecutive: int) -> Row:
    lost = next(_runs_lost(seen, consecutive), None)
    last = lost or seen[-1]
    return {name: last[name] for name in PERSON} | {
        "since_visit": start,
        "days": last["days"] - seen[0]["days"],
        "event": lost is not None,
        "until_visit": last["visit"],
    }


def _runs_lost(seen: list[Row], consecutive: int) -> Iterator[Row]:
    """Yield the first row of each run of so many visits without a response."""
    for place in range(1, len(seen) - consecutive + 1):
        run = seen[place : place + consecutive]
        if not any(row["responded"] for row in run):
            yield run[0]
