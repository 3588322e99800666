"""Answers of one size class: how long the answer to an opened sitting is tells nothing of what is in the plan."""

from __future__ import annotations

from datetime import datetime

from daybreak.core.player import SittingAnswer
from daybreak.server.training.actions.lease import LEASE
from daybreak.server.training.actions.sitting import Opened

SIZE_CLASS = 16 * 1024
FILLING = "."


def sitting_body(opened: Opened) -> bytes:
    """Return the answer as JSON in UTF-8, padded to a multiple of SIZE_CLASS bytes."""
    answer = SittingAnswer(
        sitting=str(opened.sitting.uuid),
        chain_start=opened.sitting.chain_start,
        plan=opened.plan,
        first_round=opened.resume.first_round,
        began=opened.resume.began,
        sessions=opened.sessions,
        lease_seconds=int(LEASE.total_seconds()),
        closes_at=_iso(opened.closes_at),
        padding="",
    )
    plain = answer.model_dump_json().encode()
    missing = -len(plain) % SIZE_CLASS
    return answer.model_copy(update={"padding": FILLING * missing}).model_dump_json().encode()


def _iso(moment: datetime) -> str:
    """Return the time with seconds only: a fraction that is sometimes missing would change the length."""
    return moment.replace(microsecond=0).isoformat()
