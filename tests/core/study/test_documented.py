"""docs/study-file.md names every key of a study file, what it holds and what stands there if it is left out."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from daybreak.core.complaint import Place
from daybreak.core.instruments import INSTRUMENTS
from daybreak.core.study.schema import keys_at, table_at

PAGE = (Path(__file__).parents[3] / "docs" / "study-file.md").read_text(encoding="utf-8")
TABLES: dict[str, Place] = {
    "The whole file": (),
    "`[study]`": ("study",),
    "`[[arms]]`": ("arms", 0),
    "`[[sites]]`": ("sites", 0),
    "`help_lines`": ("sites", 0, "help_lines", 0),
    "`[allocation]`": ("allocation",),
    "`[infusions]`": ("infusions",),
    "`[training]`": ("training",),
    "`boosters`": ("training", "boosters", 0),
    "`[training.device]`": ("training", "device"),
    "`[[eligibility]]`": ("eligibility", 0),
    "`[[consents]]`": ("consents", 0),
    "`[[visits]]`": ("visits", 0),
    "`[[instruments]]`": ("instruments", 0),
    "`[[alerts]]`": ("alerts", 0),
    "`worsens`": ("alerts", 0, "worsens"),
    "`silent`": ("alerts", 0, "silent"),
    "`[on_call]`": ("on_call",),
    "`[on_call.at.SITE]`": ("on_call", "at", "here"),
    "`[[messages]]`": ("messages", 0),
    "`[quiet_hours]`": ("quiet_hours",),
    "`[harms]`": ("harms",),
    "`[analysis.NAME]`": ("analysis", "primary"),
    "`[analysis.NAME.sensitivity]`": ("analysis", "primary", "sensitivity"),
    "`trend`": ("analysis", "primary", "sensitivity", "trend"),
    "`[analysis.NAME.mechanism]`": ("analysis", "primary", "mechanism"),
    "`[assumptions]`": ("assumptions",),
    "`[assumptions.course.ARM]`": ("assumptions", "course", "arm"),
    "`[assumptions.fade.ARM]`": ("assumptions", "fade", "arm"),
    "`[assumptions.correlations]`": ("assumptions", "correlations"),
    "`[assumptions.random_slope]`": ("assumptions", "random_slope"),
    "`[assumptions.scale]`": ("assumptions", "scale"),
    "`[assumptions.entry]`": ("assumptions", "entry"),
    "`[assumptions.dropout_by]`": ("assumptions", "dropout_by"),
    "`[assumptions.dose]`": ("assumptions", "dose"),
    "`[assumptions.sites]`": ("assumptions", "sites"),
    "`[assumptions.looks]`": ("assumptions", "looks"),
    "`[[assumptions.ranges]]`": ("assumptions", "ranges", 0),
}


def rows(heading: str) -> dict[str, list[str]]:
    """Return key -> cells of the table under a heading."""
    found = re.search(rf"^#+ {re.escape(heading)}$(.*?)(?=^#|\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None, heading
    lines = re.findall(r"^\| `(\w+)` \|(.*)\|$", found[1], re.MULTILINE)
    return {key: [cell.strip() for cell in cells.split(" | ")] for key, cells in lines}


def default(place: Place, key: str) -> str:
    """Return how the page must say what stands there if the key is left out."""
    table = table_at(place)
    if key in table.get("required", ()):
        return "required"
    value: Any = table["properties"][key].get("default")
    return "–" if value in (None, "", {}) or isinstance(value, dict) else f"`{json.dumps(value)}`"


@pytest.mark.parametrize(("heading", "place"), TABLES.items(), ids=TABLES)
def test_every_key_is_described_with_its_default_and_no_other(heading: str, place: Place) -> None:
    described = rows(heading)
    assert list(described) == keys_at(place)
    assert {key: cells[1] for key, cells in described.items()} == {key: default(place, key) for key in described}
    assert all(len(cells) == 4 and cells[3] for cells in described.values())


def test_no_table_of_the_schema_was_forgotten() -> None:
    named = {id(table_at(place)) for place in TABLES.values()}
    tables = [table for table in table_at(()).get("$defs", {}).values() if "properties" in table]
    assert len(named) == len(tables) + 1


def test_where_a_figure_comes_from_is_one_of_few_words() -> None:
    origins = {cells[3] for heading in TABLES for cells in rows(heading).values()}
    assert origins <= {"published", "reconstructed", "extension", "yours", "ours"}


def test_every_instrument_is_listed() -> None:
    assert [name for name in INSTRUMENTS if f"`{name}`" not in PAGE] == []
