"""Messages that are read on a page of the desk and leave it by no other way."""

from __future__ import annotations

from daybreak.server.messages.gateways.gateway import Letter


class PageGateway:
    """Sends nothing: what it takes is shown on a page."""

    def send(self, letter: Letter) -> None:
        """Take the letter."""

    def has(self, key: str) -> bool | None:  # noqa: ARG002  the same for every key
        """Return True: a page shows whatever is kept."""
        return True
