"""Where a training session goes on after it was broken off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from daybreak.core.study import TrainingRules

Label = Literal["", "restarted", "resumed-late"]


@dataclass(frozen=True)
class Resume:
    """The round to begin with, counted from 0, and what the session is labelled from then on."""

    first_round: int
    began: Literal["fresh", "resumed"]
    label: Label = ""


def resume_point(rounds_done: int, last_heard: datetime | None, now: datetime, rules: TrainingRules) -> Resume | None:
    """Return where to begin, or None if the session stays as it is and is labelled partial.

    A session goes on at the last round border while that is at most `resume_within` old; after that the study file's
    `after_that` decides: begin again (`restart`), go on all the same (`resume`), or keep what there is (`keep`).

    Args:
        rounds_done: rounds ended so far, practice rounds included.
        last_heard: when the last record came in; None if the session was never begun.
        now: aware, of the same clock as `last_heard`.
        rules: the study file's training table.
    """
    if last_heard is None:
        return Resume(0, "fresh")
    if now - last_heard <= rules.resume_within:
        return Resume(rounds_done, "resumed" if rounds_done else "fresh")
    if rules.after_that == "resume":
        return Resume(rounds_done, "resumed", "resumed-late")
    return Resume(0, "fresh", "restarted") if rules.after_that == "restart" else None
