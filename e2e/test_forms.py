"""Questions and clinician forms in a real browser: by keyboard at 320 px, named for a screen reader, axe-core."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from daybreak.core.instruments import INSTRUMENTS
from e2e.pages import DemoServer, axe_source, new_page, sign_in

OWN, DESK = "/forms/day-1/qids-sr/", "/desk/people/D-001/forms/"
FILL = f"{DESK}day-1/c-ssrs/fill/"
QIDS = INSTRUMENTS["qids-sr"].items


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoServer]:
    made = DemoServer(tmp_path_factory.mktemp("forms"))
    made.fill()
    with made:
        yield made


def wrong_with(page: Page) -> list[object]:
    """Return what axe-core finds in both themes, and whether the page scrolls sideways."""
    page.evaluate(axe_source())
    found: list[object] = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        told = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        found += [(page.url, scheme, one["id"], [node["html"][:120] for node in one["nodes"]][:3]) for one in told]
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        found.append((page.url, "scrolls sideways"))
    return found


def tab_until(page: Page, reached: str, most: int = 30) -> None:
    """Press Tab until the focused control matches a CSS selector; its focus must be seen."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", reached):
            return
    raise AssertionError(f"Tab never reached {reached!r} on {page.url}")


def test_a_questionnaire_is_answered_at_320_px_by_keyboard_alone(browser: Browser, server: DemoServer) -> None:
    page, notes = new_page(browser, server, 320)
    sign_in(page, server.links["Lucía"])
    tab_until(page, "a[href='/forms/day-1/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/forms/day-1/")
    found = wrong_with(page)
    tab_until(page, "main .button.wide")
    page.keyboard.press("Enter")
    answered = 0
    while "/check/" not in page.url:
        page.wait_for_selector("form.question")
        if answered in (0, 15):
            found += wrong_with(page)
        tab_until(page, "input[name=answer]")
        page.keyboard.press("Space")
        assert page.locator("input:checked").count() == 1
        with page.expect_navigation():
            page.keyboard.press("Enter")
        answered += 1
    assert answered == len(QIDS)
    found += wrong_with(page)
    tab_until(page, "form button.wide", 60)
    page.keyboard.press("Enter")
    page.wait_for_url("**/forms/day-1/")
    assert page.locator("h1").inner_text() == "Gracias"
    assert found + wrong_with(page) == []
    assert (notes.errors, notes.strangers) == ([], [])


def test_a_screen_reader_hears_the_question_its_answers_and_where_one_is(browser: Browser, server: DemoServer) -> None:
    page, _ = new_page(browser, server, 320)
    sign_in(page, server.links["Ana"])
    page.goto(f"{server.url}{OWN}1/")
    group = page.get_by_role("group", name=QIDS[0].prompt["en"])
    assert [one.inner_text() for one in group.locator("label").all()] == [one.label["en"] for one in QIDS[0].choices]
    for choice in QIDS[0].choices:
        assert group.get_by_role("radio", name=choice.label["en"], exact=True).count() == 1
    assert page.get_by_role("progressbar", name=f"Question 1 of {len(QIDS)}").count() == 1
    assert page.get_by_role("heading", level=1).inner_text() == QIDS[0].prompt["en"]
    page.get_by_role("button", name="Next").click()
    assert page.get_by_role("alert").inner_text().startswith("Please choose an answer first")
    assert wrong_with(page) == []


def test_targets_are_large_and_the_form_works_without_scripts(browser: Browser, server: DemoServer) -> None:
    page, _ = new_page(browser, server, 320, java_script_enabled=False)
    page.goto(server.links["Ana"])
    page.fill("#pin", "5094")
    page.press("#pin", "Enter")
    page.goto(f"{server.url}{OWN}12/")
    for control in page.locator("main label.answer, main a.button, main button").all():
        box = control.bounding_box()
        assert box
        assert min(box["height"], box["width"]) >= 47.5, control.inner_text()
    page.locator("label.answer").nth(2).click()
    page.locator("button.wide").click()
    assert page.url.endswith("/12/help/")
    assert page.locator("main a[href^='tel:']").count() >= 1
    page.get_by_role("link", name="Go on with the questions").click()
    assert page.url.endswith("/13/")


@pytest.mark.parametrize("width", [320, 1280])
def test_a_clinicians_form_is_named_reached_by_keyboard_and_clean(
    browser: Browser, server: DemoServer, width: int
) -> None:
    page, notes = new_page(browser, server, width)
    sign_in(page, server.links["Rater"])
    page.goto(server.url + DESK)
    found = wrong_with(page)
    page.goto(server.url + FILL)
    found += wrong_with(page)
    for item in INSTRUMENTS["c-ssrs"].items:
        assert page.get_by_role("group", name=item.prompt["en"], exact=True).count() == 1, item.key
    tab_until(page, "input[name=mode]")
    page.keyboard.press("Space")
    tab_until(page, f"input[name=item-{INSTRUMENTS['c-ssrs'].items[0].key}]")
    page.keyboard.press("ArrowUp")
    tab_until(page, "button[name=hand_in]", 60)
    page.keyboard.press("Enter")
    page.locator("[role=alert]").wait_for()
    assert "Nothing was saved" in page.inner_text("[role=alert]")
    assert found + wrong_with(page) == []
    assert notes.strangers == []
