"""The one door to polars: results become tables here, and polars is imported only when somebody asks for one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from polars import DataFrame as DataFrame  # noqa: PLC0414 - said twice, so that others may import the type here


def polars_table(rows: Sequence[Mapping[str, object]]) -> DataFrame:
    """Return one polars row for each mapping; the first mapping's keys are the columns."""
    from polars import DataFrame  # noqa: PLC0415 - statistics work where polars is not installed

    return DataFrame([dict(row) for row in rows], infer_schema_length=None)
