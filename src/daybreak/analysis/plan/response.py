"""Response and remission by group and visit, among those seen, with Wilson's limits."""

from __future__ import annotations

import math
from dataclasses import dataclass

import polars as pl

from daybreak.analysis.export import POOLED
from daybreak.analysis.plan.contrasts import ModelResult
from daybreak.core.errors import FitError
from daybreak.core.instruments import INSTRUMENTS
from daybreak.core.instruments.change import remitted, responded
from daybreak.core.instruments.instrument import Score

NORMAL = 1.959963984540054


@dataclass(frozen=True)
class Proportion:
    """How many of those seen, with limits of the share (Wilson, J Am Stat Assoc 1927;22:209-212)."""

    count: int
    seen: int

    @property
    def share(self) -> float | None:
        """The share, None of nobody."""
        return self.count / self.seen if self.seen else None

    @property
    def limits(self) -> tuple[float | None, float | None]:
        """The 95 % limits of the share."""
        if not self.seen:
            return None, None
        share, square = self.count / self.seen, NORMAL**2
        middle = (share + square / (2 * self.seen)) / (1 + square / self.seen)
        half = NORMAL / (1 + square / self.seen)
        half *= math.sqrt(share * (1 - share) / self.seen + square / (4 * self.seen**2))
        return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True)
class ResponseRow:
    """Response and remission of a group at a visit; remission is None where no source defines it."""

    group: str
    visit: str
    response: Proportion
    remission: Proportion | None


def run_response(result: ModelResult) -> tuple[ResponseRow, ...]:
    """Return response (improved by half or more) and remission of every group at every visit of an analysis.

    Raises:
        FitError: the outcome is no score of a known instrument.
    """
    score = _score(result.outcome)
    rows = []
    for group in result.groups or (None,):
        mine = result.table if group is None else result.table.filter(pl.col("arm") == group)
        for visit in result.visits:
            seen = mine.filter(pl.col("visit") == visit).drop_nulls("value")
            rows.append(_row(score, group or POOLED, visit, seen))
    return tuple(rows)


def _score(outcome: str) -> Score:
    instrument, _, name = outcome.partition(".")
    known = INSTRUMENTS.get(instrument)
    found = next((score for score in known.scores if score.name == name), None) if known else None
    if found is None:
        raise FitError(f"{outcome} has no response.", remedy="Name a score of a known instrument.")
    return found


def _row(score: Score, group: str, visit: str, seen: pl.DataFrame) -> ResponseRow:
    values = seen.select("baseline", "value").rows()
    answers = [responded(score, before, now) for before, now in values if before is not None]
    known = [answer for answer in answers if answer is not None]
    gone = [remitted(score, now) for _, now in values]
    remission = None if score.remission is None else Proportion(sum(bool(one) for one in gone), len(gone))
    return ResponseRow(group, visit, Proportion(sum(known), len(known)), remission)
