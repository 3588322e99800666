"""The twin test: one study lived twice, its arms swapped the second time; nobody blinded can tell the worlds apart."""

from __future__ import annotations

import pytest
from django.db import connection

from tests.server.twin.conftest import Pair
from tests.server.twin.crawl import routes
from tests.server.twin.differences import differences
from tests.server.twin.plants import PLANTS
from tests.server.twin.world import Facts, World

pytestmark = [pytest.mark.django_db, pytest.mark.evidence("property", "docs/blinding.md")]
# Addresses that no page leads to, each with what looks at it instead.
UNLINKED = {
    "api/player/": "the player's own requests, in life.py and in tests/server/player_api",
    "ready/portrait/": "takes a file from the player's page: tests/server/today",
    "m/<str:token>": "a link in a letter: tests/server/messages",
    "stop/<str:token>": "a link in a letter: tests/server/messages",
    "sign-out/": "ends the walk: tests/server/accounts",
    "account/password/reset/<base36": "a secret from a mail: tests/server/accounts",
    "account/join/": "a secret shown once: tests/server/staffing",
    "account/factors/passkeys/<int:pk>": "nobody in the demo has a passkey: e2e/test_staff.py",
    "desk/me/sessions/<int": "browsers of tests are signed in without a listed session: tests/server/staffing",
    "forms/<slug:visit>/<slug:instrument>/<int:number>/help/": "after an alarming answer: tests/server/assessments",
    "desk/people/<str:code>/forms/<slug:visit>/<slug:instrument>/second": "entered or rated twice: the same",
    "desk/people/<str:code>/forms/<slug:visit>/<slug:instrument>/settle/": "where two entries differ: the same",
    "desk/people/<str:code>/infusions/kit/": "in courses of several infusions: tests/server/infusions",
}
SEEN_ON_SQLITE = {"the time of a slow query"}


def test_nobody_blinded_can_tell_the_worlds_apart(worlds: Pair) -> None:
    first, second = (world.blinded() for world in worlds)
    assert [str(found) for found in differences(first, second)] == []
    assert len(first) > 100


def test_the_pharmacist_can_and_an_investigator_who_unblinds(worlds: Pair) -> None:
    first, second = worlds
    assert {found.where.split(" ")[0] for found in differences(first.facts, second.facts)} == {
        "pharmacist",
        "investigator",
    }


def test_every_address_was_walked_by_somebody(worlds: Pair) -> None:
    seen = worlds[0].routes
    unseen = [route for route in routes() if route not in seen and not route.startswith(tuple(UNLINKED))]
    assert unseen == [], unseen


def test_no_page_or_form_breaks_on_anybodys_way(worlds: Pair) -> None:
    broken = {where for where, facts in worlds[0].facts.items() if facts.get("status", 0) >= 500}
    assert broken == set()


@pytest.mark.parametrize("name", PLANTS)
def test_a_planted_leak_is_named(leaky_worlds: Pair, name: str) -> None:
    if name in SEEN_ON_SQLITE and connection.vendor != "sqlite":
        pytest.skip("PostgreSQL does not count the instructions it runs")
    first, second = (of_leak(world, name) for world in leaky_worlds)
    found = differences(first, second)
    assert [each for each in found if each.what == PLANTS[name].found_as and PLANTS[name].found_at in each.where], found


def test_without_a_leak_the_glimpse_shows_nothing(leaky_worlds: Pair) -> None:
    first, second = (of_leak(world, "none") for world in leaky_worlds)
    assert differences(first, second) == []
    assert first


def of_leak(world: World, name: str) -> Facts:
    """Return what was noticed while this leak was planted."""
    return {where: facts for where, facts in world.blinded().items() if where.startswith(f"{name}: ")}
