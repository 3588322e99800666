"""What is entered of an infusion."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from daybreak.server.enrolment.models import Infusion
from daybreak.server.infusions.refusals import InfusionError

SEVERITIES = ("mild", "moderate", "severe")
LONGEST = timedelta(hours=12)
AROUND = timedelta(hours=24)


@dataclass(frozen=True)
class SideEffect:
    """Something the person felt, and how strongly."""

    what: str
    severity: str


@dataclass(frozen=True)
class Reading:
    """Vital signs at one time: blood pressure in mmHg, pulse per minute, oxygen saturation in per cent."""

    at: datetime
    systolic: int
    diastolic: int
    pulse: int
    saturation: int | None = None


@dataclass(frozen=True)
class InfusionFacts:
    """All that is entered of one infusion; never the drug. Times are aware; lists stand as they were written."""

    kit: str
    started_at: datetime
    ended_at: datetime
    dose_volume_ml: Decimal | None = None
    dissociation_total: int | None = None
    notes: str = ""
    side_effects: tuple[SideEffect, ...] = ()
    vital_signs: tuple[Reading, ...] = ()

    @staticmethod
    def of(infusion: Infusion) -> InfusionFacts:
        """Return what is stored of an infusion."""
        return InfusionFacts(
            kit=infusion.kit,
            started_at=infusion.started_at or infusion.ended_at,
            ended_at=infusion.ended_at,
            dose_volume_ml=infusion.dose_volume_ml,
            dissociation_total=infusion.dissociation_total,
            notes=infusion.notes,
            side_effects=tuple(SideEffect(**each) for each in infusion.side_effects),
            vital_signs=tuple(
                Reading(each.at, each.systolic, each.diastolic, each.pulse, each.saturation)
                for each in infusion.vital_signs.all()
            ),
        )

    def columns(self) -> dict[str, Any]:
        """Return the columns of the infusion's row; vital signs have rows of their own."""
        values = asdict(self)
        del values["vital_signs"]
        return values | {"side_effects": [asdict(each) for each in self.side_effects]}

    def mark(self) -> str:
        """Return a short text that changes whenever any of the facts does."""
        volume = "" if self.dose_volume_ml is None else f"{self.dose_volume_ml:.1f}"
        rest = [self.kit, self.started_at, self.ended_at, volume, self.dissociation_total, self.notes]
        text = repr([str(each) for each in (*rest, *self.side_effects, *self.vital_signs)])
        return hashlib.sha256(text.encode()).hexdigest()[:20]


def check_times(facts: InfusionFacts, now: datetime, between: tuple[datetime | None, datetime | None]) -> None:
    """Refuse times that cannot be.

    Args:
        facts: what was entered.
        now: the time.
        between: the end of the infusion before (or enrolment), and the start of the one after, as far as there are any.

    Raises:
        InfusionError: with the code of what is wrong.
    """
    for code, wrong in _impossible(facts, now, between):
        if wrong:
            raise InfusionError(code)


def _impossible(
    facts: InfusionFacts, now: datetime, between: tuple[datetime | None, datetime | None]
) -> Iterator[tuple[str, bool]]:
    earliest, latest = between
    yield "infusion-in-future", facts.ended_at > now or facts.started_at > now
    yield "infusion-backwards", facts.ended_at <= facts.started_at
    yield "infusion-too-long", facts.ended_at - facts.started_at > LONGEST
    yield "infusion-too-early", earliest is not None and facts.started_at < earliest
    yield "infusion-too-late", latest is not None and facts.ended_at > latest
    readings = [each.at for each in facts.vital_signs]
    yield "reading-in-future", any(at > now for at in readings)
    first, last = facts.started_at - AROUND, facts.ended_at + AROUND
    yield "reading-elsewhere", any(not first <= at <= last for at in readings)
