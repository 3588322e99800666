"""An export read in the plainest way: CSV files as lists of dictionaries of text, for numbers worked out once more."""

from __future__ import annotations

import csv
import json
from datetime import datetime
from pathlib import Path

Row = dict[str, str]


def raw_table(folder: Path, name: str) -> list[Row]:
    about = json.loads((folder / "study/export.json").read_text())
    with (folder / "data" / f"{about['tables'][name]}.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def infusion_ends(folder: Path) -> dict[str, datetime]:
    return {row["participant"]: moment(row["infusion_ended_at"]) for row in raw_table(folder, "infusions")}


def arms(folder: Path) -> dict[str, str]:
    """Return the arm of everybody who is enrolled and has a code."""
    rows = raw_table(folder, "participants")
    return {row["participant"]: row["arm"] for row in rows if row["arm"] and row["participant"]}
