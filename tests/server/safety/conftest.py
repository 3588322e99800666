from __future__ import annotations

import pytest

from daybreak.server.accounts.models import Membership
from daybreak.server.enrolment.models import Participant
from tests.server.safety.cast import Team, team_at


@pytest.fixture
def team(person: Participant) -> Team:
    """The only staff there is: whoever enrolled the person is gone."""
    Membership.objects.all().delete()
    return team_at(person.site)
