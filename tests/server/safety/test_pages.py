"""The pages of alerts, and what stands about them on every other page of the desk."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY
from django.test import Client

from daybreak.core.roles import Role
from daybreak.server import clock
from daybreak.server.accounts.factors import SHOWN
from daybreak.server.accounts.models import User
from daybreak.server.console.navigation import PLACES
from daybreak.server.enrolment.models import Participant
from daybreak.server.messages.models import Message
from daybreak.server.safety.models import Alert
from daybreak.server.studies.actions import add_site
from tests import people
from tests.server.browsing import browser_of
from tests.server.safety.cast import Team, form_of, give, raised

pytestmark = pytest.mark.django_db
BANNER = "for somebody to answer"
FOUND = {"found": "They had thoughts, no plan.", "contact": "phone", "risk": "low", "action": "", "seen": ""}


def page(user: User, path: str) -> str:
    answer = browser_of(user).get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def late_by(alert: Alert, span: timedelta) -> None:
    """Let the alert have been raised so long ago that it is late by `span`."""
    raised_at = clock.now() - alert.within - span
    Alert.objects.filter(pk=alert.pk).update(raised_at=raised_at, due_at=raised_at + alert.within)


def test_an_alert_stands_on_every_page_of_the_desk_for_who_may_read_it(person: Participant, team: Team) -> None:
    alert = raised(person)
    browser = browser_of(team.investigator)
    paths = [place.path for group in PLACES for place in group] + [
        "/desk/me/",
        "/account/factors/",
        f"/desk/people/{person.code}/",
    ]
    seen = {path: browser.get(path) for path in paths}
    opened = {path for path, answer in seen.items() if answer.status_code == 200}
    assert len(opened) > 10
    assert "/account/factors/" in opened
    assert [path for path in opened if BANNER not in seen[path].content.decode()] == []
    assert f"/desk/alerts/{alert.pk}/" in seen["/desk/"].content.decode()


def test_whoever_showed_no_second_factor_yet_is_told_nothing(person: Participant, team: Team) -> None:
    late_by(raised(person), timedelta(hours=1))
    browser = browser_of(team.investigator)
    assert person.code in browser.get("/account/factors/").content.decode()
    session = browser.session
    session[BACKEND_SESSION_KEY] = "daybreak.server.accounts.backend.StaffPassword"
    session.pop(SHOWN, None)
    session.save()
    shown = browser.get("/account/factors/")
    assert shown.status_code == 200
    assert person.code not in shown.content.decode()
    assert BANNER not in shown.content.decode()


def test_one_that_nobody_answered_in_time_is_red_for_all_staff_without_a_word_on_whom(
    person: Participant, team: Team
) -> None:
    alert = raised(person)
    assert BANNER not in page(team.pharmacist, "/desk/pharmacy/")
    late_by(alert, timedelta(minutes=12))
    for user, path in ((team.pharmacist, "/desk/pharmacy/"), (team.rater, "/desk/"), (team.statistician, "/desk/")):
        told = page(user, path)
        assert "12 min late" in told
        assert 'class="alarm red' in told
        banner = told[told.index('class="alarm') : told.index("</section>", told.index('class="alarm'))]
        assert person.code not in banner
        assert f"/desk/alerts/{alert.pk}/" not in banner


def test_one_that_reached_nobody_is_red_before_its_time_and_one_that_did_is_not(
    person: Participant, team: Team
) -> None:
    alert = raised(person)
    raised_at = clock.now() - timedelta(minutes=6)
    Alert.objects.filter(pk=alert.pk).update(raised_at=raised_at, due_at=raised_at + alert.within)
    assert 'class="alarm red' in page(team.pharmacist, "/desk/pharmacy/")
    Message.objects.filter(channel="page").update(state=Message.State.SENT)
    assert 'class="alarm red' in page(team.pharmacist, "/desk/pharmacy/")
    Message.objects.filter(channel="email").update(state=Message.State.SENT)
    assert BANNER not in page(team.pharmacist, "/desk/pharmacy/")
    assert 'class="alarm red' not in page(team.investigator, "/desk/")


def test_what_somebody_acknowledged_stands_on_no_other_page(person: Participant, team: Team) -> None:
    alert = raised(person)
    late_by(alert, timedelta(hours=1))
    browser_of(team.coordinator).post(f"/desk/alerts/{alert.pk}/acknowledge/")
    for user in (team.investigator, team.coordinator):
        assert BANNER not in page(user, "/desk/")


def test_another_site_is_told_nothing(person: Participant, team: Team) -> None:
    alert = raised(person)
    late_by(alert, timedelta(hours=1))
    elsewhere = add_site(person.study, "other", "Elsewhere", "UTC")
    foreign = people.staff(person.study, Role.INVESTIGATOR, at=elsewhere)
    assert BANNER not in page(foreign, "/desk/")
    assert browser_of(foreign).get(f"/desk/alerts/{alert.pk}/").status_code == 404


def test_a_person_sees_no_alert_on_their_own_pages(person: Participant, team: Team) -> None:
    late_by(raised(person), timedelta(hours=1))
    assert BANNER not in browser_of(person.user).get("/today/").content.decode()


def test_two_who_press_at_once_both_end_at_the_alert(person: Participant, team: Team) -> None:
    alert = raised(person)
    first, second = browser_of(team.coordinator), browser_of(team.investigator)
    assert first.post(f"/desk/alerts/{alert.pk}/acknowledge/").status_code == 302
    told = second.post(f"/desk/alerts/{alert.pk}/acknowledge/", follow=True).content.decode()
    assert "Somebody acknowledged it before you" in told
    assert "Coordinator One" in told


def test_the_whole_way_from_open_to_closed_and_open_again(person: Participant, team: Team) -> None:
    alert = raised(person)
    browser = browser_of(team.investigator)
    here = f"/desk/alerts/{alert.pk}/"
    assert browser.post(f"{here}assess/", {"found": "", "contact": "phone"}).status_code == 422
    assert browser.post(f"{here}assess/", FOUND).status_code == 302
    assert "They had thoughts, no plan." in browser.get(here).content.decode()
    wrong = browser.post(f"{here}close/", {"note": ""})
    assert wrong.status_code == 422
    assert browser.post(f"{here}close/", {"note": "They are well."}).status_code == 302
    again = browser.post(f"{here}assess/", FOUND)
    assert again.status_code == 422
    assert "They had thoughts, no plan." in again.content.decode()
    assert "This alert is closed." in again.content.decode()
    assert browser.post(f"{here}reopen/", {"note": "They called."}).status_code == 302
    assert "They called." in browser.get(here).content.decode()


def test_an_assessment_made_from_an_old_page_is_shown_again_and_not_saved(person: Participant, team: Team) -> None:
    alert = raised(person)
    here = f"/desk/alerts/{alert.pk}/assess/"
    browser_of(team.coordinator).post(here, FOUND)
    late = browser_of(team.investigator).post(here, {**FOUND, "found": "Something else."})
    assert late.status_code == 422
    assert "Someone else changed this" in late.content.decode()
    assert "Something else." in late.content.decode()
    assert Alert.objects.get().assessment["found"] == FOUND["found"]


def test_answers_are_shown_to_those_who_watch_and_to_whoever_entered_them(person: Participant, team: Team) -> None:
    alert = raised(person)
    assert "qids-sr.suicidal_thoughts</dt><dd>2" in page(team.monitor, f"/desk/alerts/{alert.pk}/")
    (mine,) = give(form_of(person, by=team.rater, instrument="madrs"), {"madrs.suicidal_thoughts": 5})
    assert "madrs.suicidal_thoughts</dt><dd>5" in page(team.rater, f"/desk/alerts/{mine.pk}/")
    assert browser_of(team.rater).get(f"/desk/alerts/{alert.pk}/").status_code == 404
    assert "suicidal_thoughts &gt;= 2" not in page(team.rater, "/desk/alerts/")
    assert "suicidal_thoughts</dt>" not in page(team.administrator, f"/desk/alerts/{_told(mine, team)}/")


def _told(alert: Alert, team: Team) -> int:
    alert.told.create(user=team.administrator, step=8, at=clock.now())
    return alert.pk


def test_the_list_filters_by_state_kind_person_and_says_what_to_do_when_empty(
    person: Participant, stranger: Participant, team: Team
) -> None:
    browser = browser_of(team.investigator)
    assert "No alert was raised" in browser.get("/desk/alerts/").content.decode()
    raised(person)
    raised(stranger)
    browser.post(f"/desk/alerts/{Alert.objects.earliest('pk').pk}/acknowledge/")

    def listed(query: str) -> list[str]:
        told = browser.get(f"/desk/alerts/{query}").content.decode()
        return [code for code in (person.code, stranger.code) if f">{code}</a></th>" in told]

    assert listed("") == [person.code, stranger.code]
    assert listed("?state=acknowledged") == [person.code]
    assert listed("?state=open&kind=person") == [stranger.code]
    assert listed("?kind=drill") == []
    assert listed(f"?person={stranger.code.lower()}") == [stranger.code]
    assert listed("?state=pigeon&kind=%00") == [person.code, stranger.code]
    assert "No alert matches" in browser.get("/desk/alerts/?state=closed").content.decode()


def test_the_timeline_and_the_overview_show_alerts_to_those_who_watch(person: Participant, team: Team) -> None:
    alert = raised(person)
    link = f'href="/desk/alerts/{alert.pk}/"'
    for path in ("/desk/", f"/desk/people/{person.code}/"):
        told = page(team.coordinator, path)
        assert link in told[told.index("<h1>") :]
    told = page(team.rater, f"/desk/people/{person.code}/")
    assert link not in told
    assert ">Alert<" not in told


def test_a_drill_is_told_like_an_alert_and_marked_wherever_it_is_seen(person: Participant, team: Team) -> None:
    browser = browser_of(team.investigator)
    sent = {"site": person.site.key, "rule": "suicidal-thoughts", "form": str(uuid4())}
    answers = [browser.post("/desk/alerts/drill/", sent) for _ in range(2)]
    (drill,) = Alert.objects.all()
    assert {answer.headers["Location"] for answer in answers} == {f"/desk/alerts/{drill.pk}/"}
    assert {each.user for each in drill.told.all()} == {team.investigator, team.coordinator}
    assert set(Message.objects.values_list("drill", flat=True)) == {True}
    assert "This is a drill" in page(team.coordinator, f"/desk/alerts/{drill.pk}/")
    assert "This is a drill" in page(team.coordinator, f"/desk/alerts/{drill.pk}/assess/")
    assert "Drill, " in page(team.coordinator, "/desk/people/")
    assert ">drill</span>" in page(team.coordinator, "/desk/alerts/?kind=drill")
    assert "Drill" not in page(team.coordinator, f"/desk/people/{person.code}/").split("<h1>")[1]


def test_a_drill_needs_a_rule_and_a_site_of_ones_own(person: Participant, team: Team) -> None:
    elsewhere = add_site(person.study, "other", "Elsewhere", "UTC")
    browser = browser_of(team.investigator)
    for wrong in ({"site": elsewhere.key}, {"rule": "no-such"}, {"form": "x"}):
        sent = {"site": person.site.key, "rule": "suicidal-thoughts", "form": str(uuid4()), **wrong}
        assert browser.post("/desk/alerts/drill/", sent).status_code == 422
    assert not Alert.objects.exists()
    assert Client().get("/desk/alerts/drill/").status_code == 302
