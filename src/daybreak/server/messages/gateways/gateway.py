"""What all ways out have in common."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Letter:
    """One message as it leaves: `key` names it for the gateway too. Where to, and what it says, is never printed.

    `to` are addresses of one person: of mail, telephone numbers, or subscriptions of browsers as JSON. `link` is where
    a tap on it leads, for ways that show no link in the text.
    """

    key: str
    to: tuple[str, ...] = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)
    stop_link: str = field(default="", repr=False)
    link: str = field(default="", repr=False)

    @property
    def digest(self) -> str:
        """The key as a name that tells nothing, the same each time."""
        return hashlib.sha256(self.key.encode()).hexdigest()


class GatewayError(Exception):
    """A letter that a gateway did not take.

    Args:
        kind: the kind of error, in a word or two: it is kept and shown.
        maybe_sent: nobody can tell whether it went out all the same.
        lasting: trying again would not help.
    """

    def __init__(self, kind: str, *, maybe_sent: bool = False, lasting: bool = False) -> None:
        super().__init__(kind)
        self.kind = kind
        self.maybe_sent = maybe_sent
        self.lasting = lasting


class Gateway(Protocol):
    """A way out."""

    def send(self, letter: Letter) -> None:
        """Hand the letter over.

        Raises:
            GatewayError: it was not taken, or nobody can tell.
        """

    def has(self, key: str) -> bool | None:
        """Return whether a letter with this key was taken; None if this gateway cannot be asked."""
