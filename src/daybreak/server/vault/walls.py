"""What the database itself refuses in the vault, on SQLite and PostgreSQL; run by migration 0002."""

from __future__ import annotations

from typing import Any

TABLES = ("allocationlist", "allocationrow", "assignment", "kit", "boardletters", "dispensed")
# What may never change once it stands; a place that was given away stays as it is altogether.
FIXED = {
    "allocationlist": "NEW.sealed <> OLD.sealed OR NEW.stratum <> OLD.stratum OR NEW.taken < OLD.taken",
    "allocationrow": (
        "OLD.participant_id IS NOT NULL OR NEW.sealed <> OLD.sealed "
        "OR NEW.position <> OLD.position OR NEW.list_id <> OLD.list_id"
    ),
    "assignment": "1 = 1",
    "boardletters": "1 = 1",
    "kit": "NEW.sealed <> OLD.sealed OR NEW.number <> OLD.number OR NEW.participant_id <> OLD.participant_id",
}
SAYS = "what the vault holds is never changed"

SQLITE = (
    "CREATE TRIGGER vault_{table}_fixed BEFORE UPDATE ON vault_{table} WHEN {when} "
    "BEGIN SELECT RAISE(ABORT, '{says}'); END",
    "CREATE TRIGGER vault_{table}_kept BEFORE DELETE ON vault_{table} BEGIN SELECT RAISE(ABORT, '{says}'); END",
)
POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION vault.{table}_fixed() RETURNS trigger AS $$ BEGIN "
    "IF TG_OP <> 'UPDATE' THEN RAISE EXCEPTION '{says}'; END IF; "
    "IF {when} THEN RAISE EXCEPTION '{says}'; END IF; RETURN NEW; END; $$ LANGUAGE plpgsql",
    "CREATE TRIGGER {table}_fixed BEFORE UPDATE OR DELETE ON vault.vault_{table} "
    "FOR EACH ROW EXECUTE FUNCTION vault.{table}_fixed()",
)


def build_walls(schema_editor: Any) -> None:
    """Move the vault's tables into a schema of their own where there are schemas, and put the triggers on them."""
    on_sqlite = schema_editor.connection.vendor == "sqlite"
    if not on_sqlite:
        schema_editor.execute("CREATE SCHEMA IF NOT EXISTS vault")
        for table in TABLES:
            schema_editor.execute(f"ALTER TABLE vault_{table} SET SCHEMA vault")
    for table, when in FIXED.items():
        for statement in SQLITE if on_sqlite else POSTGRESQL:
            schema_editor.execute(statement.format(table=table, when=when, says=SAYS), params=None)
