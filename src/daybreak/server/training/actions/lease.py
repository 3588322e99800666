"""The lease: which sitting of a training session may play."""

from __future__ import annotations

import uuid
from datetime import timedelta

from daybreak.server import clock
from daybreak.server.training.models import TrainingSession
from daybreak.server.training.queries import own_sitting
from daybreak.server.write_turn import write_turn

LEASE = timedelta(seconds=30)


def renew_lease(user_id: int, sitting_id: uuid.UUID) -> bool:
    """Hold the session for this sitting for another lease, and return False if another one took it over.

    One conditional update decides, so two sittings can never both be told that they hold it.

    Raises:
        RefusedError: the person has no such sitting.
    """
    sitting = own_sitting(user_id, sitting_id)
    held_until = clock.now() + LEASE
    with write_turn():
        held = TrainingSession.objects.filter(pk=sitting.session_id, holder=sitting).update(held_until=held_until)
    return held == 1
