"""Every page of the desk that links lead to, in a real browser: axe-core, width, errors, print, no script."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from daybreak.core.roles import Role
from e2e.crowded import CrowdedServer, desk_pages, kind_of
from e2e.pages import axe_source

WIDTHS = (320, 1280)
A4 = 718  # CSS pixels between the margins of an upright page
# Between them they open every page; the slow test lets each role read all of its own.
MAIN = (Role.COORDINATOR, Role.RATER, Role.PHARMACIST, Role.INVESTIGATOR, Role.MONITOR, Role.ADMINISTRATOR)
REPORT = "axe.run(document, {resultTypes: ['violations']})"
CLIPPED = (
    """() => [...document.querySelectorAll('.table')].filter(one => one.scrollHeight > one.clientHeight + 1).length"""
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CrowdedServer]:
    made = CrowdedServer(tmp_path_factory.mktemp("desk"))
    made.fill()
    with made:
        yield made


def faults(page: Page, axe: str) -> list[tuple[str, list[str]]]:
    """Return what axe has against the page in either theme, and whether it scrolls sideways."""
    page.evaluate(axe)
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for one in page.evaluate(REPORT)["violations"]:
            found.append((f"{one['id']}, {scheme}", [node["html"][:160] for node in one["nodes"]][:3]))
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        found.append(("scrolls sideways", []))
    return found


def read_all(browser: Browser, server: CrowdedServer, roles: tuple[Role, ...], width: int, *, again: bool) -> set[str]:
    """Read the pages of roles and return their kinds; kinds already read only if `again`."""
    axe, wrong, said, strangers, kinds = axe_source(), {}, set(), set(), set[str]()
    for role in roles:
        page, notes = server.page_of(browser, role, width)
        for path in desk_pages(page, server):
            if again or kind_of(path) not in kinds:
                kinds.add(kind_of(path))
                page.goto(server.url + path)
                page.wait_for_load_state("networkidle")
                if found := faults(page, axe):
                    wrong[f"{path} as {role}"] = found
        said |= set(notes.errors)
        strangers |= set(notes.strangers)
        page.context.close()
    assert wrong == {}
    assert strangers == set()
    assert said == set()
    return kinds


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_of_the_desk_is_read_without_a_fault(browser: Browser, server: CrowdedServer, width: int) -> None:
    kinds = read_all(browser, server, MAIN, width, again=False)
    assert {"/desk/", "/desk/people/", "/desk/people/CODE/", "/desk/due/", "/desk/ratings/", "/desk/training/"} <= kinds


@pytest.mark.slow
@pytest.mark.parametrize("role", list(Role))
def test_every_role_reads_all_of_its_pages_on_a_phone(browser: Browser, server: CrowdedServer, role: Role) -> None:
    assert read_all(browser, server, (role,), WIDTHS[0], again=True)


def test_without_scripts_the_menu_opens_and_leads_on(browser: Browser, server: CrowdedServer) -> None:
    page, _ = server.page_of(browser, Role.COORDINATOR, 320, java_script_enabled=False)
    page.goto(f"{server.url}/desk/")
    assert not page.get_by_role("link", name="People", exact=True).first.is_visible()
    page.locator(".menu > summary").click()
    page.locator(".menu").get_by_role("link", name="People", exact=True).click()
    page.get_by_label("Status", exact=True).select_option("infused")
    page.get_by_role("button", name="Show").click()
    assert "status=infused" in page.url
    assert page.get_by_role("heading", name="People").is_visible()


def test_the_menu_and_the_filters_work_by_keyboard_alone(browser: Browser, server: CrowdedServer) -> None:
    page, _ = server.page_of(browser, Role.COORDINATOR, 320)
    page.goto(f"{server.url}/desk/people/")
    page.locator(".menu > summary").focus()
    page.keyboard.press("Enter")
    page.locator(".menu").get_by_role("link", name="Due", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/due/")
    page.get_by_label("State", exact=True).focus()
    page.keyboard.type("overdue")
    page.get_by_role("button", name="Show").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**state=overdue**")


def test_in_print_the_desk_leaves_out_controls_and_fits_the_page(browser: Browser, server: CrowdedServer) -> None:
    page, _ = server.page_of(browser, Role.INVESTIGATOR, A4)
    page.emulate_media(media="print")
    for path in ("/desk/", "/desk/people/", "/desk/training/", "/desk/people/01-0001/"):
        page.goto(server.url + path)
        assert [page.locator(part).first.is_visible() for part in (".side", ".bar", ".clock")] == [False] * 3, path
        assert page.evaluate(CLIPPED) == 0, path
        assert page.evaluate("document.documentElement.scrollWidth") <= A4, path
