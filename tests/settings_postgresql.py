"""The tests' settings on PostgreSQL: `pytest tests/server --ds tests.settings_postgresql`."""

from __future__ import annotations

import os

from tests.postgresql import postgresql_url

os.environ["DATABASE_URL"] = postgresql_url()

from tests.settings import *  # noqa: F403
