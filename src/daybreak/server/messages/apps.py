"""The app, which brings its jobs."""

from __future__ import annotations

from django.apps import AppConfig


class MessagesConfig(AppConfig):
    """Messages. The label is not Django's own `messages`."""

    name = "daybreak.server.messages"
    label = "people_messages"
