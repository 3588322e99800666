"""An administrator of the whole study, one of a single site, and another site."""

from __future__ import annotations

import pytest

from daybreak.core.roles import Role
from daybreak.server.accounts.models import User
from daybreak.server.studies.actions import add_site
from daybreak.server.studies.models import Site
from tests import people
from tests.server.accounts.signing import PASSWORD


@pytest.fixture
def admin(clinic: Site) -> User:
    ada = people.staff(clinic.study, Role.ADMINISTRATOR, name="Ada Admin")
    ada.set_password(PASSWORD)
    ada.save()
    return ada


@pytest.fixture
def elsewhere(clinic: Site) -> Site:
    return add_site(clinic.study, "elsewhere", "Another clinic", "UTC", [{"label": "Clinic", "number": "113"}])


@pytest.fixture
def local(clinic: Site) -> User:
    """An administrator at one site only."""
    return people.staff(clinic.study, Role.ADMINISTRATOR, at=clinic, name="Lo Cal")
