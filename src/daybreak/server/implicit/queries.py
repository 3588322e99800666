"""Reading tests and their sittings; a foreign one does not exist for the person who asks."""

from __future__ import annotations

import uuid

from daybreak.server.implicit.models import ImplicitSitting
from daybreak.server.training.refusals import RefusedError


def own_sitting(user_id: int, sitting_id: uuid.UUID) -> ImplicitSitting:
    """Return the person's sitting with its test.

    Raises:
        RefusedError: the person has no such sitting.
    """
    found = ImplicitSitting.objects.select_related("test").filter(uuid=sitting_id, test__participant__user_id=user_id)
    sitting = found.first()
    if sitting is None:
        raise RefusedError("no-such-sitting")
    return sitting


def locked_sitting(user_id: int, sitting_id: uuid.UUID) -> ImplicitSitting:
    """Return the person's sitting with its test, both rows locked until the transaction ends.

    Raises:
        RefusedError: the person has no such sitting.
    """
    found = (
        ImplicitSitting.objects.select_related("test__participant")
        .select_for_update(no_key=True, of=("self", "test"))
        .filter(uuid=sitting_id, test__participant__user_id=user_id)
    )
    sitting = found.first()
    if sitting is None:
        raise RefusedError("no-such-sitting")
    return sitting
