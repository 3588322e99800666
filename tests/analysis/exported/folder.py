"""Writing the made-up export: CSV and Parquet, study file, checksums."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import polars as pl

from daybreak.server.exports.column import Column
from daybreak.server.exports.columns import TABLES
from daybreak.server.exports.folder import read_types
from daybreak.server.exports.groups import Groups
from tests.analysis.exported import rows
from tests.analysis.exported.people import LETTERS, TEXT, Person, draw_people

MADE_AT = "2027-03-01T08:00:00+00:00"


def write_export(
    folder: Path, *, blinding: str = "unblinded", people: list[Person] | None = None, text: str = TEXT
) -> Path:
    """Write the export of these people, 154 and those excluded if none are given, into the new folder; return it."""
    everybody = draw_people() if people is None else people
    (folder / "data").mkdir(parents=True)
    (folder / "study").mkdir()
    groups = _groups(everybody, blinding)
    for table, found in tables(everybody, blinding).items():
        _write(folder / "data" / table, groups.columns(table), found)
    (folder / "study" / "study.toml").write_text(text, encoding="utf-8")
    about = {
        "format": 1,
        "study": "ketamine-training",
        "blinding": blinding,
        "made_at": MADE_AT,
        "daybreak": "0.1.0",
        "version_in_force": 1,
        "versions": [],
        "tables": {table: table for table in TABLES},
    }
    (folder / "study" / "export.json").write_text(json.dumps(about), encoding="utf-8")
    seal(folder)
    return folder


def tables(people: list[Person], blinding: str) -> dict[str, list[rows.Row]]:
    """Return the rows of every table."""
    chance = np.random.default_rng(7)
    found: dict[str, Iterable[rows.Row]] = {
        "participants": rows.participants(people, blinding),
        "screenings": rows.screenings(people),
        "infusions": rows.infusions(people),
        "visits": rows.visits(people),
        "deviations": rows.deviations(people),
        "sessions": rows.sessions(people),
        "steps": rows.steps(people, chance),
        "devicechecks": rows.device_checks(people),
        "forms": rows.forms(people),
        "scores": rows.scores(people),
        "answers": rows.answers(people, chance),
        "associations": rows.associations(people, chance),
        "adverseevents": rows.adverse_events(people, chance),
    }
    return {table: list(found.get(table, [])) for table in TABLES}


def seal(folder: Path) -> None:
    """Write every file's checksum."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = (
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}\n" for path in files
    )
    (folder / "CHECKSUMS.sha256").write_text("".join(lines), encoding="utf-8")


def _groups(people: list[Person], blinding: str) -> Groups:
    if blinding == "unblinded":
        return Groups.by_arm({one.code: one.arm for one in people})
    if blinding == "letters":
        return Groups.by_letter({one.code: LETTERS.get(one.arm, "") for one in people})
    return Groups()


def _write(place: Path, columns: tuple[Column, ...], found: list[rows.Row]) -> None:
    frame = pl.DataFrame(found, schema=read_types(columns), orient="row")
    frame.write_csv(place.with_suffix(".csv"), datetime_format="%Y-%m-%dT%H:%M:%S%.6fZ")
    frame.write_parquet(place.with_suffix(".parquet"))
