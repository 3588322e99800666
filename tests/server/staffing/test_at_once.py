"""Two administrators who end each other's role at the same moment: one of them stays."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from threading import Barrier
from typing import Any

from tests.live import ROOT, LiveServer

PAIRS = 8
MAKE = """
import json, sys
from daybreak.server.serve import set_up
set_up()
from daybreak.core.roles import Role
from daybreak.server import clock
from daybreak.server.studies.models import Study
from tests import people
made = []
for number in range(int(sys.argv[1])):
    study = Study.objects.create(key=f"pair-{number}", title="Pair", study_file="", created_at=clock.now())
    pair = [people.staff(study, Role.ADMINISTRATOR, name=f"Admin {number} {each}") for each in "ab"]
    made.append([
        {"user": one.pk, "membership": one.memberships.get().pk, "session": people.signed_in(one)} for one in pair
    ])
print(json.dumps(made))
"""
LEFT = """
import json
from daybreak.server.serve import set_up
set_up()
from daybreak.server.accounts.models import Membership
print(json.dumps(list(Membership.objects.filter(until=None).values_list("study__key", flat=True))))
"""


def told(server: LiveServer, program: str, *arguments: str) -> Any:
    command = [sys.executable, "-c", program, *arguments]
    run = subprocess.run(command, cwd=ROOT, env=server.environment, capture_output=True, text=True, check=True)
    return json.loads(run.stdout)


def test_one_administrator_is_left(start_server: Callable[..., LiveServer]) -> None:
    server = start_server(workers=2)
    pairs = told(server, MAKE, str(PAIRS))
    answers = [meet(server, *pair) for pair in pairs]
    assert sorted(told(server, LEFT)) == sorted(f"pair-{number}" for number in range(PAIRS))
    refused = {403, 404, 422}  # by the page, as nobody the other manages any more, or as the last one
    assert [pair for pair in map(sorted, answers) if pair[0] != 302 or pair[1] not in refused] == []


def meet(server: LiveServer, first: dict[str, Any], second: dict[str, Any]) -> list[int]:
    """Let each end the other's role at once, and return the two statuses."""
    barrier = Barrier(2)

    def end(by: dict[str, Any], whose: dict[str, Any]) -> int:
        connection = HTTPConnection("127.0.0.1", server.port, timeout=60)
        headers = {"Cookie": f"daybreak-session={by['session']}; csrftoken={'c' * 32}", "X-CSRFToken": "c" * 32}
        barrier.wait()
        connection.request("POST", f"/desk/staff/{whose['user']}/roles/{whose['membership']}/end/", headers=headers)
        with closing(connection):
            return connection.getresponse().status

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(end, [first, second], [second, first]))
