"""Shares of people, such as those who responded or remitted, and differences of shares, with limits that fit.

Wilson's limits of a share (J Am Stat Assoc 1927;22:209-212), and Newcombe's of a difference, which join them (method
10 of Stat Med 1998;17:873-890). Both stay within what is possible and need no large numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from daybreak.core.errors import FitError
from daybreak.stats.polars_table import polars_table

if TYPE_CHECKING:
    from daybreak.stats.polars_table import DataFrame


@dataclass(frozen=True)
class Share:
    """How many of how many, as a share, with Wilson's limits."""

    label: str
    events: int
    n: int
    estimate: float
    ci_low: float
    ci_high: float


@dataclass(frozen=True)
class Difference:
    """One share minus another, with Newcombe's limits."""

    label: str
    estimate: float
    ci_low: float
    ci_high: float


@dataclass(frozen=True)
class Shares:
    """Shares of several groups, and each one's difference from the reference, where there is one."""

    shares: tuple[Share, ...]
    differences: tuple[Difference, ...]
    level: float

    def summary(self) -> str:
        """Return shares and differences as text, in per cent."""
        rows = [f"{one.label}: {one.events} of {one.n}, {_per_cent(one)}" for one in self.shares]
        return "\n".join([*rows, *(f"{one.label}: {_per_cent(one)}" for one in self.differences)])

    def to_polars(self) -> DataFrame:
        """Return one polars row a share, then one a difference, which has no events and no n."""
        differences = [{"label": one.label, "events": None, "n": None, **asdict(one)} for one in self.differences]
        return polars_table([*(asdict(one) for one in self.shares), *differences])

    def to_dict(self) -> dict[str, object]:
        """Return one record a share and one a difference, and the level, for JSON."""
        return {
            "shares": [asdict(one) for one in self.shares],
            "differences": [asdict(one) for one in self.differences],
            "level": self.level,
        }


def share(events: int, n: int, *, label: str = "", level: float = 0.95) -> Share:
    """Return a share with Wilson's limits.

    Raises:
        FitError: nobody was counted, more had it than were counted, or a level outside 0 to 1.
    """
    if not (n > 0 and 0 <= events <= n) or events != int(events) or n != int(n):
        raise FitError(f"There is no share of {events} of {n}.", where=label, remedy="Give whole counts, n above nil.")
    if not 0 < level < 1:
        raise FitError(f"The confidence level {level} is not between 0 and 1.", remedy="Give 0.95, say.")
    z = float(special.ndtri((1 + level) / 2))
    p = events / n
    middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * float(np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2)))
    low = 0.0 if events == 0 else middle - half
    high = 1.0 if events == n else middle + half
    return Share(label, int(events), int(n), p, low, high)


def difference(one: Share, other: Share) -> Difference:
    """Return one share minus another; both have limits of the same level."""
    estimate = one.estimate - other.estimate
    down = np.hypot(one.estimate - one.ci_low, other.ci_high - other.estimate)
    up = np.hypot(one.ci_high - one.estimate, other.estimate - other.ci_low)
    return Difference(f"{one.label} - {other.label}", estimate, estimate - float(down), estimate + float(up))


def shares(counts: Mapping[str, tuple[int, int]], *, reference: str | None = None, level: float = 0.95) -> Shares:
    """Return the share of each group, given as events and number, and its difference from the reference.

    Raises:
        FitError: the reference is none of the groups, or as `share`.
    """
    found = {label: share(events, n, label=label, level=level) for label, (events, n) in counts.items()}
    if reference is not None and reference not in found:
        raise FitError(f"There is no group {reference}.", remedy=f"There are: {', '.join(found)}.")
    differences = [
        difference(one, found[reference])
        for label, one in found.items()
        if reference is not None and label != reference
    ]
    return Shares(tuple(found.values()), tuple(differences), level)


def _per_cent(one: Share | Difference) -> str:
    return f"{100 * one.estimate:.1f} % ({100 * one.ci_low:.1f} to {100 * one.ci_high:.1f})"
