"""What the plan works on: people with their groups, and rows of an outcome by person and visit."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from daybreak.analysis.datasets.enrolled import enrolled_people
from daybreak.analysis.datasets.exposure import exposure_rows
from daybreak.analysis.datasets.outcomes import Outcome, outcome_of, outcome_rows
from daybreak.analysis.export import POOLED, Export
from daybreak.analysis.plan.grouping import Grouping, Kind
from daybreak.core.errors import FitError
from daybreak.core.study import AnalysisRules, StudyFile

KINDS: dict[str, Kind] = {"unblinded": "arms", "letters": "letters", "blind": "pooled"}


@dataclass(frozen=True)
class Material:
    """An export and what every analysis of it shares.

    Attributes:
        export: the folder that was opened.
        grouping: whom to compare.
        people: one row a person who is enrolled: `participant`, `site`, `arm` (the group), `dose` (mean delivered dose
            of all planned sessions), and a column for each eligibility question.
    """

    export: Export
    grouping: Grouping
    people: pl.DataFrame

    @property
    def study(self) -> StudyFile:
        """The study file in force."""
        return self.export.study


def gather(export: Export, *, pooled: bool = False) -> Material:
    """Return the material of an export.

    Args:
        export: the folder that was opened.
        pooled: whether to put everybody into one group even where groups are known.
    """
    people = enrolled_people(export).with_columns(pl.col("arm").cast(pl.String))
    if pooled or export.blinding == "blind":
        people = people.with_columns(arm=pl.lit(POOLED))
        grouping = Grouping("pooled", (POOLED,))
    else:
        there = set(people["arm"].to_list())
        names = tuple(name for name in export.groups if name in there)
        grouping = Grouping(KINDS[export.blinding], names)
    people = people.join(exposure_rows(export).select("participant", "dose"), on="participant", how="left")
    return Material(export, grouping, people.join(_replies(export), on="participant", how="left"))


def _replies(export: Export) -> pl.DataFrame:
    """Return each person's answers to the eligibility questions, numbers as numbers."""
    asked = export.table("screenings").select("participant").unique()
    for criterion in export.study.eligibility:
        mine = export.table("screenings").filter(pl.col("question") == criterion.key)
        value = "reply_number" if criterion.kind in ("whole", "real") else "reply"
        last = mine.unique("participant", keep="last", maintain_order=True)
        asked = asked.join(last.select("participant", pl.col(value).alias(criterion.key)), on="participant", how="left")
    return asked


def outcome_for(study: StudyFile, rules: AnalysisRules) -> Outcome:
    """Return the outcome of an analysis with its visits.

    Raises:
        ExportError: no instrument has it, or a visit does not measure it after the infusion.
    """
    return outcome_of(study, rules.outcome, expanded(study, rules.visits))


def expanded(study: StudyFile, keys: tuple[str, ...]) -> list[str]:
    """Return keys of visits with each repeated visit's own key replaced by those of its occurrences."""
    repeated = {visit.key: [one.key for one in visit.occurrences] for visit in study.visits}
    return [each for key in keys for each in repeated.get(key, [key])]


def long_table(material: Material, rules: AnalysisRules) -> pl.DataFrame:
    """Return one row a person and judged visit that has a value.

    Columns are those of the people, `visit`, `day` (planned), `value`, `baseline` and `change` (value less baseline).

    Raises:
        FitError: nobody has a value of the outcome after the baseline.
        ExportError: as `outcome_for`.
    """
    rows = outcome_rows(material.export, rules.outcome, expanded(material.study, rules.visits))
    told = rows.select(
        "participant",
        pl.col("visit").cast(pl.String),
        pl.col("visit_day").cast(pl.Float64).alias("day"),
        "baseline",
        "value",
        "change",
    )
    table = material.people.join(told.drop_nulls("value"), on="participant").sort("participant", "day")
    if table.is_empty():
        raise FitError(f"nobody has a value of {rules.outcome} after the baseline.", remedy="Wait for more data.")
    return table
