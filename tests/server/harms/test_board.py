"""The safety board's lists: by letters for the board, by arms after the planned unblinding, for nobody else."""

from __future__ import annotations

import csv
from zoneinfo import ZoneInfo

import pytest

from daybreak.core.roles import Role
from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.accounts.rights import NotYoursError
from daybreak.server.audit.models import Entry
from daybreak.server.audit.refusals import ReasonError
from daybreak.server.enrolment.models import Participant
from daybreak.server.harms.actions.board import read_board_list, read_unblinded_events
from daybreak.server.harms.actions.recording import record_event
from daybreak.server.holds.models import Hold
from daybreak.server.review.actions.holds import hold_study
from daybreak.server.studies.models import Site, Study
from daybreak.server.unblinding.actions.planned import UnblindingError, agree_to_unblinding, ask_for_unblinding
from tests import people
from tests.server.browsing import browser_of
from tests.server.harms.conftest import facts, grave

pytestmark = pytest.mark.django_db
PASSWORD = "nine quiet harbours"
WHY = "the board's first meeting"


def known(user: User, name: str) -> User:
    user.email = f"{name}@clinic.example"
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def crowd(clinic: Site) -> list[Participant]:
    """Three people: two got the same, the first and the second each have an event."""
    made = [people.participant(clinic, f"P-{n}", version=arm) for n, arm in enumerate(("active", "sham", "active"), 1)]
    coordinator = people.staff(clinic.study, Role.COORDINATOR)
    onset = made[0].infusions.get().ended_at.astimezone(ZoneInfo(made[0].zone)).date().isoformat()
    record_event(coordinator, made[0], facts(term="=nausea", onset=onset, known_at=clock.now()))
    record_event(coordinator, made[1], grave())
    record_event(coordinator, made[1], facts(term="Headache"))
    return made


@pytest.fixture
def board(clinic: Site) -> User:
    return known(people.staff(clinic.study, Role.BOARD, name="Beate Olsen"), "beate")


@pytest.fixture
def chief(clinic: Site) -> User:
    return known(people.staff(clinic.study, Role.INVESTIGATOR, name="Dr Bo Ek"), "bo")


def test_the_board_sees_numbers_and_lines_by_letters(crowd: list[Participant], board: User, clinic: Site) -> None:
    made = read_board_list(board, clinic.study, WHY)
    assert set(made.groups) <= set("ABC")
    counts = {says: dict(zip(made.groups, row, strict=True)) for says, row in made.counts}
    both, alone = sorted(made.groups, key=lambda group: -counts["people"][group])
    assert counts["people"] == {both: 2, alone: 1}
    assert counts["people with an event"] == {both: 1, alone: 1}
    assert counts["events"] == {both: 1, alone: 2}
    assert counts["serious events"] == {both: 0, alone: 1}
    assert [line.seat.group for line in made.lines].count(alone) == 2
    assert dict(made.terms)["Headache"][made.groups.index(alone)] == "1 (1)"


def test_no_code_no_arm_and_no_date_stands_on_the_boards_page(
    crowd: list[Participant], board: User, clinic: Site
) -> None:
    page = browser_of(board).post("/desk/harms/board/", {"why": WHY, "password": PASSWORD, "step": "page"})
    assert "no-store" in page.headers["Cache-Control"]
    assert "fall with a broken wrist" in page.text
    told = [person.code for person in crowd] + ["active", "sham", "ketamine", "saline", clinic.name]
    main = page.text.partition("<main")[2]
    assert [word for word in told if word in main] == []
    body = Entry.objects.get(action="read-board-list").body
    assert "letters of 3 people" in body
    assert [word for word in told if word in body] == []
    assert Entry.objects.get(action="read-board-list").reason == WHY


def test_the_lines_come_as_a_table_that_no_spreadsheet_takes_for_formulas(
    crowd: list[Participant], board: User
) -> None:
    answer = browser_of(board).post("/desk/harms/board/", {"why": WHY, "password": PASSWORD, "step": "table"})
    rows = list(csv.DictReader(answer.text.splitlines()))
    assert len(rows) == 3
    assert {"'=nausea", "Headache", "fall with a broken wrist"} == {row["event"] for row in rows}
    assert [row["day"] for row in rows if row["event"] == "'=nausea"] == ["0"]


def test_each_look_needs_the_password_and_what_it_is_for(crowd: list[Participant], board: User, clinic: Site) -> None:
    for told in ({"why": WHY, "password": "guess"}, {"why": "", "password": PASSWORD}, {}):
        assert browser_of(board).post("/desk/harms/board/", told).status_code == 422
    with pytest.raises(ReasonError):
        read_board_list(board, clinic.study, " ")
    assert not Entry.objects.filter(action="read-board-list").exists()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.BOARD])
def test_nobody_but_the_board_sees_letters(clinic: Site, role: Role) -> None:
    with pytest.raises(NotYoursError):
        read_board_list(people.staff(clinic.study, role), clinic.study, WHY)


def test_the_board_of_one_site_does_not_see_the_study(clinic: Site) -> None:
    with pytest.raises(NotYoursError):
        read_board_list(people.staff(clinic.study, Role.BOARD, at=clinic), clinic.study, WHY)


def test_the_board_sees_no_people_and_no_other_page(person: Participant, board: User) -> None:
    client = browser_of(board)
    closed = ["/desk/", "/desk/people/", f"/desk/people/{person.code}/", "/desk/harms/", "/desk/harms/unblinded/"]
    assert [client.get(page).status_code for page in closed] == [403] * len(closed)
    assert client.get("/", follow=True).request["PATH_INFO"] == "/desk/harms/board/"


def test_arms_stay_sealed_until_two_people_agreed_after_the_lock(
    crowd: list[Participant], chief: User, clinic: Site
) -> None:
    study = clinic.study
    with pytest.raises(UnblindingError, match="sealed"):
        read_unblinded_events(chief, study)
    client = browser_of(chief)
    assert client.post("/desk/harms/unblinded/", {"password": PASSWORD}).status_code == 422
    _unblind(chief, study)
    made = read_unblinded_events(chief, study)
    assert made.groups == ("active", "sham")
    assert [line.seat.label for line in made.lines] == ["P-1", "P-2", "P-2"]
    assert "sham" in client.post("/desk/harms/unblinded/", {"password": PASSWORD, "step": "page"}).text
    assert client.post("/desk/harms/unblinded/", {"password": "guess"}).status_code == 422
    assert Entry.objects.filter(action="read-unblinded-harms").count() == 2
    assert not any("sham" in entry.body for entry in Entry.objects.filter(action="read-unblinded-harms"))


def _unblind(chief: User, study: Study) -> None:
    hold_study(chief, study, Hold.Kind.LOCK, "clean")
    planned = ask_for_unblinding(people.staff(study, Role.STATISTICIAN), study, "the end")
    agree_to_unblinding(chief, planned)


def test_before_anybody_is_allocated_the_list_says_so(clinic: Site, board: User) -> None:
    page = browser_of(board).post("/desk/harms/board/", {"why": WHY, "password": PASSWORD, "step": "page"})
    assert "Nobody is allocated yet" in page.text
