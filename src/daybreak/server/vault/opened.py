"""The vault is open inside its doors, and shut everywhere else.

Where `DAYBREAK_VAULT_ROLE` names a role of PostgreSQL, the vault's schema belongs to it, and the server's own login can
read nothing there. Each function of a door takes that role for as long as it runs. On SQLite there are no roles.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.db import connection, transaction

_is_open: ContextVar[bool] = ContextVar("the vault is open", default=False)


@contextmanager
def opened() -> Iterator[None]:
    """Take the vault's role inside a transaction; a door that opens another stays as it is."""
    if not settings.VAULT_ROLE or connection.vendor != "postgresql" or _is_open.get():
        yield
        return
    token = _is_open.set(True)
    try:
        # After a failure there is nothing to give back: the role is undone with all else since the savepoint.
        with transaction.atomic():
            _take(connection.ops.quote_name(settings.VAULT_ROLE))
            yield
            _take("NONE")
    finally:
        _is_open.reset(token)


def _take(role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {role}")
