"""A clinic where it is noon, somebody enrolled there, and who works there and elsewhere."""

from __future__ import annotations

import pytest
from django.test import Client

from daybreak.core.roles import Role
from daybreak.server.accounts.models import User
from daybreak.server.enrolment.models import Participant
from daybreak.server.studies.actions import add_site
from daybreak.server.studies.models import Site
from tests import people
from tests.calendar_people import enrolled
from tests.candidates import coordinator
from tests.server.browsing import browser_of


@pytest.fixture
def harbour(db: None, study_file: str) -> Site:
    return people.site(study_file)


@pytest.fixture
def person(harbour: Site) -> Participant:
    return enrolled(harbour)


@pytest.fixture
def cora(harbour: Site) -> User:
    return coordinator(harbour.study)


@pytest.fixture
def desk(cora: User) -> Client:
    return browser_of(cora)


@pytest.fixture
def elsewhere(harbour: Site) -> User:
    """Somebody with every blinded right, at another site."""
    other = add_site(harbour.study, "other", "The other clinic", "UTC")
    return people.staff(harbour.study, Role.COORDINATOR, Role.INVESTIGATOR, at=other)
