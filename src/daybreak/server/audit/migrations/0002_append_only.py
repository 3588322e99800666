"""The database refuses to change or delete audit entries."""

from typing import Any

from django.db import migrations

from daybreak.server.audit.triggers import make_append_only


def forwards(_apps: Any, schema_editor: Any) -> None:
    make_append_only(schema_editor, "audit_entry")


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(forwards)]
