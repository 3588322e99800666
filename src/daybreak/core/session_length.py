"""How long a training session takes; the same for both versions, as it follows from tasks and timing alone."""

from __future__ import annotations

import math

from daybreak.core.pack import Pack
from daybreak.core.plan import refreshes_for

READING_MS = 20_000
USUAL_HZ = 60


def expected_minutes(pack: Pack, practice: bool) -> int:
    """Return how long a session lasts, in whole minutes, rounded up: steps at the usual pace, rests and reading."""
    total = 0.0
    for task in pack.tasks.each():
        shown = [getattr(task.timing, name) for name in type(task.timing).model_fields if name != "answer_within"]
        step = sum(refreshes_for(duration, USUAL_HZ) * 1000 / USUAL_HZ for duration in shown) + task.answer_usually.ms
        steps = task.rounds * task.steps + (task.practice_steps if practice else 0)
        total += READING_MS + steps * step + task.rounds * task.rest_at_least.ms
    return math.ceil(total / 60_000)
