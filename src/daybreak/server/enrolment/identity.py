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

    def reached_by(self, contact: Contact) -> Who:
        """Return the same person with other ways to reach them."""
        return replace(self, email=contact.email, phone=contact.phone)

    def __repr__(self) -> str:
        """Tell nothing, as an object may end up in a log."""
        return "Who(sealed)"


@dataclass(frozen=True)
class Contact:
    """Ways to reach a person; either may be empty."""

    email: str
    phone: str

    def __repr__(self) -> str:
        """Tell nothing, as an object may end up in a log."""
        return "Contact(sealed)"


@dataclass(frozen=True)
class Kept:
    """All that is kept: who the person is, how to reach them before they changed it themselves, and since when."""

    who: Who
    before: Contact | None
    row: Identity


def seal_who(participant: Participant, who: Who, before: Contact | None = None) -> bytes:
    """Return `who`, sealed for this participant; `before` is what the person may go back to."""
    facts: dict[str, Any] = asdict(who) | {"born": who.born.isoformat() if who.born else None}
    facts |= {"before": asdict(before)} if before else {}
    return sealer_of(participant.pk).seal("identity", json.dumps(facts, ensure_ascii=False).encode())


def read_who(participant: Participant) -> Who | None:
    """Return who the participant is, or None if nothing is kept or it was erased."""
    kept = read_kept(participant)
    return kept.who if kept else None


def read_kept(participant: Participant) -> Kept | None:
    """Return all that is kept of who the participant is, or None if nothing is, or it was erased."""
    row = Identity.objects.filter(participant=participant).first()
    if row is None:
        return None
    facts = json.loads(sealer_of(participant.pk).open("identity", row.sealed))
    born, before = facts.pop("born"), facts.pop("before", None)
    who = replace(Who(**facts), born=date.fromisoformat(born) if born else None)
    return Kept(who, Contact(**before) if before else None, row)
