"""Who comes from which site and goes to which arm, by the very code that allocates in a running study.

People are alike but for their site and strata, so one order of enrolment serves a whole block of trials: it is drawn
again for each block, and its trials share it as trials share a protocol.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import gcd

import numpy as np
import numpy.typing as npt

from daybreak.core.allocation.blocks import block_places
from daybreak.core.allocation.listing import SITE, stratum_name
from daybreak.core.allocation.minimisation import Minimiser
from daybreak.core.chance import Chance
from daybreak.core.errors import StudyFileError
from daybreak.core.study import AllocationRules, AssumptionRules, StudyFile

Codes = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Enrolling:
    """How people are allocated: the file's rules, each arm's ratio, the sites, and what each factor can be."""

    rules: AllocationRules
    ratios: Mapping[str, int]
    block_sizes: tuple[int, ...]
    sites: tuple[str, ...]
    factors: Mapping[str, tuple[str, ...]]

    def enrolled(self, seed: int, block: int, n: int) -> tuple[Codes, Codes]:
        """Return arm and site of each of the first `n` people of a block of trials, as places in their lists."""
        secret = hashlib.sha256(f"simulation:{seed}:{block}".encode()).digest()
        people = list(self._people(secret, n))
        places = {arm: place for place, arm in enumerate(self.ratios)}
        arms = [places[arm] for arm in self._arms(secret, people)]
        sites = [self.sites.index(person[SITE]) for person in people]
        return np.array(arms, dtype=np.int64), np.array(sites, dtype=np.int64)

    def _people(self, secret: bytes, n: int) -> Iterator[dict[str, str]]:
        chance = Chance(secret, "people")
        for _ in range(n):
            yield {name: chance.pick(levels) for name, levels in self.factors.items()}

    def _arms(self, secret: bytes, people: list[dict[str, str]]) -> Iterator[str]:
        if self.rules.method == "none":
            yield from (next(iter(self.ratios)) for _ in people)
        elif self.rules.method == "minimisation":
            yield from self._minimised(secret, people)
        else:
            yield from self._listed(secret, people)

    def _listed(self, secret: bytes, people: list[dict[str, str]]) -> Iterator[str]:
        lists: dict[str, Iterator[str]] = {}
        for person in people:
            stratum = stratum_name({name: person[name] for name in self.rules.strata})
            if stratum not in lists:
                places = block_places(secret, stratum, self.ratios, self.block_sizes)
                lists[stratum] = (place.arm for place in places)
            yield next(lists[stratum])

    def _minimised(self, secret: bytes, people: list[dict[str, str]]) -> Iterator[str]:
        weights = {factor: self.rules.weight(factor) for factor in self.rules.factors}
        minimiser = Minimiser(self.ratios, weights, self.rules.probability, self.rules.spread)
        before: list[tuple[str, Mapping[str, str]]] = []
        for person in people:
            before.append((minimiser.allocate(secret, before, person), person))
            yield before[-1][0]


def enrolling_of(file: StudyFile, assumed: AssumptionRules, ratio: tuple[int, ...] | None) -> Enrolling:
    """Return how a study allocates, with other shares of the arms if asked; blocks then hold them once or twice.

    Raises:
        StudyFileError: there is not one whole share for each arm.
    """
    shares = tuple(arm.ratio for arm in file.arms) if ratio is None else ratio
    if len(shares) != len(file.arms) or min(shares) < 1:
        says = f"the ratio {':'.join(map(str, shares))} does not fit the {len(file.arms)} arms."
        raise StudyFileError(says, where="ratio", remedy="Write a whole number from 1 on for each arm.")
    whole = sum(shares) // gcd(*shares)
    sizes = file.allocation.block_sizes if ratio is None else (whole, 2 * whole)
    asked = file.allocation.asked
    named, count = tuple(site.key for site in file.sites), assumed.sites.count if assumed.sites else None
    sites = named if named and count in (None, len(named)) else tuple(f"site-{k}" for k in range(1, (count or 1) + 1))
    factors = {SITE: sites} | {name: file.levels(name) for name in asked if name != SITE}
    ratios = dict(zip((arm.key for arm in file.arms), shares, strict=True))
    return Enrolling(file.allocation, ratios, sizes, sites, factors)
