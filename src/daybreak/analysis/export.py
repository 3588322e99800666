"""Opening an export folder: every file proved against its checksum, tables with their types, the study file read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, get_args

import polars as pl

from daybreak.core.errors import ExportError
from daybreak.core.participation import ALLOCATED
from daybreak.core.study import StudyFile, read_study

Blinding = Literal["blind", "letters", "unblinded"]
CHECKSUMS = "CHECKSUMS.sha256"
ABOUT = "study/export.json"
STUDY_FILE = "study/study.toml"
FORM = 1
POOLED = "pooled"
AGAIN = "Export again with `daybreak export`."
GROUP_COLUMNS: dict[Blinding, str] = {"letters": "letter", "unblinded": "arm"}


@dataclass(frozen=True)
class Export:
    """An export that was found whole.

    Attributes:
        folder: where it lies.
        study: the study file in force when it was made.
        blinding: whether it tells no group, the safety board's letters, or arms.
        made_at: when it was made.
        daybreak: the version of daybreak that made it.
        files: table to file name without extension.
        checksums: file to SHA-256.
        sha256: the SHA-256 of the list of checksums: one number for the whole of it.
    """

    folder: Path
    study: StudyFile
    blinding: Blinding
    made_at: datetime
    daybreak: str
    files: Mapping[str, str]
    checksums: Mapping[str, str]
    sha256: str
    _tables: dict[str, pl.DataFrame] = field(default_factory=dict, repr=False, compare=False)

    def table(self, name: str) -> pl.DataFrame:
        """Return a table with its types; times are in UTC.

        Raises:
            ExportError: the export has no such table, or it cannot be read.
        """
        if name not in self._tables:
            file = f"data/{self.files.get(name)}.parquet"
            if file not in self.checksums:
                raise ExportError(f"there is no table '{name}'.", where=str(self.folder), remedy=AGAIN)
            try:
                self._tables[name] = pl.read_parquet(self.folder / file)
            except pl.exceptions.PolarsError as error:
                raise ExportError(f"{file} is no Parquet file.", where=str(self.folder), remedy=AGAIN) from error
        return self._tables[name]

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups people are compared by: arms in the study file's order, letters, or `pooled` alone."""
        if self.blinding == "unblinded":
            return tuple(arm.key for arm in self.study.arms)
        if self.blinding == "letters":
            return tuple(self.table("participants")["letter"].drop_nulls().unique().sort())
        return (POOLED,)

    def people(self) -> pl.DataFrame:
        """Return the table of participants with a column `arm`: arm, letter or `pooled`; empty before the allocation.

        It is a categorical variable whose levels are `groups`, in that order. Those who withdrew their data are in it,
        without a code.

        Raises:
            ExportError: somebody is enrolled and in no group, or in one that the study file does not have.
        """
        people = self.table("participants")
        column = GROUP_COLUMNS.get(self.blinding)
        is_allocated = pl.col("participation").is_in([status.value for status in ALLOCATED])
        group = pl.col(column) if column else pl.when(is_allocated).then(pl.lit(POOLED))
        told = people.with_columns(arm=group).select(pl.exclude("letter"))
        self._check_groups(told.filter(is_allocated))
        return told.with_columns(pl.col("arm").cast(pl.Enum(self.groups)))

    def _check_groups(self, allocated: pl.DataFrame) -> None:
        unknown = allocated.filter(pl.col("arm").is_null() | ~pl.col("arm").is_in(list(self.groups)))
        if unknown.height:
            code, group = unknown.select("participant", "arm").row(0)
            says = f"is in the group '{group}', which the study file does not have" if group else "is in no group"
            raise ExportError(f"{code or 'somebody'} is enrolled and {says}.", where=str(self.folder), remedy=AGAIN)


def open_export(folder: Path) -> Export:
    """Return the export in `folder`, after every file was found to be what it was when it was written.

    Raises:
        ExportError: the folder is no export, or a file is missing, was changed or cannot be read; the first is named.
        StudyFileError: the study file in it cannot be read by this version of daybreak.
    """
    listed = _read(folder, CHECKSUMS)
    checksums = dict(_lines(folder, listed.decode(errors="replace")))
    for name, checksum in checksums.items():
        if _sha256(folder, name) != checksum:
            raise ExportError(f"{name} was changed since the export was made.", where=str(folder), remedy=AGAIN)
    for name in (ABOUT, STUDY_FILE):
        if name not in checksums:
            raise ExportError(f"{CHECKSUMS} does not list {name}.", where=str(folder), remedy=AGAIN)
    about = _about(folder)
    return Export(
        folder=folder,
        study=read_study(_read(folder, STUDY_FILE).decode(), str(folder / STUDY_FILE)),
        blinding=about["blinding"],
        made_at=datetime.fromisoformat(about["made_at"]),
        daybreak=about["daybreak"],
        files=about["tables"],
        checksums=checksums,
        sha256=hashlib.sha256(listed).hexdigest(),
    )


def _lines(folder: Path, text: str) -> list[tuple[str, str]]:
    """Return file and checksum of each line of `CHECKSUMS.sha256`."""
    found = [(name, checksum) for checksum, gap, name in (line.partition("  ") for line in text.splitlines()) if gap]
    if not found or len(found) != len(text.splitlines()):
        raise ExportError(f"{CHECKSUMS} is no list of checksums.", where=str(folder), remedy=AGAIN)
    return found


def _about(folder: Path) -> dict[str, Any]:
    try:
        about = json.loads(_read(folder, ABOUT))
        known = about["format"] == FORM and about["blinding"] in get_args(Blinding)
        named = [about[name] for name in ("made_at", "daybreak", "tables")]
    except (ValueError, KeyError, TypeError) as error:
        raise ExportError(f"{ABOUT} cannot be read.", where=str(folder), remedy=AGAIN) from error
    if not known or not all(named):
        raise ExportError(
            f"{ABOUT} is of a form that this daybreak does not know.", where=str(folder), remedy="Use a later version."
        )
    return dict(about)


def _read(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        raise _unreadable(folder, name, error) from error


def _sha256(folder: Path, name: str) -> str:
    try:
        with (folder / name).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise _unreadable(folder, name, error) from error


def _unreadable(folder: Path, name: str, error: OSError) -> ExportError:
    if name == CHECKSUMS and isinstance(error, FileNotFoundError | NotADirectoryError):
        remedy = "Name the folder that `daybreak export` wrote."
        return ExportError(f"this is no export: there is no {CHECKSUMS}.", where=str(folder), remedy=remedy)
    says = "is missing" if isinstance(error, FileNotFoundError) else "cannot be read"
    return ExportError(f"{name} {says}.", where=str(folder), remedy=AGAIN)
