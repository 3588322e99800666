"""A person signs in front of a member of staff: with a drawing, by keyboard alone, and without a script."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from e2e.pages import Notes, axe_source, new_page
from tests.live import ROOT, LiveServer

MAKE = """
import json
from daybreak.server.serve import set_up
set_up()
from tests import candidates, people
from tests.live_people import shipped_study_file
site = people.site(shipped_study_file())
by = candidates.coordinator(site.study)
codes = [candidates.screened(site, language=language).code for language in ("en", "es", "en", "en")]
member = candidates.enrolled(site)
sessions = {"staff": people.signed_in(by), "own": people.signed_in(member.user)}
print(json.dumps({**sessions, "codes": codes, "member": member.code}))
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[LiveServer, dict[str, Any]]]:
    with LiveServer(tmp_path_factory.mktemp("signing")) as server:
        told = subprocess.run(
            [sys.executable, "-c", MAKE], cwd=ROOT, env=server.environment, capture_output=True, check=True
        )
        yield server, json.loads(told.stdout)


def open_as(browser: Browser, server: LiveServer, session: str, path: str, **wishes: Any) -> tuple[Page, Notes]:
    """Open a page in a browser of its own, signed in."""
    page, notes = new_page(browser, server, **wishes)
    page.context.add_cookies([{"name": "daybreak-session", "value": session, "url": server.url}])
    page.goto(server.url + path)
    return page, notes


def test_a_drawn_signature_is_kept_and_printed(browser: Browser, served: Any, tmp_path: Path) -> None:
    server, facts = served
    page, notes = open_as(browser, server, facts["staff"], f"/desk/people/{facts['codes'][0]}/consent/main/")
    page.get_by_label("Your full name").fill("Łukasz Ñandú")
    draw(page)
    assert json.loads(page.locator("#id_strokes").input_value())[0][0][0] > 0
    page.get_by_role("button", name="Clear").click()
    assert page.locator("#id_strokes").input_value() == ""
    draw(page)
    page.get_by_label("I agree to take part").check()
    page.get_by_label("saw them sign").check()
    page.get_by_role("button", name="Sign").click()
    page.wait_for_url(lambda address: address.endswith("/consent/"))
    with page.expect_download() as waiting:
        page.get_by_role("link", name="PDF").click()
    copy = tmp_path / "copy.pdf"
    waiting.value.save_as(copy)
    assert copy.read_bytes().startswith(b"%PDF-")
    assert waiting.value.suggested_filename == f"consent-{facts['codes'][0]}-main-1.pdf"
    assert (notes.errors, notes.strangers) == ([], [])


def draw(page: Page) -> None:
    """Draw a short line, as with a finger."""
    canvas = page.locator("canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 70, steps=6)
    page.mouse.up()


def test_a_drawing_survives_a_refusal(browser: Browser, served: Any) -> None:
    server, facts = served
    page, _ = open_as(browser, server, facts["staff"], f"/desk/people/{facts['codes'][3]}/consent/main/")
    draw(page)
    before = page.locator("#id_strokes").input_value()
    page.get_by_role("button", name="Sign").click()
    page.get_by_role("alert").wait_for()
    assert page.locator("#id_strokes").input_value() == before != ""


def test_the_keyboard_alone_is_enough_in_spanish(browser: Browser, served: Any) -> None:
    server, facts = served
    page, _ = open_as(browser, server, facts["staff"], f"/desk/people/{facts['codes'][1]}/consent/main/")
    page.get_by_label("Su nombre completo").focus()
    page.keyboard.type("Lucía Ñandú")
    for key in ("Tab", "Tab", "Space", "Tab", "Space", "Tab", "Enter"):
        page.keyboard.press(key)
    page.wait_for_url(lambda address: address.endswith("/consent/"))
    assert page.get_by_text("All is signed").is_visible()


def test_without_a_script_the_name_and_the_ticks_are_enough(browser: Browser, served: Any) -> None:
    server, facts = served
    path = f"/desk/people/{facts['codes'][2]}/consent/main/"
    page, _ = open_as(browser, server, facts["staff"], path, java_script_enabled=False)
    assert not page.locator("canvas").is_visible()
    page.get_by_label("Your full name").fill("Lukasz")
    page.get_by_label("I agree to take part").check()
    page.get_by_label("saw them sign").check()
    page.get_by_role("button", name="Sign").click()
    page.wait_for_url(lambda address: address.endswith("/consent/"))


DESK = ("new", "CODE/screening", "CODE/consent", "MEMBER/consent", "MEMBER/enrol", "MEMBER/contact", "MEMBER/link",
        "MEMBER/withdraw", "MEMBER/transfer", "CODE/decline")  # fmt: skip


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_pages_about_people_are_whole_on_every_screen(browser: Browser, served: Any, width: int, theme: str) -> None:
    server, facts = served
    page, notes = open_as(browser, server, facts["staff"], "/desk/people/new/", width=width, color_scheme=theme)
    for name in DESK:
        path = name.replace("CODE", facts["codes"][3]).replace("MEMBER", facts["member"])
        assert faults(page, f"{server.url}/desk/people/{path}/") == [], path
    assert faults(page, f"{server.url}/desk/people/{facts['codes'][3]}/consent/main/") == []
    assert (notes.errors, notes.strangers) == ([], [])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_own_pages_are_whole_on_a_small_screen(browser: Browser, served: Any, theme: str) -> None:
    server, facts = served
    page, notes = open_as(browser, server, facts["own"], "/papers/", width=320, color_scheme=theme)
    assert [faults(page, server.url + path) for path in ("/papers/", "/stop/", "/today/")] == [[], [], []]
    assert (notes.errors, notes.strangers) == ([], [])


def faults(page: Page, address: str) -> list[str]:
    """Return what axe finds on a page, and whether it scrolls sideways."""
    page.goto(address)
    page.evaluate(axe_source())
    found: list[str] = page.evaluate(
        "axe.run().then(all => all.violations.map(one => one.id + ' ' + one.nodes[0].target))"
    )
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return found + (["wider than the screen"] if wide else [])
