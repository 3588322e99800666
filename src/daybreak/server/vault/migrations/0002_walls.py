"""The database refuses to change what the vault holds; on PostgreSQL the vault is a schema of its own."""

from typing import Any

from django.db import migrations

from daybreak.server.vault.walls import build_walls


def forwards(_apps: Any, schema_editor: Any) -> None:
    build_walls(schema_editor)


class Migration(migrations.Migration):
    dependencies = [("vault", "0001_initial")]
    operations = [migrations.RunPython(forwards)]
