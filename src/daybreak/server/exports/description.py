"""What describes an export: the Psych-DS description, a data dictionary, and a page to read first."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from daybreak.server.exports.column import Column
from daybreak.server.exports.columns import MEANINGS, TABLES
from daybreak.server.exports.groups import Groups
from daybreak.server.studies.models import Study

PYTHON_TYPES = {
    "text": "text",
    "whole": "whole number",
    "real": "number",
    "truth": "true or false",
    "time": "time, UTC",
}
TELLS = {
    "blind": "Blind: nothing here tells which version of the training anyone was given.",
    "letters": "By letters: groups are named as for the safety board, and nothing tells which arm a letter is.",
    "unblinded": "Unblinded: the table of participants tells each person's arm.",
}
READ_FIRST = {
    "blind": "The export is blind: no word, no picture and no version of the training is part of it.",
    "letters": (
        "The export is for the safety board's statistician and for nobody else: groups have letters. Whoever sees it "
        "beside people's codes can tell who got the same (daybreak's decisions 15 and 16)."
    ),
    "unblinded": "The export is unblinded: `arm` in the table of participants says what each person was allocated to.",
}


def dataset_description(study: Study, now: datetime, groups: Groups) -> dict[str, Any]:
    """Return `dataset_description.json` by Psych-DS 1: a schema.org Dataset that names every column of every table."""
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": study.title,
        "description": (
            f"Self-association training in the study {study.key}: people and their visits; sessions, sittings, device "
            f"checks and steps as they were played; forms with their answers and scores. {TELLS[groups.blinding]}"
        ),
        "identifier": study.key,
        "dateCreated": now.isoformat(timespec="seconds"),
        "variableMeasured": [_property(column) for column in _once(groups)],
    }


def data_dictionary(files: Mapping[str, str], groups: Groups) -> str:
    """Return the dictionary as CSV: one row a column of a table."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("file", "column", "type", "unit", "values", "meaning"))
    for table in TABLES:
        for column in groups.columns(table):
            kind, values = PYTHON_TYPES[column.kind], " | ".join(column.values)
            writer.writerow((f"{files[table]}.csv", column.name, kind, column.unit, values, column.meaning))
    return text.getvalue()


def readme(study: Study, now: datetime, files: Mapping[str, str], counts: Mapping[str, int], groups: Groups) -> str:
    """Return the page to read first."""
    called = "the safety board's labels" if groups.labels is not None else "their code in the study"
    tables = "\n".join(f"| `data/{files[table]}` | {MEANINGS[table]} | {counts[table]} |" for table in TABLES)
    return f"""# {study.title}

An export of the study `{study.key}`, frozen at {now:%Y-%m-%d %H:%M:%S} UTC. Each table stands here twice with the same
rows: as `.csv` and as `.parquet`.

| table | what a row is | rows |
| --- | --- | --- |
{tables}

`documentation/data_dictionary.csv` explains every column. `dataset_description.json` says the same for machines, by
[Psych-DS](https://psych-ds.github.io/). An empty field means that there is no value. `study/study.toml` is the study
file in force, `study/export.json` says what this export is.

Where `wording` says `not the validated wording`, the items were asked in daybreak's own plain prompts, and scores
do not stand for those of the published instrument. Free text is not exported.

People appear by {called} only. {READ_FIRST[groups.blinding]}

`sha256sum -c CHECKSUMS.sha256` proves that nothing was changed since. Files are read-only for the same reason.
"""


def _once(groups: Groups) -> Iterator[Column]:
    """Yield every column once, by name; columns of one name mean the same in every table."""
    seen: set[str] = set()
    for table in TABLES:
        for column in groups.columns(table):
            if column.name not in seen:
                seen.add(column.name)
                yield column


def _property(column: Column) -> dict[str, Any]:
    parts = {
        "@type": "PropertyValue",
        "name": column.name,
        "description": column.meaning,
        "unitText": column.unit,
        "valueReference": list(column.values),
    }
    return {key: value for key, value in parts.items() if value}
