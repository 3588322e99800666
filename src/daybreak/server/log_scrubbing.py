"""Log lines that hold no token of a link: a participant's, an invitation, a new password."""

from __future__ import annotations

import logging
import re

SECRET_LINK = re.compile(r"(/p/|/account/join/|/account/password/reset/(?!sent/|done/))[^\s/?#\"'<>]+")


def scrub(text: str) -> str:
    """Return `text` with the token of every such link struck out."""
    return SECRET_LINK.sub(r"\1-", text)


class ScrubbingFormatter(logging.Formatter):
    """Formats a record, traceback included, and scrubs the result; working on the result misses no argument."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line to write."""
        return scrub(super().format(record))
