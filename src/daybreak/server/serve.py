"""Starting the server: database and static files up to date, then granian."""

from __future__ import annotations

import os
import sys

import django
from django.core.management import call_command
from django.db import DatabaseError, connection

from daybreak.core.errors import CommandError

THREADS = 4
IDLE_SECONDS = 600


def prepare() -> None:
    """Bring the database's tables and the static files up to date; doing it again changes nothing."""
    set_up()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)


def set_up() -> None:
    """Load Django with the server's settings.

    Raises:
        CommandError: a setting makes no sense, or the database cannot be opened.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "daybreak.server.settings")
    django.setup()
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        what = f"the database cannot be opened: {str(error).partition(chr(10))[0].strip()}."
        raise CommandError(what, remedy="Check DATABASE_URL and DAYBREAK_DATA.", code="database") from error


def serve(host: str = "127.0.0.1", port: int = 8000, workers: int = 1) -> None:
    """Serve until interrupted.

    Args:
        host: the address to listen on.
        port: the port to listen on.
        workers: processes; state lives only in the database, so any number may share it.
    """
    from granian import Granian  # noqa: PLC0415  slow to load, and needed only here
    from granian.constants import Interfaces  # noqa: PLC0415
    from granian.log import LogLevels  # noqa: PLC0415

    prepare()
    # No access log: it would hold the address of every personal link.
    Granian(
        "daybreak.server.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        blocking_threads_idle_timeout=IDLE_SECONDS,
        websockets=False,
        log_level=LogLevels.warning,
        log_access=False,
        respawn_failed_workers=True,
    ).serve()


if __name__ == "__main__":
    serve(port=int(sys.argv[1]), workers=int(sys.argv[2]) if len(sys.argv) > 2 else 1)
