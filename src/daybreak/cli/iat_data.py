"""Reading the steps of implicit association tests from CSV or Parquet; every fault is one sentence with its row."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from daybreak.cli.data_file import open_table
from daybreak.core.errors import CommandError

if TYPE_CHECKING:
    from daybreak.core.iat import Pairing, Part, Response

Value = TypeVar("Value")
COLUMNS = ("participant", "pairing", "part", "latency_ms", "correct")
VISIT = "visit"
PAIRINGS: dict[str, Pairing] = {"a": "a", "b": "b"}
PARTS: dict[str, Part] = {"practice": "practice", "test": "test"}
TRUTHS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
DOCS = "docs/iat.md shows a file."


class IatDataError(CommandError):
    """A file of steps that cannot be scored."""

    code = "iat-data"


class Taken(NamedTuple):
    """Whose test it is, and at which visit; the visit is empty where the file has no such column."""

    participant: str
    visit: str

    def __str__(self) -> str:
        return " ".join(part for part in self if part)


def read_tests(path: Path) -> dict[Taken, list[Response]]:
    """Return the steps of each test's critical rounds in the order of the file, tests in the order they appear.

    With a column `visit`, a person has one test a visit; without it, one in all. Rows without pairing and part are of
    rounds that are not scored, and are passed over.

    Raises:
        IatDataError: the file cannot be read, lacks a column, has no step to score, or a cell makes no sense.
    """
    tests: dict[Taken, list[Response]] = {}
    for number, row in enumerate(_rows(path), 1):
        test, step = _read_row(row, f"{path}, row {number}")
        if step is not None:
            tests.setdefault(test, []).append(step)
    if not tests:
        raise IatDataError("this file has no step to score.", where=str(path), remedy=DOCS)
    return tests


def _rows(path: Path) -> Iterator[Mapping[str, str]]:
    """Return the rows of the file, every cell as text without spaces around it."""
    frame = open_table(path, docs=DOCS, refusal=IatDataError, as_text=True)
    missing = [name for name in COLUMNS if name not in frame.columns]
    if missing:
        there = ", ".join(frame.columns[:12]) or "none"
        what = f"the column{'s' if len(missing) > 1 else ''} {', '.join(missing)} {'are' if len(missing) > 1 else 'is'}"
        remedy = f"Its columns are: {there}. Name them as {', '.join(COLUMNS)}; {DOCS}"
        raise IatDataError(f"{what} missing.", where=str(path), remedy=remedy)
    columns = [*COLUMNS, *([VISIT] if VISIT in frame.columns else [])]
    for row in frame.select(columns).iter_rows():
        yield {name: _text(value) for name, value in zip(columns, row, strict=True)}


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()


def _read_row(row: Mapping[str, str], where: str) -> tuple[Taken, Response | None]:
    """Return which test the row is of, and the step, or None for a round that is not scored."""
    from daybreak.core.iat import Response

    if not row["participant"]:
        raise IatDataError("participant is empty.", where=where, remedy="Say whose step it is.")
    test = Taken(row["participant"], row.get(VISIT, ""))
    if not row["pairing"] and not row["part"]:
        return test, None
    return test, Response(
        pairing=_choice(row, "pairing", PAIRINGS, where),
        part=_choice(row, "part", PARTS, where),
        latency_ms=_latency(row["latency_ms"], where),
        correct=_choice(row, "correct", TRUTHS, where),
    )


def _choice(row: Mapping[str, str], column: str, choices: Mapping[str, Value], where: str) -> Value:
    found = choices.get(row[column].lower())
    if found is None:
        remedy = f"Write one of: {', '.join(choices)}."
        raise IatDataError(f"{column} is '{row[column]}'.", where=where, remedy=remedy)
    return found


def _latency(text: str, where: str) -> float:
    try:
        latency = float(text)
    except ValueError:
        latency = math.nan
    if not 0 <= latency < math.inf:
        raise IatDataError(
            f"latency_ms is '{text}'.", where=where, remedy="Write the time to the right answer in milliseconds."
        )
    return latency
