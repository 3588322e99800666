"""Run inside a server's surroundings: makes a person and messages that are due, and later prints what became of them.

python -m tests.server.messages.seeding make 300
python -m tests.server.messages.seeding tell
"""

from __future__ import annotations

import json
import sys


def make(count: int) -> None:
    """Bring the database up to date, make somebody, and let that many messages be due."""
    from daybreak.server.serve import prepare  # noqa: PLC0415

    prepare()
    from daybreak.server import clock  # noqa: PLC0415  Django must be there first
    from daybreak.server.messages.actions.intending import Wish, intend  # noqa: PLC0415
    from tests import people  # noqa: PLC0415
    from tests.live_people import shipped_study_file  # noqa: PLC0415

    person = people.participant(people.site(shipped_study_file()), "P-1", infusion_ago=None, cues=None)
    for number in range(count):
        intend(None, Wish(f"key-{number}", person, "link", "link:1", "email", clock.now()))


def tell() -> dict[str, list[str]]:
    """Return the keys of the messages made here, by state."""
    from daybreak.server.serve import set_up  # noqa: PLC0415

    set_up()
    from daybreak.server.messages.models import Message  # noqa: PLC0415  Django must be there first

    found: dict[str, list[str]] = {}
    for key, state in Message.objects.filter(kind="link").order_by("pk").values_list("key", "state"):
        found.setdefault(state, []).append(key)
    return found


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(int(sys.argv[2]))
    else:
        print(json.dumps(tell()))  # noqa: T201
