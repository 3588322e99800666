"""`daybreak plan`: the training plan a browser would get. It reads the arm's version, so it is an unblinded tool."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import RenderableType

    from daybreak.core.plan import Duration, Part, TrainingPlan
    from daybreak.core.plan_maker import PlanOrder, Seal
    from daybreak.core.study import StudyFile


def plan(
    file: Annotated[Path, typer.Argument(help="The study file.")],
    arm: Annotated[str, typer.Option(help="Key of the arm.")],
    session: Annotated[int, typer.Option(help="Number of the training session, from 1.")] = 1,
    seed: Annotated[int, typer.Option(help="Any whole number; it stands for one person.")] = 1,
    first_name: Annotated[str, typer.Option(help="The person's first name.")] = "Alex",
    as_json: Annotated[bool, typer.Option("--json", help="Print the plan as one JSON document.")] = False,
) -> None:
    """Print the training plan one browser would get in one session. For unblinded eyes only."""
    from daybreak.cli.study_source import read_file

    made = make(read_file(file), arm, first_name, seed, session)
    if as_json:
        typer.echo(made.model_dump_json())
        return
    from rich.console import Console

    console = Console()
    for part in summary(made):
        console.print(part)


def make(study: StudyFile, arm: str, first_name: str, seed: int, session: int) -> TrainingPlan:
    """Make the plan of an imagined person with a first name and a portrait; session 1 has practice.

    Raises:
        CommandError: the study has no such session.
        DaybreakError: arm, pack, language or first name are refused.
    """
    from daybreak.content.faces import face_folder, load_faces
    from daybreak.content.packs import load_pack
    from daybreak.core.errors import CommandError
    from daybreak.core.plan_maker import Cues, PlanOrder, make_plan

    rules, version = study.training, study.arm(arm).version
    if not 1 <= session <= rules.sessions:
        remedy = f"It plans sessions 1 to {rules.sessions}."
        raise CommandError(f"there is no training session {session}.", where=study.study.id, remedy=remedy)
    order = PlanOrder(str(seed).encode(), session, practice=session == 1, device=rules.device)
    cues = Cues(first_name, has_portrait=True)
    pack = load_pack(rules.pack, rules.language)
    imported = os.environ.get("DAYBREAK_FACES")
    folder = face_folder(rules.faces, Path(imported) if imported else None)
    return make_plan(pack, load_faces(folder), version, cues, order, sealer(order, folder)).plan


def sealer(order: PlanOrder, faces: Path) -> Seal:
    """Return what names the checksum of a picture; an empty picture stands for the portrait that nobody took."""
    from hashlib import sha256

    from daybreak.content.faces import face_bytes
    from daybreak.core.picture import pad_picture
    from daybreak.core.plan_maker import FacePicture, PictureSource

    def seal(asset: str, source: PictureSource) -> str:
        image = face_bytes(source.identity, source.expression, faces) if isinstance(source, FacePicture) else b""
        return sha256(pad_picture(image, order.seed, asset)).hexdigest()

    return seal


def summary(made: TrainingPlan) -> list[RenderableType]:
    """Return what a reader wants to know: length, sides, assets, one row per round, and the timing of each task."""
    from rich.table import Table

    words = sum(asset.kind == "word" for asset in made.assets)
    rounds = Table("round", "steps", "exposures", "rest", box=None, header_style="bold")
    for part in made.rounds:
        exposures = sum(step.exposure for step in part.steps)
        rounds.add_row(part.id, str(len(part.steps)), str(exposures or "-"), spoken(part.rest_at_least))
    timings = Table("task", "a step", box=None, header_style="bold")
    for task, phases in {part.task: part.timing for part in made.rounds}.items():
        timings.add_row(task, timing(phases))
    return [
        f"Session {made.session}, {made.id}, about {made.minutes} minutes with rests ({made.language})",
        f"{len(made.exposures())} exposures, {words} words, {len(made.assets) - words} pictures",
        f'"Word" is on the {made.keys.word}; keys {made.keys.left.upper()} and {made.keys.right.upper()}',
        "",
        rounds,
        "",
        timings,
    ]


def timing(phases: Part) -> str:
    """Return all phases of a step in order, such as `cue 300 ms, answer within 3000 ms, pause 500 ms`."""
    names = type(phases).model_fields
    return ", ".join(f"{name.replace('_', ' ')} {spoken(getattr(phases, name))}" for name in names)


def spoken(duration: Duration) -> str:
    """Return a duration as it is read: `16.7 ms` or `1 refresh`."""
    from daybreak.core.plan import Refreshes

    if isinstance(duration, Refreshes):
        return f"{duration.refreshes} refresh{'' if duration.refreshes == 1 else 'es'}"
    return f"{duration.ms:g} ms"
