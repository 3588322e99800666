from __future__ import annotations

from datetime import timedelta

import pytest

from daybreak.content.studies import study_names, study_text
from daybreak.core.instruments import INSTRUMENTS
from daybreak.core.study import AllocationRules, StudyFile, read_study
from daybreak.core.study_table import ScheduleTable, schedule_table
from daybreak.core.study_words import allocation_words, infusion_words, spoken_span, training_words

FILES = {name: read_study(study_text(name), name) for name in study_names()}


def done(table: ScheduleTable, title: str) -> list[str]:
    """Return the keys of the columns in which the row called `title` has a mark."""
    (row,) = [row for row in table.rows if row.title == title]
    return [column.key for column, cell in zip(table.columns, row.cells, strict=True) if cell]


def test_the_published_schedule_stands_in_the_order_of_time() -> None:
    table = schedule_table(FILES["ketamine-training"])
    assert [column.key for column in table.columns] == [
        "screening", "enrolment", "baseline", "infusion", "day-0", "day-1", "training", "day-5", "day-12", "day-21",
        "day-30", "follow-up",
    ]  # fmt: skip
    assert [row.title for row in table.rows[:5]] == [
        "Eligibility", "Informed consent", "Allocation", "Infusion", "Training sessions",
    ]  # fmt: skip
    assert done(table, "Allocation") == ["enrolment"]
    assert done(table, "Training sessions") == ["training"]
    assert done(table, INSTRUMENTS["madrs"].title) == ["baseline", "day-1", "day-5", "day-12", "day-21", "day-30"]
    last = table.columns[-1]
    assert (last.when, last.window, last.by) == ("days 60 to 360, every 30 days", "55d to 75d", "participant")


def test_a_clinic_shows_its_course_and_boosters_and_no_allocation() -> None:
    table = schedule_table(FILES["clinic"])
    assert "Allocation" not in [row.title for row in table.rows]
    assert done(table, "Training sessions") == ["training", "booster 30", "booster 60", "booster 90"]
    when = {column.key: column.when for column in table.columns}
    assert when["infusion"] == "every 3 days"
    assert when["training"] == "days 1 to 4 after the last infusion"
    assert when["week"] == "days 7 to 14, every 7 days from the first infusion"
    assert when["start"] == "day 0 from enrolment"
    keys = [column.key for column in table.columns]
    assert keys.index("week") < keys.index("day-1") < keys.index("training")


@pytest.mark.parametrize(
    ("after", "every", "says"),
    [("first", "3d", "after the first"), ("each", "7d", "after each"), (3, "3d", "after infusion 3")],
)
def test_training_says_which_infusion_it_follows(after: str | int, every: str, says: str) -> None:
    written = f'"{after}"' if isinstance(after, str) else after
    text = (
        study_text("clinic")
        .replace('training_after = "last"', f"training_after = {written}")
        .replace('"3d"', f'"{every}"')
    )
    boosters = text[text.index("boosters = [") : text.index("[training.device]")]
    file = read_study(text.replace(boosters, "").replace("days = 4", "days = 1"), "clinic.toml")
    (training,) = [column for column in schedule_table(file).columns if column.key == "training"]
    assert training.when.startswith(f"day 1 {says}")


def test_a_visit_that_could_repeat_but_does_not_shows_one_day() -> None:
    text = study_text("clinic").replace("repeat_until = 14", "repeat_until = 8")
    table = schedule_table(read_study(text, "clinic.toml"))
    assert [column.when for column in table.columns if column.key == "week"] == ["day 7 from the first infusion"]


@pytest.mark.parametrize("file", FILES.values(), ids=FILES)
def test_every_row_has_a_cell_for_each_column_and_at_least_one_mark(file: StudyFile) -> None:
    table = schedule_table(file)
    assert {len(row.cells) for row in table.rows} == {len(table.columns)}
    assert all(any(row.cells) for row in table.rows)
    assert len({column.key for column in table.columns}) == len(table.columns)


def test_no_arm_shows_in_the_schedule() -> None:
    said = str(schedule_table(FILES["two-by-two"])).casefold()
    assert not [word for word in ("sham", "saline", "ketamine", "active") if word in said]


def test_lengths_of_time_are_said_in_words() -> None:
    assert spoken_span(timedelta(days=30)) == "30 days"
    assert spoken_span(timedelta(hours=1)) == "1 hour"
    assert spoken_span(timedelta(minutes=90)) == "90 minutes"
    assert spoken_span(timedelta(0)) == "0 hours"


def test_infusions_and_training_are_said_in_words() -> None:
    assert infusion_words(FILES["ketamine-training"]) == "one, within 14 days of enrolment"
    assert infusion_words(FILES["clinic"]) == "6, one every 3 days, the first within 30 days of enrolment"
    assert training_words(FILES["ketamine-training"]) == "2 a day on 4 days from 1 day after the infusion"
    assert training_words(FILES["clinic"]).endswith("from 1 day after the infusion, 3 boosters")
    one_day = read_study(study_text("two-by-two").replace("days = 4", "days = 1"), "one.toml")
    assert training_words(one_day).startswith("2 a day on 1 day from")


def test_allocation_is_said_in_words() -> None:
    assert allocation_words(FILES["ketamine-training"]) == "permuted blocks of 3 or 6 within site"
    assert allocation_words(FILES["clinic"]) == "nobody is randomised"
    rules = AllocationRules(method="minimisation", factors=("site", "sex"), probability=0.9)
    minimised = FILES["two-by-two"].model_copy(update={"allocation": rules})
    assert allocation_words(minimised) == "minimisation over site, sex (probability 0.9)"
    bare = FILES["two-by-two"].model_copy(
        update={"allocation": AllocationRules(method="permuted-blocks", block_sizes=(4,))}
    )
    assert allocation_words(bare) == "permuted blocks of 4"
