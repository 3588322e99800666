"""People with questions open, and who fills in forms about them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from daybreak.core.roles import Role
from daybreak.server.accounts.models import User
from daybreak.server.enrolment.models import Participant
from daybreak.server.studies.models import Site
from tests import people
from tests.server.browsing import browser_of

FOLLOW_UP, INSTRUMENT = "follow-up-60", "qids-sr"


@pytest.fixture
def person(clinic: Site) -> Participant:
    """Somebody whose self-report of day 60 is open."""
    return people.participant(clinic, "P-1", infusion_ago=timedelta(days=62))


@pytest.fixture
def phone(person: Participant) -> Client:
    """The person's own browser."""
    return browser_of(person.user)


@pytest.fixture
def rated(clinic: Site) -> Participant:
    """Somebody whose interview a day after the infusion is due."""
    return people.participant(clinic, "P-2", infusion_ago=timedelta(hours=26))


@pytest.fixture
def rater(clinic: Site) -> User:
    return people.staff(clinic.study, Role.RATER, name="Rae Rater")


@pytest.fixture
def other_rater(clinic: Site) -> User:
    return people.staff(clinic.study, Role.RATER, name="Ravi Rater")


@pytest.fixture
def cora(clinic: Site) -> User:
    return people.staff(clinic.study, Role.COORDINATOR, name="Cora Coordinator")
