"""`daybreak simulate`: one made-up study as a table that `daybreak fit` reads."""

from __future__ import annotations

import io
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from daybreak.cli import assume
from daybreak.core.errors import CommandError

if TYPE_CHECKING:
    import polars as pl

    from daybreak.simulation.design import Design

KINDS = (".csv", ".parquet")


def simulate(
    file: Annotated[Path, typer.Argument(help="The study file, with its assumptions.")],
    n: Annotated[int, typer.Option("--n", help="How many people, over all arms.", max=assume.MOST_PEOPLE)],
    seed: Annotated[int, typer.Option(help="Whole number; the same one makes the same study.")],
    out: Annotated[Path, typer.Option(help="New file to write: DATA.csv or DATA.parquet.")],
    otherwise: Annotated[
        list[str] | None, typer.Option("--assume", metavar="NAME=VALUE", help=assume.HELP, show_default=False)
    ] = None,
) -> None:
    """Write one made-up study, a row a person and visit, as the study file assumes it would go."""
    from daybreak.cli.study_source import read_file
    from daybreak.simulation.design import design_of
    from daybreak.simulation.rows import trial_rows

    if out.suffix.lower() not in KINDS:
        raise CommandError(f"data cannot be written as '{out.name}'.", remedy="End the name in .csv or .parquet.")
    study = read_file(file)
    design = design_of(study, n, **assume.changes_of(otherwise or ()))
    rows = trial_rows(design, seed)
    write(out, rows)
    typer.echo(told(design, rows, out), err=True)
    formula = next((rules.formula for rules in study.analysis.values() if rules.outcome == design.outcome), "")
    if formula:
        typer.echo(f"To analyse it: {command(out, formula, design)}", err=True)


def told(design: Design, rows: pl.DataFrame, out: Path) -> str:
    """Return in a sentence what was made."""
    seen = rows["value"].count()
    arms = ", ".join(f"{arm} {rows.filter(arm=arm)['participant'].n_unique()}" for arm in design.arms)
    return f"Written: {out}. {design.n} made-up people ({arms}), {seen} of {len(rows)} values of {design.outcome} seen."


def command(out: Path, formula: str, design: Design) -> str:
    """Return how `daybreak fit` analyses the file; a CSV forgets the order of arms and visits, so it is said."""
    words = ["daybreak", "fit", str(out), formula]
    if out.suffix.lower() == ".csv":
        words += ["--levels", f"visit={','.join(design.later)}", "--levels", f"arm={','.join(design.arms)}"]
    return shlex.join(words)


def write(out: Path, rows: pl.DataFrame) -> None:
    """Write the rows into a new file.

    Raises:
        CommandError: there is such a file already, or it cannot be written.
    """
    made = io.BytesIO()
    if out.suffix.lower() == ".csv":
        rows.write_csv(made)
    else:
        rows.write_parquet(made)
    try:
        with out.open("xb") as file:
            file.write(made.getvalue())
    except FileExistsError as error:
        raise CommandError("this file is there already.", where=str(out), remedy="Name a new one.") from error
    except OSError as error:
        reason = (error.strerror or "it cannot be written").lower()
        raise CommandError(f"{reason}.", where=str(out), remedy="Name another place.") from error
