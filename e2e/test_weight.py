"""How much a session's first visit moves before its first instruction shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, sync_playwright

from e2e.pages import DemoServer, new_page, sign_in
from scripts.find_chromium import chromium

BUDGET = 400_000


@pytest.fixture
def page(tmp_path: Path) -> Iterator[tuple[Page, DemoServer]]:
    server = DemoServer(tmp_path)
    server.fill(0)
    with server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield new_page(browser, server)[0], server
        browser.close()


def test_a_first_visit_moves_at_most_400_kb_before_the_first_instruction(page: tuple[Page, DemoServer]) -> None:
    visit, server = page
    moved: Counter[str] = Counter()
    wire = visit.context.new_cdp_session(visit)
    addresses: dict[str, str] = {}
    wire.on("Network.requestWillBeSent", lambda event: addresses.update({event["requestId"]: event["request"]["url"]}))
    wire.on(
        "Network.loadingFinished",
        lambda event: moved.update({addresses[event["requestId"]]: int(event["encodedDataLength"])}),
    )
    wire.send("Network.enable")
    sign_in(visit, server.links["Ana"])
    visit.get_by_text("Start session").click()
    visit.get_by_role("button").filter(has_text="Begin").wait_for(timeout=60_000)
    visit.wait_for_load_state("networkidle")
    parts = {urlsplit(address).path: size for address, size in moved.items() if "/assets/" not in address and size}
    # What is counted must be there at all: pages, style, script, font and plan.
    for part in ("/today/", "/play/1/", ".css", ".js", ".woff2", "/sittings"):
        assert any(part in path for path in parts), part
    assert sum(parts.values()) <= BUDGET, sorted(parts.items(), key=lambda item: -item[1])
    print(f"{sum(parts.values())} bytes", parts)  # noqa: T201
