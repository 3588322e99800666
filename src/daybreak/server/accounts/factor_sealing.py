"""Secrets of second factors at rest: AES-256-GCM under a key derived from the master key."""

from __future__ import annotations

import base64
import secrets

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

LABEL = b"daybreak:second-factor"
NONCE_BYTES = 12


def seal(text: str) -> str:
    """Return `text` encrypted, in base64."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return base64.b64encode(nonce + AESGCM(_key()).encrypt(nonce, text.encode(), LABEL)).decode()


def unseal(sealed: str) -> str:
    """Return what was sealed.

    Raises:
        cryptography.exceptions.InvalidTag: it was changed, or the master key is another one.
    """
    raw = base64.b64decode(sealed)
    return AESGCM(_key()).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], LABEL).decode()


def _key() -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=LABEL).derive(settings.MASTER_KEY)
