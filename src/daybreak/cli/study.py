"""`daybreak study`: check a study file, show what it says, copy one that ships, and put one into the database."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer

from daybreak.core.errors import CommandError, StudyFileError

app = typer.Typer(help="Study files: check, show, copy, load.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(help="The study file.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@app.command()
def check(file: File, as_json: AsJson = False) -> None:
    """Say whether a study file is in order; if not, name line, key and remedy of each mistake."""
    from daybreak.cli.study_source import read_file

    try:
        study = read_file(file)
    except StudyFileError as error:
        _tell_faults(file, error, as_json)
        raise typer.Exit(2) from error
    if as_json:
        typer.echo(json.dumps({"file": str(file), "valid": True, "faults": [], "notes": []}))
        return
    arms, sessions = len(study.arms), study.training.sessions * len(study.infusions.with_training)
    typer.echo(
        f"{file.name} is in order: {arms} arm{'s' if arms > 1 else ''}, {len(study.schedule)} visits, "
        f"{sessions} training sessions."
    )


def _tell_faults(file: Path, error: StudyFileError, as_json: bool) -> None:
    """Print each mistake on a line of its own."""
    if as_json:
        typer.echo(json.dumps({"file": str(file), "valid": False, "faults": error.faults, "notes": []}))
        return
    for fault in error.faults:
        typer.echo(f"{file.name}: {fault}.", err=True)
    many = len(error.faults)
    typer.echo(f"daybreak: {file.name} has {many} mistake{'s' if many > 1 else ''}; see above.", err=True)


@app.command()
def show(
    file: File,
    infusion: Annotated[
        datetime,
        typer.Option(help="End of an imagined infusion, for the training calendar.", formats=["%Y-%m-%dT%H:%M"]),
    ] = datetime(2026, 3, 2, 10, 40),
    zone: Annotated[str, typer.Option(help="Time zone of the imagined person.")] = "UTC",
    as_json: AsJson = False,
) -> None:
    """Print arms, schedule, training calendar and alerts of a study file."""
    from rich.console import Console

    from daybreak.cli.study_show import as_tables, as_values
    from daybreak.cli.study_source import read_file

    study, ended = read_file(file), infusion.replace(tzinfo=_zone(zone))
    if as_json:
        typer.echo(json.dumps(as_values(study, ended), ensure_ascii=False))
        return
    console = Console()
    for part in as_tables(study, ended, console.width):
        console.print(part)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        remedy = "Write an IANA name such as Europe/Madrid."
        raise CommandError(f"there is no time zone '{name}'.", where="--zone", remedy=remedy) from error


@app.command()
def copy(
    name: Annotated[str, typer.Argument(help="A study file that ships: ketamine-training, two-by-two or clinic.")],
    out: Annotated[Path, typer.Argument(help="New file to write; its JSON Schema for editors is put beside it.")],
) -> None:
    """Copy a study file that ships, to be changed."""
    from daybreak.content.studies import SCHEMA, schema_text, study_text

    text = study_text(name)
    if out.exists():
        raise CommandError("there is already a file of this name.", where=str(out), remedy="Choose another name.")
    try:
        out.write_text(text, encoding="utf-8")
        out.with_name(SCHEMA).write_text(schema_text(), encoding="utf-8")
    except OSError as error:
        raise CommandError("this file cannot be written.", where=str(out), remedy="Choose another folder.") from error
    typer.echo(f"Written: {out}, and {SCHEMA} beside it for your editor.")


@app.command()
def load(
    file: File,
    begins: Annotated[
        datetime | None,
        typer.Option("--from", help="First day of a later version, in UTC; at once if left out.", formats=["%Y-%m-%d"]),
    ] = None,
    reason: Annotated[str, typer.Option(help="Why a later version changes; it stands in the audit trail.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before a later version is stored.")] = False,
) -> None:
    """Put a study into the database, or a later version of its file; the database is that of DAYBREAK_DATA."""
    from daybreak.cli.study_load import load_first, load_later
    from daybreak.cli.study_source import read_file, read_text
    from daybreak.server import serve

    text, key = read_text(file), read_file(file).study.id
    serve.prepare()
    from daybreak.server.studies.models import Study

    study = Study.objects.filter(key=key).first()
    if study is None:
        load_first(text, file.name, begins)
    else:
        load_later(study, text, file.name, begins=begins, reason=reason, ask=not yes)
