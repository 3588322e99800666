"""`daybreak stimuli`: import a licensed set of face photographs, and check a set."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer
from rich.console import Console
from rich.progress import track

from daybreak.core.errors import CommandError

if TYPE_CHECKING:
    from daybreak.core.face import FaceSet

app = typer.Typer(help="Face pictures: import a licensed set, check a set.", no_args_is_help=True)
Item = TypeVar("Item")

SETS = "DAYBREAK_FACES"


@app.command()
def add(
    folder: Annotated[Path, typer.Argument(help="Folder with the photographs and manifest.csv or manifest.toml.")],
    into: Annotated[
        Path | None, typer.Option(envvar=SETS, help="Folder that holds imported sets; the set becomes a folder in it.")
    ] = None,
    name: Annotated[str, typer.Option(help="Name of the set; the folder's own name if left out.")] = "",
    replace: Annotated[bool, typer.Option("--replace", help="Exchange a set of the same name.")] = False,
) -> None:
    """Import a licensed set of photographs, all of it or nothing.

    Raises:
        CommandError: no folder to import into was named, or an optional package is missing.
    """
    with _numerics(), _listed_refusals():
        from daybreak.stimuli.add import Import, add_faces

        if into is None:
            raise CommandError("it is not said where imported sets live.", remedy=f"Give --into DIR or set {SETS}.")
        asked = Import(folder, into, name or folder.resolve().name.lower(), replace)
        faces = add_faces(asked, _bar("Pictures"))
        typer.echo(f"{_counted(faces)} imported into {asked.target}.")


@app.command()
def check(
    folder: Annotated[Path | None, typer.Argument(help="Folder of one set; the shipped set if left out.")] = None,
) -> None:
    """Check a set: files, checksums, sizes, pairs, luminance, and that each picture shows one face."""
    with _numerics(), _listed_refusals():
        from daybreak.stimuli.check import check_faces

        faces = check_faces(folder, _bar("Faces"))
        typer.echo(f"{_counted(faces)} of the set '{faces.name}' are in order.")


def _counted(faces: FaceSet) -> str:
    many = len(faces.faces)
    return f"{many} {'identity' if many == 1 else 'identities'} ({2 * many} pictures)"


def _bar(title: str) -> Callable[[Sequence[Item]], Iterable[Item]]:
    console = Console(stderr=True)
    return lambda items: track(items, title, console=console, transient=True, disable=not console.is_terminal)


@contextmanager
def _numerics() -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name not in {"numpy", "cv2"}:
            raise
        what = f"working on pictures needs the package {error.name}, which is not installed."
        raise CommandError(what, remedy="Install it with: pip install 'daybreak[stimuli]'.") from error


@contextmanager
def _listed_refusals() -> Iterator[None]:
    from daybreak.stimuli.refusals import RefusedPicturesError

    try:
        yield
    except RefusedPicturesError as error:
        for refusal in error.refusals:
            typer.echo(refusal.sentence(), err=True)
        raise
