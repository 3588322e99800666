"""Everything the database holds, in the order it gives it; of the vault only what anyone with a copy could see."""

from __future__ import annotations

from typing import Any

from django.db import connection

from tests.server.twin.sameness import row_numbers
from tests.server.twin.witness import VAULT


def stored() -> dict[str, list[Any]]:
    """Return the rows of every table as they lie, without any ORDER BY; sealed bytes of the vault by their length.

    PostgreSQL lays rows where it finds room, which has to do with what else goes on; there they are sorted.
    """
    with connection.cursor() as cursor:
        names = sorted(connection.introspection.table_names(cursor))
        tables = {name: _rows(cursor, name) for name in names}
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            tables["sqlite_sequence"] = sorted(_rows(cursor, "sqlite_sequence"))
    return tables | {"sequences": sorted(row_numbers().items())}


def _rows(cursor: Any, name: str) -> list[Any]:
    cursor.execute(f"SELECT * FROM {connection.ops.quote_name(name)}")
    columns = [column[0] for column in cursor.description]
    in_vault = bool(VAULT.match(name))
    rows = cursor.fetchall() if connection.vendor == "sqlite" else sorted(cursor.fetchall(), key=repr)
    return [tuple((column, _seen(value, in_vault)) for column, value in zip(columns, row, strict=True)) for row in rows]


def _seen(value: Any, in_vault: bool) -> Any:
    if isinstance(value, memoryview | bytes):
        return f"{len(value)} bytes" if in_vault else bytes(value)
    return value
