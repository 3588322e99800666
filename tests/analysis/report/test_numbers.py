"""The numbers of the report, reckoned a second time from the raw CSV files by plain Python and numpy."""

from __future__ import annotations

import math
import re
from collections import Counter
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

import numpy as np
import pytest

from daybreak.analysis.report.parts import Report
from tests.analysis.report.raw import (
    ARMS,
    VISITS,
    arms_of,
    design,
    generalised,
    madrs,
    read,
    rows_of,
    table,
)

pytestmark = pytest.mark.evidence("double", "plain Python and numpy from the export's CSV files")


@pytest.fixture
def folder(folders: dict[str, Path]) -> Path:
    return folders["unblinded"]


def number(value: object) -> float:
    assert isinstance(value, int | float)
    return float(value)


def test_the_flow_counts_who_was_assessed_excluded_and_allocated(whole: Report, folder: Path) -> None:
    people = read(folder, "participants")
    counts = {(row["group"], row["key"]): row["count"] for row in rows_of(whole, "flow")}
    assert counts["everybody", "assessed"] == len(people) == 190
    assert counts["everybody", "excluded"] == sum(
        row["participation"] in ("screen-failed", "declined") for row in people
    )
    for arm in ARMS:
        assert counts[arm, "enrolled"] == sum(row["arm"] == arm for row in people)


def test_age_at_baseline_is_the_mean_of_what_was_answered(whole: Report, folder: Path) -> None:
    arms = arms_of(folder)
    row = next(row for row in rows_of(whole, "baseline") if row["characteristic"] == "Age in years")
    for arm in ARMS:
        ages = [
            float(answer["reply_number"])
            for answer in read(folder, "screenings")
            if answer["question"] == "age" and arms.get(answer["participant"]) == arm
        ]
        assert row[arm] == f"{fmean(ages):.1f} ({stdev(ages):.1f})"


def test_the_dose_counts_sessions_that_were_never_begun_as_nil(whole: Report, folder: Path) -> None:
    arms, given = arms_of(folder), Counter[str]()
    for session in read(folder, "sessions"):
        given[session["participant"]] += int(session["valid_exposures"])
    row = next(row for row in rows_of(whole, "adherence") if "dose of all planned" in str(row["measure"]))
    for arm in ARMS:
        doses = [given[person] / (8 * 360) for person in arms if arms[person] == arm]
        assert row[arm] == f"{fmean(doses):.2f} ({stdev(doses):.2f})"


def test_observed_means_are_those_of_the_raw_scores(whole: Report, folder: Path) -> None:
    arms, scores = arms_of(folder), madrs(folder)
    rows = rows_of(whole, "primary_means")
    assert len(rows) == 15
    for row, (arm, visit) in zip(rows, [(arm, visit) for arm in ARMS for visit in VISITS], strict=True):
        seen = [scores[person, visit] for person in arms if arms[person] == arm and (person, visit) in scores]
        assert (row["group"], row["n"]) == (arm, len(seen))
        assert row["observed_mean"] == pytest.approx(fmean(seen))
        assert row["observed_sd"] == pytest.approx(stdev(seen))


def covariance(whole: Report) -> Any:
    return np.array([[number(value) for value in row[1:]] for row in table(whole, "primary_covariance").rows])


def test_the_covariance_of_the_primary_model_is_where_its_likelihood_is_highest(whole: Report, folder: Path) -> None:
    people, sigma = design(folder), covariance(whole)
    best = generalised(people, sigma)[2]
    said = re.search(r"Log likelihood (\S+),", table(whole, "primary_covariance").notes[0])
    assert said is not None
    assert best == pytest.approx(float(said[1].replace("\u2212", "-")), abs=6e-4)
    for row, column in np.ndindex(sigma.shape):
        moved = sigma.copy()
        moved[row, column] += 0.05
        if row != column:
            moved[column, row] += 0.05
        up = generalised(people, moved)[2]
        down = generalised(people, 2 * sigma - moved)[2]
        assert best > max(up, down)
        assert abs(up - down) < 0.02 * (2 * best - up - down) + 1e-7


def test_the_primary_differences_are_those_of_generalised_least_squares(whole: Report, folder: Path) -> None:
    beta, spread, _ = generalised(design(folder), covariance(whole))
    rows = rows_of(whole, "primary_contrasts")
    asked = [(visit, other) for visit in ("day-1", "day-30") for other in ("saline-training", "ketamine-sham")]
    assert len(rows) == len(asked)
    for row, (visit, other) in zip(rows, asked, strict=True):
        weights = np.zeros(len(beta))
        weights[1 + VISITS.index(visit)] = 1
        weights[1 + ARMS.index(other) * len(VISITS) + VISITS.index(visit)] = -1
        assert number(row["estimate"]) == pytest.approx(float(weights @ beta), rel=1e-9)
        plain = math.sqrt(float(weights @ spread @ weights))
        assert number(row["se"]) == pytest.approx(plain, rel=0.01), "Kenward and Roger's differs a little"
        assert number(row["t"]) == pytest.approx(number(row["estimate"]) / number(row["se"]))


def test_responders_are_those_who_fell_by_half(whole: Report, folder: Path) -> None:
    arms, scores = arms_of(folder), madrs(folder)
    rows = {(row["group"], row["visit"]): row for row in rows_of(whole, "response")}
    for arm in ARMS:
        pairs = [(scores[person, "baseline"], scores.get((person, "day-30"))) for person in arms if arms[person] == arm]
        seen = [(before, now) for before, now in pairs if now is not None]
        row = rows[arm, "Day 30"]
        assert row["responders"] == sum(now <= before / 2 for before, now in seen)
        assert row["seen"] == len(seen)
        assert row["remitters"] == sum(now <= 10 for _, now in seen)


def test_relapses_are_counted_from_the_first_visit_without_a_response(whole: Report, folder: Path) -> None:
    arms, scores = arms_of(folder), madrs(folder)
    found = {arm: [0, 0] for arm in ARMS}
    for person, arm in arms.items():
        half = scores[person, "baseline"] / 2
        course = [scores.get((person, visit)) for visit in VISITS]
        if course[0] is None or course[0] > half:
            continue
        found[arm][0] += 1
        found[arm][1] += any(value is not None and value > half for value in course[1:])
    told = {row["group"]: [row["responders"], row["relapsed"]] for row in rows_of(whole, "relapse_madrs")}
    assert told == found


def test_adverse_events_are_counted_by_people_and_by_events(whole: Report, folder: Path) -> None:
    arms = arms_of(folder)
    row = next(row for row in rows_of(whole, "harms") if row["kind"] == "Any adverse event")
    for arm in ARMS:
        mine = [event["participant"] for event in read(folder, "adverseevents") if arms[event["participant"]] == arm]
        size = sum(one == arm for one in arms.values())
        share = f"{100 * len(set(mine)) / size:.0f}"
        assert str(row[arm]).replace("\u00a0", " ") == f"{len(set(mine))} ({share} %); {len(mine)}"


def test_the_share_shown_as_planned_is_that_of_the_raw_steps(whole: Report, folder: Path) -> None:
    statuses = Counter(step["status"] for step in read(folder, "steps"))
    rows = rows_of(whole, "timing")
    assert {status: sum(number(row[status]) for row in rows) for status in statuses} == dict(statuses)


def test_bang_s_index_is_right_less_wrong_over_all(whole: Report, folder: Path) -> None:
    arms = arms_of(folder)
    answers = [row for row in read(folder, "answers") if (row["instrument"], row["item"]) == ("blind-guess", "drug")]
    given = [answer["value"] for answer in answers if arms[answer["participant"]].startswith("ketamine")]
    index = next(
        row
        for row in rows_of(whole, "blinding")
        if (row["by"], row["about"], row["index"], row["group"]) == ("participant", "the infusion", "Bang", "drug")
    )
    assert (index["correct"], index["wrong"], index["unsure"]) == (given.count("1"), given.count("2"), given.count("3"))
    assert number(index["estimate"]) == pytest.approx((given.count("1") - given.count("2")) / len(given))


def test_deviations_are_counted_by_kind(whole: Report, folder: Path) -> None:
    kinds = Counter(row["deviation"] for row in read(folder, "deviations"))
    rows = {row["kind"]: row for row in rows_of(whole, "deviations")}
    assert str(rows["Training session missed"]["All"]).endswith(f"; {kinds['session-missed']}")
    assert str(rows["Visit after its window"]["All"]).endswith(f"; {kinds['visit-late']}")
