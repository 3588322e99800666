"""Take the pictures of the README and docs/console.md: Today and a session on a phone, and the desk.

.venv/bin/python -m scripts.take_pictures
"""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from daybreak.core.roles import Role
from e2e.crowded import CrowdedServer
from e2e.pages import DemoServer, new_page, sign_in
from scripts.find_chromium import chromium

PICTURES = Path(__file__).parent.parent / "docs/pictures"
PHONE = 390
# Fixation, mask, cue and trait are over by then; the string stays until the answer.
SHOWN_AFTER_MS = 1_400
DESK = (
    ("desk", "/desk/", 900),
    ("overview", "/desk/", 1120),
    ("people", "/desk/people/", 720),
    ("person", "/desk/people/01-0016/", 860),
)


def take(page: Page, name: str, height: int) -> None:
    """Write what the page shows as docs/pictures/NAME.png, twice as fine as CSS pixels."""
    width = page.viewport_size["width"] if page.viewport_size else PHONE
    page.set_viewport_size({"width": width, "height": height})
    PICTURES.mkdir(parents=True, exist_ok=True)
    place = PICTURES / f"{name}.png"
    picture = Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    picture.quantize(128, dither=Image.Dither.NONE).save(place, optimize=True)
    print(f"wrote {place.relative_to(PICTURES.parent.parent)}")


def play_to_the_first_word(page: Page) -> None:
    """Go through check and instructions, and stop while the first string to judge is shown."""
    page.get_by_text("Start session").click()
    onward = page.locator(".screen-actions .button:not(.quiet)")
    while page.locator(".screen").is_visible() or not page.locator(".stage-side").first.is_visible():
        if onward.is_visible() and onward.is_enabled():
            onward.click()
        page.wait_for_timeout(100)
    page.wait_for_timeout(SHOWN_AFTER_MS)


def main() -> None:
    """Make a demo, visit it, and take every picture."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = DemoServer(Path(folder))
        server.fill(12)
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        with server:
            phone, _ = new_page(browser, server, PHONE, device_scale_factor=2)
            sign_in(phone, server.links["Sam"])
            take(phone, "today-phone", 844)
            play_to_the_first_word(phone)
            take(phone, "play-phone", 844)
        take_desk(Path(folder) / "desk", browser)
        browser.close()


def take_desk(folder: Path, browser: Browser) -> None:
    """Take the pictures of the desk, with the benchmark's crowd in it."""
    folder.mkdir()
    server = CrowdedServer(folder, DAYBREAK_DEMO="0", DAYBREAK_BEHIND_PROXY="1")
    server.fill(154)
    with server:
        wishes: dict[str, Any] = {"device_scale_factor": 2, "extra_http_headers": {"X-Forwarded-Proto": "https"}}
        wide, _ = server.page_of(browser, Role.COORDINATOR, 1280, **wishes)
        for name, path, height in DESK:
            wide.goto(server.url + path)
            take(wide, name, height)
        phone, _ = server.page_of(browser, Role.RATER, PHONE, **wishes)
        phone.goto(f"{server.url}/desk/ratings/")
        take(phone, "ratings-phone", 620)


if __name__ == "__main__":
    main()
