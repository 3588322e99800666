"""A bot that plays a session in a real browser while things go wrong around it."""

from __future__ import annotations

import contextlib
import json
import random
import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Error, Page, Playwright

from daybreak.core.records import chunk_hash
from scripts.find_chromium import chromium
from tests.live import LiveServer, Person

Step = tuple[str, str, int]
"""Sitting, step, attempt: one presentation that a person saw."""

WATCH = (
    """window.addEventListener("daybreak:recorded", ({ detail }) => window.recordedAloud(JSON.stringify(detail)));"""
)
WAITING = """async () => {
  const open = indexedDB.open("daybreak-outbox");
  const database = await new Promise((resolve) => { open.onsuccess = () => resolve(open.result); });
  const stores = ["entries", "chunks"];
  const transaction = database.transaction(stores);
  const counts = stores.map((name) => new Promise((resolve) => {
    const request = transaction.objectStore(name).count();
    request.onsuccess = () => resolve(request.result);
  }));
  const sum = (await Promise.all(counts)).reduce((a, b) => a + b, 0);
  database.close();
  return sum;
}"""


class BadLuck:
    """One browser, one server, and faults at moments that a seed chooses."""

    def __init__(self, playwright: Playwright, server: LiveServer, person: Person, folder: Path, seed: int) -> None:
        self.playwright = playwright
        self.server = server
        self.person = person
        self.folder = folder
        self.chance = random.Random(seed)
        self.seen: Counter[Step] = Counter()
        self.faults: Counter[str] = Counter()
        self.context = self._launch()
        self.page = self._open()

    def faults_at_random(self, count: int) -> None:
        """Let `count` faults happen, each kind equally often, in an order the seed chooses."""
        kinds: list[Callable[[], None]] = [self.kill_server, self.cut_network, self.reload, self.crash_page]
        kinds += [self.close_browser, self.reload_without_server]
        order = (kinds * (count // len(kinds) + 1))[:count]
        self.chance.shuffle(order)
        for fault in order:
            self._play_on(self.chance.uniform(0.4, 4))
            fault()
            self.faults[fault.__name__] += 1

    def kill_server(self) -> None:
        """SIGKILL the server and its workers; start it again a little later."""
        self.server.kill()
        self._play_on(self.chance.uniform(0.1, 1.5))
        self.server.restart()

    def cut_network(self) -> None:
        """Take the browser off the network for a while."""
        self.context.set_offline(True)
        self._play_on(self.chance.uniform(0.3, 2.5))
        self.context.set_offline(False)

    def reload(self) -> None:
        """Load the page again, in the middle of whatever it does."""
        self.page.reload(wait_until="commit")

    def crash_page(self) -> None:
        """End the page's process."""
        # The browser's own address for this ends the renderer of the page that shows; nobody is left to answer.
        with self.page.expect_event("crash"), contextlib.suppress(Error):
            self.page.goto("chrome://crash")
        self.page.close()
        self.page = self._open()

    def close_browser(self) -> None:
        """Close the browser and start it again with the same profile."""
        self.context.close()
        self.context = self._launch()
        self.page = self._open()

    def reload_without_server(self) -> None:
        """Load the page while the server is dead; come back when it lives."""
        self.server.kill()
        # The browser says that nobody is there.
        with contextlib.suppress(Error):
            self.page.reload(wait_until="commit")
        self.server.restart()
        self._go(self.page)

    def play_to_the_end(self, within: float) -> None:
        """Let the bot finish the session, undisturbed, within so many seconds."""
        self._until(self._is_complete, within)

    def come_back(self, within: float = 60) -> None:
        """Open the page once more, without a bot, and wait until nothing waits on the device."""
        self._go(self.page, "")
        self._until(lambda: self.page.evaluate(WAITING) == 0, within)

    def stored(self) -> Counter[Step]:
        """Return how often the server holds each presentation; fails where a chain of chunks is broken."""
        steps: Counter[Step] = Counter()
        for sitting, chunks in self._chains().items():
            for number, (stored_number, previous, body, stored_hash) in enumerate(chunks, start=1):
                assert stored_number == number
                assert chunk_hash(previous, number, body) == stored_hash
                steps.update(_presentations(sitting, json.loads(body)))
        return steps

    def close(self) -> None:
        """Close the browser."""
        self.context.close()

    def _chains(self) -> dict[str, list[tuple[int, str, str, str]]]:
        chains: dict[str, list[tuple[int, str, str, str]]] = {}
        for sitting, *chunk in self._ask(
            "select uuid, number, previous, body, hash from training_chunk"
            " join training_sitting on training_sitting.id = sitting_id order by sitting_id, number"
        ):
            chains.setdefault(sitting, []).append(tuple(chunk))
        return chains

    def _is_complete(self) -> bool:
        return self._ask("select state from training_trainingsession") == [("completed",)]

    def _ask(self, question: str) -> list[Any]:
        with sqlite3.connect(f"file:{self.server.database}?mode=ro", uri=True) as database:
            answer = database.execute(question).fetchall()
        database.close()
        return answer

    def _launch(self) -> BrowserContext:
        context = self.playwright.chromium.launch_persistent_context(
            str(self.folder / "profile"), executable_path=chromium(), args=["--no-sandbox"]
        )
        for name, value in self.person.cookies.items():
            context.add_cookies([{"name": name, "value": value, "url": self.server.url}])
        context.expose_binding("recordedAloud", lambda _, told: self._hear(json.loads(told)))
        context.add_init_script(WATCH)
        return context

    def _open(self) -> Page:
        page = self.context.new_page()
        self._go(page)
        return page

    def _go(self, page: Page, bot: str = "?bot=1&hurry=1&speed=8&seed=3") -> None:
        address = f"{self.server.url}/play/1/{bot}"
        # A page that says that nobody is there tries again by itself, which can cut into our own attempt.
        with contextlib.suppress(Error):
            page.goto(address, wait_until="commit")
            return
        page.goto(address, wait_until="commit")

    def _hear(self, told: dict[str, Any]) -> None:
        self.seen.update(_presentations(told["sitting"].replace("-", ""), [told["entry"]]))

    def _play_on(self, seconds: float) -> None:
        self.page.wait_for_timeout(seconds * 1000)

    def _until(self, condition: Callable[[], bool], within: float) -> None:
        limit = time.monotonic() + within
        while not condition():
            assert time.monotonic() < limit, f"not within {within} seconds"
            self._play_on(0.2)


def _presentations(sitting: str, records: list[dict[str, Any]]) -> list[Step]:
    return [(sitting, record["step"], record["attempt"]) for record in records if record["kind"] == "step"]
