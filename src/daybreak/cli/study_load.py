"""What `daybreak study load` does once the server's parts are set up."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import typer

from daybreak.core.errors import CommandError

if TYPE_CHECKING:
    from daybreak.server.studies.models import Study


def load_first(text: str, name: str, begins: datetime | None) -> None:
    """Store a study that is not there yet.

    Raises:
        CommandError: a day to begin was given; a study begins when it is loaded.
    """
    from daybreak.server import clock
    from daybreak.server.studies.actions import load_study

    if begins is not None:
        remedy = "Leave --from away; study.opens in the file says when people may be enrolled."
        raise CommandError("this study is not loaded yet, and begins when it is.", where=name, remedy=remedy)
    study = load_study(text, name, clock.now())
    typer.echo(f"Loaded: {study.key}, version 1.")


def load_later(study: Study, text: str, name: str, *, begins: datetime | None, reason: str, ask: bool) -> None:
    """Show what a later version changes, ask, and store it.

    Raises:
        CommandError: whoever runs the command does not want it.
        DaybreakError: it would break what is under way, says nothing new, begins too early, or has no reason.
    """
    from daybreak.server.amendments.actions import Amendment, change_study
    from daybreak.server.amendments.proposal import propose

    proposal = propose(study, text, name)
    for change in proposal.changes:
        typer.echo(change.says)
    if ask and not proposal.harmful and not typer.confirm(f"Store this as version {proposal.base.number + 1}?"):
        raise CommandError("nothing was stored.", where=name)
    day = begins.date() if begins else None
    version = change_study(None, study, Amendment(text, name, day, reason, proposal.base.number))
    typer.echo(
        f"Loaded: {study.key}, version {version.number}, in effect from {version.effective_from:%Y-%m-%d %H:%M} UTC."
    )
