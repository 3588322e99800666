"""The app, which brings its jobs and listens to mail services."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class MessagesConfig(AppConfig):
    """Messages. The label is not `messages`, which is Django's own."""

    name = "daybreak.server.messages"
    label = "people_messages"

    def ready(self) -> None:
        """Bring the jobs of this app, and of those below it, and begin to note what mail services tell."""
        import_module("daybreak.server.messages.own_jobs")
        import_module("daybreak.server.messages.tracking")
