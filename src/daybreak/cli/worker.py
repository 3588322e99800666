"""`daybreak worker`: the loop that plans and sends messages and looks after what is due."""

from __future__ import annotations

from typing import Annotated

import typer


def worker(
    once: Annotated[bool, typer.Option("--once", help="Do everything once and end.")] = False,
) -> None:
    """Plan and send messages, tell of alerts, note what was missed: until SIGTERM. Several may run at once."""
    from daybreak.server.serve import set_up

    set_up()
    from daybreak.server.messages.worker import Worker, check_database

    check_database()
    if once:
        Worker().run_once()
    else:
        Worker().run()
