"""What a browser hands over when a person asks for reminders in it: the W3C Push API's `PushSubscription` as JSON."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

from daybreak.core.errors import DaybreakError

CURVE = ec.SECP256R1()
SECRET_BYTES = 16
LONGEST = 2000


@dataclass(frozen=True)
class Subscription:
    """Where a browser takes messages, and the keys they are sealed with (RFC 8291)."""

    endpoint: str = field(repr=False)
    p256dh: str = field(repr=False)
    auth: str = field(repr=False)

    def as_told(self) -> dict[str, Any]:
        """Return it as the browser told it."""
        return {"endpoint": self.endpoint, "keys": {"p256dh": self.p256dh, "auth": self.auth}}


class SubscriptionError(DaybreakError):
    """What came is no subscription that this server sends to; nothing was kept."""

    def __init__(self) -> None:
        remedy = "Use another browser, or have reminders by e-mail or text message."
        super().__init__("this browser cannot take reminders from here.", remedy=remedy, code="push-unknown")


def read_subscription(text: str) -> Subscription:
    """Return the subscription that a browser sent.

    Only the services of known browsers are sent to: an address that a person makes up reaches nothing in our network.

    Raises:
        SubscriptionError: it is none, or of a service that is not among `PUSH_SERVICES`.
    """
    try:
        told = json.loads(text[: LONGEST * 2])
        found = Subscription(*(str(each) for each in (told["endpoint"], told["keys"]["p256dh"], told["keys"]["auth"])))
        ec.EllipticCurvePublicKey.from_encoded_point(CURVE, _bytes(found.p256dh))
        if len(_bytes(found.auth)) != SECRET_BYTES or not _is_service(found.endpoint):
            raise SubscriptionError
    except (ValueError, TypeError, KeyError, RecursionError):
        raise SubscriptionError from None
    return found


def push_public_key() -> str:
    """Return the key that browsers know this server by, in base64url."""
    private = ec.derive_private_key(int.from_bytes(_bytes(settings.VAPID_KEY)), CURVE)
    numbers = private.public_key().public_numbers()
    point = b"\x04" + numbers.x.to_bytes(32) + numbers.y.to_bytes(32)
    return base64.urlsafe_b64encode(point).decode().rstrip("=")


def _is_service(endpoint: str) -> bool:
    place = urlsplit(endpoint)
    host = (place.hostname or "").lower()
    known = any(host == each or (each.startswith(".") and host.endswith(each)) for each in settings.PUSH_SERVICES)
    return len(endpoint) <= LONGEST and place.scheme == "https" and known and not place.username


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))
