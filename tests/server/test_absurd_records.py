"""Records with absurd numbers and foreign ids: taken or refused, they spoil neither counts, nor desk, nor export."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from daybreak.server import clock
from daybreak.server.enrolment.models import Participant
from daybreak.server.exports.columns import TABLES
from daybreak.server.exports.folder import export_study, read_csv
from daybreak.server.training.models import TrainingSession
from tests.server.browsing import browser_of, operator
from tests.server.http_player import (
    HttpPlayer,
    HttpSitting,
    device_record,
    moment_record,
    round_record,
    sealed,
    step_record,
)

pytestmark = pytest.mark.django_db
HUGE = 10**4000
ABSURD: dict[str, Any] = {
    "late in the far future": [step_record("masked-words-1-01", at=1.7e308, rt_ms=1.7e308)],
    "gaps whose sum is beyond floats": [step_record("masked-words-1-01", gaps_ms=[1.7e308] * 9)],
    "negative gaps": [step_record("masked-words-1-01", gaps_ms=[-1e300, 0.0])],
    "huge counts": [step_record("masked-words-1-01", shown={"cue": HUGE, "\0": -HUGE}, refresh_runs=[[HUGE, HUGE]])],
    "a huge screen": [device_record(width=HUGE, height=HUGE, refreshes=HUGE, jitter_ms=1.7e308, agent="\0" * 400)],
    "a foreign round": [round_record("end", "masked-words-99"), step_record("masked-words-99-01")],
    "signs of any kind": [round_record("end", "\0\u202e\ufdfd💥"), step_record("\0\u202e\ufdfd")],
    "two hundred of one": [moment_record()] * 200,
}
REFUSED: dict[str, str] = {
    "deep nesting": "[" * 20_000,
    "a number beyond floats": json.dumps([step_record("x")]).replace("612.5", "1e999"),
    "half a surrogate pair": json.dumps([round_record("end", "@")]).replace("@", "\\ud800"),
    "one record of 64 KiB": json.dumps([round_record("end", "x" * 65_000)]),
    "a number in quotes": json.dumps([step_record("x")]).replace("612.5", '"612.5"'),
    "no number": json.dumps([step_record("x")]).replace("612.5", "NaN"),
    "more records than fit": json.dumps([moment_record()] * 201),
}


@pytest.fixture
def sitting(player: HttpPlayer) -> HttpSitting:
    return player.open()


@pytest.mark.parametrize("records", ABSURD.values(), ids=ABSURD.keys())
def test_absurd_records_spoil_neither_counts_nor_desk_nor_export(
    sitting: HttpSitting, person: Participant, records: list[dict[str, Any]], tmp_path: Path
) -> None:
    assert sitting.send(*records).status == 200
    session = TrainingSession.objects.get(participant=person)
    assert session.valid_exposures <= 1
    assert session.rounds_done == 0
    desk = browser_of(operator())
    for sort in ("-jitter", "refresh", "-heard"):
        assert desk.get(f"/desk/?sort={sort}").status_code == 200
    assert desk.get(f"/desk/sessions/{session.pk}/").status_code == 200
    export_study(person.study, tmp_path / "out", clock.now())
    for name, columns in TABLES.items():
        place = next((tmp_path / "out" / "data").glob(f"*{name}*.csv"))
        assert read_csv(place, columns).collect() is not None
    sitting.play_to_the_end()
    assert TrainingSession.objects.get(pk=session.pk).state == TrainingSession.State.COMPLETED


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED.keys())
def test_a_body_that_holds_no_records_is_refused_whole(sitting: HttpSitting, person: Participant, body: str) -> None:
    answer = sitting.send_chunk(sealed(1, sitting.head, body))
    assert (answer.status, answer.code) == (422, "chunk-unreadable")
    assert TrainingSession.objects.get(participant=person).sittings.get().next_number == 1


@pytest.mark.parametrize(
    "address", ["/desk/?person=%00", "/desk/?page=99999999999999999999", "/desk/?sort=%00&state=x"]
)
def test_an_absurd_address_of_the_desk_is_answered_with_the_desk(person: Participant, address: str) -> None:
    assert browser_of(operator()).get(address).status_code == 200


@pytest.mark.parametrize("number", [2**31, 2**63, 10**30])
def test_a_session_of_an_absurd_number_is_not_there(person: Participant, number: int) -> None:
    assert browser_of(operator()).get(f"/desk/sessions/{number}/").status_code == 404
    assert browser_of(person.user).get(f"/play/{number}/").status_code == 404
