"""The hash of an entry.

It is keyed (HMAC-SHA256, RFC 2104) under a key that lies apart from the database: whoever can write to the database
alone can neither alter an entry nor compute a chain anew that fits.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from daybreak.server.audit.models import Entry

START = "0" * 64


def entry_hash(entry: Entry) -> str:
    """Return the hash that belongs to `entry`: 64 hex digits over its columns, the hash before it included."""
    columns = [
        entry.number,
        entry.at.astimezone(UTC).isoformat(),
        entry.by_id,
        entry.by_said,
        entry.action,
        entry.study_id,
        entry.site_id,
        entry.participant_id,
        entry.body,
        entry.reason,
        entry.previous,
    ]
    text = json.dumps(columns, ensure_ascii=False, separators=(",", ":"))
    return hmac.new(_key(), text.encode(), hashlib.sha256).hexdigest()


def _key() -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"daybreak:audit").derive(settings.MASTER_KEY)
