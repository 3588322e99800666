"""Staff fill in a form: one page with anchors, saved and gone on with, handed in once, by whom it belongs to."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from daybreak.core.instruments import INSTRUMENTS
from daybreak.core.roles import Role
from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.assessments.models import Answer, Form
from daybreak.server.audit.models import Entry
from daybreak.server.enrolment.models import Participant
from daybreak.server.holds.models import Hold
from daybreak.server.safety.models import Alert
from daybreak.server.studies.models import Site
from tests import people
from tests.server.assessments.answers import fields_of, filled
from tests.server.browsing import browser_of

pytestmark = pytest.mark.django_db
MADRS = INSTRUMENTS["madrs"]
FORM = "/desk/people/P-2/forms/day-1/madrs/"


@pytest.fixture
def desk(rated: Participant, rater: User) -> Client:
    return browser_of(rater)


def send(client: Client, path: str = FORM + "fill/", **more: str) -> Any:
    """Open the page, fill it in as `more` says, and send it."""
    sent = fields_of(client.get(path)).values
    answers = {key: value for key, value in more.items() if key not in ("hand_in", "with_gaps", "mode")}
    rest = {key: value for key, value in more.items() if key not in answers}
    return client.post(path, sent | filled(MADRS, **answers) | {"mode": "in-person"} | rest)


def test_the_page_shows_every_item_with_its_anchors_and_whose_words_they_are(desk: Client) -> None:
    page = desk.get(FORM + "fill/")
    text = unescape(page.content.decode())
    assert "not the validated wording" in text
    fields = fields_of(page)
    for item in MADRS.items:
        assert item.prompt["en"] in text
        assert fields.offered[f"item-{item.key}"] == [*(str(each.value) for each in item.choices), ""]
    assert set(fields.offered["mode"]) == {"in-person", "video"}


def test_a_form_is_saved_gone_on_with_and_handed_in_once(desk: Client, rater: User) -> None:
    assert send(desk, apparent_sadness="3", suicidal_thoughts="").status_code == 302
    assert Form.objects.get().state == "open"
    again = desk.get(FORM + "fill/")
    assert fields_of(again).chosen["item-apparent_sadness"] == "3"
    assert send(desk, apparent_sadness="3", hand_in="yes").headers["Location"] == FORM
    form = Form.objects.get()
    assert (form.state, form.by, form.mode, form.recall, form.entry) == ("complete", rater, "in-person", "1d", 1)
    page = desk.get(FORM).content.decode()
    assert "<strong>3</strong>" in page
    assert "Rae Rater" in page
    assert desk.get(FORM + "fill/").headers["Location"] == FORM


def test_a_replay_of_what_was_handed_in_changes_nothing(desk: Client) -> None:
    sent = fields_of(desk.get(FORM + "fill/")).values | filled(MADRS) | {"mode": "video", "hand_in": "yes"}
    desk.post(FORM + "fill/", sent)
    entries = Entry.objects.count()
    assert desk.post(FORM + "fill/", sent).status_code == 302
    assert Entry.objects.count() == entries


def test_items_left_open_are_named_and_can_be_handed_in_as_partial(desk: Client) -> None:
    refused = send(desk, hand_in="yes", inner_tension="")
    assert refused.status_code == 422
    assert "Some items have no answer" in refused.content.decode()
    assert fields_of(refused).chosen["item-apparent_sadness"] == "0"
    assert not Form.objects.exists()
    send(desk, hand_in="yes", with_gaps="on", inner_tension="")
    assert Form.objects.get().state == "partial"
    assert "too many answers are missing" in desk.get(FORM).content.decode()


@pytest.mark.parametrize("value", ["7", "-1", "x", "3.5"])
def test_an_answer_out_of_range_stands_beside_its_item_and_nothing_is_saved(desk: Client, value: str) -> None:
    sent = fields_of(desk.get(FORM + "fill/")).values | filled(MADRS) | {"mode": "video"}
    refused = desk.post(FORM + "fill/", sent | {"item-inner_tension": value})
    assert refused.status_code == 422
    assert "The answer needs one of" in refused.content.decode()
    assert not Form.objects.exists()


@pytest.mark.parametrize(
    ("changed", "says"), [({"mark": "0.en.own"}, "other words"), ({"mode": "online"}, "not one of the available")]
)
def test_another_wording_or_mode_is_refused(desk: Client, changed: dict[str, str], says: str) -> None:
    sent = fields_of(desk.get(FORM + "fill/")).values | filled(MADRS) | {"mode": "video", "hand_in": "yes"}
    refused = desk.post(FORM + "fill/", sent | changed)
    assert (refused.status_code, Form.objects.count()) == (422, 0)
    assert says in refused.content.decode()


def test_the_time_taken_is_kept(desk: Client) -> None:
    sent = fields_of(desk.get(FORM + "fill/")).values | filled(MADRS) | {"mode": "video", "hand_in": "yes"}
    desk.post(FORM + "fill/", sent | {"shown": (clock.now() - timedelta(minutes=20)).isoformat()})
    assert 1199 <= Form.objects.get().seconds <= 1203
    assert "20 min" in desk.get(FORM).content.decode()


def test_only_who_rates_fills_in_a_rating_and_only_the_clinic_what_staff_record(
    desk: Client, cora: User, rated: Participant
) -> None:
    for client, path in ((browser_of(cora), FORM), (desk, "/desk/people/P-2/forms/day-0/cadss/")):
        refused = client.get(path + "fill/")
        assert refused.status_code == 409
        assert "another role" in refused.content.decode()
    assert browser_of(cora).get("/desk/people/P-2/forms/day-0/cadss/fill/").status_code == 200


def test_a_form_begun_by_one_rater_is_not_gone_on_with_by_another(desk: Client, other_rater: User) -> None:
    send(desk)
    refused = browser_of(other_rater).get(FORM + "fill/")
    assert (refused.status_code, "Somebody else began" in refused.content.decode()) == (409, True)


@pytest.mark.parametrize(("visit", "says"), [("day-5", "not open yet"), ("nowhere", "no such questions")])
def test_a_visit_that_is_not_open_says_so(desk: Client, visit: str, says: str) -> None:
    refused = desk.get(f"/desk/people/P-2/forms/{visit}/madrs/fill/")
    assert (refused.status_code, says in refused.content.decode()) == (409, True)


def test_a_frozen_visit_keeps_its_forms_as_they_are(desk: Client, rated: Participant, rater: User) -> None:
    send(desk)
    hold = {"study": rated.study, "participant": rated, "visit": "day-1", "at": clock.now(), "by": rater}
    Hold.objects.create(kind="freeze", **hold)
    refused = send(desk, apparent_sadness="6")
    assert (refused.status_code, "frozen for review" in refused.content.decode()) == (422, True)
    assert Answer.objects.get(item="apparent_sadness").value == 0


def test_an_alarming_rating_raises_its_alert_before_the_form_is_handed_in(desk: Client) -> None:
    send(desk, suicidal_thoughts="4")
    assert Alert.objects.get().rule == "suicidal-thoughts-interview"
    assert "An alert was raised" in desk.get("/desk/people/P-2/forms/").content.decode()


def test_a_rater_reads_their_own_form_for_a_day_and_no_other(desk: Client, other_rater: User, cora: User) -> None:
    send(desk, hand_in="yes")
    assert desk.get(FORM).status_code == 200
    assert browser_of(other_rater).get(FORM).status_code == 409
    assert browser_of(cora).get(FORM).status_code == 200
    Form.objects.update(submitted_at=clock.now() - timedelta(days=2))
    refused = desk.get(FORM)
    assert (refused.status_code, "hides from raters" in refused.content.decode()) == (409, True)


def test_the_list_names_every_form_with_its_state_and_scores(desk: Client, rated: Participant, clinic: Site) -> None:
    send(desk, apparent_sadness="2", hand_in="yes")
    investigator = people.staff(clinic.study, Role.INVESTIGATOR, name="Ina Investigator")
    page = browser_of(investigator).get("/desk/people/P-2/forms/").content.decode()
    assert "Depression, by interview (MADRS)" in page
    assert "total 2" in page
    assert "not the validated wording" in page
    hidden = browser_of(people.staff(clinic.study, Role.RATER)).get("/desk/people/P-2/forms/").content.decode()
    assert "total 2" not in hidden
