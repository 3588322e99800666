"""Every page in a real browser: axe-core, the keyboard alone, targets, zoom, motion, and what it must not do."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page

from e2e.pages import DemoServer, Notes, axe_source, new_page, sign_in

WIDTHS = (320, 1280)
OWN = ("/me/", "/me/contact/", "/me/place/", "/papers/", "/stop/")
PARTICIPANT = ("/today/", "/help/", *OWN, "/ready/", "/play/1/", "/ready/portrait/", "/nowhere/", "/desk/")
NEW = ("/today/", "/ready/", "/ready/portrait/")
OPERATOR = (
    "/desk/",
    "/desk/training/?state=completed&sort=-exact",
    "/desk/training/?state=partial",
    "/desk/sessions/1/",
    "/desk/study/",
    "/desk/study/compare/",
    "/today/",
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoServer]:
    made = DemoServer(tmp_path_factory.mktemp("pages"))
    made.fill()
    with made:
        yield made


def visits(browser: Browser, server: DemoServer, width: int) -> Iterator[tuple[str, Page, Notes]]:
    """Yield every page there is, each as the person for whom it is made."""
    page, notes = new_page(browser, server, width)
    for name, address in (
        ("the front page", server.url),
        ("a link that does not work", f"{server.url}/p/{'x' * 43}/"),
        ("entering a PIN", server.links["Ana"]),
        ("choosing a PIN", server.links["Someone new"]),
    ):
        page.goto(address)
        yield name, page, notes
    for role, pin, paths in (
        ("Ana", "5094", PARTICIPANT),
        ("Lucía", "5094", ("/today/", *OWN)),
        ("Sam", "5094", ("/today/",)),
        ("Coordinator", "5094", OPERATOR),
    ):
        page, notes = new_page(browser, server, width)
        sign_in(page, server.links[role], pin)
        for path in paths:
            page.goto(server.url + path)
            page.wait_for_load_state("networkidle")
            yield f"{path} as {role}", page, notes
        page.context.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_in_light_and_dark(browser: Browser, server: DemoServer, width: int) -> None:
    axe, found = axe_source(), {}
    for name, page, _ in visits(browser, server, width):
        page.evaluate(axe)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
            if result["violations"]:
                found[f"{name}, {scheme}"] = [
                    (one["id"], [node["html"][:120] for node in one["nodes"]][:3]) for one in result["violations"]
                ]
    assert found == {}


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_scrolls_sideways_or_complains_or_asks_another_host(
    browser: Browser, server: DemoServer, width: int
) -> None:
    wide, said, strangers = [], set(), set()
    for name, page, notes in visits(browser, server, width):
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            wide.append(name)
        said |= set(notes.errors)
        strangers |= set(notes.strangers)
    # The browser's own line for a page that is refused on purpose, and for a session still held by an earlier visit.
    ours = ("/nowhere/", "/p/", "/desk/)", "/today/)", "/sittings)")
    assert wide == []
    assert strangers == set()
    refused = {line for line in said if line.startswith("Failed to load") and any(part in line for part in ours)}
    assert said - refused == set()


def target(control: Locator) -> Locator:
    """Return what one may hit to reach a control: the label around it, or itself."""
    label = control.locator("xpath=ancestor::label")
    return label if label.count() else control


def test_controls_of_a_participant_are_large_enough_to_hit(browser: Browser, server: DemoServer) -> None:
    small = []
    for name, page, _ in visits(browser, server, 320):
        if page.locator("body.person").count() == 0:
            continue
        for control in page.locator("a:visible, button:visible, input:visible").all():
            box = target(control).bounding_box()
            if box and min(box["height"], box["width"]) < 47.5 and "skip" not in (control.get_attribute("class") or ""):
                small.append((name, control.inner_text() or control.get_attribute("id"), box))
    assert small == []


def test_text_of_a_participant_is_at_least_18_px(browser: Browser, server: DemoServer) -> None:
    page, _ = new_page(browser, server)
    sign_in(page, server.links["Ana"])
    measure = "all => all.map(one => parseFloat(getComputedStyle(one).fontSize))"
    sizes = page.eval_on_selector_all("main p:not(.small)", measure)
    assert sizes
    assert min(sizes) >= 18


def test_motion_stops_where_it_is_not_wanted(browser: Browser, server: DemoServer) -> None:
    page, _ = new_page(browser, server, reduced_motion="reduce")
    sign_in(page, server.links["Ana"])
    moving = page.eval_on_selector_all(
        "*", "all => all.filter(one => parseFloat(getComputedStyle(one).transitionDuration) > 0).length"
    )
    assert moving == 0


def test_without_scripts_everything_but_player_and_camera_works(browser: Browser, server: DemoServer) -> None:
    page, _ = new_page(browser, server, java_script_enabled=False)
    page.goto(server.links["Sam"])
    page.fill("#pin", "5094")
    page.press("#pin", "Enter")
    assert page.get_by_role("heading", name="Hello, Sam").is_visible()
    page.goto(f"{server.url}/play/5/")
    assert "needs JavaScript" in page.inner_text("main")


def tab_to(page: Page, name: str, most: int = 40) -> None:
    """Press Tab until the control called `name` has the focus, which must be seen."""
    for _ in range(most):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            """() => {
                const one = document.activeElement, style = getComputedStyle(one);
                const text = (one.labels?.[0] ?? one).innerText.trim();
                return {text, outline: style.outlineStyle, width: style.outlineWidth};
            }"""
        )
        if focused["text"].startswith(name):
            assert (focused["outline"], focused["width"]) == ("solid", "3px")
            return
    raise AssertionError(f"Tab never reached {name!r}")


def test_a_participant_gets_into_the_session_by_keyboard_alone(browser: Browser, server: DemoServer) -> None:
    page, _ = new_page(browser, server)
    page.goto(server.links["Ana"])
    page.locator("#pin:focus").wait_for()
    page.keyboard.type("5094")
    page.keyboard.press("Enter")
    page.wait_for_url("**/today/")
    tab_to(page, "Start session")
    page.keyboard.press("Enter")
    page.wait_for_url("**/play/1/")
    assert page.locator("#player").is_visible()


def test_someone_new_gets_ready_by_keyboard_alone(browser: Browser, server: DemoServer) -> None:
    page, _ = new_page(browser, server)
    page.goto(server.links["Someone new"])
    page.locator("#pin:focus").wait_for()
    page.keyboard.type("60413")
    page.keyboard.press("Tab")
    page.keyboard.type("60413")
    page.keyboard.press("Enter")
    page.wait_for_url("**/today/")
    tab_to(page, "Start")
    page.keyboard.press("Enter")
    page.wait_for_url("**/ready/")
    tab_to(page, "Your first name")
    page.keyboard.type("Nora")
    tab_to(page, "Word 1")
    page.keyboard.type("Norinha")
    tab_to(page, "Keep and go on")
    page.keyboard.press("Enter")
    page.wait_for_url("**/ready/portrait/")
    tab_to(page, "Choose a photo")
    page.goto(f"{server.url}/today/")
    assert page.get_by_role("heading", name="Hello, Nora").is_visible()
    tab_to(page, "Sign out")
    page.keyboard.press("Enter")
    page.wait_for_url("**/demo/")


def test_help_is_two_keys_away_on_every_participants_page(browser: Browser, server: DemoServer) -> None:
    for name, page, _ in visits(browser, server, 390):
        if page.locator("body.person").count() == 0 or "/help/" in page.url:
            continue
        page.evaluate("document.activeElement?.blur(); window.getSelection()?.removeAllRanges()")
        page.locator("a.skip").focus()
        tab_to(page, "Need help now" if page.locator("html[lang=en]").count() else "¿Necesita ayuda", most=2)
        page.keyboard.press("Enter")
        page.wait_for_url("**/help/")
        assert page.locator("a[href^='tel:']").count() > 0, name


def test_the_skip_link_leads_past_the_head(browser: Browser, server: DemoServer) -> None:
    page, _ = new_page(browser, server)
    sign_in(page, server.links["Sam"])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    tab_to(page, page.locator("main a, main button").first.inner_text().strip(), most=1)


def test_an_operator_filters_sorts_and_moves_the_clock_by_keyboard_alone(browser: Browser, server: DemoServer) -> None:
    page, _ = new_page(browser, server, 1280)
    sign_in(page, server.links["Coordinator"])
    tab_to(page, "Demo clock")
    page.keyboard.press("Enter")
    tab_to(page, "+1 hour")
    page.keyboard.press("Enter")
    page.get_by_text("The clock was moved").wait_for()
    tab_to(page, "Training")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/training/")
    tab_to(page, "State", most=80)
    page.keyboard.type("completed")
    tab_to(page, "Show")
    page.keyboard.press("Enter")
    page.wait_for_url("**state=completed**")
    tab_to(page, "Jitter ms", most=120)
    page.keyboard.press("Enter")
    page.wait_for_url("**sort=jitter**")
    assert page.locator("th[aria-sort=ascending]").inner_text().startswith("Jitter")


def test_five_wrong_pins_show_a_page_that_axe_has_nothing_against(browser: Browser, server: DemoServer) -> None:
    page, _ = new_page(browser, server, 320)
    link = server.links["Lucía"]
    for _ in range(5):
        page.goto(link)
        page.fill("#pin", "9999")
        page.press("#pin", "Enter")
        page.wait_for_load_state()
    page.evaluate(axe_source())
    assert page.evaluate("axe.run()")["violations"] == []
    assert page.get_by_role("heading", level=1).inner_text() == "Demasiados intentos"
