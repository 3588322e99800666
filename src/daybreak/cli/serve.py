"""`daybreak serve`: the production server."""

from __future__ import annotations

from typing import Annotated

import typer

from daybreak.cli.port import check_port


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(help="Processes; all state lives in the database.", min=1, max=64)] = 1,
) -> None:
    """Serve the study whose data folder is DAYBREAK_DATA, after bringing its database up to date."""
    check_port(host, port, "daybreak serve")
    from daybreak.server import serve as server

    server.serve(host, port, workers)
