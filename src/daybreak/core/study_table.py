"""The schedule of a study as one table, in the manner of SPIRIT: what is done in rows, when it is done in columns.

It tells arms nothing: every arm has the same schedule. The command line and the study page draw the same table.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from daybreak.core.instruments import INSTRUMENTS
from daybreak.core.study import StudyFile, VisitRules, write_span
from daybreak.core.study_words import spoken_span

DONE = "●"


@dataclass(frozen=True)
class Column:
    """A time in the schedule: `key` is a visit's or a name of ours, the other parts are texts for people."""

    key: str
    title: str
    when: str = ""
    window: str = ""
    by: str = ""
    mode: str = ""


@dataclass(frozen=True)
class Row:
    """Something that is done: `cells` has one text for each column, empty where it is not done."""

    group: str
    title: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class ScheduleTable:
    """The whole schedule."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


def schedule_table(file: StudyFile) -> ScheduleTable:
    """Return the schedule of a study file, columns in the order of time."""
    columns = tuple(_columns(file))
    keys = [column.key for column in columns]
    rows = tuple(Row(group, title, tuple(marks.get(key, "") for key in keys)) for group, title, marks in _rows(file))
    return ScheduleTable(columns, rows)


def _columns(file: StudyFile) -> Iterator[Column]:
    """Yield screening and enrolment, then infusions, training and visits by their day."""
    yield Column("screening", "Screening")
    yield Column("enrolment", "Enrolment")
    placed = [*_visits(file), *_infusions(file), *_training(file)]
    for _, column in sorted(placed, key=lambda one: one[0]):
        yield column


Moment = tuple[float, int]
"""Days from the first infusion, and what comes first on the same day."""


def _visits(file: StudyFile) -> Iterator[tuple[Moment, Column]]:
    for visit in file.visits:
        number = file.infusions.number(visit.counted_from)
        before = number is None
        day = visit.day + (0 if number is None else _day_of(file, number))
        mode = ", ".join(visit.mode)
        yield (
            (day, 0 if before else 2),
            Column(visit.key, visit.title, _when(visit), _window(visit), visit.by, mode),
        )


def _infusions(file: StudyFile) -> Iterator[tuple[Moment, Column]]:
    count, every = file.infusions.count, file.infusions.every
    if every is None:
        yield (0, 1), Column("infusion", "Infusion", "day 0")
    else:
        yield (0, 1), Column("infusion", f"{count} infusions", f"every {spoken_span(every)}")


def _training(file: StudyFile) -> Iterator[tuple[Moment, Column]]:
    rules = file.training
    first = rules.starts_after_infusion.days
    days = f"day {first}" if rules.days == 1 else f"days {first} to {first + rules.days - 1}"
    origin = _day_of(file, file.infusions.with_training[0])
    yield (origin + first, 3), Column("training", "Training", f"{days}{_after(file)}")
    for booster in rules.boosters:
        yield (origin + booster.day, 1), Column(f"booster {booster.day}", "Booster", f"day {booster.day}")


def _after(file: StudyFile) -> str:
    """Return which infusion of a course the training follows, in words."""
    if file.infusions.count == 1:
        return ""
    after = file.infusions.training_after
    return f" after infusion {after}" if isinstance(after, int) else f" after {TRAINED[after]} infusion"


TRAINED = {"first": "the first", "last": "the last", "each": "each"}


def _day_of(file: StudyFile, infusion: int) -> float:
    every = file.infusions.every or timedelta(0)
    return (infusion - 1) * (every / timedelta(days=1))


def _rows(file: StudyFile) -> Iterator[tuple[str, str, dict[str, str]]]:
    yield "Enrolment", "Eligibility", {"screening": DONE}
    yield "Enrolment", "Informed consent", {"screening": DONE}
    if file.is_randomised:
        yield "Enrolment", "Allocation", {"enrolment": DONE}
    yield "Interventions", "Infusion", {"infusion": DONE}
    boosters = {f"booster {one.day}": str(one.sessions) for one in file.training.boosters}
    yield "Interventions", "Training sessions", {"training": str(file.training.sessions)} | boosters
    for name, instrument in INSTRUMENTS.items():
        marks = {visit.key: DONE for visit in file.visits if name in visit.instruments}
        if marks:
            yield "Assessments", instrument.title, marks


def _when(visit: VisitRules) -> str:
    """Return the day of a visit in words: `day 12`, or `days 60 to 360, every 30 days`."""
    last = visit.occurrences[-1].day
    if visit.repeat_every is None or last == visit.day:
        text = f"day {visit.day}"
    else:
        text = f"days {visit.day} to {last}, every {spoken_span(visit.repeat_every)}"
    origins = {"infusion": "", "enrolment": " from enrolment"}
    return text + origins.get(visit.counted_from, f" from the {visit.counted_from.replace('-', ' ')}")


def _window(visit: VisitRules) -> str:
    """Return the window of a visit in words; of a repeated one that of its first occurrence."""
    opens, closes = (write_span(end) for end in visit.window)
    return f"{opens} to {closes}"
