"""A server whose desk is full: people of every status at three sites, and somebody signed in for each role."""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page

from daybreak.core.roles import Role
from e2e.pages import Notes, new_page
from tests.live import ROOT, LiveServer

SITES = 3
LINKS = re.compile(r'<a\s[^>]*?href="([^"]+)"')
FILES = (".ics", ".pdf")


class CrowdedServer(LiveServer):
    """A live server with the benchmark's crowd in it."""

    cookies: dict[str, str]

    def fill(self, people: int = 40) -> None:
        """Make the crowd; to be called before the server starts."""
        command = [sys.executable, "-m", "benchmarks.console.crowd", str(people), str(SITES)]
        told = subprocess.run(command, cwd=ROOT, env=self.environment, check=True, capture_output=True, text=True)
        self.cookies = json.loads(told.stdout.splitlines()[-1])

    def page_of(self, browser: Browser, role: Role, width: int, **wishes: object) -> tuple[Page, Notes]:
        """Return a page in a browser in which someone of this role is signed in."""
        page, notes = new_page(browser, self, width, **wishes)
        page.context.add_cookies([{"name": "daybreak-session", "value": self.cookies[role], "url": self.url}])
        return page, notes


def kind_of(path: str) -> str:
    """Return what two pages share that differ only in what they are about, or in their filters."""
    path = path.partition("?")[0]
    path = re.sub(r"/people/(?!new/)[^/]+/", "/people/CODE/", path)
    path = re.sub(r"/visits/[^/]+/", "/visits/KEY/", path)
    return re.sub(r"/\d+/", "/NUMBER/", path)


def desk_pages(page: Page, server: CrowdedServer) -> Iterator[str]:
    """Follow links from the desk's first page on, one of each kind, and yield the addresses of pages; each answers."""
    seen, waiting = set[str](), [urlsplit(page.request.get(f"{server.url}/").url).path]
    while waiting:
        path = waiting.pop(0)
        if kind_of(path) in seen or kind_of(path).endswith(FILES):
            continue
        seen.add(kind_of(path))
        answer = page.request.get(server.url + path)
        assert answer.status == 200, (path, answer.status)
        if "text/html" not in answer.headers["content-type"] or "content-disposition" in answer.headers:
            continue
        yield path
        found = [html.unescape(href).partition("#")[0] for href in LINKS.findall(answer.text())]
        waiting += [href for href in found if href.startswith(("/desk/", "/account"))]
