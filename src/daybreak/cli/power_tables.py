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

from daybreak.simulation.power import Found, Order, Row, smallest

KEYS = ("n", "contrast", "visit", "power", "mc_se", "mean_estimate", "mean_se", "mean_t", "converged")
MORE = ("low", "high", "trials", "truth", "bias", "sd_estimate", "coverage", "expected_n")
RULES = {"all": "all of them", "any": "any of them"}
WIDE = 200


def shown(found: Sequence[Found], order: Order, *, how: str, details: bool) -> None:
    """Print the results on standard output."""
    if how == "json":
        sys.stdout.write(json.dumps(document(found, order), indent=2) + "\n")
    elif how == "csv":
        sys.stdout.write(csv_text(found))
    elif found:
        console = Console(width=None if sys.stdout.isatty() else WIDE)
        console.print(table(found, details=details, looks=bool(order.looks)))


def document(found: Sequence[Found], order: Order) -> dict[str, object]:
    """Return the one JSON document; what is not known is null. `trials` is what each result has at least."""
    seconds = sum(one.seconds for one in found)
    made = sum(one.trials for one in found)
    keys = (*KEYS, "expected_n") if order.looks else KEYS
    return {
        "trials": min((one.trials for one in found), default=0),
        "seed": order.seed,
        "device": "cpu",
        "seconds": round(seconds, 3),
        "fits_per_second": round(made / seconds, 1) if seconds else 0.0,
        "results": [{key: _plain(getattr(row, key)) for key in keys} for row in _rows(found)],
    }


def csv_text(found: Sequence[Found]) -> str:
    """Return one line a result, with bias and coverage; what is not known is left empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow((*KEYS, *MORE))
    for row in _rows(found):
        writer.writerow([_plain(getattr(row, key)) for key in (*KEYS, *MORE)])
    return text.getvalue()


def table(found: Sequence[Found], *, details: bool, looks: bool = False) -> Table:
    """Return the results as a table, a line between numbers of people."""
    made = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    made.add_column("people", justify="right", style="bold")
    made.add_column("contrast", overflow="fold")
    made.add_column("visit")
    heads = ["power %", "95 % limits", "estimate", "SE", "t", "fitted %"]
    heads += ["expected n"] if looks else []
    heads += ["assumed", "bias", "SD", "coverage %"] if details else []
    for head in heads:
        made.add_column(head, justify="right", style="bold" if head == "power %" else "")
    for one in found:
        for place, row in enumerate(one.rows):
            made.add_row("" if place else str(one.n), *_cells(row, details=details, looks=looks))
        made.add_section()
    return made


def remarks(found: Sequence[Found], order: Order, numbers: Sequence[int], find: float | None) -> Iterator[str]:
    """Yield what must be said beside the results."""
    fresh = [one for one in found if not one.kept]
    seconds, made = sum(one.seconds for one in fresh), sum(one.trials for one in fresh)
    if fresh:
        yield f"{made:,} trials in {seconds:.1f} s, {made / seconds:,.0f} a second."
    kept = [str(one.n) for one in found if one.kept]
    if kept:
        yield f"Known from before, for n = {', '.join(kept)}; --no-cache makes them anew."
    planned = order.file.analysis["primary"].ddf
    if planned != order.df:
        yield f"Degrees of freedom are by {order.df}, the file plans {planned}; in small studies it matters (--ddf)."
    yield from _troubles(found)
    stopped = not found or not found[-1].whole or len(found) < len(numbers)
    if stopped and (not found or not all(one.whole for one in found) or find is None):
        yield _stopped(found, order)
    elif find is not None:
        yield _answer(found, find)


def _troubles(found: Sequence[Found]) -> Iterator[str]:
    for one in found:
        lost = round(one.trials * (1 - one.rows[0].converged))
        if lost:
            yield f"n = {one.n}: {lost:,} of {one.trials:,} trials could not be fitted; they count as not significant."


def _stopped(found: Sequence[Found], order: Order) -> str:
    parts = [f"{one.trials:,} of {order.trials:,} trials at n = {one.n}" for one in found]
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
    yield f"{100 * row.low:.2f} to {100 * row.high:.2f}"
    for value in (row.mean_estimate, row.mean_se, row.mean_t):
        yield f"{value:.2f}" if isfinite(value) else ""
    yield f"{100 * row.converged:.6g}"
    if looks:
        yield f"{row.expected_n:.1f}"
    if details:
        for value, digits in ((row.truth, 2), (row.bias, 3), (row.sd_estimate, 2), (100 * row.coverage, 2)):
            yield f"{value:.{digits}f}" if isfinite(value) else ""


def _rows(found: Sequence[Found]) -> Iterator[Row]:
    return (row for one in found for row in one.rows)


def _plain(value: object) -> object:
    return None if isinstance(value, float) and not isfinite(value) else value
