"""Timing quality of all training: how exactly steps were shown, and on what screens."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, QuerySet, Sum

from daybreak.server.console.training_table import STATUSES
from daybreak.server.studies.models import Site
from daybreak.server.training.models import DeviceCheck, Sitting

VERDICTS = ("ok", "warn", "visible-only", "stop")


@dataclass(frozen=True)
class Part:
    """One part of a whole: how many, and where its piece of the bar begins and how wide it is, of 1000."""

    name: str
    count: int
    x: float
    width: float

    @property
    def per_cent(self) -> float:
        """Its share of the whole."""
        return self.width / 10


@dataclass(frozen=True)
class TimingQuality:
    """Presentations by status, and device checks by verdict."""

    steps: list[Part]
    checks: list[Part]


def timing_quality(sites: QuerySet[Site]) -> TimingQuality:
    """Return the timing quality of all sessions at `sites`; two queries."""
    sums = Sitting.objects.filter(session__participant__site__in=sites).aggregate(
        **{status: Sum(f"steps_{status}", default=0) for status in STATUSES}
    )
    checks = DeviceCheck.objects.filter(sitting__session__participant__site__in=sites)
    found = dict(checks.values_list("verdict").annotate(Count("pk")).order_by())
    return TimingQuality(_parts(sums, STATUSES), _parts(found, VERDICTS))


def _parts(counts: dict[str, int], names: tuple[str, ...]) -> list[Part]:
    total, x, parts = sum(counts.get(name, 0) for name in names), 0.0, []
    for name in names if total else ():
        width = 1000 * counts.get(name, 0) / total
        parts.append(Part(name, counts.get(name, 0), round(x, 1), round(width, 1)))
        x += width
    return parts
