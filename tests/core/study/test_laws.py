"""Laws that hold for any study file."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from daybreak.core.study import StudyFile
from daybreak.core.study.values import read_signed_span
from daybreak.core.study_change import Stage, harmful, study_diff
from daybreak.core.study_table import schedule_table
from tests.core.study.made_up import FILES, study_tables

FEW = settings(max_examples=40)
EVERYBODY = Stage(sealed=True, screened=True, enrolled=True)


@FEW
@given(FILES)
def test_a_file_comes_back_from_its_own_tables(file: StudyFile) -> None:
    assert StudyFile.model_validate(file.model_dump(mode="json")) == file
    assert StudyFile.model_validate(file.model_dump(mode="json", exclude_defaults=True)) == file
    assert StudyFile.model_validate_json(file.model_dump_json()) == file


@FEW
@given(FILES)
def test_a_file_does_not_differ_from_itself(file: StudyFile) -> None:
    assert study_diff(file, file) == ()


@FEW
@given(FILES, FILES)
def test_two_files_differ_exactly_if_their_difference_is_not_empty(old: StudyFile, new: StudyFile) -> None:
    there, back = study_diff(old, new), study_diff(new, old)
    assert bool(there) == (old != new)
    assert {(change.path, change.old, change.new) for change in there} == {
        (change.path, change.new, change.old) for change in back
    }


@FEW
@given(FILES, FILES)
def test_what_breaks_only_grows_as_a_study_goes_on(old: StudyFile, new: StudyFile) -> None:
    changes = study_diff(old, new)
    stages = [Stage(), Stage(sealed=True), Stage(sealed=True, screened=True), EVERYBODY]
    broken = [set(harmful(changes, stage)) for stage in stages]
    assert all(earlier <= later for earlier, later in pairwise(broken))
    assert broken[-1] == {change for change in changes if change.breaks}


@FEW
@given(study_tables(), st.data())
def test_a_window_made_wider_at_its_end_changes_one_thing_and_breaks_nothing(
    tables: dict[str, Any], data: st.DataObject
) -> None:
    if not tables["visits"]:
        return
    old = StudyFile.model_validate(tables)
    last = tables["visits"][-1]
    opens, closes = last["window"]
    closes = f"{read_signed_span(closes).days + data.draw(st.integers(1, 5))}d"
    visits = [*tables["visits"][:-1], last | {"window": [opens, closes]}]
    (change,) = study_diff(old, StudyFile.model_validate(tables | {"visits": visits}))
    assert (change.path, change.breaks) == (f"visits.{last['key']}.window", "")


@FEW
@given(FILES)
def test_planned_visits_have_keys_of_their_own_and_windows_in_order(file: StudyFile) -> None:
    keys = [visit.key for visit in file.schedule]
    assert len(set(keys)) == len(keys)
    assert all(earlier.window[0] < later.window[0] for earlier, later in pairwise(file.schedule))
    assert all(visit.window[0] < visit.window[1] for visit in file.schedule)
    assert [file.visit(key).day for key in keys] == sorted(visit.day for visit in file.schedule)


@FEW
@given(FILES)
def test_training_hangs_on_infusions_that_are_planned(file: StudyFile) -> None:
    assert file.infusions.with_training
    assert set(file.infusions.with_training) <= set(range(1, file.infusions.count + 1))


@FEW
@given(FILES)
def test_the_schedule_table_has_all_that_is_asked_where_it_is_asked(file: StudyFile) -> None:
    table = schedule_table(file)
    keys = [column.key for column in table.columns]
    marks = {(column, row.title) for row in table.rows for column, cell in zip(keys, row.cells, strict=True) if cell}
    asked = sum(len(visit.instruments) for visit in file.visits)
    assert len([mark for mark in marks if mark[0] in {visit.key for visit in file.visits}]) == asked
