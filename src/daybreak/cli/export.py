"""`daybreak export`: a frozen folder of tidy tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from daybreak.core.errors import CommandError

if TYPE_CHECKING:
    from daybreak.server.studies.models import Study


def export(
    study: Annotated[str, typer.Option(help="The study's id, as in its study file.")],
    out: Annotated[Path, typer.Option(help="New folder to write.")],
    unblinded: Annotated[
        bool, typer.Option("--unblinded", help="Tell each person's arm; only after the planned unblinding.")
    ] = False,
    letters_for: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Tell the safety board's letters, for this member of the board.")
    ] = "",
    why: Annotated[str, typer.Option(help="What the letters are for; it stands in the trail.")] = "",
) -> None:
    """Write people, visits, training and forms as CSV and Parquet, with the study file, a dictionary and checksums.

    Reads the study in the data folder DAYBREAK_DATA (or DATABASE_URL). The export is blind if nothing else is asked.
    """
    from rich.console import Console
    from rich.progress import Progress, TextColumn

    from daybreak.server import serve

    if unblinded and letters_for:
        raise CommandError("an export has either arms or letters.", remedy="Leave out --unblinded or --letters-for.")
    serve.set_up()
    from daybreak.server import clock
    from daybreak.server.exports import actions
    from daybreak.server.exports.columns import TABLES

    found = _find(study)
    console = Console(stderr=True)
    with Progress(
        *Progress.get_default_columns()[:1], TextColumn("{task.completed:,.0f} rows"), console=console
    ) as bar:
        tasks = {table: bar.add_task(table, total=None) for table in TABLES}
        order = actions.Order(
            found, out.absolute(), clock.now(), lambda table, rows: bar.update(tasks[table], completed=rows)
        )
        if unblinded:
            actions.export_unblinded(order)
        elif letters_for:
            actions.export_by_letters(order, letters_for, why)
        else:
            actions.export_blind(order)
    console.print(f"Written: {out}")


def _find(key: str) -> Study:
    from django.conf import settings
    from django.db import DatabaseError

    from daybreak.server.studies.models import Study

    try:
        studies = {one.key: one for one in Study.objects.order_by("key")}
    except DatabaseError:  # nobody ever served from here, so there are no tables
        studies = {}
    found = studies.get(key)
    if found is None:
        known = ", ".join(studies) or f"none, in {settings.DATA} (DAYBREAK_DATA)"
        raise CommandError(f"there is no study '{key}' here.", remedy=f"Studies here: {known}.", code="no-such-study")
    return found
