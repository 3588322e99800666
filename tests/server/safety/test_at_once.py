"""Two people, two pages, two workers at the same moment: one alert, one acknowledgement, one telling a step."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.live import LiveServer
from tests.server.safety.live import TEAM, at_once, told

ANSWER = """
form = form_of(Participant.objects.get(code=sys.argv[2]))
when(sys.argv[1])
say(len(give(form, THOUGHTS)))
"""
ACKNOWLEDGE = """
from daybreak.server.safety.actions.answering import acknowledge
alert, user = Alert.objects.get(pk=sys.argv[2]), User.objects.get(pk=sys.argv[3])
when(sys.argv[1])
say(acknowledge(user, alert))
"""
TICK = """
from daybreak.server.safety.ticking import tick
alert = Alert.objects.get(pk=sys.argv[2])
when(sys.argv[1])
tick(alert.due_at)
say(True)
"""
FOUND = """
from daybreak.server.audit.models import Entry
say({
    "alerts": Alert.objects.count(),
    "told": [each.step for each in Told.objects.all()],
    "messages": Message.objects.filter(kind="alert").count(),
    **{action: Entry.objects.filter(action=action).count() for action in sys.argv[1:]},
})
"""


pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(start_server: Callable[..., LiveServer]) -> LiveServer:
    """A server with one person, and a team of one in each role."""
    server = start_server()
    server.new_participant()
    return server


def test_what_happens_at_once_happens_once(server: LiveServer) -> None:
    team = told(server, TEAM)
    code = told(server, "say(Participant.objects.earliest('pk').code)")
    assert sorted(at_once(server, 3, ANSWER, code)) == [0, 0, 1]
    assert told(server, FOUND, "give-answer") == {
        "alerts": 1,
        "told": [0, 0],
        "messages": 4,
        "give-answer": 3,
    }
    alert = told(server, "say(Alert.objects.get().pk)")
    at_once(server, 3, TICK, alert)
    assert told(server, FOUND, "escalate-alert") == {
        "alerts": 1,
        "told": [0, 0, 1],
        "messages": 6,
        "escalate-alert": 1,
    }
    done = at_once(server, 3, ACKNOWLEDGE, alert, team["investigator"]["user"])
    assert sorted(done) == [False, False, True]
    assert told(server, FOUND, "acknowledge-alert")["acknowledge-alert"] == 1
