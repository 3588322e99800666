"""The CONSORT flow of an export: it adds up, by group and as a whole, and is counted once more from the CSV file."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from daybreak.analysis.datasets.outcomes import outcome_rows
from daybreak.analysis.export import Export
from daybreak.analysis.flow import flow_of
from daybreak.core.consort import Box
from tests.analysis.raw import raw_table

ALLOCATED = ("enrolled", "infused", "completed")


def adds_up(box: Box) -> bool:
    return all(sum(part.count for part in split) == each.count for each in box.walk() for split in each.splits)


def test_every_split_adds_up_and_the_groups_make_up_the_whole(
    blind: Export, by_letters: Export, unblinded: Export
) -> None:
    for export in (blind, by_letters, unblinded):
        flow = flow_of(export)
        assert adds_up(flow.everybody)
        assert all(adds_up(group.enrolled) for group in flow.groups)
        for box in flow.everybody.find("enrolled").walk():
            parts = [each.count for group in flow.groups for each in group.enrolled.walk() if each.key == box.key]
            assert sum(parts) == box.count


def test_it_counts_what_stands_in_the_table(unblinded: Export, study_folder: Path) -> None:
    rows = raw_table(study_folder / "unblinded", "participants")
    flow = flow_of(unblinded)
    assert flow.everybody.count == len(rows)
    allocated = Counter(row["arm"] for row in rows if row["participation"] in ALLOCATED)
    assert {group.arm: group.enrolled.count for group in flow.groups} == allocated
    excluded = sum(row["participation"] in ("screen-failed", "declined") for row in rows)
    assert flow.everybody.find("excluded").count == excluded > 0
    lost = sum(row["lost"] == "true" for row in rows)
    assert sum(box.count for box in flow.everybody.walk() if box.says == "lost to follow-up") >= lost == 1


def test_who_withdrew_their_data_is_counted_in_their_group(unblinded: Export, study_folder: Path) -> None:
    rows = raw_table(study_folder / "unblinded", "participants")
    (arm,) = (row["arm"] for row in rows if row["left_scope"] == "data")
    boxes = flow_of(unblinded).group(arm).enrolled.walk()
    assert sum(box.count for box in boxes if box.says == "withdrew their data") >= 1


def test_it_says_how_many_were_analysed(unblinded: Export) -> None:
    rows = outcome_rows(unblinded, "madrs.total")
    analysed = set(rows.filter(rows["change"].is_not_null())["participant"])
    flow = flow_of(unblinded, analysed=analysed)
    assert sum(group.analysed or 0 for group in flow.groups) == len(analysed)
    for group in flow.groups:
        assert group.not_analysed is not None
        assert (group.analysed or 0) + group.not_analysed == group.enrolled.count


def test_as_a_table_it_has_a_row_for_each_box(unblinded: Export) -> None:
    flow = flow_of(unblinded, (30,))
    table = flow.to_polars()
    assert table.row(0) == ("", "assessed", "assessed for eligibility", 0, flow.everybody.count)
    assert set(table["group"]) == {"", *unblinded.groups}
    assert flow_of(unblinded, (30,), analysed=()).to_polars().height == table.height + 2 * len(unblinded.groups)
