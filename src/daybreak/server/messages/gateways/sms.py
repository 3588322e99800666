"""Text messages, by any service that apprise speaks to."""

from __future__ import annotations

import logging
import re
from typing import Any

from daybreak.server.messages.gateways.gateway import GatewayError, Letter

PHONE = "{phone}"
REFUSED = re.compile(r"\berror=(4\d\d)\b")
"""How apprise's services write down the status that a gateway answered with: it has no other way to tell."""
UNSURE = ("408",)
"""A gateway that gave up waiting may have taken the message all the same."""
WILL_NEVER_GO = ("400", "404", "410", "422")
"""What is wrong with the number or the text will be wrong the next time, too."""


class SmsGateway:
    """Sends text messages; `url` is apprise's address of the service, with `{phone}` where the number stands."""

    def __init__(self, url: str) -> None:
        self.url = url

    def send(self, letter: Letter) -> None:
        """Send the text without its subject.

        Raises:
            GatewayError: the gateway refused it, or nobody can tell whether it went out.
        """
        from apprise import Apprise, LogCapture  # noqa: PLC0415  slow to load, and needed only here

        service = Apprise()
        number = re.sub(r"[^0-9+]", "", letter.to[0])
        if not service.add(self.url.replace(PHONE, number)):
            raise GatewayError("number", lasting=True)
        capture: Any = LogCapture
        with capture(level=logging.WARNING, fmt="%(message)s") as words:
            taken = service.notify(body=letter.text)
            refused = REFUSED.search(words.getvalue())
        if taken:
            return
        if refused is None or refused[1] in UNSURE:
            raise GatewayError("sms service", maybe_sent=True)
        raise GatewayError(f"sms refused {refused[1]}", lasting=refused[1] in WILL_NEVER_GO)

    def has(self, key: str) -> bool | None:  # noqa: ARG002  the same for every key
        """Return None: the service cannot be asked."""
        return None
