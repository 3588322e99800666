"""The demo's clock."""

from __future__ import annotations

from datetime import timedelta

from django.db import models


class DemoClock(models.Model):
    """How far the demo's clock is ahead of the machine's. At most one row; read only where `DAYBREAK_DEMO` is set."""

    ahead = models.DurationField(default=timedelta)

    def __str__(self) -> str:
        return f"+{self.ahead}"
