"""`daybreak serve`: the production server."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from daybreak.cli.port import check_port
from daybreak.core.errors import CommandError


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(help="Processes; all state lives in the database.", min=1, max=64)] = 1,
) -> None:
    """Serve the study whose data folder is DAYBREAK_DATA, after bringing its database up to date."""
    check_port(host, port, "daybreak serve")
    if os.environ.get("DAYBREAK_DEMO") == "1":
        raise CommandError(
            "DAYBREAK_DEMO is set, and a demo is no place for real people.",
            remedy="Unset it, or start the demo with: daybreak demo",
            code="setting",
        )
    from daybreak.server import serve as server

    server.serve(host, port, workers)
