"""How a score changed against an earlier one: percent, response, remission."""

from __future__ import annotations

from daybreak.core.instruments.instrument import Score

RESPONSE_PERCENT = 50.0
"""A response is a fall by half or more, as studies of depression commonly define it."""


def percent_better(score: Score, before: float, now: float) -> float | None:
    """Return by how many percent a score improved against `before`; negative if it got worse, None if it began at 0."""
    if not before:
        return None
    gain = before - now if score.better == "lower" else now - before
    return 100 * gain / before


def responded(score: Score, before: float, now: float) -> bool | None:
    """Return whether the score improved by half or more; None where that has no meaning."""
    gain = percent_better(score, before, now)
    return None if gain is None else gain >= RESPONSE_PERCENT


def remitted(score: Score, now: float) -> bool | None:
    """Return whether the score lies where its source says that an illness is gone; None where no source does."""
    return None if score.remission is None else now <= score.remission
