"""One made-up study as a table, a row a person and visit, so that it is analysed like a real one."""

from __future__ import annotations

from math import isnan

import polars as pl

from daybreak.simulation.design import Design
from daybreak.simulation.draws import BLOCK
from daybreak.simulation.generate import generate


def trial_rows(design: Design, seed: int, number: int = 0) -> pl.DataFrame:
    """Return one trial of those that a seed makes, the first by default; power counts the same trials.

    Columns: `participant`, `site`, `arm`, `dose` (delivered, from 0 to 1), `visit` and `days` (planned), `baseline`,
    `value` and `change`, both null where the person was not seen. `arm` and `visit` are in the study file's order.

    Raises:
        StudyFileError: the seed is no whole number from 0 to 2^64 - 1.
    """
    trials, place = generate(design, seed, number // BLOCK), number % BLOCK
    people, visits = design.n, len(design.later)
    codes = [f"S{person:0{len(str(people))}}" for person in range(1, people + 1)]
    change = [None if isnan(value) else value for value in trials.change[place].ravel().tolist()]
    arms, sites = pl.Enum(design.arms), pl.Enum(design.sites)
    rows = pl.DataFrame(
        {
            "participant": [code for code in codes for _ in range(visits)],
            "site": pl.Series([design.sites[site] for site in trials.site.repeat(visits)], dtype=sites),
            "arm": pl.Series([design.arms[arm] for arm in trials.arm.repeat(visits)], dtype=arms),
            "dose": trials.dose[place].repeat(visits),
            "visit": pl.Series(list(design.later) * people, dtype=pl.Enum(design.later)),
            "days": design.days[1:].tolist() * people,
            "baseline": trials.baseline[place].repeat(visits),
            "change": pl.Series(change, dtype=pl.Float64),
        }
    )
    value = (pl.col("baseline") + pl.col("change")).alias("value")
    return rows.select(pl.exclude("change"), value, "change")
