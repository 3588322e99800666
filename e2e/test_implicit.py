"""An implicit association test as a person meets it: a whole brief one by keyboard, and one by touch on a phone."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from e2e.pages import Notes, axe_source, new_page
from e2e.test_play import looked_at, press
from tests.live import LiveServer, Person
from tests.live_people import shipped_study_file

PATIENT = 60_000
BRIEF = shipped_study_file().replace('"iat"', '"iat-brief"')
FEWEST = 80
"""Words of the brief form."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    with LiveServer(tmp_path_factory.mktemp("implicit")) as made:
        yield made


PLAYING = "() => document.querySelector('.stage')?.inert === false"
WORD = "() => document.querySelector('.iat-word')?.textContent"


def at_the_test(browser: Browser, server: LiveServer, width: int, **wishes: object) -> tuple[Page, Notes, Person]:
    person = server.new_participants(study_file=BRIEF, infusion_hours_ago=22)[0]
    page, notes = new_page(browser, server, width, reduced_motion="reduce", **wishes)
    page.context.add_cookies(
        [{"name": key, "value": value, "url": server.url} for key, value in person.cookies.items()]
    )
    page.goto(f"{server.url}/today/")
    page.get_by_role("link", name="Start the task").click()
    page.get_by_role("button", name="Begin").wait_for(timeout=PATIENT)
    return page, notes, person


def sides(page: Page, plan: dict[str, object]) -> dict[str, str]:
    """Return on which side each word of the round on stage belongs; wrong where two rounds differ."""
    number = int(page.locator(".stage").get_attribute("data-round") or 0)
    rounds = plan["rounds"]
    assert isinstance(rounds, list)
    return {step["word"]: step["correct"] for step in rounds[number]["steps"]}


def records(server: LiveServer) -> list[dict[str, object]]:
    with sqlite3.connect(server.database) as database:
        bodies = database.execute(
            "SELECT body FROM implicit_implicitchunk WHERE sitting_id IN"
            " (SELECT id FROM implicit_implicitsitting WHERE test_id = (SELECT max(id) FROM implicit_implicittest))"
            " ORDER BY sitting_id, number"
        ).fetchall()
    return [record for (body,) in bodies for record in json.loads(body)]


def plan_of(server: LiveServer) -> dict[str, object]:
    with sqlite3.connect(server.database) as database:
        (plan,) = database.execute("SELECT plan FROM implicit_implicittest ORDER BY id DESC LIMIT 1").fetchone()
    found: dict[str, object] = json.loads(plan)
    return found


def answer(page: Page, plan: dict[str, object], give: object) -> None:
    """Sort words until the next screen; the first of a round is sorted wrongly, and then right."""
    assert callable(give)
    belongs, last, wrong = sides(page, plan), "", True
    while page.evaluate(PLAYING):
        text = page.evaluate(WORD)
        if not text or text == last:
            page.wait_for_timeout(15)
            continue
        side = belongs[text]
        if wrong:
            give("left" if side == "right" else "right")
            expect(page.locator(".iat-cross")).to_contain_text("Wrong side.")
            wrong = False
        give(side)
        last = text


def test_a_whole_brief_test_by_keyboard(browser: Browser, server: LiveServer) -> None:
    page, notes, _ = at_the_test(browser, server, 1280)
    plan = plan_of(server)
    press(page, "Begin")
    for number in range(1, 5):
        expect(page.get_by_role("heading", name=f"Part {number} of 4")).to_be_visible(timeout=PATIENT)
        press(page, "I am ready")
        page.wait_for_function("!document.querySelector('.stage').inert")
        if number == 1:
            page.keyboard.press("Escape")
            press(page, "Go on")
            page.wait_for_function("!document.querySelector('.stage').inert")
        answer(page, plan, lambda side: page.keyboard.press("e" if side == "left" else "i"))
    expect(page.get_by_role("heading", name="This task is done.")).to_be_visible(timeout=PATIENT)
    press(page, "Back to Today")
    page.wait_for_url("**/today/")
    expect(page.get_by_role("link", name="Start the task")).to_have_count(0)
    trials = [record for record in records(server) if record["kind"] == "trial" and record["status"] != "hidden"]
    assert len(trials) == FEWEST
    assert sum(record["correct"] is False for record in trials) == 4
    assert all(record["input"] == "key" for record in trials)
    assert notes.errors == []


def test_a_whole_brief_test_by_touch_on_a_small_phone_with_a_reload(browser: Browser, server: LiveServer) -> None:
    axe, found = axe_source(), dict[str, object]()
    page, notes, _ = at_the_test(browser, server, 320, has_touch=True, is_mobile=True)
    plan = plan_of(server)
    page.get_by_role("button", name="Begin").tap()
    for number in range(1, 5):
        expect(page.get_by_role("heading", name=f"Part {number} of 4")).to_be_visible(timeout=PATIENT)
        if number < 3:
            looked_at(page, axe, found, f"part {number}")
        page.get_by_role("button", name="I am ready").tap()
        page.wait_for_function("!document.querySelector('.stage').inert")
        if number == 2:
            looked_at(page, axe, found, "a word")
            page.reload()
            page.get_by_role("button", name="Go on").tap(timeout=PATIENT)
            expect(page.get_by_role("heading", name="Part 2 of 4")).to_be_visible(timeout=PATIENT)
            page.get_by_role("button", name="I am ready").tap()
            page.wait_for_function("!document.querySelector('.stage').inert")
        answer(page, plan, lambda side: page.locator(f".stage-side[data-side={side}]").tap())
    expect(page.get_by_role("heading", name="This task is done.")).to_be_visible(timeout=PATIENT)
    looked_at(page, axe, found, "done")
    touched = [record for record in records(server) if record.get("input") == "touch" and record["status"] != "hidden"]
    assert len(touched) == FEWEST
    assert found == {}
    assert notes.errors == []
