"""Whether people could tell their arm: the blinding indices of James and of Bang, from guesses.

A table has for each arm how often each guess was made. `right` says which guess is right for whom; without it each arm
has its own name as the right guess, so that with the arms of a factorial study the guess of the drug and the guess of
the training are two tables. Some words stand for not knowing.

Sources: James, Bloch, Lee, Kraemer & Fuller, Stat Med 1996;15:1421-1434. Bang, Ni & Davis, Control Clin Trials
2004;25:143-156. `docs/stats/blinding.md` has the formulae.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from daybreak.core.errors import FitError
from daybreak.stats.polars_table import polars_table
from daybreak.stats.results import Array

if TYPE_CHECKING:
    from daybreak.stats.polars_table import DataFrame

Counts = Mapping[str, Mapping[str, float]]
UNSURE = ("don't know",)


@dataclass(frozen=True)
class Index:
    """One blinding index with Wald limits, cut to what the index can be. `arm` is empty for the index of all."""

    name: str
    arm: str
    n: int
    correct: int
    wrong: int
    unsure: int
    estimate: float
    se: float
    ci_low: float
    ci_high: float


@dataclass(frozen=True)
class Blinding:
    """James's index of everybody, and Bang's of each arm. `james` is None where no guess could have been wrong."""

    james: Index | None
    bang: tuple[Index, ...]
    options: int
    level: float
    warnings: tuple[str, ...]

    def summary(self) -> str:
        """Return the indices as text."""
        head = f"Blinding, {self.options} possible guesses, {100 * self.level:g} % limits"
        rows = [
            f"{one.name:<6} {one.arm or 'all':<24} n {one.n:>5}  correct {one.correct:>5}  wrong {one.wrong:>5}  "
            f"unsure {one.unsure:>5}  {one.estimate:>7.3f} ({one.ci_low:.3f} to {one.ci_high:.3f})"
            for one in self._all()
        ]
        return "\n".join([head, *rows, *self.warnings])

    def to_polars(self) -> DataFrame:
        """Return one polars row an index."""
        return polars_table([asdict(one) for one in self._all()])

    def to_dict(self) -> dict[str, object]:
        """Return one record an index, how many guesses there were to choose from, level and warnings, for JSON."""
        return {
            "james": asdict(self.james) if self.james else None,
            "bang": [asdict(one) for one in self.bang],
            "options": self.options,
            "level": self.level,
            "warnings": list(self.warnings),
        }

    def _all(self) -> tuple[Index, ...]:
        return (*([self.james] if self.james else []), *self.bang)


@dataclass(frozen=True, eq=False)
class _Table:
    """Guesses (rows) by arm (columns) without the unsure; `right` marks the cells of right guesses."""

    arms: tuple[str, ...]
    guesses: tuple[str, ...]
    told: Array
    unsure: Array
    right: Array


def tally(arms: Sequence[str], guesses: Sequence[str | None]) -> dict[str, dict[str, int]]:
    """Return how often each guess was made in each arm; guesses that are None, never asked, do not count.

    Raises:
        FitError: not as many guesses as arms.
    """
    if len(arms) != len(guesses):
        raise FitError(f"There are {len(arms)} arms and {len(guesses)} guesses.", remedy="Give one of each per person.")
    pairs = Counter((arm, guess) for arm, guess in zip(arms, guesses, strict=True) if guess is not None)
    made: dict[str, dict[str, int]] = {arm: {} for arm in dict.fromkeys(arms)}
    for (arm, guess), count in pairs.items():
        made[arm][guess] = count
    return made


def blinding(
    counts: Counts,
    *,
    right: Mapping[str, str] | None = None,
    unsure: Sequence[str] = UNSURE,
    weights: Mapping[tuple[str, str], float] | None = None,
    level: float = 0.95,
) -> Blinding:
    """Return James's index and Bang's index of each arm.

    Args:
        counts: for each arm, how often each guess was made.
        right: the right guess of each arm; without it, its own name.
        unsure: the words that stand for not knowing.
        weights: James's weight of a wrong guess by (arm, guess), such as less for the right drug at the wrong dose; 1
            where not given. Right guesses have none.
        level: of the limits.

    Raises:
        FitError: no table of two arms with whole numbers of people in each, or weights outside 0 to 1.
    """
    if not 0 < level < 1:
        raise FitError(f"The confidence level {level} is not between 0 and 1.", remedy="Give 0.95, say.")
    table = _read(counts, right or {arm: arm for arm in counts}, unsure)
    z = float(special.ndtri((1 + level) / 2))
    names, warnings = _options(table, right), []
    wrong_weights = _weights(table, weights or {})
    james = _james(table, wrong_weights, z)
    if james is None:
        warnings.append("No guess could have been wrong by the margins, so that James's index cannot be told.")
    silent = [arm for arm, told in zip(table.arms, table.told.sum(axis=0), strict=True) if told == 0]
    if silent:
        warnings.append(f"Nobody guessed in {', '.join(silent)}; the index there is nil without an error.")
    return Blinding(james, _bang(table, len(names), z), len(names), level, tuple(warnings))


def _read(counts: Counts, right: Mapping[str, str], unsure: Sequence[str]) -> _Table:
    arms = tuple(counts)
    if len(arms) < 2:
        raise FitError("Blinding needs the guesses of two arms.", remedy="Give both.")
    lacking = [arm for arm in arms if arm not in right]
    if lacking:
        raise FitError(f"No right guess is given for {lacking[0]}.", remedy="Name one for each arm.")
    made = dict.fromkeys(guess for own in counts.values() for guess in own)
    guesses = tuple(dict.fromkeys((*(right[arm] for arm in arms), *(guess for guess in made if guess not in unsure))))
    numbers = np.array([[float(counts[arm].get(guess, 0)) for arm in arms] for guess in guesses])
    not_sure = np.array([float(sum(counts[arm].get(word, 0) for word in unsure)) for arm in arms])
    everything = np.vstack([numbers, not_sure])
    if not np.isfinite(everything).all() or (everything < 0).any() or (everything != np.round(everything)).any():
        raise FitError("A number of guesses is not a whole number.", remedy="Give counts.")
    empty = [arm for arm, total in zip(arms, everything.sum(axis=0), strict=True) if total == 0]
    if empty:
        raise FitError(f"Nobody of {empty[0]} was asked.", remedy="Leave the arm out.")
    hits = np.array([[float(right[arm] == guess) for arm in arms] for guess in guesses])
    return _Table(arms, guesses, numbers, not_sure, hits)


def _options(table: _Table, right: Mapping[str, str] | None) -> tuple[str, ...]:
    """Return what could be guessed: what was, and what would have been right."""
    if len(table.guesses) < 2:
        only = table.guesses[0]
        raise FitError(
            f"The only guess is {only}, which is right for everybody.",
            remedy="Name the right guess of each arm." if right else "Give the guesses of two arms.",
        )
    return table.guesses


def _weights(table: _Table, given: Mapping[tuple[str, str], float]) -> Array:
    weights = 1 - table.right
    for (arm, guess), weight in given.items():
        if arm not in table.arms or guess not in table.guesses or not 0 <= weight <= 1:
            raise FitError(
                f"The weight {weight} of {guess} in {arm} makes no sense.",
                remedy="Give arms and guesses of the table, and weights from 0 to 1.",
            )
        weights[table.guesses.index(guess), table.arms.index(arm)] = weight
    return weights * (1 - table.right)


def _james(table: _Table, weights: Array, z: float) -> Index | None:
    """1 - m + m^2 S / (2 D): m who guessed, S their mean weight, D what chance would give by the margins."""
    n = float(table.told.sum() + table.unsure.sum())
    p = table.told / n
    m, told, arm_share, guess_share = p.sum(), (weights * p).sum(), p.sum(axis=0), p.sum(axis=1)
    counts = (round(float((table.told * table.right).sum())), round(float((table.told * (1 - table.right)).sum())))
    if m == 0:
        return Index("James", "", round(n), 0, 0, round(n), 1.0, 0.0, 1.0, 1.0)
    chance = float(guess_share @ weights @ arm_share)
    if chance == 0:
        return None
    ratio = told / chance
    # the derivative by each cell; unsure cells have none, as 1 - m is their share
    drift = (weights @ arm_share)[:, None] + (guess_share @ weights)[None, :]
    slope = -1 + m * ratio + m**2 / (2 * chance) * (weights - ratio * drift)
    variance = float((p * slope**2).sum() - (p * slope).sum() ** 2) / n
    estimate = float(1 - m + m**2 * ratio / 2)
    return _index("James", "", (*counts, round(float(table.unsure.sum()))), (estimate, variance, z), (0.0, 1.0))


def _bang(table: _Table, options: int, z: float) -> tuple[Index, ...]:
    """Share of right guesses minus share of wrong ones over the number of wrong ones there are to choose from."""
    fair = 1 / (options - 1)
    found = []
    for place, arm in enumerate(table.arms):
        hit = float((table.told[:, place] * table.right[:, place]).sum())
        miss = float(table.told[:, place].sum()) - hit
        unsure = float(table.unsure[place])
        n = hit + miss + unsure
        estimate = (hit - fair * miss) / n
        variance = ((hit + fair**2 * miss) / n - estimate**2) / n
        counts = (round(hit), round(miss), round(unsure))
        found.append(_index("Bang", arm, counts, (estimate, variance, z), (-fair, 1.0)))
    return tuple(found)


def _index(
    name: str,
    arm: str,
    counts: tuple[int, int, int],
    found: tuple[float, float, float],
    bounds: tuple[float, float],
) -> Index:
    estimate, variance, z = found
    se = float(np.sqrt(max(0.0, variance)))
    low, high = max(bounds[0], estimate - z * se), min(bounds[1], estimate + z * se)
    return Index(name, arm, sum(counts), *counts, estimate, se, low, high)
