"""The app, which begins to listen when Django is ready."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class StaffingConfig(AppConfig):
    """Staff and sites."""

    name = "daybreak.server.staffing"

    def ready(self) -> None:
        """Begin to note sign-ins and changes of accounts in the trail."""
        import_module("daybreak.server.staffing.account_trail")
