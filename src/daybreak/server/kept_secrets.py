"""Secrets that the server makes for itself on first start and keeps beside its database."""

from __future__ import annotations

import base64
import os
import secrets
from pathlib import Path


def kept_secret(folder: Path, name: str, size: int = 32) -> str:
    """Return `size` random bytes in base64, made once and kept in `folder/name`, readable by the owner only.

    Two processes that start at once agree: the file appears whole, by a link that only one of them can make.
    """
    place = folder / name
    if not place.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = folder / f".{name}.{os.getpid()}.{secrets.token_hex(4)}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(base64.b64encode(secrets.token_bytes(size)).decode())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, place)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return place.read_text().strip()
