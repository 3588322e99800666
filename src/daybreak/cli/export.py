"""`daybreak export`: a frozen folder of tidy tables."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from daybreak.core.errors import CommandError


def export(
    study: Annotated[str, typer.Option(help="The study's id, as in its study file.")],
    out: Annotated[Path, typer.Option(help="New folder to write.")],
) -> None:
    """Write training and forms, down to each step and answer, as CSV and Parquet with a dictionary and checksums.

    Reads the study in the data folder DAYBREAK_DATA (or DATABASE_URL). The export is blind.
    """
    from rich.console import Console
    from rich.progress import Progress, TextColumn

    from daybreak.server import serve

    serve.set_up()
    from django.conf import settings
    from django.db import DatabaseError

    from daybreak.server import clock
    from daybreak.server.assessments.actions.closing import close_over as close_forms
    from daybreak.server.audit.trail import recorded
    from daybreak.server.exports.columns import TABLES
    from daybreak.server.exports.folder import export_study
    from daybreak.server.studies.models import Study
    from daybreak.server.training.actions.closing import close_over

    try:
        studies = {one.key: one for one in Study.objects.order_by("key")}
    except DatabaseError:  # nobody ever served from here, so there are no tables
        studies = {}
    found = studies.get(study)
    if found is None:
        known = ", ".join(studies) or f"none, in {settings.DATA} (DAYBREAK_DATA)"
        raise CommandError(f"there is no study '{study}' here.", remedy=f"Studies here: {known}.", code="no-such-study")
    close_over(found, clock.now())
    close_forms(found, clock.now())
    console = Console(stderr=True)
    with Progress(
        *Progress.get_default_columns()[:1], TextColumn("{task.completed:,.0f} rows"), console=console
    ) as bar:
        tasks = {table: bar.add_task(table, total=None) for table in TABLES}
        export_study(found, out.absolute(), clock.now(), lambda table, rows: bar.update(tasks[table], completed=rows))
    with recorded(None, "export-data", study=found) as entry:
        entry.note(folder=out.name)
    console.print(f"Written: {out}")
