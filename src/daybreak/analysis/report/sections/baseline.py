"""Who took part: answers at screening and scores before the treatment, by group, without tests."""

from __future__ import annotations

import polars as pl

from daybreak.analysis.datasets.outcomes import is_before_infusion, outcome_rows
from daybreak.analysis.report.parts import NotDone, ReportTable, Section, Value, Words
from daybreak.analysis.report.sections.columns import Cast
from daybreak.analysis.report.sections.models import outcome_name
from daybreak.core.instruments import INSTRUMENTS
from daybreak.core.study import Criterion, StudyFile

NO_TESTS = "Groups were made by chance, so differences at the beginning are chance too and are not tested (CONSORT)."


def baseline_section(cast: Cast) -> Section:
    """Return the baseline table."""
    rows: list[tuple[Value, ...]] = []
    headings: set[int] = set()
    screenings = cast.table("screenings")
    for criterion in cast.material.study.eligibility:
        answers = screenings.filter(pl.col("question") == criterion.key)
        if not answers.is_empty():
            _question(cast, criterion, answers, rows, headings)
    _sites(cast, rows, headings)
    _scores(cast, rows, headings)
    if not rows:
        return Section("baseline", "Baseline", (NotDone("The export holds nothing from before the treatment."),))
    note = "Mean (SD), or number of people (%)."
    heads = cast.heads("characteristic", "Characteristic")
    table = ReportTable("baseline", "People at baseline", heads, tuple(rows), (note,), frozenset(headings))
    return Section("baseline", "Baseline", (Words(NO_TESTS), table))


def _question(
    cast: Cast, criterion: Criterion, answers: pl.DataFrame, rows: list[tuple[Value, ...]], headings: set[int]
) -> None:
    if criterion.kind in ("whole", "real"):
        rows.append((criterion.ask, *cast.means(answers, "reply_number")))
    elif criterion.kind == "yes-no":
        rows.append((f"{criterion.ask}: yes", *cast.shares(answers.filter(pl.col("reply").is_in(["yes", "true"])))))
    elif criterion.kind == "choice":
        headings.add(len(rows))
        rows.append((criterion.ask, *[""] * len(cast.columns)))
        rows.extend((choice, *cast.shares(answers.filter(pl.col("reply") == choice))) for choice in criterion.choices)


def _sites(cast: Cast, rows: list[tuple[Value, ...]], headings: set[int]) -> None:
    sites = cast.people["site"].unique().sort().to_list()
    if len(sites) > 1:
        headings.add(len(rows))
        rows.append(("Site", *[""] * len(cast.columns)))
        rows.extend((site, *cast.shares(cast.people.filter(pl.col("site") == site))) for site in sites)


def _scores(cast: Cast, rows: list[tuple[Value, ...]], headings: set[int]) -> None:
    found = [(name, _baseline(cast, name)) for name in _totals(cast.material.study)]
    having = [(name, values) for name, values in found if not values.is_empty()]
    if having:
        headings.add(len(rows))
        rows.append(("Scores before the treatment", *[""] * len(cast.columns)))
        rows.extend((outcome_name(name), *cast.means(values, "baseline")) for name, values in having)


def _totals(study: StudyFile) -> list[str]:
    """Return the first score of every instrument that is filled in before the infusion."""
    before = [one for visit in study.schedule if is_before_infusion(visit) for one in visit.instruments]
    return [f"{key}.{INSTRUMENTS[key].scores[0].name}" for key in dict.fromkeys(before) if INSTRUMENTS[key].scores]


def _baseline(cast: Cast, name: str) -> pl.DataFrame:
    rows = outcome_rows(cast.material.export, name)
    return rows.select("participant", "baseline").drop_nulls().unique("participant", maintain_order=True)
