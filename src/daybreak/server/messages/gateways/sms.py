"""Text messages, by any service that apprise speaks to."""

from __future__ import annotations

import re

from daybreak.server.messages.gateways.gateway import GatewayError, Letter

PHONE = "{phone}"


class SmsGateway:
    """Sends text messages; `url` is apprise's address of the service, with `{phone}` where the number stands."""

    def __init__(self, url: str) -> None:
        self.url = url

    def send(self, letter: Letter) -> None:
        """Send the text without its subject.

        Raises:
            GatewayError: apprise only says that it did not work, so that nobody can tell whether it went out.
        """
        from apprise import Apprise  # noqa: PLC0415  slow to load, and needed only here

        service = Apprise()
        number = re.sub(r"[^0-9+]", "", letter.to[0])
        if not service.add(self.url.replace(PHONE, number)):
            raise GatewayError("number", lasting=True)
        if not service.notify(body=letter.text):
            raise GatewayError("sms service", maybe_sent=True)

    def has(self, key: str) -> bool | None:  # noqa: ARG002  the same for every key
        """Return None: the service cannot be asked."""
        return None
