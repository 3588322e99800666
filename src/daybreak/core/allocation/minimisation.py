"""Minimisation: each person goes, most likely, to the arm that leaves the factors best balanced.

Pocock & Simon, Biometrics 1975;31:103-115: for each arm one imagines the person in it, takes the range (or variance) of
the arms' counts at the person's level of each factor, and adds these up by weight; the arm with the smallest sum is
preferred and taken with a probability below one. For unequal ratios counts are divided by the ratio, and the coin of
each arm is set so that the ratio is kept in the long run (Han, Enas & McEntegart, Stat Med 2009;28:3329-3346); the
first few people go to the larger arms more often than that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from daybreak.core.chance import Chance

Levels = Mapping[str, str]
Spread = Literal["range", "variance"]
FINE = 1 << 32


@dataclass(frozen=True)
class Minimiser:
    """The rules of a minimisation.

    Args:
        ratios: arm to its share.
        weights: factor to how much it counts.
        probability: of the preferred arm where all ratios are one; of the rarest arm otherwise.
        spread: how far apart the arms' counts are, at one level of one factor.
    """

    ratios: Mapping[str, int]
    weights: Mapping[str, float]
    probability: float
    spread: Spread = "range"

    def imbalances(self, before: Iterable[tuple[str, Levels]], levels: Levels) -> dict[str, Fraction]:
        """Return, for each arm, the weighted sum of spreads if the new person went there.

        Args:
            before: arm and factor levels of everyone allocated so far.
            levels: of the new person.
        """
        counts: Counter[tuple[str, str]] = Counter()
        for arm, theirs in before:
            counts.update((factor, arm) for factor in self.weights if theirs[factor] == levels[factor])
        return {arm: self._imbalance(counts, arm) for arm in self.ratios}

    def _imbalance(self, counts: Counter[tuple[str, str]], candidate: str) -> Fraction:
        total = Fraction(0)
        for factor, weight in self.weights.items():
            shares = [Fraction(counts[factor, arm] + (arm == candidate), ratio) for arm, ratio in self.ratios.items()]
            total += Fraction(weight) * _spread(shares, self.spread)
        return total

    def chances(self, preferred: str) -> dict[str, Fraction]:
        """Return with which probability each arm is taken when `preferred` balances best."""
        whole, rarest = sum(self.ratios.values()), min(self.ratios.values())
        if len(self.ratios) == 1:
            return {preferred: Fraction(1)}
        missed = Fraction(1) - Fraction(self.probability)
        rest = missed / (whole - rarest)  # times an arm's ratio: its chance when another is preferred
        return {
            arm: 1 - rest * (whole - ratio) if arm == preferred else rest * ratio for arm, ratio in self.ratios.items()
        }

    def allocate(self, seed: bytes, before: Sequence[tuple[str, Levels]], levels: Levels) -> str:
        """Return the arm of the next person; the same seed, people and levels give the same arm."""
        sums = self.imbalances(before, levels)
        chance = Chance(seed, f"minimisation:{len(before) + 1}")
        best = [arm for arm, total in sums.items() if total == min(sums.values())]
        preferred = chance.pick([arm for arm in best for _ in range(self.ratios[arm])])
        point = Fraction(chance.below(FINE), FINE)
        for arm, share in self.chances(preferred).items():
            if point < share:
                return arm
            point -= share
        return preferred


def _spread(shares: Sequence[Fraction], kind: Spread) -> Fraction:
    if kind == "range":
        return max(shares) - min(shares)
    mean = sum(shares, Fraction(0)) / len(shares)
    return sum(((share - mean) ** 2 for share in shares), Fraction(0)) / len(shares)
