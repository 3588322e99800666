"""Which interviews a second rater rates as well: a share of them, drawn so that nobody picks."""

from __future__ import annotations

from dataclasses import dataclass

from daybreak.core.chance import Chance

PARTS = 1_000_000


@dataclass(frozen=True)
class Interview:
    """One interview: of which study and person, at which visit, by which instrument."""

    study: str
    person: str
    visit: str
    instrument: str


def is_rated_twice(interview: Interview, share: float) -> bool:
    """Return whether an interview is among the `share` of interviews that two raters rate.

    The draw hangs on the interview alone, so that it is the same whenever it is asked for; a study file that asks for a
    larger share keeps every interview of the smaller one.
    """
    label = f"second rating: {interview.person}: {interview.visit}: {interview.instrument}"
    return Chance(interview.study.encode(), label).below(PARTS) < round(share * PARTS)
