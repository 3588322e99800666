"""`daybreak power`: how often studies like this one would find what they look for, and how many people it takes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from daybreak.cli import assume
from daybreak.cli.asked import Contrasts, Ddf, Visits
from daybreak.core.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Callable

    from daybreak.core.study import StudyFile
    from daybreak.simulation.pool import Pool
    from daybreak.simulation.power import Found, Runner

STOPPED = 130
"""Exit status after Ctrl-C, as shells count it; what was known by then is printed all the same."""
MOST_TRIALS = 100_000_000
MOST_WORKERS = 256
FIRST_GUESS = 100
PICTURES = (".svg", ".png")


def power(  # noqa: PLR0913, PLR0917 - an argument for each option of the command
    file: Annotated[Path, typer.Argument(help="The study file, with its primary analysis and assumptions.")],
    trials: Annotated[int, typer.Option(help="How many studies to simulate.", min=1, max=MOST_TRIALS)],
    seed: Annotated[int, typer.Option(help="Whole number; the same one gives the same digits.")],
    n: Annotated[str, typer.Option("--n", help="People over all arms: 90,120,154.", show_default=False)] = "",
    contrast: Contrasts = None,
    visit: Visits = None,
    rule: Annotated[
        Literal["all", "any", "hierarchical"] | None,
        typer.Option(help="What counts as success of several.", show_default=False),
    ] = None,
    find: Annotated[
        float | None, typer.Option(metavar="POWER", help="Find the smallest n with it.", show_default=False)
    ] = None,
    null: Annotated[bool, typer.Option("--null", help="Assume no effect: how often is one found?")] = False,
    otherwise: Annotated[
        list[str] | None, typer.Option("--assume", metavar="NAME=VALUE", help=assume.HELP, show_default=False)
    ] = None,
    assurance: Annotated[
        bool, typer.Option("--assurance", help="Average the power over [[assumptions.ranges]].")
    ] = False,
    alpha: Annotated[float, typer.Option(help="Two-sided level of significance.")] = 0.05,
    looks: Annotated[
        str, typer.Option(metavar="SHARES", help="Interim looks: 0.5,1; or file for the file's.", show_default=False)
    ] = "",
    ddf: Ddf = None,
    details: Annotated[bool, typer.Option("--details", help="Show bias and coverage too.")] = False,
    curve: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw power against n: .svg or .png.", show_default=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print lines of CSV.")] = False,
    workers: Annotated[
        int | None, typer.Option(help="Processes; one a core if left out.", min=1, max=MOST_WORKERS, show_default=False)
    ] = None,
    scheduler: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Run on a dask cluster: tcp://host:8786.", show_default=False)
    ] = "",
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Neither read nor keep results.")] = False,
) -> None:
    """Simulate the study many times as its file assumes, analyse each as planned, and tell the power."""
    from daybreak.cli import power_tables
    from daybreak.cli.study_source import read_text
    from daybreak.core.study import read_study
    from daybreak.simulation.assurance import Assured, check
    from daybreak.simulation.cache import Cache, user_folder
    from daybreak.simulation.power import Order, Runner

    if as_json and as_csv:
        raise CommandError("--json and --csv cannot be asked together.", remedy="Take one of them.")
    for name, value in (("--alpha", alpha), ("--find", 0.5 if find is None else find)):
        if not 0 < value < 1:
            raise CommandError(f"{name} cannot be {value:g}.", remedy="Write a number between 0 and 1.")
    check_picture(curve)
    numbers = numbers_of(n, needed=find is None)
    text, changes = read_text(file), assume.changes_of(otherwise or ())
    if null:
        changes["effect"] = 0.0
    study = read_study(text, file.name)
    order = Order(study, text, trials, seed, tuple(contrast or ()), tuple(visit or ()), rule, alpha, ddf, (), changes)
    order = replace(order, looks=looks_of(looks, study))
    for number in numbers:
        order.task(*order.at(number))
    points = check(order, numbers[0] if numbers else FIRST_GUESS) if assurance else 1
    total = order.trials * points * len(numbers) if find is None else None
    with pool_of(workers, scheduler) as pool, bar(total) as advance:
        kind, cache = Assured if assurance else Runner, None if no_cache else Cache(user_folder())
        runner = kind(order, pool, cache, advance, said)
        found = answered(runner, numbers, find)
    if curve is not None and any(one.rows for one in found):
        draw(curve, found, study.study.id, "assurance" if assurance else "power")
    how = "json" if as_json else "csv" if as_csv else "table"
    power_tables.shown(found, order, how=how, details=details, assurance=assurance)
    for line in power_tables.remarks(found, order, numbers, find):
        said(line)
    if assurance:
        said(power_tables.averaged(order))
    if not found or not all(one.whole for one in found):
        raise typer.Exit(STOPPED)


def pool_of(workers: int | None, scheduler: str) -> Pool:
    """Return who is to simulate: processes here, or the workers of a cluster.

    Raises:
        CommandError: both are asked for, there is no such scheduler, or a package is missing.
    """
    from daybreak.simulation.run import Workers

    if not scheduler:
        return Workers(workers or os.cpu_count() or 1)
    if workers is not None:
        says, remedy = (
            "--workers and --scheduler cannot be asked together.",
            "Leave --workers out: a cluster has its own.",
        )
        raise CommandError(says, remedy=remedy)
    try:
        from daybreak.simulation.cluster import Cluster
    except ModuleNotFoundError as error:
        if error.name not in {"dask", "distributed"}:
            raise
        says = f"running on a cluster needs the package {error.name}, which is not installed."
        raise CommandError(says, remedy="Install it with: pip install 'daybreak[cluster]'.") from error
    return Cluster(scheduler)


def answered(runner: Runner, numbers: list[int], find: float | None) -> list[Found]:
    """Return the answers, in the order of the numbers of people."""
    from daybreak.simulation.power import search

    if find is None:
        return runner.each(numbers)
    return sorted(search(runner, numbers[0] if numbers else FIRST_GUESS, find), key=lambda found: found.n)


def numbers_of(text: str, *, needed: bool) -> list[int]:
    """Return the numbers of people in a text such as `90,120,154`.

    Raises:
        CommandError: it is something else, or there is none and one is needed.
    """
    if not text and not needed:
        return []
    try:
        numbers = [int(word) for word in text.split(",")]
    except ValueError as error:
        says = f"--n cannot be '{text}'." if text else "No number of people is asked for."
        raise CommandError(says, remedy="Write whole numbers, as in --n 90,120,154, or --find 0.9.") from error
    if max(numbers) > assume.MOST_PEOPLE:
        raise CommandError(f"--n cannot be {max(numbers)}.", remedy=f"Write {assume.MOST_PEOPLE} or less.")
    return sorted(set(numbers))


def looks_of(text: str, study: StudyFile) -> tuple[float, ...]:
    """Return shares of people such as `0.5,1`, or those of the file.

    Raises:
        CommandError: it is something else, or the file has none.
    """
    if text == "file":
        planned = study.assumptions.looks if study.assumptions else None
        if planned is None:
            raise CommandError("the file plans no looks.", where="--looks", remedy="Write shares, as in 0.5,1.")
        return planned.fractions
    try:
        return tuple(float(word) for word in text.split(",")) if text else ()
    except ValueError as error:
        raise CommandError(f"--looks cannot be '{text}'.", remedy="Write shares, as in 0.5,1.") from error


def check_picture(curve: Path | None) -> None:
    """Refuse a picture that cannot be drawn, before hours are spent.

    Raises:
        CommandError: another kind of file, or a folder that is not there.
    """
    if curve is None:
        return
    if curve.suffix.lower() not in PICTURES:
        raise CommandError(f"a curve cannot be drawn as '{curve.name}'.", remedy="End the name in .svg or .png.")
    if not curve.parent.is_dir():
        raise CommandError("there is no such folder.", where=str(curve.parent), remedy="Make it, or name another.")


def draw(curve: Path, found: list[Found], title: str, shows: str) -> None:
    """Write the picture; a file that cannot be written costs no result."""
    from daybreak.simulation.curve import draw_curve

    rows = [row for one in found for row in one.rows]
    try:
        curve.write_bytes(draw_curve(rows, title, shows, png=curve.suffix.lower() == ".png"))
    except OSError as error:
        said(f"The curve is not drawn: {curve}: {(error.strerror or 'it cannot be written').lower()}.")


def said(text: str) -> None:
    """Say something beside the result."""
    typer.echo(text, err=True)


@contextmanager
def bar(total: int | None) -> Iterator[Callable[[int], None]]:
    """Show on a terminal how many trials are made and how long it will take yet, if it is known how many there are."""
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (*Progress.get_default_columns()[:2], MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task("trials", total=total)
        yield lambda made: progress.update(task, advance=made)
