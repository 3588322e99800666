"""Who works for the demo study: one member of staff for each role, each with a link.

A link and a PIN sign staff in only because this is a demo; in a real study they never do (accounts/backend.py).
"""

from __future__ import annotations

from dataclasses import dataclass

from daybreak.core.roles import Role
from daybreak.server import clock
from daybreak.server.accounts.models import Membership, User
from daybreak.server.studies.models import Study


@dataclass(frozen=True)
class Colleague:
    """One member of staff: the name of their link, what one finds behind it, the person's own name."""

    role: Role
    link: str
    says: str
    name: str


COLLEAGUES = (
    Colleague(Role.COORDINATOR, "Operator", "the coordinator: people, visits, training, the demo's clock", "Ida Berg"),
    Colleague(Role.RATER, "Rater", "does the interviews, blind to arm", "Ray Osei"),
    Colleague(Role.PHARMACIST, "Pharmacist", "prepares the kits; the only one who sees the drug", "Pia Roth"),
    Colleague(Role.INVESTIGATOR, "Investigator", "answers for people's safety, signs, unblinds", "Dr Ines Vidal"),
    Colleague(Role.MONITOR, "Monitor", "checks data and asks about them", "Mo Lindqvist"),
    Colleague(Role.STATISTICIAN, "Statistician", "exports and analyses, blind to arm", "Sana Iyer"),
    Colleague(Role.ADMINISTRATOR, "Administrator", "invites staff, opens sites, reads the trail", "Ada Novak"),
)


def hire(study: Study) -> list[tuple[Colleague, User]]:
    """Store everybody who works for the demo study and return them; they get their links from the caller."""
    return [(each, _hired(study, each)) for each in COLLEAGUES]


def _hired(study: Study, each: Colleague) -> User:
    address = f"{each.role}@demo.example"
    user = User.objects.create_user(f"demo-{each.role}", kind=User.Kind.STAFF, name=each.name, email=address)
    Membership.objects.create(user=user, study=study, role=each.role, since=clock.now())
    return user
