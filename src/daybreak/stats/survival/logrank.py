"""The log-rank test of any number of arms, stratified or not.

Mantel, Cancer Chemother Rep 1966;50:163-170; Peto & Peto, J R Stat Soc A 1972;135:185-207. Written here because
lifelines has no strata; without strata its test gives the same (a test of ours says so).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy import stats

from daybreak.core.errors import FitError
from daybreak.stats.polars_table import polars_table
from daybreak.stats.results import Array
from daybreak.stats.survival.times import Times

if TYPE_CHECKING:
    from daybreak.stats.polars_table import DataFrame

LEAST_ARMS = 2


@dataclass(frozen=True)
class Count:
    """How many of an arm had the event, and how many would have, were all arms alike."""

    arm: str
    people: int
    events: int
    expected: float


@dataclass(frozen=True)
class LogRank:
    """The test that the arms' curves are the same."""

    statistic: float
    df: int
    p: float
    counts: tuple[Count, ...]
    strata: int
    warnings: tuple[str, ...] = ()

    def summary(self) -> str:
        """Return the test in one line, then observed and expected events of each arm."""
        kind = "Log-rank" if self.strata == 1 else f"Log-rank, {self.strata} strata"
        head = f"{kind}: chi-squared {self.statistic:.2f} on {self.df} df, p = {self.p:.4g}"
        lines = [f"{each.arm}: {each.events} events, {each.expected:.2f} expected" for each in self.counts]
        return "\n".join([head, *lines, *self.warnings])

    def to_polars(self) -> DataFrame:
        """Return one row for each arm."""
        return polars_table([asdict(each) for each in self.counts])

    def to_dict(self) -> dict[str, object]:
        """Return plain values fit for JSON."""
        return asdict(self) | {
            "counts": [asdict(each) for each in self.counts],
            "warnings": list(self.warnings),
        }


def log_rank(times: Times) -> LogRank:
    """Test that all arms have the same curve, within strata where `times` has them.

    Raises:
        FitError: fewer than two arms, no event, or no event at which two arms were at risk.
    """
    if len(times.arms) < LEAST_ARMS:
        raise FitError("A log-rank test needs at least two arms.", remedy="Give the times of another arm.")
    if not times.event.any():
        raise FitError("Nobody had the event.", where="log-rank test", remedy="Follow people for longer.")
    arms = len(times.arms)
    expected, excess, covariance = np.zeros(arms), np.zeros(arms), np.zeros((arms, arms))
    for stratum in range(len(times.strata)):
        inside = times.strata_codes == stratum
        seen, due, spread = _stratum(times.time[inside], times.event[inside], times.codes[inside], arms)
        expected += due
        excess += seen - due
        covariance += spread
    rank = int(np.linalg.matrix_rank(covariance, hermitian=True))
    if not rank:
        raise FitError("No event came while two arms were at risk.", where="log-rank test", remedy="Check the strata.")
    statistic = float(excess @ np.linalg.pinv(covariance, hermitian=True) @ excess)
    counts = tuple(
        Count(arm, int((times.codes == place).sum()), int(times.event[times.codes == place].sum()), float(due))
        for place, (arm, due) in enumerate(zip(times.arms, expected, strict=True))
    )
    odd = () if rank == arms - 1 else (f"Only {rank + 1} of {arms} arms could be compared; the df say so.",)
    return LogRank(statistic, rank, float(stats.chi2.sf(statistic, rank)), counts, len(times.strata), odd)


def _stratum(
    time: Array, event: npt.NDArray[np.bool_], codes: npt.NDArray[np.intp], arms: int
) -> tuple[Array, Array, Array]:
    """Return events seen, events expected and the covariance of their differences in one stratum."""
    when = np.unique(time[event])
    at_risk, died = np.zeros((len(when), arms)), np.zeros((len(when), arms))
    for arm in range(arms):
        followed = np.sort(time[codes == arm])
        at_risk[:, arm] = len(followed) - np.searchsorted(followed, when)
        died[:, arm] = np.bincount(np.searchsorted(when, time[event & (codes == arm)]), minlength=len(when))
    risk, deaths = at_risk.sum(axis=1), died.sum(axis=1)
    share = at_risk / risk[:, None]
    factor = deaths * (risk - deaths) / np.maximum(risk - 1, 1)
    covariance = np.diag((factor[:, None] * share).sum(axis=0)) - np.einsum("t,ta,tb->ab", factor, share, share)
    return died.sum(axis=0), (deaths[:, None] * share).sum(axis=0), covariance
