"""A training session as a person meets it: every screen of it by keyboard, and read by axe-core."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from e2e.pages import DemoServer, Notes, axe_source, new_page, sign_in

PATIENT = 60_000
WIDTHS = (320, 1280)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[DemoServer]:
    made = DemoServer(tmp_path)
    made.fill(0)
    with made:
        yield made


def signed_in(browser: Browser, server: DemoServer, width: int = 1280) -> tuple[Page, Notes]:
    page, notes = new_page(browser, server, width, reduced_motion="reduce")
    sign_in(page, server.links["Ana"])
    return page, notes


def press(page: Page, name: str) -> None:
    """Press a button of the screen by keyboard; the screen has put the focus where Tab reaches it at once."""
    button = page.get_by_role("button", name=name, exact=True)
    expect(button).to_be_enabled(timeout=PATIENT)
    for _ in range(6):
        if button.evaluate("one => one === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(button).to_be_focused()
    page.keyboard.press("Enter")


def answer_until(page: Page, text: str) -> None:
    """Answer step after step with the key for a word until a screen says `text`."""
    for _ in range(300):
        if page.get_by_text(text).is_visible():
            return
        page.keyboard.press("j")
        page.wait_for_timeout(150)
    raise AssertionError(f"no screen said {text!r}")


def test_practice_pause_and_leaving_by_keyboard_alone(browser: Browser, server: DemoServer) -> None:
    page, notes = signed_in(browser, server)
    page.goto(f"{server.url}/play/1/")
    press(page, "Begin")
    press(page, "I am ready")
    answer_until(page, "Practice is over.")
    press(page, "I am ready" if page.get_by_role("button", name="I am ready").is_visible() else "Go on")
    page.locator("canvas").wait_for(timeout=PATIENT)
    page.keyboard.press("Escape")
    expect(page.get_by_text("Paused.")).to_be_visible(timeout=PATIENT)
    press(page, "Leave")
    press(page, "Stay")
    press(page, "Leave")
    page.get_by_role("button", name="Leave", exact=True).last.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/today/", timeout=PATIENT)
    expect(page.get_by_text("Session 1 of 8")).to_be_visible()
    assert notes.errors == []


def looked_at(page: Page, axe: str, found: dict[str, object], name: str) -> None:
    """Let axe-core read the screen in both themes, and see that nothing hangs over the edge."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(axe)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        if result["violations"]:
            found[f"{name}, {scheme}"] = [(one["id"], one["nodes"][0]["html"][:120]) for one in result["violations"]]
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        found[f"{name}: wider than the window"] = page.viewport_size


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_on_any_screen_of_a_session(browser: Browser, server: DemoServer, width: int) -> None:
    axe, found = axe_source(), dict[str, object]()
    page, _ = signed_in(browser, server, width)
    page.goto(f"{server.url}/play/1/")
    page.get_by_role("button", name="Begin").wait_for(timeout=PATIENT)
    looked_at(page, axe, found, "device check")
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("button", name="I am ready").wait_for()
    looked_at(page, axe, found, "instruction")
    page.get_by_role("button", name="I am ready").click()
    page.locator("canvas").wait_for(timeout=PATIENT)
    looked_at(page, axe, found, "a step")
    page.keyboard.press("Escape")
    page.get_by_text("Paused.").wait_for(timeout=PATIENT)
    looked_at(page, axe, found, "pause")
    page.get_by_role("button", name="Leave").click()
    page.get_by_text("Do you want to leave for now?").wait_for()
    looked_at(page, axe, found, "leaving")

    second, _ = signed_in(browser, server, width)
    second.goto(f"{server.url}/play/1/")
    second.get_by_text("open in another window").wait_for(timeout=PATIENT)
    looked_at(second, axe, found, "open elsewhere")
    second.get_by_role("button", name="Go on here").click()
    page.get_by_text("You went on in another window.").wait_for(timeout=PATIENT)
    looked_at(page, axe, found, "taken over")

    third, _ = signed_in(browser, server, width)
    third.route("**/api/player/**", lambda route: route.abort())
    third.goto(f"{server.url}/play/1/")
    third.get_by_role("button", name="Try again").wait_for(timeout=PATIENT)
    looked_at(third, axe, found, "trouble")
    assert found == {}
