"""Alerts, adverse events, forms, messages, engagement and reliability on a desk with something on each: axe, width."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from e2e.crowded import LINKS, kind_of
from e2e.pages import DemoServer, axe_source, new_page, sign_in

WIDTHS = (320, 390, 1280)
STARTS = ("alerts", "harms", "messages", "engagement", "reliability", "ratings", "harms/board")
PARTS = re.compile(r"/desk/(alerts|harms|messages|engagement|reliability|ratings|people/[^/]+/(harms|forms|messages)/)")
ROLES = ("Investigator", "Coordinator", "Rater", "Monitor", "Board")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoServer]:
    made = DemoServer(tmp_path_factory.mktemp("watching"))
    made.fill(3)
    with made:
        yield made


@pytest.fixture(scope="module")
def drill(browser: Browser, server: DemoServer) -> str:
    """Start a drill as the investigator does, and return the address of its page."""
    page, _ = new_page(browser, server, 1280)
    sign_in(page, server.links["Investigator"])
    page.goto(f"{server.url}/desk/alerts/")
    page.get_by_role("link", name="Start a drill").click()
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Start the drill").click()
    page.wait_for_url(re.compile(r"/desk/alerts/\d+/"))
    found = page.url.removeprefix(server.url)
    page.context.close()
    return found


def pages_of(page: Page, server: DemoServer, first: list[str]) -> Iterator[str]:
    """Yield the pages about these things that a role can open, one of each kind."""
    seen, waiting = set[str](), [*first]
    while waiting:
        path = waiting.pop(0)
        if kind_of(path) in seen:
            continue
        answer = page.request.get(server.url + path)
        seen.add(kind_of(path))
        if answer.status in (403, 404) or "text/html" not in answer.headers["content-type"]:
            continue
        yield path
        found = [html.unescape(href).partition("#")[0] for href in LINKS.findall(answer.text())]
        waiting += [href for href in found if PARTS.match(href)]


def faults(page: Page, axe: str) -> list[str]:
    page.evaluate(axe)
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        told = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        found += [f"{one['id']} {scheme} {one['nodes'][0]['html'][:120]}" for one in told]
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        found.append("scrolls sideways")
    return found


@pytest.mark.parametrize("width", WIDTHS)
def test_what_watches_over_people_is_read_without_a_fault_by_whoever_may(
    browser: Browser, server: DemoServer, drill: str, width: int
) -> None:
    axe, wrong, kinds, said = axe_source(), dict[str, list[str]](), set[str](), set[str]()
    for role in ROLES:
        page, notes = new_page(browser, server, width)
        sign_in(page, server.links[role])
        first = [*(f"/desk/{start}/" for start in STARTS), drill, *(f"{drill}{step}/" for step in ("assess", "close"))]
        for path in pages_of(page, server, first):
            if kind_of(path) in kinds:
                continue
            kinds.add(kind_of(path))
            page.goto(server.url + path)
            if found := faults(page, axe):
                wrong[f"{path} as {role}"] = found
        said |= {line for line in notes.errors if not line.startswith("Failed to load")}
        assert notes.strangers == []
        page.context.close()
    assert wrong == {}
    assert said == set()
    wanted = {f"/desk/{start}/" for start in STARTS} | {"/desk/alerts/NUMBER/", "/desk/people/CODE/harms/NUMBER/"}
    assert wanted | {"/desk/people/CODE/forms/"} <= kinds
    assert any(re.fullmatch(r"/desk/people/CODE/forms/[^/]+/madrs/", kind) for kind in kinds)
