"""Two hundred people at four sites are enrolled in one moment, over HTTP, on a real server with two processes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tests.live import LiveServer
from tests.server.participation.test_pressed_at_once import press, run

PEOPLE, SITES = 200, 4
MAKE = f"""
import json
from daybreak.server.serve import set_up
set_up()
from tests import candidates, people
from tests.live_people import shipped_study_file
first = people.site(shipped_study_file())
more = [f"site-{{number}}" for number in range({SITES - 1})]
sites = [first, *(people.opened_site(first.study, key, key, "UTC") for key in more)]
codes = [candidates.consented(sites[number % {SITES}], f"ALL-{{number:03d}}").code for number in range({PEOPLE})]
staff = [people.signed_in(candidates.coordinator(first.study)) for _ in range(8)]
print(json.dumps({{"codes": codes, "staff": staff}}))
"""
COUNT = """
import json
from daybreak.server.serve import set_up
set_up()
from daybreak.server.audit.models import Entry
from daybreak.server.audit.verify import faults
from daybreak.server.studies.models import Study
from daybreak.server.vault.allocate import check_commitments
from daybreak.server.vault.assignments import assigned_to
from daybreak.server.vault.models import AllocationList, AllocationRow, Kit
enrolled = list(Entry.objects.filter(action="enrol").order_by("number").values_list("participant__code", "site__key"))
def told(listed):
    rows = AllocationRow.objects.filter(list=listed).exclude(participant=None).order_by("position")
    return {
        "taken": listed.taken,
        "positions": [row.position for row in rows],
        "codes": [row.participant.code for row in rows],
        "entries": [code for code, site in enrolled if listed.stratum == f"site={site}"],
        "arms": [assigned_to(row.participant).arm for row in rows],
    }
print(json.dumps({
    "lists": {listed.stratum: told(listed) for listed in AllocationList.objects.all()},
    "kits": sorted(Kit.objects.values_list("number", flat=True)),
    "faults": [str(fault) for fault in faults()] + check_commitments(Study.objects.get()),
}))
"""


@pytest.mark.slow
def test_two_hundred_enrolled_at_once_each_get_one_place_in_order_and_none_is_lost(
    start_server: Callable[..., LiveServer],
) -> None:
    server = start_server(workers=2)
    made, start = run(server, MAKE), Barrier(PEOPLE)

    def enrol(place: int) -> int:
        start.wait()
        code = made["codes"][place]
        return press(server, made["staff"][place % len(made["staff"])], f"/desk/people/{code}/enrol/now/", {})

    with ThreadPoolExecutor(PEOPLE) as hands:
        statuses = Counter(hands.map(enrol, range(PEOPLE)))
    assert statuses == {302: PEOPLE}
    stored = run(server, COUNT)
    assert stored["faults"] == []
    assert sorted(code for told in stored["lists"].values() for code in told["codes"]) == sorted(made["codes"])
    assert len(set(stored["kits"])) == PEOPLE
    for told in stored["lists"].values():
        assert told["positions"] == list(range(1, PEOPLE // SITES + 1))
        assert told["taken"] == PEOPLE // SITES
        assert told["codes"] == told["entries"]  # the order of the trail is the order of the list
        counts = Counter(told["arms"])
        assert max(counts.values()) - min(counts.values()) <= 2
