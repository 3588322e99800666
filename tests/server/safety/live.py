"""A live server's clinic: programs that run in processes of their own, beside it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import Any

from tests.live import ROOT, LiveServer

BEGIN = """
import json, sys, time
from daybreak.server.serve import set_up
set_up()
from daybreak.server import clock
from daybreak.server.accounts.models import Membership, User
from daybreak.server.enrolment.models import Participant
from daybreak.server.messages.models import Message
from daybreak.server.safety.models import Alert, Told
from tests import people
from tests.server.safety.cast import THOUGHTS, form_of, give, raised, team_at
def when(moment):
    time.sleep(max(0.0, float(moment) - time.time()))
def say(value):
    print(json.dumps(value))
"""
TEAM = """
person = Participant.objects.earliest("pk")
Membership.objects.all().delete()
team = team_at(person.site)
say({role: {"user": user.pk, "session": people.signed_in(user)} for role, user in vars(team).items()})
"""
RAISE = "say(raised(Participant.objects.get(code=sys.argv[1])).pk)"
STEPS_AHEAD = 4.0
"""Seconds that processes need to start, before they do something at the same moment."""


def started(server: LiveServer, program: str, *arguments: object) -> subprocess.Popen[str]:
    """Start a program on the server's data."""
    command = [sys.executable, "-c", BEGIN + program, *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, env=server.environment, stdout=subprocess.PIPE, text=True)


def said(process: subprocess.Popen[str]) -> Any:
    """Return what a program said when it ended well."""
    told, _ = process.communicate(timeout=90)
    assert process.returncode == 0
    return json.loads(told)


def told(server: LiveServer, program: str, *arguments: object) -> Any:
    """Run a program on the server's data and return what it said."""
    return said(started(server, program, *arguments))


def at_once(server: LiveServer, times: int, program: str, *arguments: object) -> list[Any]:
    """Run a program several times at the same moment, which it waits for, and return what each said."""
    moment = time.time() + STEPS_AHEAD
    return [said(each) for each in [started(server, program, moment, *arguments) for _ in range(times)]]
