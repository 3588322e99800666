"""Visits, infusions, deviations and calendars in a real browser: whole on every screen, saved once confirmed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from e2e.test_signing import faults, open_as
from tests.live import ROOT, LiveServer

MAKE = """
import json
from datetime import timedelta
from daybreak.server.serve import set_up
set_up()
from tests import calendar_people, candidates, people
from tests.live_people import shipped_study_file
from daybreak.server.vault.allocate import current_kit
site = people.site(shipped_study_file())
by = candidates.coordinator(site.study)
given, waiting = (calendar_people.enrolled(site, code) for code in ("P-1", "P-2"))
calendar_people.infused(given, timedelta(hours=50))
print(json.dumps({"staff": people.signed_in(by), "own": people.signed_in(given.user), "kit": current_kit(waiting, 1)}))
"""
PAGES = (
    "/desk/people/P-1/visits/", "/desk/people/P-1/visits/day-1/", "/desk/people/P-1/infusions/",
    "/desk/people/P-1/infusions/1/", "/desk/people/P-2/infusions/new/", "/desk/deviations/", "/desk/deviations/1/",
    "/desk/calendars/",
)  # fmt: skip


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LiveServer, dict[str, Any]]]:
    with LiveServer(tmp_path_factory.mktemp("calendar")) as server:
        told = subprocess.run(
            [sys.executable, "-c", MAKE], cwd=ROOT, env=server.environment, capture_output=True, check=True
        )
        yield server, json.loads(told.stdout)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_pages_of_the_calendar_are_whole_on_every_screen(
    browser: Browser, served: tuple[LiveServer, dict[str, Any]], width: int, theme: str
) -> None:
    server, facts = served
    page, notes = open_as(browser, server, facts["staff"], PAGES[0], width=width, color_scheme=theme)
    for path in PAGES:
        assert faults(page, server.url + path) == [], path
    assert (notes.errors, notes.strangers) == ([], [])


def test_the_address_of_a_calendar_fits_on_a_phone(browser: Browser, served: tuple[LiveServer, dict[str, Any]]) -> None:
    server, facts = served
    page, _ = open_as(browser, server, facts["staff"], "/desk/calendars/", width=320)
    page.get_by_role("button", name="Make a link").click()
    address = page.locator("code").inner_text()
    assert address.startswith(f"{server.url}/calendar/")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.request.get(address).headers["content-type"] == "text/calendar; charset=utf-8"


def test_an_infusion_is_typed_looked_at_and_confirmed(
    browser: Browser, served: tuple[LiveServer, dict[str, Any]]
) -> None:
    server, facts = served
    page, notes = open_as(browser, server, facts["staff"], "/desk/people/P-2/infusions/new/")
    page.get_by_label("Kit number").fill(facts["kit"])
    ended = page.evaluate("new Date(Date.now() - 26 * 3600e3).toISOString().slice(0, 10)")
    page.get_by_label("Began").fill(f"{ended}T10:00")
    page.get_by_label("Ended").fill(f"{ended}T10:40")
    page.get_by_label("Side effect", exact=True).first.fill("nausea")
    page.get_by_label("How strong").first.select_option("mild")
    page.get_by_role("button", name="See what moves").click()
    assert page.get_by_role("heading", name="What moves").is_visible()
    assert page.get_by_role("rowheader", name="Exercises 8 of 8").is_visible()
    page.get_by_role("button", name="Record the infusion").click()
    page.wait_for_url("**/infusions/")
    assert page.get_by_text("Infusion 1 was recorded.").is_visible()
    assert notes.errors == []


def test_a_participant_takes_the_calendar_from_today(
    browser: Browser, served: tuple[LiveServer, dict[str, Any]]
) -> None:
    server, facts = served
    page, _ = open_as(browser, server, facts["own"], "/today/")
    answer = page.request.get(f"{server.url}/today/calendar.ics")
    assert (answer.status, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert "BEGIN:VEVENT" in answer.text()
