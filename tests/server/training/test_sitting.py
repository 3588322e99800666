"""Opening sittings: when a session is open, from which round it goes on, and who holds it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from daybreak.core.cues import Cues
from daybreak.core.errors import CommandError
from daybreak.server import clock
from daybreak.server.demo_clock.models import DemoClock
from daybreak.server.enrolment.actions import save_cues
from daybreak.server.enrolment.models import Participant, PersonKey
from daybreak.server.studies.models import Site
from daybreak.server.training.actions.closing import close_over
from daybreak.server.training.actions.lease import LEASE
from daybreak.server.training.models import Sitting, TrainingSession
from tests import people
from tests.server.conftest import player_of
from tests.server.http_player import HttpPlayer, end_record, moment_record, round_record

pytestmark = pytest.mark.django_db
NEXT_DAY = timedelta(hours=22)


def session(number: int = 1) -> TrainingSession:
    return TrainingSession.objects.get(number=number)


def test_the_first_sitting_begins_at_the_first_round(player: HttpPlayer) -> None:
    answer = player.open().answer
    assert (answer["first_round"], answer["began"], answer["sessions"]) == (0, "fresh", 8)
    assert answer["plan"]["session"] == 1


def test_each_page_load_has_a_chain_of_its_own(player: HttpPlayer) -> None:
    first, second = player.open().answer, player.open(take_over=True).answer
    assert first["plan"] == second["plan"]
    assert first["sitting"] != second["sitting"]
    assert first["chain_start"] != second["chain_start"]


def test_a_second_window_is_told_and_may_take_over(player: HttpPlayer) -> None:
    first = player.open()
    assert player.refusal() == (409, "open-elsewhere")
    second = player.open(take_over=True)
    assert (first.lease(), second.lease()) == (False, True)
    assert first.send(moment_record()).json["held"] is False


def test_a_lease_that_ran_out_is_free_for_the_next_window(player: HttpPlayer) -> None:
    player.open()
    clock.move_forward(LEASE - timedelta(seconds=2))
    assert player.refusal() == (409, "open-elsewhere")
    clock.move_forward(timedelta(seconds=3))
    player.open()


def test_a_lease_that_is_renewed_stays(player: HttpPlayer) -> None:
    sitting = player.open()
    for _ in range(3):
        clock.move_forward(timedelta(seconds=20))
        assert sitting.lease() is True
    assert player.refusal() == (409, "open-elsewhere")


def test_records_renew_the_lease_from_when_they_were_made_not_from_when_they_came(player: HttpPlayer) -> None:
    sitting = player.open()
    clock.move_forward(timedelta(seconds=40))
    sitting.send(moment_record(at=5_000))
    player.open()


def test_leaving_on_purpose_frees_the_session(player: HttpPlayer) -> None:
    sitting = player.open()
    sitting.send(end_record("left"))
    player.open()


def test_a_broken_session_goes_on_at_the_last_round_border(player: HttpPlayer) -> None:
    sitting = player.open()
    sitting.play([0, 1])
    sitting.send(*list(sitting.round_records(2))[:5])
    clock.move_forward(timedelta(minutes=10))
    answer = player.open().answer
    assert (answer["first_round"], answer["began"]) == (2, "resumed")


def test_a_session_broken_off_too_long_ago_begins_again_and_counts_anew(player: HttpPlayer) -> None:
    sitting = player.open()
    sitting.play([0, 1, 2])
    assert session().valid_exposures > 0
    clock.move_forward(timedelta(minutes=31))
    answer = player.open().answer
    assert (answer["first_round"], answer["began"]) == (0, "fresh")
    kept = session()
    assert (kept.label, kept.rounds_done, kept.valid_exposures, kept.run) == ("restarted", 0, 0, 2)


def test_late_chunks_of_the_run_before_are_kept_but_not_counted(player: HttpPlayer) -> None:
    sitting = player.open()
    sitting.play([0, 1])
    left_over = sitting.chunk(sitting.round_records(2))
    clock.move_forward(timedelta(minutes=31))
    player.open()
    assert sitting.send_chunk(left_over).json["acknowledged"] == 3
    assert session().rounds_done == 0


def test_a_run_played_to_its_end_elsewhere_completes_the_session_when_it_arrives(player: HttpPlayer) -> None:
    offline = player.open()
    offline.play([0])
    clock.move_forward(timedelta(minutes=31))
    second = player.open()
    second.play([0, 1])
    offline.play(range(1, len(offline.plan["rounds"])))
    assert (session().state, session().run, session().rounds_done) == ("begun", 2, 2)
    offline.send(end_record())
    done = session()
    assert (done.state, done.label, done.run) == ("completed", "arrived-late", 1)
    assert (done.rounds_done, done.valid_exposures) == (done.rounds_planned, done.planned_exposures)
    second.play([2])
    assert session().rounds_done == done.rounds_planned


def test_a_run_that_only_says_it_ended_completes_nothing(player: HttpPlayer) -> None:
    offline = player.open()
    offline.play([0, 1])
    clock.move_forward(timedelta(minutes=31))
    player.open()
    offline.send(end_record())
    assert (session().state, session().run, session().rounds_done) == ("begun", 2, 0)


class TestKeptStudy:
    """The same, in a study whose file keeps what was broken off."""

    @pytest.fixture
    def study_file(self, study_file: str) -> str:
        return study_file.replace('after_that = "restart"', 'after_that = "keep"')

    def test_a_session_broken_off_too_long_ago_is_kept_and_labelled(self, player: HttpPlayer) -> None:
        sitting = player.open()
        sitting.play([0, 1])
        clock.move_forward(timedelta(minutes=31))
        assert player.refusal() == (403, "too-late")
        kept = session()
        assert (kept.state, kept.label, kept.rounds_done) == ("partial", "partial", 2)
        assert player.refusal(take_over=True) == (403, "too-late")

    def test_what_was_played_to_the_end_offline_completes_it_when_it_arrives(self, player: HttpPlayer) -> None:
        sitting = player.open()
        sitting.play([0])
        clock.move_forward(timedelta(minutes=31))
        assert player.refusal() == (403, "too-late")
        sitting.play(range(1, len(sitting.plan["rounds"])))
        sitting.send(end_record())
        assert (session().state, session().label) == ("completed", "arrived-late")

    def test_the_next_session_opens_after_the_gap(self, player: HttpPlayer) -> None:
        player.open().play([0])
        clock.move_forward(timedelta(minutes=31))
        player.refusal()
        assert player.refusal(2) == (403, "not-open")
        clock.move_forward(timedelta(hours=3))
        player.open(2)


def test_a_session_is_open_only_when_the_calendar_says_so(player: HttpPlayer) -> None:
    assert player.refusal(2) == (403, "not-open")
    player.open().play_to_the_end()
    assert player.refusal(1) == (403, "already-done")
    assert player.refusal(2) == (403, "not-open")
    clock.move_forward(timedelta(hours=3))
    player.open(2).play_to_the_end()
    assert player.refusal(3) == (403, "not-open")
    clock.move_forward(NEXT_DAY)
    player.open(3)


def test_a_gap_counts_from_the_playing_even_when_the_end_arrives_later(player: HttpPlayer) -> None:
    sitting = player.open()
    sitting.play(range(len(sitting.plan["rounds"])))
    clock.move_forward(timedelta(hours=3, minutes=5))
    sitting.send(end_record(at=60_000))
    player.open(2)


def test_a_begun_session_may_go_on_after_its_hours_closed(player: HttpPlayer) -> None:
    sitting = player.open()
    closes = clock.now() + timedelta(hours=11)
    clock.move_forward(timedelta(hours=10))
    sitting.send(round_record("start", "x", at=1e12))
    while clock.now() < closes:
        clock.move_forward(timedelta(minutes=10))
        sitting.send(moment_record(at=1e12))
        sitting.send(round_record("start", "x", at=1e12))
    player.open(take_over=True)


def test_a_session_that_was_never_played_is_too_late_when_the_course_is_over(player: HttpPlayer) -> None:
    clock.move_forward(timedelta(days=7))
    assert player.refusal() == (403, "too-late")


def test_a_begun_session_is_kept_as_partial_when_the_course_is_over(player: HttpPlayer) -> None:
    player.open().play([0])
    clock.move_forward(timedelta(days=7))
    assert player.refusal() == (403, "too-late")
    assert session().state == "partial"


def test_who_never_comes_back_leaves_a_partial_session_closed_from_when_the_course_was_over(
    person: Participant, player: HttpPlayer
) -> None:
    player.open().play([0])
    assert close_over(person.study, clock.now()) == 0
    clock.move_forward(timedelta(days=7))
    assert close_over(person.study, clock.now()) == 1
    kept = session()
    assert (kept.state, kept.label, kept.rounds_done) == ("partial", "partial", 1)
    assert kept.completed_at is not None
    assert timedelta(days=1) < clock.now() - kept.completed_at < timedelta(days=6)
    assert close_over(person.study, clock.now()) == 0


def test_a_session_begun_after_an_earlier_infusion_is_closed_too(person: Participant, player: HttpPlayer) -> None:
    player.open().play([0])
    clock.move_forward(timedelta(days=7))
    people.infused(person, clock.now())
    assert close_over(person.study, clock.now()) == 1
    assert session().state == "partial"


@pytest.mark.parametrize("number", [9, 1000])
def test_a_session_the_study_does_not_plan_does_not_exist(player: HttpPlayer, number: int) -> None:
    assert player.refusal(number) == (404, "no-such-session")


@pytest.mark.parametrize("missing", [{"cues": None}, {"version": None}, {"infusion_ago": None}])
def test_who_is_not_ready_is_told_so(clinic: Site, missing: dict[str, Any]) -> None:
    person = people.participant(clinic, "P-3", **missing)
    assert player_of(person).refusal() == (403, "not-ready")
    assert not Sitting.objects.exists()


def test_an_erased_person_cannot_play(person: Participant, player: HttpPlayer) -> None:
    player.open()
    PersonKey.objects.filter(participant=person).delete()
    assert player.refusal(take_over=True) == (403, "erased")


def test_whose_data_were_withdrawn_is_signed_out(person: Participant, player: HttpPlayer) -> None:
    player.open()
    people.erase(person)
    assert player.refusal(take_over=True) == (401, "signed-out")


def test_new_cues_make_a_new_plan_with_the_same_steps(person: Participant, player: HttpPlayer) -> None:
    before = player.open()
    before.play([0, 1])
    save_cues(person, Cues("Bartholomew", ("Lisbon",)))
    after = player.open(take_over=True)
    ids = [
        [[step["id"] for step in round_["steps"]] for round_ in plan["rounds"]] for plan in (before.plan, after.plan)
    ]
    assert ids[0] == ids[1]
    assert after.answer["first_round"] == 2
    assert "Bartholomew" in {asset.get("text") for asset in after.plan["assets"]}


def test_a_server_clock_that_is_set_back_loses_nothing(player: HttpPlayer) -> None:
    sitting = player.open()
    sitting.play([0])
    DemoClock.objects.update_or_create(pk=clock.CLOCK, defaults={"ahead": timedelta(hours=-5)})
    sitting.play([1])
    assert (session().state, session().rounds_done) == ("begun", 2)
    answer = player.open(take_over=True).answer
    assert (answer["first_round"], answer["began"]) == (2, "resumed")


def test_the_clock_moves_forward_only() -> None:
    with pytest.raises(CommandError, match="forward"):
        clock.move_forward(timedelta(seconds=-1))
