"""Somebody whose visit at 24 hours, which asks for the test, is open now."""

from __future__ import annotations

from datetime import timedelta

import pytest

from daybreak.server.enrolment.models import Participant
from daybreak.server.studies.models import Site
from tests import people


@pytest.fixture
def person(clinic: Site) -> Participant:
    return people.participant(clinic, "P-1", infusion_ago=timedelta(hours=24), seed=bytes(32))


@pytest.fixture
def stranger(clinic: Site) -> Participant:
    return people.participant(clinic, "P-2", infusion_ago=timedelta(hours=24), seed=bytes(range(32)))
