"""Log lines that hold no token of a personal link."""

from __future__ import annotations

import logging
import re

PERSONAL_LINK = re.compile(r"/p/[^\s/?#\"'<>]+")


def scrub(text: str) -> str:
    """Return `text` with the token of every personal link struck out."""
    return PERSONAL_LINK.sub("/p/-", text)


class ScrubbingFormatter(logging.Formatter):
    """Formats a record, traceback included, and scrubs the result; working on the result misses no argument."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line to write."""
        return scrub(super().format(record))
