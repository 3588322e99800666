"""The chance in a block of trials: every deviate and every uniform draw, before any assumption shapes it.

Each purpose has a stream of its own (a stretch of one Philox counter, Salmon and colleagues, SC '11), so that a design
with another effect, or without gaps, meets the same people; and a block depends on seed and number alone, not on which
processor makes it or when.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from daybreak.core.errors import StudyFileError
from daybreak.simulation.design import Design

Array = npt.NDArray[np.float64]

BLOCK = 256
"""Trials that are made together."""
PURPOSES = ("baseline", "later", "leaving", "gaps", "dose", "sites", "raters")
SEEDS = 1 << 64


@dataclass(frozen=True)
class Draws:
    """Draws of a block. The axes are later visit, person (or site), trial; what a design does not use is not drawn.

    `arm` and `site` have one place a person: all trials of the block share them.
    """

    arm: npt.NDArray[np.int64]
    site: npt.NDArray[np.int64]
    baseline: Array
    later: Array
    leaving: Array | None
    gaps: Array | None
    dose: Array | None
    """Delivered doses themselves, as a beta distribution is drawn and not shaped."""
    sites: Array | None
    raters: Array | None


def draws_of(design: Design, seed: int, block: int) -> Draws:
    """Return the draws of a block of trials, numbered from 0.

    Raises:
        StudyFileError: the seed is no whole number from 0 to 2^64 - 1.
    """
    check_seed(seed)
    arm, site = design.enrolling.enrolled(seed, block, design.n)
    leaving, people = design.leaving, (design.n, BLOCK)
    visits = (len(design.later), *people)
    return Draws(
        arm,
        site,
        baseline=_stream(seed, block, "baseline").standard_normal(people),
        later=_stream(seed, block, "later").standard_normal(visits),
        leaving=_stream(seed, block, "leaving").random(visits) if leaving.hazards.any() else None,
        gaps=_stream(seed, block, "gaps").random(visits) if leaving.gaps.any() else None,
        dose=_doses(design, arm, _stream(seed, block, "dose")) if design.doses.differ else None,
        sites=_stream(seed, block, "sites").standard_normal((len(design.sites), BLOCK)) if design.site_sd else None,
        raters=_stream(seed, block, "raters").standard_normal(visits) if design.rater_sd else None,
    )


def check_seed(seed: int) -> None:
    """Refuse a seed that is no key.

    Raises:
        StudyFileError: it is no whole number from 0 to 2^64 - 1.
    """
    if not 0 <= seed < SEEDS:
        remedy = "Write a whole number from 0 to 2^64 - 1."
        raise StudyFileError(f"the seed cannot be {seed}.", where="seed", remedy=remedy)


def _stream(seed: int, block: int, purpose: str) -> np.random.Generator:
    counter = np.array([0, 0, 0, PURPOSES.index(purpose)], dtype=np.uint64)
    return np.random.Generator(np.random.Philox(key=np.array([seed, block], dtype=np.uint64), counter=counter))


def _doses(design: Design, arm: npt.NDArray[np.int64], stream: np.random.Generator) -> Array:
    """Return doses from beta distributions with each arm's mean and standard deviation (method of moments)."""
    mean, spread = design.doses.mean, design.doses.spread
    made = np.empty((len(arm), BLOCK))
    for place in range(len(design.arms)):
        people = np.flatnonzero(arm == place)
        if spread[place] > 0:
            size = mean[place] * (1 - mean[place]) / spread[place] ** 2 - 1
            made[people] = stream.beta(mean[place] * size, (1 - mean[place]) * size, (len(people), BLOCK))
        else:
            made[people] = mean[place]
    return made
