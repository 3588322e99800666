"""Several people pressing at the same moment, over HTTP and on a real server: one row, one entry, everybody is told."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.live import ROOT, LiveServer

HANDS = 6
CSRF = "c" * 32
MAKE = """
import json
from datetime import timedelta
from daybreak.server.serve import set_up
set_up()
from daybreak.server import clock
from tests import calendar_people, candidates, people
from tests.live_people import shipped_study_file
site = people.site(shipped_study_file())
given, waiting, late = (calendar_people.enrolled(site, f"P-{number}") for number in (1, 2, 3))
infusion = calendar_people.infused(given, timedelta(hours=30))
calendar_people.infused(late, timedelta(hours=48))
clock.move_forward(timedelta(days=12))
from daybreak.server.infusions.facts import InfusionFacts
from daybreak.server.vault.allocate import current_kit
from zoneinfo import ZoneInfo
def sent(person, facts):
    zone = ZoneInfo(person.zone)
    local = lambda moment: moment.astimezone(zone).strftime("%Y-%m-%dT%H:%M")
    rows = {f"{name}-{key}": 0 for name in ("reading", "effect") for key in ("TOTAL_FORMS", "INITIAL_FORMS")}
    return rows | {"infusion-kit": facts.kit, "infusion-started_at": local(facts.started_at),
                   "infusion-ended_at": local(facts.ended_at), "number": 1, "step": "save"}
stored = InfusionFacts.of(infusion)
new = calendar_people.facts_of(waiting, calendar_people.minute(clock.now() - timedelta(hours=3)))
print(json.dumps({
    "staff": people.signed_in(candidates.coordinator(site.study)),
    "new": sent(waiting, new),
    "correction": sent(given, stored) | {"infusion-seen": stored.mark(), "infusion-reason": "at once"},
}))
"""
COUNT = """
import json
from daybreak.server.serve import set_up
set_up()
from daybreak.server.audit.models import Entry
from daybreak.server.enrolment.models import Infusion
from daybreak.server.visits.models import Deviation
late = Deviation.objects.filter(participant__code="P-3")
bodies = Entry.objects.filter(action="notice-deviation", participant_id=late.first().participant_id).values_list("body", flat=True)
print(json.dumps({
    "infusions": Infusion.objects.filter(participant__code="P-2").count(),
    "recorded": Entry.objects.filter(action="record-infusion").count(),
    "corrected": Entry.objects.filter(action="correct-infusion").count(),
    "notes": Infusion.objects.get(participant__code="P-1").notes,
    "deviations": late.count(),
    "noticed": sum('"key":[null,' in body for body in bodies),
}))
"""  # noqa: E501  a program of its own


@pytest.fixture(scope="module")
def busy(start_server: Callable[..., LiveServer]) -> tuple[LiveServer, dict[str, Any]]:
    server = start_server(workers=2)
    return server, asked(server, MAKE)


def asked(server: LiveServer, program: str) -> dict[str, Any]:
    told = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=server.environment, capture_output=True, check=False
    )
    assert told.returncode == 0, told.stderr.decode()
    found: dict[str, Any] = json.loads(told.stdout)
    return found


def at_once(server: LiveServer, session: str, path: str, forms: list[dict[str, Any] | None]) -> list[int]:
    """Send all forms (or ask for the page) at one moment; return the statuses."""

    def send(form: dict[str, Any] | None) -> int:
        connection = HTTPConnection("127.0.0.1", server.port, timeout=60)
        headers = {
            "Cookie": f"daybreak-session={session}; csrftoken={CSRF}",
            "X-CSRFToken": CSRF,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        connection.request("GET" if form is None else "POST", path, urlencode(form or {}), headers)
        status = connection.getresponse().status
        connection.close()
        return status

    with ThreadPoolExecutor(len(forms)) as pool:
        return list(pool.map(send, forms))


def test_one_infusion_sent_by_many_hands_is_recorded_once(busy: tuple[LiveServer, dict[str, Any]]) -> None:
    server, facts = busy
    before = asked(server, COUNT)
    path = "/desk/people/P-2/infusions/new/"
    assert at_once(server, facts["staff"], path, [facts["new"]] * HANDS) == [302] * HANDS
    after = asked(server, COUNT)
    assert (after["infusions"], after["recorded"] - before["recorded"]) == (1, 1)


def test_of_many_corrections_at_once_the_first_counts_and_the_others_are_told(
    busy: tuple[LiveServer, dict[str, Any]],
) -> None:
    server, facts = busy
    forms: list[dict[str, Any] | None] = [
        facts["correction"] | {"infusion-notes": f"Hand {hand}."} for hand in range(HANDS)
    ]
    statuses = at_once(server, facts["staff"], "/desk/people/P-1/infusions/1/", forms)
    assert sorted(statuses) == [302] + [409] * (HANDS - 1)
    after = asked(server, COUNT)
    assert (after["corrected"], after["notes"]) == (1, f"Hand {statuses.index(302)}.")


def test_many_pages_looking_at_once_notice_each_deviation_once(busy: tuple[LiveServer, dict[str, Any]]) -> None:
    server, facts = busy
    pages: list[dict[str, Any] | None] = [None] * HANDS
    assert at_once(server, facts["staff"], "/desk/people/P-3/visits/", pages) == [200] * HANDS
    after = asked(server, COUNT)
    assert after["deviations"] == after["noticed"] > 8
