"""The app, which sees to whose the vault is after each migration."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from daybreak.server.vault.owner import see_to


class VaultConfig(AppConfig):
    """The vault."""

    name = "daybreak.server.vault"

    def ready(self) -> None:
        """Begin to see to the vault's owner."""
        post_migrate.connect(see_to, sender=self)
