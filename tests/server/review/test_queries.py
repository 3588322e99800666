"""Data queries: asked about one value, answered, closed, asked again."""

from __future__ import annotations

import pytest
from django.test import Client

from daybreak.core.roles import Role
from daybreak.server.accounts.models import User
from daybreak.server.accounts.rights import NotYoursError
from daybreak.server.audit.models import Entry
from daybreak.server.enrolment.models import Infusion, Participant, Screening
from daybreak.server.review.actions.queries import QueryError, answer_query, ask_query, close_query, reopen_query
from daybreak.server.review.models import DataQuery
from daybreak.server.review.values import NoSuchValueError, row_of
from tests import people
from tests.server.browsing import browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def infusion(person: Participant) -> Infusion:
    return Infusion.objects.get(participant=person)


@pytest.fixture
def asked(person: Participant, infusion: Infusion) -> DataQuery:
    return ask_query(monitor(person), person, row_of(infusion), "ended_at", "The log says half past ten.")


def monitor(person: Participant) -> User:
    return people.staff(person.study, Role.MONITOR)


def coordinator(person: Participant) -> User:
    return people.staff(person.study, Role.COORDINATOR, at=person.site)


def desk(person: Participant, role: Role) -> Client:
    return browser_of(people.staff(person.study, role, at=person.site))


def test_a_query_goes_from_question_to_answer_to_its_end(person: Participant, asked: DataQuery) -> None:
    answer_query(coordinator(person), asked, "The log is right.")
    assert asked.state == "answered"
    close_query(monitor(person), asked, "Thank you.")
    assert asked.state == "closed"
    assert [remark.says for remark in asked.remarks.all()] == [
        "The log says half past ten.",
        "The log is right.",
        "Thank you.",
    ]
    assert Entry.objects.filter(participant=person, action__endswith="-query").count() == 3


def test_a_closed_query_can_be_asked_again(person: Participant, asked: DataQuery) -> None:
    close_query(monitor(person), asked, "Never mind.")
    reopen_query(monitor(person), asked, "On second thoughts.")
    assert asked.state == "open"


def test_two_questions_about_one_value_are_one_query(person: Participant, asked: DataQuery) -> None:
    with pytest.raises(QueryError, match="already"):
        ask_query(monitor(person), person, asked.row, asked.field, "And again?")


def test_an_answer_to_what_was_closed_meanwhile_is_refused(person: Participant, asked: DataQuery) -> None:
    stale = DataQuery.objects.get(pk=asked.pk)
    close_query(monitor(person), asked, "Done.")
    with pytest.raises(QueryError, match="closed by now"):
        answer_query(coordinator(person), stale, "Late.")


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("enrolment.infusion:999999", "ended_at"),
        ("enrolment.infusion:1", "no_such_field"),
        ("enrolment.cues:1", "sealed"),
        ("enrolment.consent:1", "signature"),
        ("vault.assignment:1", "sealed"),
        ("nonsense", ""),
        ("enrolment.infusion:" + "9" * 40, "ended_at"),
    ],
)
def test_only_values_of_the_person_can_be_asked_about(person: Participant, row: str, field: str) -> None:
    with pytest.raises(NoSuchValueError):
        ask_query(monitor(person), person, row, field, "What is this?")


def test_a_value_of_somebody_else_does_not_exist(
    person: Participant, stranger: Participant, infusion: Infusion
) -> None:
    with pytest.raises(NoSuchValueError):
        ask_query(monitor(person), stranger, row_of(infusion), "ended_at", "Whose is this?")


def test_a_rater_answers_but_does_not_ask(person: Participant, infusion: Infusion) -> None:
    rater = people.staff(person.study, Role.RATER, at=person.site)
    with pytest.raises(NotYoursError):
        ask_query(rater, person, row_of(infusion), "ended_at", "Is it?")


def test_asking_and_answering_in_the_browser(person: Participant, infusion: Infusion) -> None:
    address = f"/desk/people/{person.code}/queries/new/?row={row_of(infusion)}&field=dose_volume_ml"
    monitor_desk = desk(person, Role.MONITOR)
    assert "infusion: dose volume ml" in monitor_desk.get(address).text
    made = monitor_desk.post(address, {"says": "How much was it?"})
    assert made.status_code == 302
    page = desk(person, Role.COORDINATOR)
    assert "How much was it?" in page.get(made.headers["Location"]).text
    empty = page.post(made.headers["Location"], {"says": "", "step": "answer"})
    assert (empty.status_code, "This field is required" in empty.text) == (422, True)
    assert page.post(made.headers["Location"], {"says": "50 mL", "step": "answer"}).status_code == 302
    assert DataQuery.objects.get().state == "answered"
    assert "1 found" in page.get("/desk/queries/?state=answered").text
    assert "No query matches" in page.get("/desk/queries/?state=open").text
    assert person.code in page.get(f"/desk/people/{person.code}/queries/").text


def test_a_value_of_each_page_can_be_asked_about_where_it_stands(person: Participant, infusion: Infusion) -> None:
    Screening.objects.update_or_create(participant=person, defaults={"answers": {}, "saved_at": infusion.ended_at})
    client = desk(person, Role.MONITOR)
    for page, field in (("infusions/1", "ended_at"), ("infusions/1", "dose_volume_ml"), ("screening", "answers.")):
        shown = client.get(f"/desk/people/{person.code}/{page}/").content.decode()
        assert f"field={field}" in shown, page


def test_whoever_may_not_ask_sees_no_mark(person: Participant) -> None:
    shown = desk(person, Role.STATISTICIAN).get(f"/desk/people/{person.code}/infusions/1/")
    assert "query-mark" not in shown.content.decode()
