"""`daybreak fit`: a mixed model on any CSV or Parquet, its marginal means and contrasts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from daybreak.cli.data_file import open_table
from daybreak.core.errors import CommandError

if TYPE_CHECKING:
    import polars as pl

DDF = ("satterthwaite", "kenward-roger", "kenward-roger-linear", "between-within", "residual")
VCOV = ("model", "empirical", "bias-reduced", "jackknife")
ADJUST = ("none", "holm", "hochberg", "bonferroni", "dunnett", "tukey")
DOCS = "docs/stats/fit.md shows a file."


class FitDataError(CommandError):
    """A file of data that cannot be read."""

    code = "fit-data"


def fit(  # noqa: PLR0913, PLR0917 - an argument for each option of the command
    data: Annotated[Path, typer.Argument(help="CSV or Parquet, one row per person and visit.")],
    formula: Annotated[
        str, typer.Argument(help="As 'y ~ arm * visit + us(visit | id)' or 'y ~ day + (1 + day | id)'.")
    ],
    ddf: Annotated[str, typer.Option(help=f"Degrees of freedom: {', '.join(DDF)}.")] = DDF[0],
    vcov: Annotated[str, typer.Option(help=f"Covariance of the estimates: {', '.join(VCOV)}.")] = VCOV[0],
    ml: Annotated[bool, typer.Option("--ml", help="Maximum likelihood in place of restricted.")] = False,
    means: Annotated[str, typer.Option(help="Marginal means, as ARM:VISIT or ARM.")] = "",
    contrast: Annotated[list[str] | None, typer.Option(help="'a - b', or pairs for all; repeat for more.")] = None,
    at: Annotated[
        list[str] | None, typer.Option(help="Value of a covariate for means: VAR=7; repeat for more.")
    ] = None,
    adjust: Annotated[str, typer.Option(help=f"For several contrasts of a visit: {', '.join(ADJUST)}.")] = ADJUST[0],
    levels: Annotated[list[str] | None, typer.Option(help="Order of levels: VAR=a,b,c; repeat for more.")] = None,
    reference: Annotated[list[str] | None, typer.Option(help="Reference level: VAR=a; repeat for more.")] = None,
    weights: Annotated[str | None, typer.Option(help="Column of weights.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print every estimate as a line of CSV.")] = False,
) -> None:
    """Fit a mixed model: for repeated measures (a covariance of visits) or with random effects, by its formula."""
    from rich.console import Console

    from daybreak.cli.fit_answer import Method, Wanted, answered
    from daybreak.cli.fit_tables import csv_text, document, shown

    if as_json and as_csv:
        raise CommandError("--json and --csv do not go together.", remedy="Ask for one of them.")
    table = open_table(data, docs=DOCS, refusal=FitDataError)
    order = ordered(table, pairs_of(levels, "--levels"), pairs_of(reference, "--reference"))
    method = Method(formula, not ml, chosen(ddf, DDF, "--ddf"), chosen(vcov, VCOV, "--vcov"), order, weights)
    wanted = Wanted(means, tuple(contrast or ()), numbers_of(at), chosen(adjust, ADJUST, "--adjust"))
    with Console(stderr=True).status("Fitting"):
        answer = answered(table, method, wanted)
    if as_json:
        typer.echo(json.dumps(document(answer), allow_nan=False))
    elif as_csv:
        typer.echo(csv_text(answer), nl=False)
    else:
        console = Console(highlight=False)
        for part in shown(answer, console.width):
            console.print(part)


def chosen(text: str, choices: Sequence[str], option: str) -> str:
    """Return what an option says.

    Raises:
        CommandError: it is none of `choices`.
    """
    if text.lower() not in choices:
        raise CommandError(f"{option} cannot be '{text}'.", remedy=f"Write one of: {', '.join(choices)}.")
    return text.lower()


def pairs_of(texts: Sequence[str] | None, option: str) -> dict[str, tuple[str, ...]]:
    """Return what `VAR=a,b,c` says, by variable.

    Raises:
        CommandError: a text has another form.
    """
    found = {}
    for text in texts or ():
        name, sign, values = text.partition("=")
        parts = tuple(value.strip() for value in values.split(","))
        if not sign or not name.strip() or not all(parts):
            raise CommandError(f"{option} cannot be '{text}'.", remedy="Write VAR=a,b,c.")
        found[name.strip()] = parts
    return found


def numbers_of(texts: Sequence[str] | None) -> dict[str, tuple[float, ...]]:
    """Return the values of `--at`.

    Raises:
        CommandError: one is no number.
    """
    pairs = pairs_of(texts, "--at")
    try:
        return {name: tuple(map(float, values)) for name, values in pairs.items()}
    except ValueError as error:
        raise CommandError("--at takes numbers.", remedy="Write VAR=7 or VAR=1,30.") from error


def ordered(
    table: pl.DataFrame, levels: Mapping[str, tuple[str, ...]], references: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    """Return the order of levels, each reference put first.

    Raises:
        CommandError: a reference is several levels, or no level.
        FitError: the table lacks a variable.
    """
    from daybreak.stats.table import read_table

    found = dict(levels)
    for name, (first, *others) in references.items():
        known = found.get(name) or read_table(table).levels_of(name).levels
        if others or first not in known:
            remedy = f"Write one of: {', '.join(known[:20])}."
            raise CommandError(f"--reference of {name} cannot be '{','.join([first, *others])}'.", remedy=remedy)
        found[name] = (first, *(level for level in known if level != first))
    return found
