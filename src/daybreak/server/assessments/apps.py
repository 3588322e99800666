"""The app, which brings its job: closing self-reports that are over."""

from __future__ import annotations

from datetime import datetime

from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    """Forms."""

    name = "daybreak.server.assessments"

    def ready(self) -> None:
        """Let the worker close what nobody will go on with."""
        from daybreak.server.assessments.actions.closing import close_all_over  # noqa: PLC0415  needs the models
        from daybreak.server.messages.jobs import JOBS, Job  # noqa: PLC0415

        def close(now: datetime, _worker: str) -> int:
            return close_all_over(now)

        JOBS.append(Job("close forms", close))
