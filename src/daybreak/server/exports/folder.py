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
from functools import partial
from itertools import islice
from pathlib import Path

import polars as pl
from django.db import connection

from daybreak.core.errors import CommandError
from daybreak.server.exports.column import Column
from daybreak.server.exports.columns import TABLES
from daybreak.server.exports.description import data_dictionary, dataset_description, readme
from daybreak.server.exports.groups import PEOPLE, Groups, nameless_last
from daybreak.server.exports.rows import ROWS, Row
from daybreak.server.exports.study_files import write_study
from daybreak.server.studies.models import Study

BATCH = 5_000
TIME_FORMAT = "%Y-%m-%dT%H:%M:%S%.6fZ"
CHECKSUMS = "CHECKSUMS.sha256"
TYPES: dict[str, pl.DataType | type[pl.DataType]] = {
    "text": pl.String,
    "whole": pl.Int64,
    "real": pl.Float64,
    "truth": pl.Boolean,
    "time": pl.Datetime("us", "UTC"),
}
Progress = Callable[[str, int], None]
BLIND = Groups()


def export_study(
    study: Study,
    out: Path,
    now: datetime,
    progress: Progress = lambda _table, _rows: None,
    groups: Groups = BLIND,
) -> None:
    """Write the study's tables to the new folder `out`.

    Args:
        study: which study.
        out: must not exist yet, or be an empty folder.
        now: the time of the export, for the description.
        progress: called with a table's name and the rows written so far.
        groups: what it tells of who got what; nothing, if left out. What tells something is readable by its owner only.

    Raises:
        CommandError: `out` exists and is not an empty folder, or cannot be written.
    """
    check_free(out)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    except OSError as error:
        reason = (error.strerror or "it cannot be written").lower()
        raise CommandError(f"{reason}.", where=str(out), remedy="Name another folder.") from error
    try:
        with _one_moment():
            _write_all(study, draft, now, progress, groups)
        _seal(draft, private=groups.column is not None)
        draft.replace(out)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def check_free(out: Path) -> None:
    """Refuse a folder that holds something.

    Raises:
        CommandError: `out` exists and is not an empty folder.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise CommandError(
            "this already exists.", where=str(out), remedy="An export is never changed: name a new folder."
        )


def table_file(study: Study, table: str) -> str:
    """Return a table's file name without extension, by Psych-DS: keywords with plain values, then `_data`."""
    return f"study-{re.sub(r'[^A-Za-z0-9]', '', study.key)}_description-{table}_data"


def read_types(columns: tuple[Column, ...]) -> dict[str, pl.DataType | type[pl.DataType]]:
    """Return the polars type of each column."""
    return {column.name: TYPES[column.kind] for column in columns}


def _write_all(study: Study, draft: Path, now: datetime, progress: Progress, groups: Groups) -> None:
    (draft / "data").mkdir()
    (draft / "documentation").mkdir()
    files = {table: table_file(study, table) for table in TABLES}
    counts = {}
    for table in TABLES:
        rows, place = _told(study, table, groups), draft / "data" / f"{files[table]}.csv"
        columns = groups.columns(table)
        counts[table] = _write_table(rows, columns, place, partial(progress, table))
        if groups.labels is not None:
            _order_by_label(place, columns)
        read_csv(place, columns).sink_parquet(place.with_suffix(".parquet"))
    description = json.dumps(dataset_description(study, now, groups), indent=2, ensure_ascii=False)
    (draft / "dataset_description.json").write_text(description + "\n", encoding="utf-8")
    (draft / "documentation" / "data_dictionary.csv").write_text(
        data_dictionary(files, groups), encoding="utf-8", newline=""
    )
    (draft / "README.md").write_text(readme(study, now, files, counts, groups), encoding="utf-8")
    write_study(study, draft / "study", now, groups.blinding, files)


def _told(study: Study, table: str, groups: Groups) -> Iterator[Row]:
    told = groups.told(table, ROWS[table](study))
    return nameless_last(told) if table == PEOPLE else told


def _write_table(rows: Iterator[Row], columns: tuple[Column, ...], place: Path, progress: Callable[[int], None]) -> int:
    """Write a table as CSV in batches; return how many rows."""
    types, count = read_types(columns), 0
    with place.open("wb") as file:
        pl.DataFrame(schema=types).write_csv(file)
        while batch := list(islice(rows, BATCH)):
            frame = pl.DataFrame(batch, schema=types, orient="row")
            frame.write_csv(file, include_header=False, datetime_format=TIME_FORMAT)
            count += len(batch)
            progress(count)
    return count


def _order_by_label(place: Path, columns: tuple[Column, ...]) -> None:
    """Put people in the order of their labels: rows come in that of codes, which would tell the codes."""
    rows = read_csv(place, columns).sort("participant", nulls_last=True, maintain_order=True).collect()
    rows.write_csv(place, datetime_format=TIME_FORMAT)


def read_csv(place: Path, columns: tuple[Column, ...]) -> pl.LazyFrame:
    """Return a table of an export with its types; times are in UTC."""
    times = [column.name for column in columns if column.kind == "time"]
    schema = read_types(columns) | dict.fromkeys(times, pl.String)
    to_time = pl.col(times).str.to_datetime("%Y-%m-%dT%H:%M:%S%.fZ", time_unit="us", time_zone="UTC")
    return pl.scan_csv(place, schema=schema).with_columns(to_time)


def _seal(draft: Path, *, private: bool) -> None:
    """Write every file's checksum, in the form `sha256sum -c` reads, and make the files read-only."""
    files = sorted(path for path in draft.rglob("*") if path.is_file())
    lines = (f"{_sha256(path)}  {path.relative_to(draft).as_posix()}\n" for path in files)
    (draft / CHECKSUMS).write_text("".join(lines), encoding="utf-8")
    for path in [*files, draft / CHECKSUMS]:
        path.chmod(0o400 if private else 0o444)
    draft.chmod(0o700 if private else 0o755)


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
