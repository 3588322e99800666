"""Going through every page as one person: follow each link, open each address, send each form once.

What a form changes is taken back afterwards, so that one person's walk does not alter what the next one sees.
"""

from __future__ import annotations

import json
import re
from collections import Counter, deque
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import Resolver404, ResolverMatch, resolve

from daybreak.server import clock
from tests.server.twin.forms import Form, Page
from tests.server.twin.sameness import Chance
from tests.server.twin.witness import watching

CSRF = re.compile(rb'(csrfmiddlewaretoken" value="|name="csrf-token" content=")[^"]+')
PICTURE = re.compile(r"^/api/player/sittings/[^/]+/assets/")
# Addresses that differ in what they ask for only are one page; some of them are enough.
MOST_OF_A_PAGE, MOST_OF_A_FORM = 6, 2


@dataclass
class Walk:
    """One person's way through the server: `seen` holds what each step showed, by where it was."""

    who: str
    client: Client
    chance: Chance
    seen: dict[str, dict[str, Any]] = field(default_factory=dict)
    visited: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        # A page that breaks is a place like any other: it is noted, and a test of its own asks that none does.
        self.client.raise_request_exception = False

    def through(self, addresses: list[str]) -> None:
        """Open the addresses and all that can be reached from them."""
        waiting, met, counts = deque(addresses), set(addresses), Counter[str]()
        sent: Counter[str] = Counter()
        while waiting:
            address = waiting.popleft()
            match = _match(address)
            if match is None or counts[match.route] >= MOST_OF_A_PAGE:
                continue
            counts[match.route] += 1
            page = self._open(address, match)
            for link in [urljoin(address, one) for one in page.links]:
                if link not in met and not urlsplit(link).netloc:
                    met.add(link)
                    waiting.append(link.partition("#")[0])
            for form in page.forms:
                self._send(address, form, sent)

    def get(self, address: str) -> Any:
        """Open one address."""
        return self._note(f"{self.who} GET {address}", lambda: self.client.get(address))

    def post(self, address: str, body: bytes) -> Any:
        """Send JSON to one address, and keep what it changes."""
        return self._note(
            f"{self.who} POST {address}", lambda: self.client.post(address, body, content_type="application/json")
        )

    def _open(self, address: str, match: ResolverMatch) -> Page:
        self.visited.add(match.route)
        response = self.get(address)
        where = response.headers.get("Location", "")
        page = Page(_html(response))
        page.links += [where] if where else []
        return page

    def _send(self, address: str, form: Form, sent: Counter[str]) -> None:
        target = urljoin(address, form.action)
        match = _match(target)
        if (
            form.method != "post"
            or match is None
            or match.url_name == "sign-out"
            or sent[match.route] >= MOST_OF_A_FORM
        ):
            return
        sent[match.route] += 1
        self.visited.add(match.route)
        data = form.filled(clock.now())
        cookies = copy(self.client.cookies)
        with transaction.atomic():
            # What it writes is noted as queries, values and all.
            self._note(f"{self.who} POST {target} of {address}", lambda: self.client.post(target, data))
            transaction.set_rollback(True)
        self.client.cookies = cookies

    def _note(self, label: str, act: Any) -> HttpResponseBase:
        self.chance.start(label)
        with watching() as notes:
            response: HttpResponseBase = act()
            body = _body(response)
        self.seen[label] = {
            "status": response.status_code,
            "headers": dict(response.headers),
            "cookies": response.cookies.output(),
            "size": len(body),
            "body": _masked(label, body),
            **notes.facts(),
        }
        return response


def _match(address: str) -> ResolverMatch | None:
    try:
        return resolve(urlsplit(address).path)
    except Resolver404:
        return None


def _body(response: HttpResponseBase) -> bytes:
    if response.streaming:
        body = b"".join(response)
        response.kept = body  # type: ignore[attr-defined]
        return bytes(body)
    return bytes(response.content)  # type: ignore[attr-defined]


def _html(response: HttpResponseBase) -> str:
    is_page = response.headers.get("Content-Type", "").startswith("text/html") and not response.streaming
    return response.content.decode() if is_page else ""  # type: ignore[attr-defined]


def _masked(label: str, body: bytes) -> bytes:
    """Return a body without the CSRF token, and without what only the participant's own eyes may tell: the exercise."""
    if PICTURE.match(label.rsplit(maxsplit=1)[-1]):
        return b""
    if label.endswith("/sittings") and b'"assets":' in body:
        return without_contents(body)
    return CSRF.sub(rb"\1", body)


def without_contents(body: bytes) -> bytes:
    """Return the answer to an opened sitting without the letters of its words and the sums of its pictures."""
    told = json.loads(body)
    for asset in told["plan"]["assets"]:
        if "text" in asset:
            asset["text"] = [len(asset["text"]), len(asset["text"].encode())]
        else:
            asset["sha256"] = len(asset["sha256"])
    return json.dumps(told).encode()


def routes() -> Iterator[str]:
    """Yield every route of the server, as `ResolverMatch.route` says it."""
    from django.urls import URLResolver, get_resolver  # noqa: PLC0415

    def walk(resolver: Any, prefix: str) -> Iterator[str]:
        for pattern in resolver.url_patterns:
            route = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern, route)
            else:
                yield route

    yield from walk(get_resolver(), "")
