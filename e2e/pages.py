"""A server with the demo study in it, and a browser that notices everything a page should not do."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page

from tests.live import ROOT, LiveServer

MAKE = """
from daybreak.server.serve import prepare
prepare()
from daybreak.server.demo.build import build_demo
list(build_demo({count}))
"""
PIN = "5094"


class DemoServer(LiveServer):
    """A live server whose study is the demo's."""

    def fill(self, count: int = 2) -> None:
        """Make the demo study in this server's data folder; to be called before it starts."""
        command = [sys.executable, "-c", MAKE.format(count=count)]
        subprocess.run(command, cwd=ROOT, env=self.environment, check=True)

    @property
    def links(self) -> dict[str, str]:
        """The address of each role's link."""
        import json  # noqa: PLC0415

        listed = json.loads((self.folder / "demo-links.json").read_text())
        return {link["role"]: self.url + link["path"] for link in listed}


@dataclass
class Notes:
    """What a browser saw: console errors, script errors, and requests to other hosts."""

    own: str
    errors: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> None:
        """Note all that any page of `context` does."""
        context.on("console", lambda message: self._console(message.type, message.text, message.location["url"]))
        context.on("weberror", lambda error: self.errors.append(str(error.error)))
        context.on("request", self._request)

    def _console(self, kind: str, text: str, where: str) -> None:
        if kind in ("error", "warning"):
            self.errors.append(f"{text} ({where})")

    def _request(self, request: Any) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.netloc != self.own:
            self.strangers.append(request.url)


def new_page(browser: Browser, server: LiveServer, width: int = 390, **wishes: Any) -> tuple[Page, Notes]:
    """Return a page in a browser of its own, and what it will note."""
    context = browser.new_context(viewport={"width": width, "height": 800}, locale="en-US", **wishes)
    notes = Notes(urlsplit(server.url).netloc)
    notes.watch(context)
    return context.new_page(), notes


def sign_in(page: Page, link: str, pin: str = PIN) -> None:
    """Open a personal link and give its PIN, as a person would."""
    page.goto(link)
    page.get_by_label("PIN", exact=True).fill(pin)
    again = page.locator("#again")
    if again.count():
        again.fill(pin)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "/p/" not in address)


def axe_source() -> str:
    """Return axe-core, as npm brought it."""
    return (Path(ROOT) / "player/node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
