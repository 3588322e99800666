"""Blinding: what people and raters guessed, and James's and Bang's indices once it is known who got what."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from daybreak.analysis.datasets.guesses import guess_rows
from daybreak.analysis.plan.attempt import Refusal, attempt
from daybreak.analysis.plan.material import Material
from daybreak.core.errors import FitError
from daybreak.stats.blinding import Blinding, blinding

UNSURE = "unknown"


@dataclass(frozen=True)
class Guesses:
    """Guesses of one kind of guesser about one thing: `counts` by group and guess; indices, or why there are none."""

    by: str
    about: str
    visit: str
    counts: tuple[tuple[str, str, int], ...]
    found: Blinding | Refusal


def run_guesses(material: Material) -> list[Guesses]:
    """Return the guesses by guesser, thing and visit; the last guess counts where a person guessed twice."""
    rows = guess_rows(material.export).drop_nulls("guess").select(pl.exclude("arm"))
    rows = rows.join(material.people.select("participant", "arm"), on="participant")
    kinds = rows.select("by", "about", "visit").unique(maintain_order=True).sort("visit", "by", "about")
    return [_one(rows, by, about, visit) for by, about, visit in kinds.iter_rows()]


def _one(rows: pl.DataFrame, by: str, about: str, visit: str) -> Guesses:
    mine = rows.filter((pl.col("by") == by) & (pl.col("about") == about) & (pl.col("visit") == visit))
    counted = mine.group_by("arm", "guess").len().sort("arm", "guess")
    counts = tuple((str(arm), str(guess), int(count)) for arm, guess, count in counted.iter_rows())
    return Guesses(by, about, visit, counts, attempt("Blinding indices", lambda: _indices(mine)))


def _indices(mine: pl.DataFrame) -> Blinding:
    known = mine.drop_nulls("truth")
    if known.is_empty():
        raise FitError("they need to know who got what, and this export does not tell.")
    made: dict[str, dict[str, int]] = {}
    for truth, guess, count in known.group_by("truth", "guess").len().sort("truth", "guess").iter_rows():
        made.setdefault(truth, {})[guess] = count
    return blinding(made, right={truth: truth for truth in made}, unsure=(UNSURE,))
