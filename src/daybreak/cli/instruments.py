"""`daybreak instruments`: which questionnaires and scales there are, and the wordings a site may use."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from daybreak.core.errors import CommandError

if TYPE_CHECKING:
    from daybreak.server.studies.models import Study

app = typer.Typer(help="Questionnaires and scales, and their wordings.", no_args_is_help=True)

OfStudy = Annotated[str, typer.Option("--study", help="The study's id; not needed where there is only one.")]


@app.command()
def add(
    file: Annotated[Path, typer.Argument(help="A FHIR R5 Questionnaire as JSON, with its licence in 'copyright'.")],
    study: OfStudy = "",
) -> None:
    """Add the wording of an instrument that this site may use, and keep its licence. Forms begun before keep theirs."""
    from daybreak.server import serve

    content = read_json(file)
    serve.prepare()
    from daybreak.server.assessments.actions.wordings import add_wording

    wording = add_wording(None, _study(study), content, file.name)
    typer.echo(f"Added: {wording.instrument} in '{wording.language}', version {wording.version}. {wording.licence}")


@app.command("list")
def list_them(
    study: OfStudy = "", as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False
) -> None:
    """List the instruments, with the wordings that were added to a study."""
    from daybreak.core.instruments import INSTRUMENTS
    from daybreak.server import serve

    serve.set_up()
    from django.db import DatabaseError

    try:
        added = _wordings(study)
    except DatabaseError:  # nobody ever served from here, so there are no tables
        added = {}
    rows = [
        {
            "key": key,
            "title": instrument.title,
            "by": instrument.by,
            "items": len(instrument.items),
            "wordings": added.get(key, []),
        }
        for key, instrument in INSTRUMENTS.items()
    ]
    if as_json:
        typer.echo(json.dumps({"instruments": rows}, ensure_ascii=False))
        return
    for row in rows:
        said = "; ".join(f"{each['language']}: version {each['version']}" for each in added.get(str(row["key"]), []))
        typer.echo(f"{row['key']:<22} {row['by']:<12} {row['title']}: {said or 'our own prompts'}")


def read_json(file: Path) -> dict[str, Any]:
    """Return a JSON document.

    Raises:
        CommandError: there is no such file, or it is no JSON object.
    """
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError("this file cannot be read.", where=str(file), remedy="Check the path.") from error
    except (ValueError, RecursionError) as error:
        raise CommandError("this is no JSON.", where=str(file), remedy="Export the questionnaire again.") from error
    if not isinstance(content, dict):
        raise CommandError("this is no FHIR Questionnaire.", where=str(file), remedy="Name a file that holds one.")
    return content


def _study(key: str) -> Study:
    """Return the study of this id, or the only one.

    Raises:
        CommandError: there is none, or there are several.
    """
    from daybreak.server.studies.models import Study

    studies = {one.key: one for one in Study.objects.order_by("key")}
    if not key and len(studies) == 1:
        return next(iter(studies.values()))
    if key in studies:
        return studies[key]
    known = ", ".join(studies) or "none"
    what = f"there is no study '{key}' here." if key else "say which study, with --study."
    raise CommandError(what, remedy=f"Studies here: {known}.", code="no-such-study")


def _wordings(key: str) -> dict[str, list[dict[str, str]]]:
    from daybreak.server.assessments.models import Wording

    found = Wording.objects.filter(study__key=key) if key else Wording.objects.all()
    added: dict[str, list[dict[str, str]]] = {}
    for one in found.select_related("study").order_by("instrument", "language", "added_at", "pk"):
        said = {
            "study": one.study.key,
            "language": one.language,
            "version": one.version,
            "licence": one.licence,
            "sha256": one.sha256,
            "added_at": one.added_at.isoformat(),
        }
        added.setdefault(one.instrument, []).append(said)
    return added
