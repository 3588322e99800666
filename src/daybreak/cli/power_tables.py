"""What `daybreak power` prints: one JSON document, lines of CSV, or a table for a terminal, and remarks beside it."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterator, Sequence
from math import isfinite

from rich import box
from rich.console import Console
from rich.table import Table

from daybreak.simulation.assurance import ranges_of
from daybreak.simulation.draws import BLOCK
from daybreak.simulation.power import Found, Order, Row, smallest
from daybreak.simulation.ranges import at, drawn_of, told

KEYS = ("n", "contrast", "visit", "power", "mc_se", "mean_estimate", "mean_se", "mean_t", "converged")
MORE = ("low", "high", "trials", "truth", "bias", "sd_estimate", "coverage", "expected_n")
LOW_TO_HIGH = ("power_5", "power_50", "power_95")
AVERAGED = ("assumed", "draws", "quantiles")
"""What is told of an assurance beside all that."""
RULES = {"all": "all of them", "any": "any of them"}
WIDE = 200


def shown(found: Sequence[Found], order: Order, *, how: str, details: bool, assurance: bool = False) -> None:
    """Print the results on standard output."""
    if how == "json":
        sys.stdout.write(json.dumps(document(found, order, assurance=assurance), indent=2) + "\n")
    elif how == "csv":
        sys.stdout.write(csv_text(found, assurance=assurance))
    elif found:
        console = Console(width=None if sys.stdout.isatty() else WIDE)
        console.print(table(found, details=details, looks=bool(order.looks), assurance=assurance))


def document(found: Sequence[Found], order: Order, *, assurance: bool = False) -> dict[str, object]:
    """Return the one JSON document; what is not known is null. `trials` is what each result has at least."""
    seconds = sum(one.seconds for one in found)
    made = sum(one.trials for one in _each(found))
    keys = (*KEYS, *(("expected_n",) if order.looks else ()), *(AVERAGED if assurance else ()))
    return {
        "trials": min((one.trials for one in found), default=0),
        "seed": order.seed,
        "device": " and ".join(dict.fromkeys(one.device for one in found)) or None,
        "seconds": round(seconds, 3),
        "fits_per_second": round(made / seconds, 1) if seconds else 0.0,
        "results": [{key: _plain(getattr(row, key)) for key in keys} for row in _rows(found)],
    }


def csv_text(found: Sequence[Found], *, assurance: bool = False) -> str:
    """Return one line a result, with bias and coverage; what is not known is left empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    more = ("assuming", "draws", *LOW_TO_HIGH) if assurance else ()
    writer.writerow((*KEYS, *MORE, *more))
    for row in _rows(found):
        cells = [_plain(getattr(row, key)) for key in (*KEYS, *MORE)]
        writer.writerow([*cells, *((_assuming(row), row.draws, *_quantiles(row)) if assurance else ())])
    return text.getvalue()


def table(found: Sequence[Found], *, details: bool, looks: bool = False, assurance: bool = False) -> Table:
    """Return the results as a table, a line between numbers of people."""
    made = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    made.add_column("people", justify="right", style="bold")
    made.add_column("contrast", overflow="fold")
    made.add_column("visit")
    if assurance:
        made.add_column("assuming", overflow="fold")
    heads = ["power %", "95 % limits", "estimate", "SE", "t", "fitted %"]
    heads += ["expected n"] if looks else []
    heads += ["power % of draws: 5th", "50th", "95th in 100"] if any(row.quantiles for row in _rows(found)) else []
    heads += ["assumed", "bias", "SD", "coverage %"] if details else []
    for head in heads:
        made.add_column(head, justify="right", style="bold" if head == "power %" else "")
    for one in found:
        for place, row in enumerate(_rows([one])):
            first, second, *cells = _cells(row, details=details, looks=looks)
            between = [_assuming(row)] if assurance else []
            made.add_row("" if place else str(one.n), first, second, *between, *cells)
        made.add_section()
    return made


def remarks(found: Sequence[Found], order: Order, numbers: Sequence[int], find: float | None) -> Iterator[str]:
    """Yield what must be said beside the results."""
    fresh = [one for one in _each(found) if not one.kept]
    seconds, made = sum(one.seconds for one in fresh), sum(one.trials for one in fresh)
    if fresh:
        yield f"{made:,} trials in {seconds:.1f} s, {made / seconds:,.0f} a second."
    kept = [str(one.n) for one in found if one.kept]
    if kept:
        yield f"Known from before, for n = {', '.join(kept)}; --no-cache makes them anew."
    planned = order.file.analysis["primary"].ddf
    if planned != order.df:
        yield f"Degrees of freedom are by {order.df}, the file plans {planned}; in small studies it matters (--ddf)."
    yield from _troubles(_each(found))
    stopped = not found or not found[-1].whole or len(found) < len(numbers)
    if stopped and (not found or not all(one.whole for one in found) or find is None):
        yield _stopped(found, order)
    elif find is not None:
        yield _answer(found, find)


def averaged(order: Order) -> str:
    """Return over what an assurance is the mean."""
    ranges = ranges_of(order)
    ways = "; ".join(told(one) for one in ranges)
    shared = f" Each {BLOCK} trials share what was drawn." if drawn_of(ranges) else ""
    return f"Averaged over {ways}.{shared}"


def _troubles(found: Sequence[Found]) -> Iterator[str]:
    for one in found:
        lost = round(one.trials * (1 - one.rows[0].converged))
        if lost:
            says = f"{lost:,} of {one.trials:,} trials could not be fitted; they count as not significant."
            yield f"n = {one.n}{_with(one)}: {says}"


def _stopped(found: Sequence[Found], order: Order) -> str:
    parts = [f"{one.trials:,} of {order.trials:,} trials at n = {one.n}{_with(one)}" for one in _each(found)]
    return f"Stopped: {', '.join(parts)}." if parts else "Stopped before anything was known."


def _answer(found: Sequence[Found], find: float) -> str:
    least = smallest(found, find)
    reached = next(one.power for one in found if one.n == least)
    says = f"The smallest n with a power of {find:g} or more is {least}"
    return f"{says}, which has {reached:.4g} here; the chance of simulating may move it."


def _cells(row: Row, *, details: bool, looks: bool) -> Iterator[str]:
    yield RULES.get(row.contrast, row.contrast)
    yield "" if row.contrast in RULES else row.visit or "mean of visits"
    yield f"{100 * row.power:.2f}"
    yield f"{100 * row.low:.2f} to {100 * row.high:.2f}" if isfinite(row.low) else ""
    for value in (row.mean_estimate, row.mean_se, row.mean_t):
        yield f"{value:.2f}" if isfinite(value) else ""
    yield f"{100 * row.converged:.6g}"
    if looks:
        yield f"{row.expected_n:.1f}"
    for share in row.quantiles:
        yield f"{100 * share:.1f}"
    if details:
        for value, digits in ((row.truth, 2), (row.bias, 3), (row.sd_estimate, 2), (100 * row.coverage, 2)):
            yield f"{value:.{digits}f}" if isfinite(value) else ""


def _each(found: Sequence[Found]) -> list[Found]:
    """Return what was simulated, point by point of a grid."""
    return [part for one in found for part in one.parts or (one,)]


def _rows(found: Sequence[Found]) -> Iterator[Row]:
    """Yield all rows, those of a grid's points before their means."""
    for one in found:
        for part in one.parts:
            yield from part.rows
        yield from one.rows


def _quantiles(row: Row) -> tuple[float | str, ...]:
    return row.quantiles or ("",) * len(LOW_TO_HIGH)


def _assuming(row: Row) -> str:
    return f"mean of {row.points}" if row.assumed is None else at(row.assumed) or "as drawn"


def _with(found: Found) -> str:
    """Return at which point of a grid something was found, as the end of a phrase."""
    point = found.rows[0].assumed
    return f" with {at(point)}" if point else ""


def _plain(value: object) -> object:
    return None if isinstance(value, float) and not isfinite(value) else value
