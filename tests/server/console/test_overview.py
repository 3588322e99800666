"""The overview: recruitment, flow and timing add up, lead to their rows, and cost few queries."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from daybreak.core.roles import Role
from daybreak.core.study import read_study
from daybreak.server import clock
from daybreak.server.console.flow import flow_of
from daybreak.server.console.recruitment import recruitment_of
from daybreak.server.enrolment.models import Participant, Screening, Withdrawal
from daybreak.server.studies.actions import add_site
from daybreak.server.studies.models import Site
from daybreak.server.studies.queries import file_of
from tests import people
from tests.live_people import shipped_study_file
from tests.server.browsing import browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def mixed(clinic: Site) -> Site:
    """Return a site where two of six were excluded, one is still asked, and three were enrolled."""
    statuses = ("screen-failed", "declined", "eligible", "enrolled", "infused", "infused")
    for number, status in enumerate(statuses, start=1):
        person = people.participant(clinic, f"P-{number}", version=None, cues=None, infusion_ago=None)
        at = clock.now() - timedelta(days=7 * number) if number > 3 else None
        Participant.objects.filter(pk=person.pk).update(status=status, enrolled_at=at)
    failed = Participant.objects.get(code="P-1")
    Screening.objects.filter(participant=failed).update(failed=["age", "madrs"])
    left = Participant.objects.get(code="P-6")
    by = people.staff(clinic.study, Role.COORDINATOR)
    Withdrawal.objects.create(participant=left, scope="follow-up", at=clock.now(), why="lost-contact", by=by)
    return clinic


def test_the_flow_adds_up_and_says_why_people_left(mixed: Site) -> None:
    flow = flow_of(Site.objects.all(), file_of(mixed.study))
    assert [(stage.box.key, stage.box.count) for stage in flow.line] == [
        ("assessed", 6),
        ("enrolled", 3),
        ("infused", 2),
    ]
    for stage, after in zip(flow.line, flow.line[1:], strict=False):
        assert stage.box.count == after.box.count + sum(aside.box.count for aside in stage.aside)
    reasons = {part.says: part.count for part, _ in flow.line[0].aside[0].parts}
    assert reasons == {"People from 18 to 60 years can take part.": 1, "declined": 1}
    assert {"lost to follow-up"} <= {part.says for branch in flow.branches for stage in branch for aside in stage.aside
                                     for part, _ in aside.parts}  # fmt: skip


def test_boxes_of_the_flow_lead_to_as_many_people(mixed: Site) -> None:
    client = browser_of(people.staff(mixed.study, Role.COORDINATOR))
    page = client.get("/desk/").text.partition("Flow of people")[2].partition("</section>")[0]
    found = re.findall(r'<a href="(/desk/people/[^"]*)">(\d+)</a>', page)
    assert len(found) >= 5
    for href, count in found:
        assert re.search(rf"\b{count} of 6<", client.get(href).text), href


def test_the_recruitment_curve_ends_at_the_number_enrolled(mixed: Site) -> None:
    drawn = recruitment_of(mixed.study, Site.objects.all(), file_of(mixed.study), clock.now())
    heights = [float(point.split(",")[1]) for point in drawn.whole.points.split()]
    assert drawn.whole.count == 3
    assert heights == sorted(heights, reverse=True)
    assert heights[-1] == drawn.whole.frame.y(3)
    assert drawn.expected is None  # the shipped file has no dates
    assert drawn.sites == []


def test_with_dates_the_plan_is_a_straight_line_to_the_target(mixed: Site) -> None:
    dates = "target = 154\nopens = 2026-01-01\ncloses = 2026-12-31"
    file = read_study(shipped_study_file().replace("target = 154", dates, 1), "study.toml")
    drawn = recruitment_of(mixed.study, Site.objects.all(), file, datetime(2026, 7, 2, tzinfo=UTC))
    assert drawn.expected == 77
    assert drawn.whole.plan is not None
    assert drawn.whole.plan[0][1] == drawn.whole.frame.y(0)
    assert drawn.whole.plan[1][1] == drawn.whole.frame.y(154)


def test_each_site_has_its_curve_and_who_sees_one_site_sees_no_target(mixed: Site) -> None:
    there = add_site(mixed.study, "there", "The other clinic", mixed.zone)
    drawn = recruitment_of(mixed.study, Site.objects.all(), file_of(mixed.study), clock.now())
    assert {curve.title: curve.count for curve in drawn.sites} == {"The clinic": 3, "The other clinic": 0}
    own = recruitment_of(mixed.study, Site.objects.filter(pk=there.pk), file_of(mixed.study), clock.now())
    assert (own.whole.count, own.whole.target) == (0, None)


@pytest.mark.parametrize("role", [Role.STATISTICIAN, Role.ADMINISTRATOR, Role.MONITOR])
def test_nothing_on_the_overview_leads_to_a_page_one_may_not_open(mixed: Site, role: Role) -> None:
    client = browser_of(people.staff(mixed.study, role))
    links = set(re.findall(r'href="(/desk/[^"#]*)"', client.get("/desk/").text))
    assert {link: client.get(link.replace("&amp;", "&")).status_code for link in links} == dict.fromkeys(links, 200)


def test_a_pharmacist_is_led_past_the_overview(clinic: Site) -> None:
    client = browser_of(people.staff(clinic.study, Role.PHARMACIST))
    assert client.get("/desk/").status_code == 403


def test_days_are_those_of_the_clock_in_utc(mixed: Site) -> None:
    late = datetime(2026, 3, 1, 23, 30, tzinfo=ZoneInfo("America/New_York"))
    Participant.objects.filter(code="P-4").update(enrolled_at=late)
    drawn = recruitment_of(mixed.study, Site.objects.all(), file_of(mixed.study), clock.now())
    assert drawn.whole.frame.first == datetime(2026, 3, 2, tzinfo=UTC).date()
