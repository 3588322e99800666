"""Web push to the browsers in which a person asked for it."""

from __future__ import annotations

import json
from collections.abc import Callable

from daybreak.server.messages.gateways.gateway import GatewayError, Letter

LASTS_SECONDS = 12 * 60 * 60
WAITS_SECONDS = 10
GONE = (404, 410)


class PushGateway:
    """Sends to each subscription (as JSON in `to`), signed by the server's VAPID key.

    Args:
        private_key: in base64url.
        contact: whom a push service may write to, as a mailto address.
        gone: is told the endpoint of each browser that takes no more for good.
    """

    def __init__(self, private_key: str, contact: str, gone: Callable[[str], object]) -> None:
        self.private_key = private_key
        self.contact = contact
        self.gone = gone

    def send(self, letter: Letter) -> None:
        """Send to every browser; one that takes it is enough.

        Raises:
            GatewayError: none took it.
        """
        failed = [error for place in letter.to if (error := self._to(place, letter))]
        if len(failed) == len(letter.to):
            raise next((error for error in failed if not error.lasting), failed[0])

    def has(self, key: str) -> bool | None:  # noqa: ARG002  the same for every key
        """Return None: a push service cannot be asked."""
        return None

    def _to(self, place: str, letter: Letter) -> GatewayError | None:
        import requests  # noqa: PLC0415  slow to load, as the next one, and needed only here
        from pywebpush import WebPushException, webpush  # noqa: PLC0415

        # A push service that holds a letter with the same topic puts this one in its place (RFC 8030, 5.4).
        headers = {"Topic": letter.digest[:32]}
        told = {"key": letter.digest, "title": letter.subject, "body": letter.text, "link": letter.link}
        body = json.dumps(told, ensure_ascii=False)
        subscription = json.loads(place)
        try:
            webpush(
                subscription,
                body,
                vapid_private_key=self.private_key,
                vapid_claims={"sub": self.contact},
                ttl=LASTS_SECONDS,
                timeout=WAITS_SECONDS,
                headers=headers,
            )
        except WebPushException as error:
            if error.status_code not in GONE:
                return GatewayError("push service")
            self.gone(subscription["endpoint"])
            return GatewayError("gone", lasting=True)
        except requests.RequestException:
            return GatewayError("push service", maybe_sent=True)
        return None
