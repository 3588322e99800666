"""The report of a study that was lived on a real server: its numbers worked out once more from the raw CSV files."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from pathlib import Path
from statistics import fmean

import pytest

from daybreak.analysis.export import Export
from daybreak.analysis.report.assemble import make_report
from daybreak.analysis.report.folder import write_tables
from daybreak.analysis.report.page import to_html
from tests.analysis.raw import arms, raw_table

pytestmark = pytest.mark.evidence("double", "the same numbers in plain Python, from the CSV files")
TITLES = {"24 hours": "day-1", "Day 5": "day-5", "Day 12": "day-12", "Day 21": "day-21", "Day 30": "day-30"}


@pytest.fixture(scope="module")
def tables(unblinded: Export, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, str]]]:
    made = make_report(unblinded, "study", lambda _doing: None)
    folder = tmp_path_factory.mktemp("report") / "tables"
    write_tables(made, folder)
    page = to_html(made)
    assert "nan" not in {word.lower() for word in page.split()}
    found = {}
    for path in folder.glob("*.csv"):
        with path.open(newline="") as file:
            found[path.stem] = list(csv.DictReader(file))
    return found


def test_its_numbers_are_those_of_the_raw_files(tables: dict[str, list[dict[str, str]]], study_folder: Path) -> None:
    folder = study_folder / "unblinded"
    arm_of = arms(folder)
    everybody = raw_table(folder, "participants")
    flow = {(row["group"], row["key"]): int(row["count"]) for row in tables["flow"]}
    assert flow["everybody", "assessed"] == len(everybody)
    assert {arm: flow[arm, "enrolled"] for arm in set(arm_of.values())} == Counter(
        row["arm"] for row in everybody if row["arm"]
    )
    items: dict[tuple[str, str], list[float]] = defaultdict(list)
    for row in raw_table(folder, "answers"):
        if (row["instrument"], row["entry"], row["rater"]) == ("madrs", "1", "1"):
            items[row["participant"], row["visit"]].append(float(row["number"]))
    totals: dict[tuple[str, str], list[float]] = defaultdict(list)
    for (person, visit), values in items.items():
        if person in arm_of and len(values) == 10:
            totals[arm_of[person], visit].append(sum(values))
    assert len(tables["primary_means"]) == 15
    for row in tables["primary_means"]:
        wanted = totals[row["group"], TITLES[row["visit"]]]
        assert int(row["n"]) == len(wanted)
        assert float(row["observed_mean"]) == pytest.approx(fmean(wanted), abs=1e-9)
