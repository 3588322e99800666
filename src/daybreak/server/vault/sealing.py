"""What the vault holds, at rest: AES-256-GCM under a key that nothing outside the vault uses.

    sealed = 12 bytes nonce + ciphertext and tag
    associated data = what it is and where it belongs, so that no row can be put in another's place

Everything is padded to one length first, so that a copy of the database tells no arm by its size.
"""

from __future__ import annotations

import hmac
import json
import secrets
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from daybreak.core.errors import DaybreakError

NONCE_BYTES = 12
PADDED = 512


class BrokenSealError(DaybreakError):
    """A sealed value does not open where it stands."""

    code = "vault-broken"


def seal(label: str, facts: dict[str, Any]) -> bytes:
    """Return `facts` sealed for the place that `label` names; sealing the same twice gives different bytes."""
    plain = json.dumps(facts, ensure_ascii=False, sort_keys=True).encode().ljust(PADDED)
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(_key("seal")).encrypt(nonce, plain, label.encode())


def unseal(label: str, sealed: bytes | memoryview[int]) -> dict[str, Any]:
    """Return what was sealed for the place that `label` names.

    Raises:
        BrokenSealError: it was changed, moved, or written with another key.
    """
    raw = bytes(sealed)
    try:
        plain = AESGCM(_key("seal")).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], label.encode())
    except InvalidTag:
        raise BrokenSealError(
            "the vault cannot be opened here.",
            where=label,
            remedy="Check that the server has the vault's key that this database was written with.",
        ) from None
    facts: dict[str, Any] = json.loads(plain)
    return facts


def derived(label: str) -> bytes:
    """Return 32 bytes that follow from the vault's key and `label` alone: the same each time, and no clue to a seal."""
    return hmac.digest(_key("derive"), label.encode(), "sha256")


def _key(purpose: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=f"daybreak:vault:{purpose}".encode()).derive(settings.VAULT_KEY)
