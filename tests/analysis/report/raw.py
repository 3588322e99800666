"""The raw CSV files of an export, read and reckoned with nothing but Python and numpy: a second way to every number."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from daybreak.analysis.report.parts import Report, ReportTable, Value

Row = dict[str, str]
Array = npt.NDArray[np.float64]
VISITS = ("day-1", "day-5", "day-12", "day-21", "day-30")
ARMS = ("ketamine-training", "ketamine-sham", "saline-training")


def read(folder: Path, table: str) -> list[Row]:
    with (folder / "data" / f"{table}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def arms_of(folder: Path) -> dict[str, str]:
    return {row["participant"]: row["arm"] for row in read(folder, "participants") if row["arm"]}


def madrs(folder: Path) -> dict[tuple[str, str], float]:
    rows = read(folder, "scores")
    return {
        (row["participant"], row["visit"]): float(row["points"])
        for row in rows
        if (row["instrument"], row["score"]) == ("madrs", "total")
    }


def table(report: Report, key: str) -> ReportTable:
    return next(one for one in report.tables() if one.key == key)


def rows_of(report: Report, key: str) -> list[dict[str, Value]]:
    found = table(report, key)
    return [dict(zip([head.name for head in found.heads], row, strict=True)) for row in found.rows]


def design(folder: Path) -> list[tuple[Array, Array, list[int]]]:
    """Return each person's matrix, changes and places of visits: `change ~ baseline + arm:visit`, coded plainly."""
    scores, found = madrs(folder), []
    for person, arm in arms_of(folder).items():
        places = [place for place, visit in enumerate(VISITS) if (person, visit) in scores]
        base = scores.get((person, "baseline"))
        if base is None or not places:
            continue
        matrix = np.zeros((len(places), 1 + 3 * len(VISITS)))
        for row, place in enumerate(places):
            matrix[row, 0] = base
            matrix[row, 1 + ARMS.index(arm) * len(VISITS) + place] = 1
        found.append((matrix, np.array([scores[person, VISITS[place]] - base for place in places]), places))
    return found


def generalised(people: Iterable[tuple[Array, Array, list[int]]], sigma: Array) -> tuple[Array, Array, float]:
    """Return coefficients, their covariance, and the restricted log likelihood, person by person."""
    people = list(people)
    width = people[0][0].shape[1]
    information, score, quadratic, logdet, count = np.zeros((width, width)), np.zeros(width), 0.0, 0.0, 0
    for matrix, values, places in people:
        own = sigma[np.ix_(places, places)]
        inverse = np.linalg.inv(own)
        information += matrix.T @ inverse @ matrix
        score += matrix.T @ inverse @ values
        quadratic += float(values @ inverse @ values)
        logdet += float(np.linalg.slogdet(own)[1])
        count += len(values)
    beta: Array = np.asarray(np.linalg.solve(information, score), dtype=np.float64)
    rest = quadratic - float(score @ beta)
    log_likelihood = -0.5 * (
        (count - width) * np.log(2 * np.pi) + logdet + np.linalg.slogdet(information)[1] + float(rest)
    )
    return beta, np.asarray(np.linalg.inv(information), dtype=np.float64), float(log_likelihood)
