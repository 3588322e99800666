"""Data queries about single answers: a mark beside each, and no answer shown to whom its form is hidden from."""

from __future__ import annotations

import pytest

from daybreak.core.roles import Role
from daybreak.server import clock
from daybreak.server.assessments.models import Answer, Form
from daybreak.server.enrolment.models import Participant
from daybreak.server.review.actions.queries import ask_query
from daybreak.server.review.values import NoSuchValueError, find_value, row_of
from tests import people
from tests.server.browsing import browser_of

pytestmark = pytest.mark.django_db
SAYS = "Is it not two?"


@pytest.fixture
def form(person: Participant) -> Form:
    """An interview with one item answered."""
    rater = people.staff(person.study, Role.RATER, at=person.site, name="Rae")
    now = clock.now()
    stored = Form.objects.create(
        participant=person,
        visit_key="day-1",
        instrument="madrs",
        version="1",
        language="en",
        state=Form.State.PARTIAL,
        opened_at=now,
        submitted_at=now,
        by=rater,
    )
    Answer.objects.create(form=stored, item="lassitude", value=4, given_at=now)
    return stored


def test_each_answer_has_a_mark_that_asks_and_then_leads_to_its_query(person: Participant, form: Form) -> None:
    monitor = people.staff(person.study, Role.MONITOR)
    desk, page = browser_of(monitor), f"/desk/people/{person.code}/forms/day-1/madrs/"
    ask = f"row=assessments.form%3A{form.pk}&amp;field=answers.lassitude"
    assert ask in desk.get(page).text
    answer = desk.post(f"/desk/people/{person.code}/queries/new/?{ask.replace('&amp;', '&')}", {"says": SAYS})
    assert answer.status_code == 302, answer.text
    told = desk.get(page).text
    assert f'href="{answer.headers["Location"]}"' in told
    assert ask not in told
    assert "4" in desk.get(answer.headers["Location"]).text.partition("<main")[2]


def test_what_was_left_open_can_be_asked_about_too(person: Participant, form: Form) -> None:
    assert find_value(person, row_of(form), "answers.inner_tension").says == "nothing"
    for field in ("answers.no_such_item", "answers", "participant"):
        with pytest.raises(NoSuchValueError):
            find_value(person, row_of(form), field)


def test_a_query_shows_no_answer_to_a_rater_from_whom_the_form_is_hidden(person: Participant, form: Form) -> None:
    query = ask_query(people.staff(person.study, Role.MONITOR), person, row_of(form), "answers.lassitude", SAYS)
    shown = find_value(person, row_of(form), "answers.lassitude").says
    other = people.staff(person.study, Role.RATER, at=person.site, name="Ravi")
    page = browser_of(other).get(f"/desk/queries/{query.pk}/").text
    assert "hidden from you" in page
    assert shown not in page
    coordinator = people.staff(person.study, Role.COORDINATOR, at=person.site)
    assert shown in browser_of(coordinator).get(f"/desk/queries/{query.pk}/").text
