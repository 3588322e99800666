"""The app, which brings its job to the worker."""

from __future__ import annotations

from datetime import datetime

from django.apps import AppConfig


class SafetyConfig(AppConfig):
    """Alerts."""

    name = "daybreak.server.safety"

    def ready(self) -> None:
        """Let the worker look after alerts."""
        from daybreak.server.messages.jobs import JOBS, Job  # noqa: PLC0415  models are loaded only now
        from daybreak.server.safety.ticking import tick  # noqa: PLC0415

        def run(now: datetime, _worker: str) -> int:
            tick(now)
            return 0

        JOBS.append(Job("alerts", run, every=5))
