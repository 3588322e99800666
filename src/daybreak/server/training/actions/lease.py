"""The lease: which sitting of a training session may play."""

from __future__ import annotations

import uuid
from datetime import timedelta

from daybreak.server import clock
from daybreak.server.training.models import TrainingSession
from daybreak.server.training.queries import own_sitting
from daybreak.server.write_turn import write_turn

LEASE = timedelta(seconds=30)
FRESH = LEASE * 2 / 3


def renew_lease(user_id: int, sitting_id: uuid.UUID) -> bool:
    """Hold the session for this sitting for another lease, and return False if another one took it over.

    A conditional update decides, so a sitting that was taken over never gets the session back. A lease that still has
    most of its time is left as it is: every write waits for the disk.

    Raises:
        RefusedError: the person has no such sitting.
    """
    sitting = own_sitting(user_id, sitting_id)
    now = clock.now()
    session = sitting.session
    if session.holder_id == sitting.pk and session.held_until is not None and session.held_until - now > FRESH:
        return True
    with write_turn():
        held = TrainingSession.objects.filter(pk=sitting.session_id, holder=sitting).update(held_until=now + LEASE)
    return held == 1
