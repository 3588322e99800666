"""Run inside a live server's surroundings: makes people and prints, as JSON, how each of them signs in.

python -m tests.live_people '{"count": 2, "version": "sham"}'
"""

from __future__ import annotations

import io
import json
import secrets
import sys
from datetime import timedelta
from importlib.resources import files
from typing import Any

DEFAULTS: dict[str, Any] = {
    "count": 1,
    "version": "active",
    "language": "en",
    "zone": "",
    "infusion_hours_ago": 30,
    "first_name": "Alexandra",
    "facts": [],
    "portrait": True,
    "seed": None,
    "study_file": None,
    "code": None,
    "pin": "4711",
}


def main(wishes: dict[str, Any]) -> list[dict[str, str]]:
    """Make the people wished for and return what opens their pages."""
    from daybreak.server.serve import set_up  # noqa: PLC0415

    set_up()
    from tests import people  # noqa: PLC0415  Django must be there first

    wishes = DEFAULTS | wishes
    site = people.site(wishes["study_file"] or shipped_study_file(), wishes["zone"])
    return [_person(site, wishes) for _ in range(wishes["count"])]


def shipped_study_file() -> str:
    """Return the published design's file."""
    return (files("daybreak.content") / "studies" / "ketamine-training.toml").read_text()


def plain_face() -> bytes:
    """Return a drawn square picture that stands for a portrait."""
    from PIL import Image, ImageDraw  # noqa: PLC0415

    image = Image.new("RGB", (320, 320), (200, 190, 180))
    ImageDraw.Draw(image).ellipse((92, 72, 228, 256), fill=(150, 120, 100))
    buffer = io.BytesIO()
    image.save(buffer, "WEBP")
    return buffer.getvalue()


def _person(site: Any, wishes: dict[str, Any]) -> dict[str, str]:
    from tests import people  # noqa: PLC0415

    participant = people.participant(
        site,
        code=wishes["code"] or f"T-{secrets.token_hex(4)}",
        version=wishes["version"],
        language=wishes["language"],
        seed=bytes.fromhex(wishes["seed"]) if wishes["seed"] else None,
        cues=(wishes["first_name"], tuple(wishes["facts"])) if wishes["first_name"] else None,
        portrait=plain_face() if wishes["portrait"] else None,
        infusion_ago=timedelta(hours=wishes["infusion_hours_ago"]) if wishes["infusion_hours_ago"] else None,
    )
    return people.ways_in(participant, wishes["pin"])


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(json.loads(sys.argv[1]) if len(sys.argv) > 1 else {})))
