"""The lease: which sitting of a test may play."""

from __future__ import annotations

import uuid

from daybreak.server import clock
from daybreak.server.implicit.models import ImplicitTest
from daybreak.server.implicit.queries import own_sitting
from daybreak.server.training.actions.lease import LEASE
from daybreak.server.write_turn import write_turn


def renew_lease(user_id: int, sitting_id: uuid.UUID) -> bool:
    """Hold the test for this sitting for another lease, and return False if another one took it over.

    Raises:
        RefusedError: the person has no such sitting.
    """
    sitting = own_sitting(user_id, sitting_id)
    with write_turn():
        tests = ImplicitTest.objects.filter(pk=sitting.test_id, holder=sitting)
        return tests.update(held_until=clock.now() + LEASE) == 1
