"""What is entered of an adverse event, and what is judged of it."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from daybreak.core.harms import Course, Harm, RoughDate, check_course
from daybreak.server.harms.models import AdverseEvent


@dataclass(frozen=True)
class HarmFacts:
    """All that is entered of one event; lists stand in the order of `core/harms.py`, dates as far as they are known."""

    term: str
    severity: str
    outcome: str
    known_at: datetime
    serious_at: datetime | None = None
    preferred_term: str = ""
    code: str = ""
    onset: str = ""
    ended: str = ""
    criteria: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()

    @staticmethod
    def of(event: AdverseEvent) -> HarmFacts:
        """Return what is stored of an event."""
        stored = {name: getattr(event, name) for name in HarmFacts.__dataclass_fields__}
        return HarmFacts(**stored | {name: tuple(stored[name]) for name in ("criteria", "measures")})

    def columns(self) -> dict[str, Any]:
        """Return the columns of the event's row; when it was known to be serious stands only where it is."""
        values = asdict(self) | {"criteria": list(self.criteria), "measures": list(self.measures)}
        return values | {"serious_at": (self.serious_at or self.known_at) if self.criteria else None}

    def mark(self) -> str:
        """Return a short text that changes whenever any of the facts does."""
        return hashlib.sha256(repr(sorted(self.columns().items())).encode()).hexdigest()[:20]

    def check(self, now: datetime, zone: str) -> None:
        """Refuse what cannot be, by the calendar of the person's zone.

        Raises:
            HarmError: with the code of what is wrong.
        """
        course = Course(
            onset=RoughDate.read(self.onset),
            ended=RoughDate.read(self.ended),
            outcome=self.outcome,
            criteria=self.criteria,
            known_at=self.known_at,
            serious_at=self.serious_at if self.criteria else None,
        )
        check_course(course, now, now.astimezone(ZoneInfo(zone)).date())


@dataclass(frozen=True)
class Judgement:
    """What an investigator thinks of an event; an empty text leaves it open."""

    expected: str = ""
    drug: str = ""
    training: str = ""

    @staticmethod
    def of(event: AdverseEvent) -> Judgement:
        """Return what is stored of an event."""
        return Judgement(event.expectedness, event.drug, event.training)


@dataclass(frozen=True)
class Learned:
    """How staff came to know of an event: told, asked at a visit, or from a side effect of an infusion."""

    source: AdverseEvent.Source = AdverseEvent.Source.SPONTANEOUS
    visit: str = ""
    taken_from: str | None = None


def harm_of(event: AdverseEvent) -> Harm:
    """Return what decides which reports an event needs."""
    return Harm(tuple(event.criteria), event.expectedness, event.drug, event.training)
