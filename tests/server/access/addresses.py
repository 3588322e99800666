"""Every address this server has, with the right its view asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from tests.server.access.world import FILLED, Filled, World

# Pages that anybody may open, and why. They tell nothing of a study's people.
PUBLIC = {
    "front": "leads everybody to their own page",
    "help": "help numbers are for everyone, always",
    "personal-link": "the link is the key; tests/server/accounts/test_signing_in.py",
    "sign-out": "ends a session; without one it does nothing",
    "demo": "the front page of a demo; a real study has none",
    "message": "leads to a page that asks who it is; tests/server/messages/test_links.py",
    "push-worker": "a script that is the same for everybody",
    "message-stop": "the secret link is the key, and shows nothing of anybody",
    "site-calendar": "the secret link is the key; tests/server/visits/test_feed.py",
    "account_login": "signing in",
    "mfa_authenticate": "the second step of signing in",
    "mfa_login_webauthn": "signing in with a passkey",
    "join": "the link of the invitation is the key",
    "account_inactive": "says that an account is not open",
    "account_reset_password": "for who forgot the password",
    "account_reset_password_done": "says that a mail is on its way",
    "account_reset_password_from_key": "the link is the key",
    "account_reset_password_from_key_done": "says that the password is set",
}
API = "api/player/"  # its own door takes participants only: tests/server/player_api/test_doorway.py


@dataclass(frozen=True)
class Address:
    """One address: its pattern, its name, the right it asks for, and what its parameters are."""

    route: str
    name: str
    right: str
    parameters: tuple[str, ...]
    callback: Callable[..., Any]

    @property
    def is_public(self) -> bool:
        """Whether it is on the list of pages for anybody."""
        return self.name in PUBLIC

    @property
    def is_api(self) -> bool:
        """Whether it belongs to the player's API."""
        return self.route.startswith(API)

    def filled(self) -> dict[str, Filled]:
        """Return what stands in the address."""
        found = {each: FILLED.get(f"{self.name}.{each}") or FILLED.get(each) for each in self.parameters}
        missing = [each for each, filled in found.items() if filled is None]
        assert not missing, f"{self.route}: say in tests/server/access/world.py what stands for {missing}"
        return {each: filled for each, filled in found.items() if filled is not None}

    def belongs(self) -> set[str]:
        """Return to whom what the address names belongs."""
        return {filled.belongs for filled in self.filled().values()}

    def path(self, world: World) -> str:
        """Return the path with everything in it."""
        text = self.route
        for name, filled in self.filled().items():
            value = str(filled.value(world))
            start = text.index("<", text.rindex("/", 0, text.index(f"{name}>")) if "/" in text else 0)
            text = text[:start] + value + text[text.index(">", start) + 1 :]
        return "/" + text


def addresses() -> list[Address]:
    """Return every address, each once."""
    found = {address.route: address for address in _walk(get_resolver(), "")}
    return list(found.values())


def _walk(resolver: URLResolver, before: str) -> Iterator[Address]:
    for each in resolver.url_patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _walk(each, route)
        elif isinstance(each, URLPattern):
            right = getattr(each.callback, "right", "")
            yield Address(route, each.name or "", right, tuple(each.pattern.converters), each.callback)
