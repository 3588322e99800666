"""People who answer at once, each over a connection of their own, in a process away from the server.

python -m benchmarks.forms.bots < plan.json
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import urlencode

FIELD = re.compile(r'name="(mark|shown)" value="([^"]*)"')
SECONDS_AN_ITEM = 8.0
FORM = "/forms/follow-up-60/qids-sr/"
ITEMS = 16
CALM = 12
"""The item that calls somebody; its answers here are the two that do not."""


class Line:
    """A kept-alive HTTP/1.1 connection of one browser."""

    def __init__(self, port: int, headers: dict[str, str]) -> None:
        self.port = port
        self.head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self.pipes: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Return status, head and body of the answer."""
        if self.pipes is None:
            self.pipes = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self.pipes
        body = urlencode(form or {})
        kind = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n" if form else ""
        writer.write(f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{self.head}{kind}\r\n{body}".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = re.search(r"content-length: (\d+)", head.lower())
        told = await reader.readexactly(int(length[1])) if length else b""
        return int(head.split(" ")[1]), head, told.decode()


@dataclass
class Tally:
    """What the bots saw: how long saving an answer took, how long a page, and what went wrong."""

    saved: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


@dataclass
class Bot:
    """One person with a form of sixteen questions; who comes to the end begins again and changes answers."""

    line: Line
    chance: Random
    tally: Tally
    item: int = 0

    async def answer_one(self) -> None:
        """Open a question, and save an answer to it."""
        number = self.item % ITEMS + 1
        began = time.perf_counter()
        status, _, page = await self.line.ask("GET", f"{FORM}{number}/")
        self.tally.pages.append(time.perf_counter() - began)
        if status != 200:
            self.tally.faults.append(f"GET {status}")
            return
        fields = dict(FIELD.findall(page))
        # Another answer than in the round before: one that stands there already would not be written.
        answer = (self.item // ITEMS + number) % (2 if number == CALM else 4)
        began = time.perf_counter()
        status, head, _ = await self.line.ask("POST", f"{FORM}{number}/", fields | {"answer": str(answer)})
        self.tally.saved.append(time.perf_counter() - began)
        if status != 302 or "/help/" in head:
            self.tally.faults.append(f"POST {status}")
        self.item += 1

    async def answer_like_a_person(self, until: float) -> None:
        """Answer a question every eight seconds, each person at a moment of their own."""
        due = time.perf_counter() + self.chance.uniform(0, SECONDS_AN_ITEM)
        while due < until:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            await self.answer_one()
            due += SECONDS_AN_ITEM

    async def answer_without_rest(self, until: float) -> None:
        """Answer the next question as soon as the one before is saved."""
        while time.perf_counter() < until:
            await self.answer_one()


async def answer(plan: dict[str, Any]) -> dict[str, Any]:
    """Say that everybody is there, wait for the word, and answer."""
    tally = Tally()
    bots = [Bot(Line(plan["port"], headers), Random(place), tally) for place, headers in enumerate(plan["people"])]
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.readline)
    began = time.perf_counter()
    until = began + plan["seconds"]
    manner = Bot.answer_like_a_person if plan["paced"] else Bot.answer_without_rest
    await asyncio.gather(*(manner(bot, until) for bot in bots))
    took = time.perf_counter() - began
    return {"seconds": took, "saved": tally.saved, "pages": tally.pages, "faults": tally.faults}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(answer(json.loads(sys.stdin.readline())))) + "\n")
