"""Who a participant is outside the study: names and ways to reach them, sealed under their own key."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from daybreak.server.enrolment.models import Identity, Participant
from daybreak.server.enrolment.sealing import sealer_of


@dataclass(frozen=True)
class Who:
    """Names, ways to reach the person, and the date of birth where the study file asks for it."""

    first_name: str
    family_name: str
    email: str = ""
    phone: str = ""
    born: date | None = None

    @property
    def name(self) -> str:
        """Both names as they are said."""
        return f"{self.first_name} {self.family_name}".strip()

    def __repr__(self) -> str:
        """Tell nothing, as an object may end up in a log."""
        return "Who(sealed)"


def seal_who(participant: Participant, who: Who) -> bytes:
    """Return `who`, sealed for this participant."""
    facts: dict[str, Any] = asdict(who) | {"born": who.born.isoformat() if who.born else None}
    return sealer_of(participant.pk).seal("identity", json.dumps(facts, ensure_ascii=False).encode())


def read_who(participant: Participant) -> Who | None:
    """Return who the participant is, or None if nothing is kept or it was erased."""
    row = Identity.objects.filter(participant=participant).first()
    if row is None:
        return None
    facts = json.loads(sealer_of(participant.pk).open("identity", row.sealed))
    born = facts.pop("born")
    return replace(Who(**facts), born=date.fromisoformat(born) if born else None)
