"""The tables of a report as CSV files beside it: full precision, one file a table, and a list of them."""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path

from daybreak.analysis.report.parts import Report, ReportTable, Value


def write_tables(report: Report, folder: Path) -> list[Path]:
    """Write each table of the report into `folder`, which is made; return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for table in report.tables():
        place = folder / f"{table.key}.csv"
        place.write_text(table_csv(table), encoding="utf-8", newline="")
        made.append(place)
    return made


def table_csv(table: ReportTable) -> str:
    """Return a table as CSV: the heads' names, then a line a row; an empty field means that there is no value."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([head.name for head in table.heads])
    for place, row in enumerate(table.rows):
        if place not in table.headings:
            writer.writerow([_plain(value) for value in row])
    return text.getvalue()


def _plain(value: Value) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.12g}" if isinstance(value, float) else str(value)
