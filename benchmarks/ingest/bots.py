"""People who play at once, each over a connection of their own; run in a process of its own, away from the server.

python -m benchmarks.ingest.bots < plan.json
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import dataclass, field
from random import Random
from typing import Any

from benchmarks.ingest.chunks import SECONDS_PER_STEP, Chain

LEASE_EVERY = 10.0


class Line:
    """A kept-alive HTTP/1.1 connection."""

    def __init__(self, port: int, headers: dict[str, str]) -> None:
        self.port = port
        self.head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self.pipes: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, path: str, body: bytes) -> tuple[int, bytes]:
        """Return status and body of the answer."""
        if self.pipes is None:
            self.pipes = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self.pipes
        head = (
            f"POST /api/player/{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"{self.head}Content-Length: {len(body)}\r\n\r\n"
        )
        writer.write(head.encode() + body)
        answer = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(answer.split("content-length: ")[1].split("\r\n")[0])
        return int(answer.split(" ")[1]), await reader.readexactly(length)


@dataclass
class Tally:
    """What the bots saw."""

    chunks: list[float] = field(default_factory=list)
    leases: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


@dataclass
class Bot:
    """One person. `line` is theirs alone."""

    line: Line
    chance: Random
    tally: Tally
    size: int
    sitting: str = ""
    chain: Chain | None = None

    async def sit_down(self) -> None:
        """Open a sitting of the first session."""
        status, body = await self.line.post("sessions/1/sittings", b'{"take_over":true}')
        if status != 201:
            raise RuntimeError(body.decode())
        answer = json.loads(body)
        steps = [step["id"] for round_ in answer["plan"]["rounds"] for step in round_["steps"] if step["exposure"]]
        self.sitting, self.chain = answer["sitting"], Chain(answer["chain_start"], steps, self.size, self.chance)

    async def send(self) -> None:
        """Send a chunk and note how long its acknowledgement took."""
        assert self.chain is not None
        await self._timed("chunks", self.chain.chunk(), self.tally.chunks)

    async def renew(self) -> None:
        """Renew the lease."""
        await self._timed("lease", b"", self.tally.leases)

    async def _timed(self, what: str, body: bytes, times: list[float]) -> None:
        began = time.perf_counter()
        status, answer = await self.line.post(f"sittings/{self.sitting}/{what}", body)
        times.append(time.perf_counter() - began)
        if status != 200:
            self.tally.faults.append(f"{status} {answer[:200].decode()}")

    async def play_like_a_person(self, until: float) -> None:
        """Send a chunk when its steps are over and a lease every 10 s, each person at a moment of their own."""
        chunks = self._every(self.size * SECONDS_PER_STEP, self.send, until)
        await asyncio.gather(chunks, self._every(LEASE_EVERY, self.renew, until))

    async def play_without_rest(self, until: float) -> None:
        """Send the next chunk as soon as the one before is acknowledged."""
        while time.perf_counter() < until:
            await self.send()

    async def _every(self, seconds: float, act: Any, until: float) -> None:
        due = time.perf_counter() + self.chance.uniform(0, seconds)
        while due < until:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            async with self.turn:
                await act()
            due += seconds

    def __post_init__(self) -> None:
        # One request at a time on one connection, as the outbox does.
        self.turn = asyncio.Lock()


async def play(plan: dict[str, Any]) -> dict[str, Any]:
    """Let everybody sit down, then say so, wait for the word, and play."""
    tally = Tally()
    bots = [
        Bot(Line(plan["port"], headers), Random(place), tally, plan["chunk"])
        for place, headers in enumerate(plan["people"])
    ]
    for bot in bots:
        await bot.sit_down()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.readline)
    began = time.perf_counter()
    until = began + plan["seconds"]
    manner = Bot.play_like_a_person if plan["paced"] else Bot.play_without_rest
    await asyncio.gather(*(manner(bot, until) for bot in bots))
    took = time.perf_counter() - began
    return {"seconds": took, "chunks": tally.chunks, "leases": tally.leases, "faults": tally.faults}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(play(json.loads(sys.stdin.readline())))) + "\n")
