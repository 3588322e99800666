"""The worst differences between a fit and its reference, and the limits they must keep."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Any, Protocol

from daybreak.stats.results import Estimate

NEAR_NIL = 1.0


class Fit(Protocol):
    """What is compared: coefficients in the reference's order, and the log likelihood."""

    @property
    def coefficients(self) -> tuple[Estimate, ...]:
        """The fixed effects."""

    @property
    def loglik(self) -> float:
        """The log likelihood."""


@dataclass(frozen=True)
class Differences:
    """Worst differences: estimates and SEs relative (absolute below 1), df relative, log likelihood absolute."""

    estimate: float
    se: float
    df: float
    loglik: float

    def within(self, limits: Differences) -> bool:
        """Return whether none is larger than its limit."""
        return all(ours <= limit for ours, limit in zip(astuple(self), astuple(limits), strict=True))


LIMITS = Differences(estimate=1e-6, se=1e-6, df=1e-4, loglik=1e-7)


def differences(fit: Fit, reference: Mapping[str, Any]) -> Differences:
    """Return how far a fit lies from the reference's `estimate`, `se`, `df` and `loglik`."""
    found = fit.coefficients
    return Differences(
        estimate=_worst([one.estimate for one in found], reference["estimate"], NEAR_NIL),
        se=_worst([one.se for one in found], reference["se"], NEAR_NIL),
        df=_worst([one.df for one in found], reference["df"], 0.0),
        loglik=abs(fit.loglik - reference["loglik"]),
    )


def _worst(ours: Sequence[float], theirs: Sequence[float], floor: float) -> float:
    return max(abs(a - b) / max(abs(b), floor) for a, b in zip(ours, theirs, strict=True))


def table(rows: Iterable[tuple[str, Differences]]) -> str:
    """Return the rows as a Markdown table, the limits last."""
    lines = ["| fit | estimates | SEs | df | log likelihood |", "| --- | --- | --- | --- | --- |"]
    for label, one in [*rows, ("*limit*", LIMITS)]:
        lines.append(f"| {label} | " + " | ".join(f"{value:.0e}" for value in astuple(one)) + " |")
    return "\n".join(lines)
