"""Two raters of one interview: the worklist that leads to it, what each may read, and how far they agree."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from daybreak.core.instruments import INSTRUMENTS
from daybreak.core.participation import Scope
from daybreak.core.roles import Role
from daybreak.server.accounts.models import User
from daybreak.server.assessments.models import Form
from daybreak.server.console.reliability import Pair, score_agreement
from daybreak.server.enrolment.models import Participant
from daybreak.server.participation.actions.leaving import WHY, withdraw
from daybreak.server.studies.actions import add_site
from daybreak.server.studies.models import Site
from tests import people
from tests.server.assessments.answers import fields_of, filled
from tests.server.browsing import browser_of

pytestmark = pytest.mark.django_db
TWICE = '\n[[instruments]]\nkey = "madrs"\nsecond_rater = 1.0\nprior_scores = "shown"\n'
WORKLIST, PAGE = "/desk/ratings/", "/desk/reliability/"
WAITS = "To rate as the second rater"


@pytest.fixture
def twice(db: None, study_file: str) -> Site:
    """Return a site of a study that has every interview rated by two."""
    return people.site(study_file + TWICE)


@pytest.fixture
def person(twice: Site) -> Participant:
    return due(twice, "P-1")


@pytest.fixture
def rae(twice: Site) -> User:
    return people.staff(twice.study, Role.RATER, name="Rae Rater")


@pytest.fixture
def ravi(twice: Site) -> User:
    return people.staff(twice.study, Role.RATER, name="Ravi Rater")


def due(site: Site, code: str) -> Participant:
    """Return somebody whose interview a day after the infusion is due."""
    return people.participant(site, code, cues=None, infusion_ago=timedelta(hours=26))


def path_of(code: str, end: str = "fill/") -> str:
    return f"/desk/people/{code}/forms/day-1/madrs/{end}"


def rate(by: Client, code: str, *, second: bool = False, hand_in: bool = True, sadness: str = "0") -> Any:
    """Open the form of an interview, fill it in and send it."""
    path = path_of(code, "second-rater/" if second else "fill/")
    sent = fields_of(by.get(path)).values | filled(INSTRUMENTS["madrs"], reported_sadness=sadness) | {"mode": "video"}
    answer = by.post(path, sent | ({"hand_in": "yes"} if hand_in else {"save": "yes"}))
    assert answer.status_code == 302, answer.text
    return answer


def main_of(client: Client, path: str) -> str:
    return client.get(path).text.partition("<main")[2]


def numbers(page: str) -> list[str]:
    """Return the row of the first score on the page of reliability."""
    row = re.search(r"<td>total</td>(.*?)</tr>", page, re.DOTALL)
    assert row is not None
    return [each.strip() for each in re.findall(r"<td[^>]*>([^<]*)</td>", row[1])]


def test_the_worklist_leads_to_each_form_and_says_how_far_it_is(person: Participant, rae: User, ravi: User) -> None:
    raes, ravis = browser_of(rae), browser_of(ravi)
    assert f'href="{path_of("P-1")}"' in main_of(raes, WORKLIST)
    rate(raes, "P-1", hand_in=False)
    assert f'href="{path_of("P-1")}"' in main_of(raes, WORKLIST)
    assert "begun; a second rater too" in main_of(ravis, WORKLIST)
    assert f'href="{path_of("P-1")}"' not in main_of(ravis, WORKLIST)
    rate(raes, "P-1")
    page = main_of(raes, WORKLIST)
    assert "handed in; a second rater too" in page
    assert "held by video" in page


def test_an_interview_waits_for_a_second_rater_who_is_not_the_first(person: Participant, rae: User, ravi: User) -> None:
    raes, ravis = browser_of(rae), browser_of(ravi)
    assert "No interview waits for you as a second rater" in main_of(ravis, WORKLIST)
    rate(raes, "P-1")
    link = f'href="{path_of("P-1", "second-rater/")}"'
    assert link not in main_of(raes, WORKLIST)
    assert link in main_of(ravis, WORKLIST)
    rate(ravis, "P-1", second=True, hand_in=False)
    assert "Go on" in main_of(ravis, WORKLIST)
    third = browser_of(people.staff(person.site.study, Role.RATER, name="Rina Rater"))
    assert link not in main_of(third, WORKLIST)
    rate(ravis, "P-1", second=True)
    assert link not in main_of(ravis, WORKLIST)


def test_two_raters_read_each_other_only_once_both_have_handed_in(person: Participant, rae: User, ravi: User) -> None:
    raes, ravis = browser_of(rae), browser_of(ravi)
    rate(raes, "P-1")
    assert raes.get(path_of("P-1", "")).status_code == 200
    assert ravis.get(path_of("P-1", "")).status_code == 409
    assert path_of("P-1", "") + '"' not in main_of(ravis, "/desk/people/P-1/forms/")
    rate(ravis, "P-1", second=True, hand_in=False)
    assert ravis.get(path_of("P-1", "")).status_code == 200  # their own column
    for client, hidden in ((raes, "Second rater"), (ravis, "Answer")):
        assert not re.search(rf"<th[^>]*>\s*{hidden}", main_of(client, path_of("P-1", "")))
    rate(ravis, "P-1", second=True)
    for client in (raes, ravis):
        page = main_of(client, path_of("P-1", ""))
        assert "Second rater" in page
        assert "Answer" in page


def test_a_later_interview_shows_no_score_that_still_waits_for_a_second_rater(
    twice: Site, rae: User, ravi: User
) -> None:
    """Prior scores are shown in this study; day 1 was rated once, and on day 5 its score is nobody's to see."""
    person = people.participant(twice, "P-1", cues=None, infusion_ago=timedelta(days=5))
    raes, ravis = browser_of(rae), browser_of(ravi)
    rate(raes, "P-1", sadness="4")
    day_5 = path_of("P-1").replace("day-1", "day-5")
    assert "total 4" in main_of(raes, day_5)
    assert "total 4" not in main_of(ravis, day_5)
    rate(ravis, "P-1", second=True, sadness="3")
    assert "total 4" in main_of(ravis, day_5)
    assert person.code in main_of(ravis, day_5)


def test_in_an_interview_that_was_not_drawn_whoever_may_have_read_the_first_rating_rates_none(
    db: None, study_file: str
) -> None:
    site = people.site(study_file + TWICE.replace("1.0", "0.0"))
    due(site, "P-1")
    first, other = (browser_of(people.staff(site.study, Role.RATER, name=name)) for name in ("Rae", "Ravi"))
    rate(first, "P-1")
    refused = other.get(path_of("P-1", "second-rater/"))
    assert (refused.status_code, "may have read the first rating" in refused.text) == (409, True)
    assert "second-rater/" not in main_of(other, path_of("P-1", ""))


def test_where_prior_scores_are_hidden_any_interview_may_be_rated_twice_and_stays_apart_meanwhile(
    db: None, study_file: str
) -> None:
    site = people.site(study_file)
    due(site, "P-1")
    rae, ravi = (people.staff(site.study, Role.RATER, name=name) for name in ("Rae", "Ravi"))
    raes, ravis = browser_of(rae), browser_of(ravi)
    rate(raes, "P-1")
    rate(ravis, "P-1", second=True, hand_in=False)
    page = main_of(ravis, path_of("P-1", ""))
    assert "Second rater" in page
    assert not re.search(r"<th[^>]*>\s*Answer", page)
    rate(ravis, "P-1", second=True)
    assert "Second rater" in main_of(ravis, path_of("P-1", ""))


def test_the_clinic_reads_both_ratings_at_any_time(person: Participant, rae: User) -> None:
    rate(browser_of(rae), "P-1")
    investigator = browser_of(people.staff(person.site.study, Role.INVESTIGATOR))
    assert investigator.get(path_of("P-1", "")).status_code == 200


def test_an_interview_that_was_not_drawn_is_read_as_the_study_file_says(db: None, study_file: str) -> None:
    site = people.site(study_file + TWICE.replace("1.0", "0.0"))
    due(site, "P-1")
    first, other = (browser_of(people.staff(site.study, Role.RATER, name=name)) for name in ("Rae", "Ravi"))
    rate(first, "P-1")
    assert other.get(path_of("P-1", "")).status_code == 200
    assert WAITS not in main_of(other, WORKLIST)


def test_agreement_is_told_from_the_ratings_of_both(twice: Site, rae: User, ravi: User) -> None:
    raes, ravis = browser_of(rae), browser_of(ravi)
    for code, one, other in (("P-1", "0", "0"), ("P-2", "2", "3"), ("P-3", "6", "5")):
        due(twice, code)
        rate(raes, code, sadness=one)
        rate(ravis, code, second=True, sadness=other)
    due(twice, "P-4")
    rate(raes, "P-4")
    page = main_of(browser_of(people.staff(twice.study, Role.STATISTICIAN)), PAGE)
    assert "3 interviews rated by two raters" in page
    pairs, icc_1, _icc_2, icc_3, mean, bias, widest = numbers(page)
    found = score_agreement("total", [Pair(0, 0), Pair(2, 3), Pair(6, 5)])
    assert found.found is not None
    assert (pairs, bias, widest) == ("3", "0.0", "1")
    assert [icc_1, icc_3, mean] == [
        f"{value:.2f}" for value in (found.found.icc_1_1, found.found.icc_3_1, found.found.icc_1_k) if value is not None
    ]
    counts = re.search(r'MADRS[^<]*</th><td class="num">100 %</td>(.*?)</tr>', page)
    assert counts is not None
    assert re.findall(r">(\d+)<", counts[1]) == ["4", "4", "3", "1"]


def test_who_withdrew_their_data_is_in_no_agreement(twice: Site, rae: User, ravi: User) -> None:
    person = due(twice, "P-1")
    rate(browser_of(rae), "P-1")
    rate(browser_of(ravi), "P-1", second=True)
    cora = people.staff(twice.study, Role.COORDINATOR)
    withdraw(cora, person, Scope.DATA, why=next(iter(WHY)))
    client = browser_of(people.staff(twice.study, Role.MONITOR))
    assert "0 interviews rated by two raters" in main_of(client, PAGE)
    assert (
        "P-1"
        not in main_of(browser_of(people.staff(twice.study, Role.RATER, name="Rina")), WORKLIST).partition(WAITS)[2]
    )


def test_ratings_of_another_site_are_in_no_agreement_of_ones_own(twice: Site, rae: User, ravi: User) -> None:
    due(twice, "P-1")
    rate(browser_of(rae), "P-1")
    rate(browser_of(ravi), "P-1", second=True)
    there = add_site(twice.study, "there", "The other clinic", twice.zone)
    client = browser_of(people.staff(twice.study, Role.MONITOR, at=there))
    assert "0 interviews rated by two raters" in main_of(client, PAGE)


@pytest.mark.parametrize("role", [Role.RATER, Role.COORDINATOR, Role.PHARMACIST, Role.ADMINISTRATOR])
def test_only_who_oversees_ratings_reads_how_far_raters_agree(twice: Site, role: Role) -> None:
    assert browser_of(people.staff(twice.study, role)).get(PAGE).status_code == 403


def test_where_nothing_is_rated_twice_the_page_says_how_to_begin(clinic: Site) -> None:
    page = main_of(browser_of(people.staff(clinic.study, Role.INVESTIGATOR)), PAGE)
    assert "set second_rater to a share such as 0.2" in page
    assert WAITS not in main_of(browser_of(people.staff(clinic.study, Role.RATER)), WORKLIST)


def test_more_interviews_ask_no_more_queries(twice: Site, rae: User, ravi: User) -> None:
    clients = [(browser_of(ravi), WORKLIST), (browser_of(people.staff(twice.study, Role.MONITOR)), PAGE)]
    counts: list[list[int]] = []
    for codes in (("P-1",), ("P-2", "P-3", "P-4")):
        for code in codes:
            due(twice, code)
            rate(browser_of(rae), code)
            rate(browser_of(ravi), code, second=True, hand_in=code != "P-4")
        counts.append([])
        for client, path in clients:
            with CaptureQueriesContext(
                connection,
            ) as asked:
                client.get(path)
            counts[-1].append(len(asked))
    assert counts[0] == counts[1]
    assert Form.objects.count() == 8


def test_one_pair_tells_no_correlation_and_no_pair_no_difference() -> None:
    one, none = score_agreement("total", [Pair(20, 23)]), score_agreement("total", [])
    assert (one.pairs, one.found, one.bias, one.widest) == (1, None, 3, 3)
    assert (none.pairs, none.found, none.bias, none.widest) == (0, None, None, None)
