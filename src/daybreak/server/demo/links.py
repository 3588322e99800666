"""The demo's sign-in links, kept in its data folder so that a second start prints the same ones.

A real study never keeps a link: only its digest is stored. These open invented people only.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings

FILE = "demo-links.json"
PIN = "5094"


@dataclass(frozen=True)
class DemoLink:
    """Who a link signs in, what one finds there, its path, and whether its PIN is the demo's or still to choose."""

    role: str
    says: str
    path: str
    has_pin: bool


def keep_links(links: list[DemoLink]) -> None:
    """Write the links, readable by the owner only; written last, they also say that the demo is complete."""
    place = settings.DATA / FILE
    draft = place.with_suffix(".draft")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump([asdict(link) for link in links], file)
    draft.replace(place)


def read_links(folder: Path | None = None) -> list[DemoLink]:
    """Return the links, or none if the demo in `folder` (the server's own by default) was never completed."""
    place = (folder or settings.DATA) / FILE
    return [DemoLink(**link) for link in json.loads(place.read_text(encoding="utf-8"))] if place.exists() else []
