"""Several hands on one person at one moment, over HTTP and on a real server: entered, signed and enrolled once."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from tests.live import ROOT, LiveServer

HANDS = 6
CSRF = "c" * 32
MAKE = """
import json
from daybreak.server.serve import set_up
set_up()
from daybreak.core.consent import text_sha256
from daybreak.server.studies.queries import file_of
from tests import candidates, people
from tests.live_people import shipped_study_file
site = people.site(shipped_study_file())
text = file_of(site.study).consents[0]
print(json.dumps({
    "staff": people.signed_in(candidates.coordinator(site.study)),
    "site": site.pk,
    "eligible": candidates.screened(site, "SIGNING").code,
    "consented": [candidates.consented(site, f"ENROL-{number}").code for number in range(3)],
    "text": {"key": text.key, "version": text.version, "sha256": text_sha256(text)},
}))
"""
COUNT = """
import json
from collections import Counter
from daybreak.server.serve import set_up
set_up()
from daybreak.server.audit.models import Entry
from daybreak.server.audit.verify import faults
from daybreak.server.enrolment.models import Consent, Participant
from daybreak.server.studies.models import Study
from daybreak.server.vault.allocate import check_commitments
from daybreak.server.vault.models import Assignment
print(json.dumps({
    "codes": sorted(Participant.objects.filter(code__startswith="H-").values_list("code", flat=True)),
    "consents": Consent.objects.filter(participant__code="SIGNING").count(),
    "enrolled": Participant.objects.filter(status="enrolled").count(),
    "assigned": Assignment.objects.count(),
    "entries": dict(Counter(Entry.objects.values_list("action", flat=True))),
    "faults": [str(fault) for fault in faults()] + check_commitments(Study.objects.get()),
}))
"""


def run(server: LiveServer, code: str) -> dict[str, Any]:
    """Run a program in the server's surroundings and return what it prints."""
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=server.environment, capture_output=True, check=True
    )
    answer: dict[str, Any] = json.loads(told.stdout)
    return answer


def press(server: LiveServer, session: str, path: str, typed: dict[str, Any]) -> int:
    """Send a form as a browser does, and return the status."""
    connection = HTTPConnection("127.0.0.1", int(server.url.rsplit(":", 1)[1]), timeout=60)
    cookie = f"daybreak-session={session}; csrftoken={CSRF}"
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie, "X-CSRFToken": CSRF}
    connection.request("POST", path, urlencode(typed), headers)
    status = connection.getresponse().status
    connection.close()
    return status


def test_whatever_is_pressed_by_many_hands_at_once_happens_once(real_server: LiveServer) -> None:
    facts = run(real_server, MAKE)
    staff, text = facts["staff"], facts["text"]
    new = {"site": facts["site"], "language": "en", "first_name": "Ana", "family_name": "Once", "number": str(uuid4())}
    presses: list[tuple[str, dict[str, Any]]] = [("/desk/people/new/", new)] * HANDS
    presses += [("/desk/people/new/", new | {"number": str(uuid4())}) for _ in range(HANDS)]
    signed = text | {"name": "Ana Once", "agreed": "on", "witnessed": "on"}
    presses += [(f"/desk/people/{facts['eligible']}/consent/main/", signed)] * HANDS
    presses += [(f"/desk/people/{code}/enrol/now/", {}) for code in facts["consented"]] * HANDS
    with ThreadPoolExecutor(len(presses)) as hands:
        statuses = list(hands.map(lambda one: press(real_server, staff, *one), presses))
    assert set(statuses) <= {302, 422}, statuses
    assert statuses[: 2 * HANDS] == [302] * 2 * HANDS
    assert statuses[3 * HANDS :] == [302] * 3 * HANDS
    found = run(real_server, COUNT)
    assert found["codes"] == [f"H-{number:03d}" for number in range(1, HANDS + 2)]
    assert (found["consents"], found["enrolled"], found["assigned"]) == (1, 3, 3)
    assert found["entries"]["enrol"] == 3
    assert found["faults"] == []


@pytest.fixture(scope="module")
def real_server(start_server: Any) -> LiveServer:
    """A server of our own, as the tests count all there is."""
    server: LiveServer = start_server(workers=2)
    return server
