"""`daybreak audit`: does the trail hold, and the trail as a table."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path
from typing import Annotated

import typer

from daybreak.core.errors import CommandError

app = typer.Typer(help="The audit trail.", no_args_is_help=True)


@app.command()
def verify(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")] = False,
    head: Annotated[str, typer.Option(help="A hash noted down earlier; it must still be in the chain.")] = "",
) -> None:
    """Check the trail, and against it each allocation list and each version of a study file. Ends with 1 on a fault."""
    from daybreak.server.serve import prepare

    prepare()
    from daybreak.server.audit.models import Entry
    from daybreak.server.audit.verify import head_of_chain

    number, last = head_of_chain()
    found = _chain_faults(number, quiet=as_json)
    if head and head != last and not Entry.objects.filter(hash=head).exists():
        found.append({"entry": 0, "kind": "removed", "says": f"no entry has the hash {head} any more."})
    lists, versions = _list_faults(), _version_faults()
    holds = not (found or lists or versions)
    if as_json:
        told = {"entries": number, "head": last, "holds": holds, "faults": found, "lists": lists, "versions": versions}
        typer.echo(json.dumps(told))
    else:
        _say_of_chain(number, last, found)
        _say("The allocation lists are the ones that were published, given away in order.", lists)
        _say("The study files are the ones that were loaded.", versions)
    if not holds:
        raise typer.Exit(1)


@app.command()
def export(out: Annotated[Path, typer.Argument(help="The new CSV file.")]) -> None:
    """Write the whole trail to a new CSV file that only you can read."""
    from daybreak.server.serve import prepare

    prepare()
    from daybreak.server.audit.models import Entry
    from daybreak.server.audit.reading import HEADS, lines_of

    try:
        file = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        remedy = "Name a new file in a folder that you can write."
        raise CommandError(
            f"{(error.strerror or 'it cannot be written').lower()}.", where=str(out), remedy=remedy
        ) from error
    entries = Entry.objects.select_related("by", "site", "participant").order_by("number")
    with os.fdopen(file, "w", newline="", encoding="utf-8") as opened:
        table = csv.writer(opened)
        table.writerow(HEADS)
        table.writerows(line.cells() for line in lines_of(entries.iterator(chunk_size=1000)))
    typer.echo(f"{entries.count()} entries are in {out}.")


def _chain_faults(number: int, *, quiet: bool) -> list[dict[str, object]]:
    from rich.console import Console
    from rich.progress import Progress

    from daybreak.server.audit.verify import faults

    with Progress(console=Console(stderr=True), transient=True, disable=quiet) as progress:
        task = progress.add_task("Checking the trail", total=number)
        found = faults(lambda at: progress.update(task, completed=at))
        return [{"entry": fault.number, "kind": fault.kind, "says": fault.says} for fault in found]


def _list_faults() -> list[str]:
    from daybreak.server.studies.models import Study
    from daybreak.server.vault.allocate import check_commitments

    return [f"{study.key}: {fault}" for study in Study.objects.order_by("key") for fault in check_commitments(study)]


def _version_faults() -> list[str]:
    from daybreak.server.studies.proof import altered_versions

    return list(altered_versions())


def _say_of_chain(number: int, last: str, found: list[dict[str, object]]) -> None:
    if found:
        typer.echo(f"The trail does not hold. First fault: {found[0]['says']}")
        if len(found) > 1:
            typer.echo(f"{len(found) - 1} more faults follow from it or stand after it; --json lists all.")
    else:
        typer.echo(f"The trail holds: {number} entries. Its head is {last}; note it down, outside this machine.")


def _say(good: str, faults: list[str]) -> None:
    for line in faults or [good]:
        typer.echo(line)
