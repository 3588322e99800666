"""Where the demo study takes place and who works there; all invented."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from daybreak.core.roles import Role
from daybreak.server.accounts.models import User
from daybreak.server.staffing.actions.invite import invite
from daybreak.server.staffing.actions.join import accept
from daybreak.server.staffing.actions.sites import open_site, set_up_site
from daybreak.server.studies.models import Site, Study

# One of these has working hours whenever the demo starts, so that Ana can play; her site is there.
ZONES = ("Europe/Madrid", "America/New_York", "America/Los_Angeles", "Pacific/Auckland", "Asia/Tokyo", "Asia/Kolkata")
SITES = (("harbour", "Harbour Clinic", 62), ("lakeside", "Lakeside Hospital", 62), ("old-mill", "Old Mill Centre", 30))
HELP_LINES = [
    {"label": "Your clinic, day and night (an invented number)", "number": "+1 555 0100"},
    {"label": "Someone to talk to (an invented number)", "number": "+1 555 0199"},
]
AT_EACH_SITE = (Role.COORDINATOR, Role.RATER, Role.PHARMACIST, Role.INVESTIGATOR)
NAMES = (
    ("Clara Dupont", "Ravi Menon", "Petra Holm", "Ivan Petrov"),
    ("Cem Aydin", "Rita Salas", "Paul Weber", "Iris Nakamura"),
    ("Chloe Martin", "Ruben Costa", "Pia Lund", "Isaac Cohen"),
)
AT_ALL = (
    (Role.MONITOR, "Mona Visser"),
    (Role.STATISTICIAN, "Stefan Hahn"),
    (Role.ADMINISTRATOR, "Ada Quinn"),
    (Role.BOARD, "Beate Olsen"),
)
SECOND_RATER = "Rosa Lind"


@dataclass(frozen=True)
class Team:
    """One site and its staff by role."""

    site: Site
    staff: dict[Role, User]

    @property
    def coordinator(self) -> User:
        """Who does most of it."""
        return self.staff[Role.COORDINATOR]

    @property
    def zone(self) -> ZoneInfo:
        """Where the site's clock is."""
        return ZoneInfo(self.site.zone)


@dataclass(frozen=True)
class Places:
    """The study with its sites, those who work for all of it, and who rates interviews at all sites a second time."""

    study: Study
    teams: tuple[Team, ...]
    staff: dict[Role, User]
    second_rater: User


def open_places(study: Study, now: datetime) -> Places:
    """Let the first administrator invite everybody and open the sites, in zones that fit the hour of `now`."""
    administrator = _join(None, study, [(Role.ADMINISTRATOR, None)], "Ada Quinn")
    sites = [_site(administrator, study, place, zone) for place, zone in zip(SITES, _zones(now), strict=True)]
    teams = tuple(
        Team(
            site,
            {
                role: _join(administrator, study, [(role, site)], name)
                for role, name in zip(AT_EACH_SITE, names, strict=True)
            },
        )
        for site, names in zip(sites, NAMES, strict=True)
    )
    at_all = {
        role: _join(administrator, study, [(role, None)], name) for role, name in AT_ALL if role != Role.ADMINISTRATOR
    }
    second = _join(administrator, study, [(Role.RATER, None)], SECOND_RATER)
    return Places(study, teams, at_all | {Role.ADMINISTRATOR: administrator}, second)


def _zones(now: datetime) -> tuple[str, ...]:
    """Return the zones of the sites; the first is one where people are awake."""
    awake = next((name for name in ZONES if 9 <= now.astimezone(ZoneInfo(name)).hour < 18), ZONES[0])
    return (awake, *(name for name in ZONES if name != awake))[: len(SITES)]


def _site(by: User, study: Study, place: tuple[str, str, int], zone: str) -> Site:
    key, name, target = place
    site = set_up_site(by, study, key, name=name, zone=zone, target=target, help_lines=HELP_LINES)
    open_site(by, site)
    site.refresh_from_db()
    return site


def _join(by: User | None, study: Study, places: list[Any], name: str) -> User:
    """Invite someone, and let them accept with a password that nobody knows: the demo signs in by links."""
    email = f"{name.lower().replace(' ', '.')}@example.org"
    _, token = invite(by, study, email, places)
    return accept(token, name, secrets.token_urlsafe())
