"""Whose the vault is on PostgreSQL; seen to each time the tables are brought up to date."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import DatabaseError, connections, transaction

from daybreak.core.errors import CommandError

# `USAGE` of a role is what its members may do without taking it first; a superuser may do everything.
STANDING = (
    "SELECT session_user::text, (SELECT nspowner::regrole::text FROM pg_namespace WHERE nspname = 'vault'), "
    "(SELECT pg_has_role(session_user, oid, 'USAGE') FROM pg_roles WHERE rolname = %s)"
)
TABLES = "SELECT 'TABLE vault.' || quote_ident(tablename) FROM pg_tables WHERE schemaname = 'vault'"
FUNCTIONS = "SELECT 'FUNCTION ' || oid::regprocedure FROM pg_proc WHERE pronamespace = 'vault'::regnamespace"


def see_to(using: str = "default", **_: Any) -> None:
    """Give the vault to the role that the settings name, and let the doors read what else they need to know.

    Raises:
        CommandError: the login may read the vault without taking the role, or cannot give it away; or the vault belongs
            to another role than the settings name.
    """
    connection = connections[using]
    if connection.vendor != "postgresql":
        return
    role = settings.VAULT_ROLE
    with connection.cursor() as cursor:
        cursor.execute(STANDING, [role])
        login, owner, inherits = cursor.fetchone()
    if owner not in (None, login, role):
        raise _refused(f"the vault of this database belongs to the role {owner}.", "Name that role.")
    if not role:
        return
    if inherits is None:
        raise _refused("there is no such role.", "Create it, as docs/reference/settings.md shows.")
    if inherits:
        raise _refused(
            f"the server's login {login} may read the vault without taking this role.",
            "Take a login that is no superuser, and grant it the role WITH INHERIT FALSE, SET TRUE.",
        )
    try:
        with transaction.atomic(using=using), connection.cursor() as cursor:
            _give(cursor, connection.ops.quote_name(role), is_new=owner == login)
    except DatabaseError as error:
        said = str(error).partition("\n")[0].strip()
        raise _refused(
            f"the vault cannot be given away: {said}.", "Grant what docs/reference/settings.md shows."
        ) from error


def _give(cursor: Any, role: str, *, is_new: bool) -> None:
    if is_new:
        cursor.execute(f"GRANT USAGE, CREATE ON SCHEMA vault TO {role}")
        cursor.execute(f"{TABLES} UNION ALL {FUNCTIONS}")
        for (thing,) in cursor.fetchall():
            cursor.execute(f"ALTER {thing} OWNER TO {role}")
        cursor.execute(f"ALTER SCHEMA vault OWNER TO {role}")
    cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
    cursor.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}")


def _refused(what: str, remedy: str) -> CommandError:
    return CommandError(what, where="DAYBREAK_VAULT_ROLE", remedy=remedy, code="setting")
