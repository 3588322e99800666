"""The pages of an infusion: what moves is shown before it is saved, and nothing typed is lost."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from daybreak.core.roles import Role
from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.enrolment.models import Infusion, Participant
from daybreak.server.vault.allocate import current_kit
from tests import people
from tests.calendar_people import infused
from tests.server.browsing import browser_of

pytestmark = pytest.mark.django_db
NEW = "/desk/people/P-1/infusions/new/"
FIRST = "/desk/people/P-1/infusions/1/"


def local(person: Participant, moment: datetime) -> str:
    return moment.astimezone(ZoneInfo(person.zone)).strftime("%Y-%m-%dT%H:%M")


def typed(person: Participant, hours_ago: float = 30, **more: Any) -> dict[str, str]:
    ended = clock.now() - timedelta(hours=hours_ago)
    rows = {f"{name}-{key}": value for name in ("reading", "effect") for key, value in ROWS.items()}
    return rows | {
        "number": "1",
        "infusion-kit": current_kit(person, 1),
        "infusion-started_at": local(person, ended - timedelta(minutes=40)),
        "infusion-ended_at": local(person, ended),
        "infusion-dose_volume_ml": "50",
        "infusion-dissociation_total": "17",
        "reading-0-at": local(person, ended),
        "reading-0-systolic": "131",
        "reading-0-diastolic": "84",
        "reading-0-pulse": "77",
        "effect-0-what": "nausea",
        "effect-0-severity": "mild",
        "step": "check",
    } | more  # fmt: skip


ROWS = {"TOTAL_FORMS": "3", "INITIAL_FORMS": "0", "MIN_NUM_FORMS": "0", "MAX_NUM_FORMS": "40"}


def hidden(page: str) -> dict[str, str]:
    found = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))
    assert found.pop("csrfmiddlewaretoken", None) is not None
    return found


def test_what_moves_is_shown_first_and_saved_after_the_confirmation(person: Participant, desk: Client) -> None:
    page = desk.post(NEW, typed(person)).content.decode()
    assert "What moves" in page
    assert "not dated yet" in page
    assert "Exercises 1 of 8" in page
    assert not Infusion.objects.exists()
    answer = desk.post(NEW, hidden(page) | {"step": "save"})
    assert answer.status_code == 302
    infusion = Infusion.objects.get()
    assert (infusion.dissociation_total, infusion.side_effects) == (17, [{"what": "nausea", "severity": "mild"}])
    assert infusion.vital_signs.get().systolic == 131


def test_a_confirmation_sent_twice_records_once(person: Participant, desk: Client) -> None:
    sent = hidden(desk.post(NEW, typed(person)).content.decode()) | {"step": "save"}
    assert [desk.post(NEW, sent).status_code for _ in range(2)] == [302, 302]
    assert Infusion.objects.count() == 1


def test_one_can_go_back_from_the_confirmation_and_change_what_was_written(person: Participant, desk: Client) -> None:
    sent = hidden(desk.post(NEW, typed(person)).content.decode()) | {"step": "edit"}
    page = desk.post(NEW, sent).content.decode()
    assert 'value="nausea"' in page
    assert 'value="131"' in page


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"infusion-kit": "K-00000-0"}, "This is not the kit that was released"),
        ({"infusion-ended_at": "2099-01-01T10:00"}, "cannot lie in the future"),
        ({"infusion-ended_at": ""}, "Give the date and the time."),
        ({"infusion-dissociation_total": "93"}, "92"),
        ({"reading-0-systolic": "70"}, "must be below the upper one"),
        ({"effect-0-severity": ""}, "Choose how strong it was."),
    ],
)
def test_a_wrong_form_comes_back_with_its_sentence_and_all_that_was_typed(
    person: Participant, desk: Client, changed: dict[str, Any], says: str
) -> None:
    answer = desk.post(NEW, typed(person, **changed))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert says in page
    assert "Nothing was saved." in page
    assert 'value="nausea"' in page
    assert not Infusion.objects.exists()


def test_a_correction_shows_old_and_new_windows_side_by_side(person: Participant, desk: Client) -> None:
    infused(person, timedelta(hours=30))
    form = desk.get(FIRST).context["form"]
    sent = typed(person, 28, **{"infusion-reason": "read off wrongly", "infusion-seen": form.part.initial["seen"]})
    page = desk.post(FIRST, sent).content.decode()
    row = re.search(r'<th scope="row">24 hours</th><td>(.*?)</td><td>(.*?)</td>', page)
    assert row is not None
    assert row[1] != row[2]
    assert desk.post(FIRST, hidden(page) | {"step": "save"}).status_code == 302
    assert Infusion.objects.get().dissociation_total == 17


def test_a_correction_without_a_reason_is_refused_before_the_confirmation(person: Participant, desk: Client) -> None:
    infused(person, timedelta(hours=30))
    form = desk.get(FIRST).context["form"]
    answer = desk.post(FIRST, typed(person, 28, **{"infusion-seen": form.part.initial["seen"]}))
    assert answer.status_code == 422
    assert "Write in a few words why it is corrected." in answer.content.decode()


def test_of_two_who_correct_one_infusion_the_second_is_told(person: Participant, desk: Client) -> None:
    infused(person, timedelta(hours=30))
    seen = {"infusion-seen": desk.get(FIRST).context["form"].part.initial["seen"]}
    first = typed(person, 29, step="save", **(seen | {"infusion-reason": "first"}))
    second = typed(person, 28, step="save", **(seen | {"infusion-reason": "second"}))
    assert desk.post(FIRST, first).status_code == 302
    answer = desk.post(FIRST, second)
    assert answer.status_code == 409
    assert "Someone else changed this" in answer.content.decode()


def test_leaving_the_form_as_it_is_changes_nothing_though_seconds_are_not_shown(
    person: Participant, desk: Client
) -> None:
    infusion = infused(person, timedelta(hours=30))
    Infusion.objects.update(ended_at=infusion.ended_at + timedelta(seconds=23))
    part = desk.get(FIRST).context["form"].part
    times = {f"infusion-{name}": part[name].value() for name in ("started_at", "ended_at")}
    plain = {key: "" for key in typed(person) if key.startswith(("reading-0", "effect-0"))}
    shown = {"infusion-dose_volume_ml": "", "infusion-dissociation_total": "", "infusion-seen": part.initial["seen"]}
    answer = desk.post(FIRST, typed(person, **(plain | shown | times | {"infusion-reason": "none"})))
    assert "Nothing was changed." in answer.content.decode()


def test_the_list_shows_what_is_planned_and_what_was_given(person: Participant, desk: Client) -> None:
    assert "Record infusion 1" in desk.get("/desk/people/P-1/infusions/").content.decode()
    infused(person, timedelta(hours=30))
    page = desk.get("/desk/people/P-1/infusions/").content.decode()
    assert current_kit(person, 1) in page
    assert "Record infusion" not in page
    assert desk.get(NEW).status_code == 302


def test_a_monitor_reads_and_changes_nothing(person: Participant) -> None:
    infused(person, timedelta(hours=30))
    monitor: User = people.staff(person.study, Role.MONITOR)
    page = browser_of(monitor).get(FIRST).content.decode()
    assert "CADSS total" in page
    assert "<form class" not in page
    assert browser_of(monitor).post(FIRST, {}).status_code == 405


def test_no_page_of_an_infusion_names_a_drug(person: Participant, desk: Client) -> None:
    infused(person, timedelta(hours=30))
    for path in ("/desk/people/P-1/infusions/", FIRST, "/desk/people/P-1/visits/"):
        page = desk.get(path).content.decode().lower().replace(person.study.title.lower(), "")
        assert "saline" not in page
        assert "ketamine" not in page
