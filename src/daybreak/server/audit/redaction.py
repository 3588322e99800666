"""What the trail may hold of a value: never what is sealed, secret, or a way to reach somebody.

Of a whole document it holds the SHA-256: the document itself is kept elsewhere, and cannot be exchanged unseen.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models

SEALED = "(sealed)"
SECRET_FIELDS = frozenset({"password", "link_digest", "digest", "email", "signature", "help_lines"})
DOCUMENT_FIELDS = frozenset({"study_file", "content", "words", "plan"})
WRITTEN_COLUMNS = frozenset(
    {"safety.Alert.assessment", "safety.Alert.note", "safety.Alert.reopened_why", "harms.FollowUp.says"}
)
"""What staff write about somebody's health, free as it comes; more people read the trail than may read these."""
SECRET_COLUMNS = frozenset({"accounts.User.name", "accounts.User.phone"})


def said(field: models.Field[Any, Any], value: Any) -> Any:
    """Return how `value` of `field` stands in the trail: truth, whole number, text, or lists and tables of them."""
    if value is None:
        return None
    if isinstance(field, models.BinaryField) or field.name in SECRET_FIELDS or str(field) in SECRET_COLUMNS:
        return SEALED
    if value and (field.name in DOCUMENT_FIELDS or str(field) in WRITTEN_COLUMNS):
        return f"sha256:{hashlib.sha256(str(value).encode()).hexdigest()}"
    return plain(value)


def plain(value: Any) -> Any:
    """Return `value` in what JSON can say without loss; times in UTC as ISO 8601, reals as text."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, timedelta):
        return f"{value.total_seconds():g}s"
    return str(value)
