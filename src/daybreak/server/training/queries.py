"""Reading training sessions and sittings; a foreign one does not exist for the person who asks."""

from __future__ import annotations

import uuid

from daybreak.server.training.models import Sitting
from daybreak.server.training.refusals import RefusedError


def own_sitting(user_id: int, sitting_id: uuid.UUID) -> Sitting:
    """Return the person's sitting with its session.

    Raises:
        RefusedError: the person has no such sitting.
    """
    found = Sitting.objects.select_related("session").filter(uuid=sitting_id, session__participant__user_id=user_id)
    sitting = found.first()
    if sitting is None:
        raise RefusedError("no-such-sitting")
    return sitting


def locked_sitting(user_id: int, sitting_id: uuid.UUID) -> Sitting:
    """Return the person's sitting with session and outline, both rows locked until the transaction ends.

    Raises:
        RefusedError: the person has no such sitting.
    """
    found = (
        Sitting.objects.select_related("session__outline")
        .select_for_update(no_key=True, of=("self", "session"))
        .filter(uuid=sitting_id, session__participant__user_id=user_id)
    )
    sitting = found.first()
    if sitting is None:
        raise RefusedError("no-such-sitting")
    return sitting
