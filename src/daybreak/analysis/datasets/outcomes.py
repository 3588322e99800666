"""One row a person and visit: an outcome's baseline, its value, and the change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from daybreak.analysis.datasets.enrolled import days_between, enrolled_people
from daybreak.analysis.export import Export
from daybreak.core.errors import ExportError
from daybreak.core.instruments import INSTRUMENTS, Score
from daybreak.core.study import StudyFile, VisitRules

PERSON = ("participant", "site", "site_enrolled", "arm")
NOTHING = timedelta()


@dataclass(frozen=True)
class Outcome:
    """A score of an instrument, such as `madrs.total`, and the visits at which the study file plans it.

    `baseline` are those before the infusion, in order of time; `visits` those after it.
    """

    name: str
    score: Score
    baseline: tuple[VisitRules, ...]
    visits: tuple[VisitRules, ...]

    @property
    def instrument(self) -> str:
        """Key of the instrument."""
        return self.name.partition(".")[0]


def outcome_of(study: StudyFile, name: str, visits: Sequence[str] = ()) -> Outcome:
    """Return an outcome of the study.

    Args:
        study: the study file.
        name: instrument, dot, score.
        visits: the visits whose values enter, after the infusion; all that plan the instrument if left out.

    Raises:
        ExportError: there is no such score, or a visit does not measure it after the infusion.
    """
    instrument, _, score = name.partition(".")
    found = {one.name: one for one in INSTRUMENTS[instrument].scores} if instrument in INSTRUMENTS else {}
    if score not in found:
        remedy = "Name instrument and score, as in madrs.total; docs/instruments.md lists them."
        raise ExportError(f"'{name}' is no score of an instrument.", where=study.study.id, remedy=remedy)
    planned = [visit for visit in in_order(study.schedule) if instrument in visit.instruments]
    baseline = tuple(visit for visit in planned if is_before_infusion(visit))
    later = tuple(visit for visit in planned if not is_before_infusion(visit))
    before = {visit.key for visit in baseline}
    for key in visits:
        if key not in before and key not in {visit.key for visit in later}:
            known = ", ".join(visit.key for visit in later) or "none"
            says = f"the visit '{key}' does not measure {name} after the infusion."
            raise ExportError(says, where=study.study.id, remedy=f"Those that do: {known}.")
    chosen = tuple(visit for visit in later if not visits or visit.key in visits)
    return Outcome(name, found[score], baseline, chosen)


def is_before_infusion(visit: VisitRules) -> bool:
    """Return whether a visit is a baseline: counted from enrolment for day 0 or before, or over by the infusion."""
    if visit.counted_from == "enrolment":
        return visit.day <= 0
    return visit.window[1] <= NOTHING


def in_order(visits: Iterable[VisitRules]) -> list[VisitRules]:
    """Return visits by their planned day; those of one day as they stand in the study file."""
    return sorted(visits, key=lambda visit: visit.day)


def outcome_rows(export: Export, name: str, visits: Sequence[str] = (), *, with_baseline: bool = False) -> pl.DataFrame:
    """Return one row a person who is enrolled and a visit that plans the outcome, whether it was measured or not.

    Columns: `participant`, `site`, `site_enrolled`, `arm`, `visit` (categorical, by planned day), `visit_day`, `days`
    (from the end of the infusion to the measurement), `baseline`, `value`, `change`, `late` and `partial` (of the
    form), `visit_state`, `held`.

    Args:
        export: the export.
        name: instrument, dot, score.
        visits: which visits after the infusion; all if left out.
        with_baseline: whether the last visit before the infusion is a row too, its change nil.

    Raises:
        ExportError: there is no such score, or a visit does not measure it.
    """
    outcome = outcome_of(export.study, name, visits)
    people = enrolled_people(export)
    values = measured(export, outcome)
    base = baseline_values(people, values, outcome)
    shown: tuple[VisitRules, ...] = (*(outcome.baseline[-1:] if with_baseline else ()), *outcome.visits)
    plan = pl.DataFrame(
        {"visit": [visit.key for visit in shown], "visit_day": [visit.day for visit in shown]},
        schema={"visit": pl.String, "visit_day": pl.Int64},
    )
    rows = people.join(plan, how="cross").join(base, on="participant", how="left")
    rows = rows.join(values, on=["participant", "visit"], how="left")
    rows = rows.join(
        export.table("visits").select("participant", "visit", "visit_state"), on=["participant", "visit"], how="left"
    )
    if with_baseline and outcome.baseline:
        # What counts as the baseline is that row's value, whichever visit before the infusion it comes from.
        is_base = pl.col("visit") == outcome.baseline[-1].key
        taken = {"value": "baseline", "measured_at": "baseline_at"}
        rows = rows.with_columns(pl.when(is_base).then(base).otherwise(own).alias(own) for own, base in taken.items())
    rows = rows.with_columns(
        change=pl.col("value") - pl.col("baseline"),
        days=days_between("infused_at", "measured_at"),
        visit=pl.col("visit").cast(pl.Enum([visit.key for visit in shown])),
    )
    columns = ("visit", "visit_day", "days", "baseline", "value", "change", "late", "partial", "visit_state", "held")
    return rows.select(*PERSON, *columns).sort("participant", "visit")


def measured(export: Export, outcome: Outcome) -> pl.DataFrame:
    """Return each value of an outcome with the time it was taken: participant, visit, value, measured_at, flags.

    The first entry and the first rater count. The time is the visit's, or else that of the form's first answer.

    Raises:
        ExportError: somebody has two values at one visit.
    """
    which = ["participant", "visit", "instrument", "entry", "rater"]
    is_first = (pl.col("instrument") == outcome.instrument) & (pl.col("entry") == 1) & (pl.col("rater") == 1)
    scores = export.table("scores").filter(is_first, pl.col("score") == outcome.score.name)
    check_once(export, scores, outcome.name)
    forms = export.table("forms").filter(is_first)
    kept = export.table("visits").select("participant", "visit", "visit_state", "kept_at")
    found = scores.select(*which, value="points").join(forms.drop("site"), on=which, how="left")
    found = found.join(kept, on=["participant", "visit"], how="left")
    return found.select(
        "participant",
        "visit",
        "value",
        measured_at=pl.coalesce("kept_at", "first_answer_at", "submitted_at"),
        late=pl.col("form_late") | (pl.col("visit_state") == "late").fill_null(value=False),
        partial=pl.col("form_state") == "partial",
        held="held",
    )


def check_once(export: Export, rows: pl.DataFrame, what: str) -> None:
    """Refuse two rows for one person and visit.

    Raises:
        ExportError: there are; the first is named.
    """
    twice = rows.filter(rows.select("participant", "visit").is_duplicated())
    if twice.height:
        person, visit = twice.select("participant", "visit").row(0)
        says = f"{person} has two values of {what} at {visit}."
        raise ExportError(says, where=str(export.folder), remedy="One person has one value a visit: mend the data.")


def baseline_values(people: pl.DataFrame, values: pl.DataFrame, outcome: Outcome) -> pl.DataFrame:
    """Return each person's baseline: the last value of a visit before the infusion, taken before it began."""
    order = {visit.key: place for place, visit in enumerate(outcome.baseline)}
    before = values.filter(pl.col("visit").is_in(list(order)), pl.col("value").is_not_null())
    before = before.join(people.select("participant", "treated_from"), on="participant")
    in_time = pl.col("treated_from").is_null() | (pl.col("measured_at") < pl.col("treated_from"))
    place = pl.col("visit").replace_strict(order, return_dtype=pl.Int64, default=None)
    last = before.filter(in_time).with_columns(place=place).sort("place")
    last = last.group_by("participant", maintain_order=True).last()
    return last.select("participant", baseline="value", baseline_at="measured_at")
