"""Writing the frozen folder: tables in batches, what describes them, checksums. It appears whole or not at all."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path

import polars as pl
from django.db import connection

from daybreak.core.errors import CommandError
from daybreak.server.exports.columns import TABLES, Column
from daybreak.server.exports.description import data_dictionary, dataset_description, readme
from daybreak.server.exports.rows import ROWS
from daybreak.server.studies.models import Study

BATCH = 5_000
CHECKSUMS = "CHECKSUMS.sha256"
TYPES: dict[str, pl.DataType | type[pl.DataType]] = {
    "text": pl.String,
    "whole": pl.Int64,
    "real": pl.Float64,
    "truth": pl.Boolean,
    "time": pl.Datetime("us", "UTC"),
}
Progress = Callable[[str, int], None]


def export_study(study: Study, out: Path, now: datetime, progress: Progress = lambda _table, _rows: None) -> None:
    """Write the study's tables to the new folder `out`.

    Args:
        study: which study.
        out: must not exist yet, or be an empty folder.
        now: the time of the export, for the description.
        progress: called with a table's name and the rows written so far.

    Raises:
        CommandError: `out` exists and is not an empty folder, or cannot be written.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise CommandError(
            "this already exists.", where=str(out), remedy="An export is never changed: name a new folder."
        )
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    except OSError as error:
        reason = (error.strerror or "it cannot be written").lower()
        raise CommandError(f"{reason}.", where=str(out), remedy="Name another folder.") from error
    try:
        with _one_moment():
            _write_all(study, draft, now, progress)
        draft.chmod(0o755)
        draft.replace(out)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def table_file(study: Study, table: str) -> str:
    """Return a table's file name without extension, by Psych-DS: keywords with plain values, then `_data`."""
    return f"study-{re.sub(r'[^A-Za-z0-9]', '', study.key)}_description-{table}_data"


def read_types(columns: tuple[Column, ...]) -> dict[str, pl.DataType | type[pl.DataType]]:
    """Return the polars type of each column."""
    return {column.name: TYPES[column.kind] for column in columns}


def _write_all(study: Study, draft: Path, now: datetime, progress: Progress) -> None:
    (draft / "data").mkdir()
    (draft / "documentation").mkdir()
    counts = {table: _write_table(study, table, draft / "data", progress) for table in TABLES}
    files = {table: table_file(study, table) for table in TABLES}
    description = json.dumps(dataset_description(study, now), indent=2, ensure_ascii=False)
    (draft / "dataset_description.json").write_text(description + "\n", encoding="utf-8")
    (draft / "documentation" / "data_dictionary.csv").write_text(data_dictionary(files), encoding="utf-8", newline="")
    (draft / "README.md").write_text(readme(study, now, files, counts), encoding="utf-8")
    _seal(draft)


def _write_table(study: Study, table: str, folder: Path, progress: Progress) -> int:
    """Write a table as CSV in batches, then stream that into Parquet; return how many rows."""
    columns, rows, count = TABLES[table], ROWS[table](study), 0
    types = read_types(columns)
    place = folder / f"{table_file(study, table)}.csv"
    with place.open("wb") as file:
        pl.DataFrame(schema=types).write_csv(file)
        while batch := list(islice(rows, BATCH)):
            frame = pl.DataFrame(batch, schema=types, orient="row")
            frame.write_csv(file, include_header=False, datetime_format="%Y-%m-%dT%H:%M:%S%.6fZ")
            count += len(batch)
            progress(table, count)
    read_csv(place, columns).sink_parquet(place.with_suffix(".parquet"))
    return count


def read_csv(place: Path, columns: tuple[Column, ...]) -> pl.LazyFrame:
    """Return a table of an export with its types; times are in UTC."""
    times = [column.name for column in columns if column.kind == "time"]
    schema = read_types(columns) | dict.fromkeys(times, pl.String)
    to_time = pl.col(times).str.to_datetime("%Y-%m-%dT%H:%M:%S%.fZ", time_unit="us", time_zone="UTC")
    return pl.scan_csv(place, schema=schema).with_columns(to_time)


def _seal(draft: Path) -> None:
    """Write every file's checksum, in the form `sha256sum -c` reads, and make the files read-only."""
    files = sorted(path for path in draft.rglob("*") if path.is_file())
    lines = (f"{_sha256(path)}  {path.relative_to(draft).as_posix()}\n" for path in files)
    (draft / CHECKSUMS).write_text("".join(lines), encoding="utf-8")
    for path in [*files, draft / CHECKSUMS]:
        path.chmod(0o444)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _one_moment() -> Iterator[None]:
    """Read everything as it is at one moment, while people go on playing; takes no lock."""
    if connection.in_atomic_block:
        yield
        return
    begin = "BEGIN DEFERRED" if connection.vendor == "sqlite" else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    with connection.cursor() as cursor:
        cursor.execute(begin)
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")
