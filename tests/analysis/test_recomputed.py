"""The numbers of the data sets, worked out once more from the CSV files in plain Python, by their definitions."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from pathlib import Path
from statistics import fmean, stdev

import pytest

from daybreak.analysis.datasets.association import association_rows
from daybreak.analysis.datasets.exposure import exposure_rows
from daybreak.analysis.datasets.outcomes import outcome_rows
from daybreak.analysis.datasets.response import relapse_rows
from daybreak.analysis.datasets.safety import event_counts
from daybreak.analysis.export import Export
from tests.analysis.raw import arms, infusion_ends, moment, raw_table

pytestmark = pytest.mark.evidence("double", "the same definitions in plain Python, from the CSV files")
VISITS = ("day-1", "day-5", "day-12", "day-21", "day-30")


@pytest.fixture(scope="module")
def folder(study_folder: Path) -> Path:
    return study_folder / "unblinded"


@pytest.fixture(scope="module")
def totals(folder: Path) -> dict[tuple[str, str], float]:
    """MADRS totals added up from the ten answers, by person and visit."""
    items: dict[tuple[str, str], list[float]] = defaultdict(list)
    for row in raw_table(folder, "answers"):
        if (row["instrument"], row["entry"], row["rater"]) == ("madrs", "1", "1"):
            items[row["participant"], row["visit"]].append(float(row["number"]))
    return {which: sum(values) for which, values in items.items() if len(values) == 10}


def test_outcomes(unblinded: Export, folder: Path, totals: dict[tuple[str, str], float]) -> None:
    ends = infusion_ends(folder)
    kept = {(row["participant"], row["visit"]): row["kept_at"] for row in raw_table(folder, "visits")}
    wanted = {}
    for person in arms(folder):
        base = totals.get((person, "baseline"))
        for visit in VISITS:
            value, days = totals.get((person, visit)), None
            if value is not None:
                days = (moment(kept[person, visit]) - ends[person]).total_seconds() / 86400
            change = None if value is None or base is None else value - base
            wanted[person, visit] = (arms(folder)[person], base, value, change, days)
    rows = outcome_rows(unblinded, "madrs.total")
    columns = ("participant", "visit", "arm", "baseline", "value", "change", "days")
    found = {(row[0], row[1]): row[2:] for row in rows.select(columns).iter_rows()}
    assert found.keys() == wanted.keys()
    for which, values in wanted.items():
        assert found[which][:4] == values[:4]
        assert found[which][4] == pytest.approx(values[4], abs=1e-9)


def test_time_to_relapse(unblinded: Export, folder: Path, totals: dict[tuple[str, str], float]) -> None:
    ends = infusion_ends(folder)
    kept = {(row["participant"], row["visit"]): row["kept_at"] for row in raw_table(folder, "visits")}

    def day(person: str, visit: str) -> float:
        return (moment(kept[person, visit]) - ends[person]).total_seconds() / 86400

    wanted = {}
    for person in arms(folder):
        base, first = totals.get((person, "baseline")), totals.get((person, "day-1"))
        if base is None or first is None or first > base / 2:
            continue
        seen = [visit for visit in VISITS if (person, visit) in totals]
        lost = [visit for visit in seen[1:] if totals[person, visit] > base / 2]
        until = lost[0] if lost else seen[-1]
        wanted[person] = (bool(lost), until, day(person, until) - day(person, "day-1"))
    rows = relapse_rows(unblinded, "madrs.total")
    found = {row[0]: row[1:] for row in rows.select("participant", "event", "until_visit", "days").iter_rows()}
    assert found.keys() == wanted.keys()
    for person, (event, until, days) in wanted.items():
        assert found[person][:2] == (event, until)
        assert found[person][2] == pytest.approx(days, abs=1e-9)


def test_dose(unblinded: Export, folder: Path) -> None:
    """Delivered exposures counted from every presentation: once, if it was ever shown as planned in the last run."""
    shown: dict[tuple[str, str], set[str]] = defaultdict(set)
    runs = {(row["participant"], row["session"]): row["run"] for row in raw_table(folder, "sessions")}
    for row in raw_table(folder, "steps"):
        which = (row["participant"], row["session"])
        if row["exposure"] == "true" and row["status"] == "ok" and row["run"] == runs[which]:
            shown[which].add(row["step"])
    planned = {
        (row["participant"], row["session"]): int(row["planned_exposures"]) for row in raw_table(folder, "sessions")
    }
    doses: dict[str, float] = defaultdict(float)
    for which, steps in shown.items():
        doses[which[0]] += len(steps) / planned[which] / 8
    found = dict(exposure_rows(unblinded).select("participant", "dose").iter_rows())
    assert found.keys() == arms(folder).keys()
    assert max(found.values()) > 0.8
    for person, dose in found.items():
        assert dose == pytest.approx(doses[person], abs=1e-12)


def test_harms(unblinded: Export, folder: Path) -> None:
    arm_of = arms(folder)
    events = [row for row in raw_table(folder, "adverseevents") if row["participant"] in infusion_ends(folder)]
    by_arm = Counter(arm_of[row["participant"]] for row in events)
    serious = Counter(arm_of[row["participant"]] for row in events if row["serious"] == "true")
    people = {arm: {row["participant"] for row in events if arm_of[row["participant"]] == arm} for arm in by_arm}
    for row in event_counts(unblinded).to_dicts():
        arm = row["arm"]
        assert (row["events"], row["serious"]) == (by_arm[arm], serious[arm])
        assert row["people_with_event"] == len(people.get(arm, ()))


def test_association(unblinded: Export, folder: Path) -> None:
    """D as the paper's table says, where no answer is too slow or too fast: no part of `core/iat.py` is used."""
    tests: dict[tuple[str, str], dict[tuple[str, str], list[float]]] = defaultdict(lambda: defaultdict(list))
    for row in raw_table(folder, "associations"):
        if row["pairing"] and row["test_completed_at"]:
            tests[row["participant"], row["visit"]][row["part"], row["pairing"]].append(float(row["latency_ms"]))
    found = {(row["participant"], row["visit"]): row["d"] for row in association_rows(unblinded).to_dicts() if row["d"]}
    assert found.keys() == tests.keys()
    for which, rounds in tests.items():
        parts = [
            (fmean(rounds[part, "b"]) - fmean(rounds[part, "a"])) / stdev([*rounds[part, "a"], *rounds[part, "b"]])
            for part in ("practice", "test")
        ]
        assert found[which] == pytest.approx(fmean(parts), abs=1e-12)


def test_csv_and_parquet_say_the_same_of_every_table(unblinded: Export, folder: Path) -> None:
    for name, file in unblinded.files.items():
        with (folder / "data" / f"{file}.csv").open(newline="") as text:
            assert sum(1 for _ in csv.reader(text)) - 1 == unblinded.table(name).height
