"""Opening a table of data, CSV or Parquet; every fault of the file is one sentence."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from daybreak.core.errors import CommandError

if TYPE_CHECKING:
    import polars as pl

MISSING = ["", "NA", "."]  # as R and SAS write it


def open_table(path: Path, *, docs: str, refusal: type[CommandError], as_text: bool = False) -> pl.DataFrame:
    """Return the table in a file: Parquet by its suffix, else CSV with commas, semicolons or tabs.

    Args:
        path: the file.
        docs: where a proper file is described, said with a refusal.
        refusal: the error to raise.
        as_text: keep every cell of a CSV as text; else numbers are numbers, and empty, `NA` and `.` are missing.

    Raises:
        CommandError: of type `refusal`; the file cannot be read, is empty, or is no such table.
    """
    import polars as pl

    parquet = path.suffix.lower() == ".parquet"
    try:
        if parquet:
            return pl.read_parquet(path)
        separator = _separator(path)
        if as_text:
            return pl.read_csv(path, infer_schema=False, separator=separator)
        return pl.read_csv(path, infer_schema_length=None, null_values=MISSING, separator=separator)
    except OSError as error:
        raise refusal("this file cannot be read.", where=str(path), remedy="Check the path.") from error
    except pl.exceptions.NoDataError as error:
        raise refusal("this file is empty.", where=str(path), remedy=docs) from error
    except pl.exceptions.PolarsError as error:
        kind = "Parquet" if parquet else "CSV in UTF-8"
        raise refusal(f"this file is no {kind} that can be read.", where=str(path), remedy=docs) from error


def _separator(path: Path) -> str:
    """Return what stands between the names of the columns."""
    with path.open("rb") as file:
        heading = file.readline()
    return next((sign for sign in ("\t", ";") if sign.encode() in heading and b"," not in heading), ",")
