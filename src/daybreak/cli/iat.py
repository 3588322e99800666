"""`daybreak iat`: D scores of implicit association tests from a file of steps, and their split-half reliability."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar, get_args

import typer

from daybreak.core.errors import CommandError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from daybreak.cli.iat_data import Taken
    from daybreak.core.iat import IatScore, Kind, Reliability, Response, Split, Spread

Value = TypeVar("Value")


@dataclass(frozen=True)
class Scored:
    """All that was scored of a file: each test's scores by kind, and the reliability of each kind, if it has one."""

    kinds: tuple[Kind, ...]
    spread: Spread
    split: Split
    tests: Mapping[Taken, Mapping[Kind, IatScore]]
    reliability: Mapping[Kind, Reliability | None]


def iat(
    data: Annotated[Path, typer.Argument(help="CSV or Parquet: participant, pairing, part, latency_ms, correct.")],
    score: Annotated[str, typer.Option(help="d1 to d6, or all.")] = "all",
    sd: Annotated[str, typer.Option(help="Deviation of d3 to d6: before or after errors are replaced.")] = "after",
    split: Annotated[str, typer.Option(help="Halves by pairs of steps, or by single steps (odd and even).")] = "pairs",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print one line per person as CSV.")] = False,
) -> None:
    """Score implicit association tests: one row per step in, one line per person (and visit) out."""
    from daybreak.cli.iat_data import read_tests
    from daybreak.core.iat import KINDS, Split, Spread

    if as_json and as_csv:
        raise CommandError("--json and --csv do not go together.", remedy="Ask for one of them.")
    asked = chosen(score, (*KINDS, "all"), "--score")
    kinds = tuple(kind for kind in KINDS if asked in (kind, "all"))
    spread, halves = chosen(sd, get_args(Spread), "--sd"), chosen(split, get_args(Split), "--split")
    found = score_tests(read_tests(data), kinds, spread, halves)
    if as_json:
        typer.echo(json.dumps(document(found)))
    elif as_csv:
        typer.echo(csv_text(found), nl=False)
    else:
        from rich.console import Console

        console = Console()
        for part in summary(found):
            console.print(part)


def chosen(text: str, choices: Sequence[Value], option: str) -> Value:
    """Return what an option says.

    Raises:
        CommandError: it is none of `choices`.
    """
    found = next((choice for choice in choices if choice == text.lower()), None)
    if found is None:
        remedy = f"Write one of: {', '.join(map(str, choices))}."
        raise CommandError(f"{option} cannot be '{text}'.", remedy=remedy)
    return found


def score_tests(
    tests: Mapping[Taken, Sequence[Response]], kinds: tuple[Kind, ...], spread: Spread, split: Split
) -> Scored:
    """Score every test; the reliability of a score is that of the tests which have it."""
    from daybreak.core.iat import score

    told = {test: {kind: score(steps, kind, spread=spread) for kind in kinds} for test, steps in tests.items()}
    having = {kind: [steps for test, steps in tests.items() if told[test][kind].d is not None] for kind in kinds}
    return Scored(kinds, spread, split, told, {kind: _reliability(having[kind], kind, spread, split) for kind in kinds})


def _reliability(tests: Sequence[Sequence[Response]], kind: Kind, spread: Spread, split: Split) -> Reliability | None:
    from daybreak.core.iat import IatError, split_half

    try:
        return split_half(tests, kind, spread=spread, split=split)
    except IatError:
        return None


def document(found: Scored) -> dict[str, object]:
    """Return the one JSON document."""
    halves = found.reliability.items()
    return {
        "sd": found.spread,
        "scores": {str(test): {kind: one.d for kind, one in told.items()} for test, told in found.tests.items()},
        "tests": {
            str(test): {
                "participant": test.participant,
                "visit": test.visit or None,
                "note": _note(told),
                "steps": _any(told).used,
                "dropped": _any(told).dropped,
                "fast": _any(told).fast,
                "errors": _any(told).errors,
            }
            for test, told in found.tests.items()
        },
        "split": found.split,
        "split_half": {
            kind: {"tests": half.people, "correlation": half.halves, "reliability": half.whole} if half else None
            for kind, half in halves
        },
    }


def csv_text(found: Scored) -> str:
    """Return one line per test; a score that cannot be told is left empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    visits = any(test.visit for test in found.tests)
    writer.writerow(
        ["participant", *(["visit"] if visits else []), *found.kinds, "note", "steps", "dropped", "fast", "errors"]
    )
    for test, told in found.tests.items():
        one = _any(told)
        facts = (_note(told), one.used, one.dropped, f"{one.fast:.6f}", f"{one.errors:.6f}")
        writer.writerow([*(test if visits else test[:1]), *(told[kind].d for kind in found.kinds), *facts])
    return text.getvalue()


def summary(found: Scored) -> list[RenderableType]:
    """Return the table of tests, and what the scores are worth together."""
    from rich.table import Table
    from rich.text import Text

    table = Table("participant", box=None, header_style="bold", pad_edge=False, collapse_padding=True)
    for name in (*found.kinds, "steps", "errors", "fast"):
        table.add_column(name, justify="right", no_wrap=True)
    if any(_note(told) for told in found.tests.values()):
        table.add_column("note", min_width=12)
    for test, told in found.tests.items():
        scores = [f"{value:+.3f}" if (value := told[kind].d) is not None else "–" for kind in found.kinds]
        one, note = _any(told), _note(told)
        shares = [f"{one.errors:.0%}", f"{one.fast:.0%}"]
        table.add_row(Text(str(test)), *scores, str(one.used), *shares, *([note] if note else []))
    return [table, "", *(spoken(kind, found) for kind in found.kinds)]


def spoken(kind: Kind, found: Scored) -> str:
    """Return how many tests have a score, its mean, and its reliability in one line."""
    from statistics import fmean

    values = [value for told in found.tests.values() if (value := told[kind].d) is not None]
    mean = f", mean {fmean(values):+.3f}" if values else ""
    half = found.reliability[kind]
    worth = f", split-half {half.whole:.3f}" if half else ", no split-half"
    return f"{kind}: {len(values)} of {len(found.tests)} scored{mean}{worth}"


def _any(told: Mapping[Kind, IatScore]) -> IatScore:
    """Return the score that says how many steps there were: the one that left out the fewest."""
    return max(told.values(), key=lambda one: one.used)


def _note(told: Mapping[Kind, IatScore]) -> str:
    """Return why a score is missing; empty where none is."""
    return next((one.why for one in told.values() if one.why), "")
