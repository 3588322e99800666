"""When a test can be opened, and what its player is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from daybreak.core.iat_plan import ImplicitPlan
from daybreak.core.participation import Scope
from daybreak.server import clock
from daybreak.server.audit.models import Entry
from daybreak.server.enrolment.models import Participant
from daybreak.server.implicit.models import ImplicitTest
from daybreak.server.participation.actions.leaving import withdraw
from tests import candidates
from tests.server.conftest import player_of
from tests.server.http_player import HttpPlayer, end_record
from tests.server.implicit.player import VISIT, open_test, refusal

pytestmark = pytest.mark.django_db


def test_the_open_visit_gives_a_whole_plan_in_the_persons_language(player: HttpPlayer) -> None:
    opened = open_test(player)
    plan = ImplicitPlan.model_validate(opened.plan)
    assert plan.language == "en"
    assert [round_.number for round_ in plan.rounds] == [1, 2, 3, 4, 5, 6, 7]
    assert (opened.answer["first_round"], opened.answer["began"]) == (0, "fresh")


def test_the_plan_is_drawn_once_and_stays(player: HttpPlayer, person: Participant) -> None:
    first, second = open_test(player), open_test(player, take_over=True)
    assert first.plan == second.plan
    assert ImplicitTest.objects.get(participant=person).plan == first.plan


def test_the_trail_names_the_visit_and_holds_no_word_of_the_plan(player: HttpPlayer) -> None:
    opened = open_test(player)
    entry = Entry.objects.get(action="open-test")
    assert VISIT in str(entry.body)
    assert opened.plan["rounds"][0]["steps"][0]["id"] not in str(entry.body)


@pytest.mark.parametrize(
    ("visit", "told"),
    [
        ("day-0", (404, "no-such-test")),
        ("nowhere", (404, "no-such-test")),
        ("day-30", (403, "not-open")),
        ("baseline", (403, "too-late")),
    ],
)
def test_a_visit_without_a_test_or_outside_its_window_opens_none(
    player: HttpPlayer, visit: str, told: tuple[int, str]
) -> None:
    assert refusal(player, visit) == told
    assert not ImplicitTest.objects.exists()


def test_another_window_has_to_take_the_test_over(player: HttpPlayer) -> None:
    first = open_test(player)
    assert refusal(player) == (409, "open-elsewhere")
    second = open_test(player, take_over=True)
    assert (first.lease(), second.lease()) == (False, True)


def test_a_test_goes_on_at_the_last_border(player: HttpPlayer) -> None:
    opened = open_test(player)
    opened.play([0, 1])
    opened.send(*opened.trials(2))
    again = open_test(player, take_over=True)
    assert (again.answer["first_round"], again.answer["began"]) == (2, "resumed")


def test_after_a_long_break_a_test_begins_again(player: HttpPlayer) -> None:
    opened = open_test(player)
    opened.play([0, 1])
    with clock.standing(clock.now() + timedelta(hours=3)):
        again = open_test(player, take_over=True)
        again.play([0])
        assert ImplicitTest.objects.get().ended == [again.plan["rounds"][0]["id"]]
    assert (again.answer["first_round"], again.answer["began"]) == (0, "fresh")


def test_a_finished_test_cannot_be_taken_again(player: HttpPlayer) -> None:
    opened = open_test(player)
    opened.play(range(7))
    opened.send(end_record())
    assert refusal(player) == (403, "already-done")


def test_nobody_who_left_the_study_is_tested_but_whoever_left_the_training_is(
    player: HttpPlayer, person: Participant
) -> None:
    coordinator = candidates.coordinator(person.study)
    withdraw(coordinator, person, Scope.TRAINING, why="own-wish")
    open_test(player)
    withdraw(coordinator, person, Scope.FOLLOW_UP, why="own-wish")
    assert refusal(player, take_over=True) == (403, "too-late")


def test_a_stranger_finds_a_test_of_their_own(player: HttpPlayer, stranger: Participant) -> None:
    own = open_test(player)
    theirs = open_test(player_of(stranger))
    assert own.id != theirs.id
    assert ImplicitTest.objects.count() == 2
