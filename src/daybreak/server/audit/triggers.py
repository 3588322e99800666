"""Triggers by which a database refuses to change or delete rows, for SQLite and PostgreSQL."""

from __future__ import annotations

from typing import Any

SQLITE = """
CREATE TRIGGER {table}_no_{verb} BEFORE {VERB} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION daybreak_append_only() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END;
$$ LANGUAGE plpgsql
"""
POSTGRESQL = """
CREATE TRIGGER {table}_no_{verb} BEFORE {VERB} ON {table}
FOR EACH {each} EXECUTE FUNCTION daybreak_append_only()
"""


def make_append_only(schema_editor: Any, table: str) -> None:
    """Let the database refuse UPDATE, DELETE and TRUNCATE on `table`."""
    if schema_editor.connection.vendor == "sqlite":
        for verb in ("update", "delete"):
            schema_editor.execute(SQLITE.format(table=table, verb=verb, VERB=verb.upper()), params=None)
        return
    schema_editor.execute(POSTGRESQL_FUNCTION, params=None)
    for verb, each in (("update", "ROW"), ("delete", "ROW"), ("truncate", "STATEMENT")):
        schema_editor.execute(POSTGRESQL.format(table=table, verb=verb, VERB=verb.upper(), each=each), params=None)
