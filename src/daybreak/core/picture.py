"""Pictures of one size: whatever a picture shows, the browser gets the same number of bytes.

    4 bytes   length of the image, big-endian
    image     as it is (WebP)
    padding   drawn from the person's seed and the asset id, up to PICTURE_BYTES

The padding makes the checksum of one drawn face differ from person to person and from slot to slot, so that a checksum
in a plan or a log tells nothing of what the picture shows.
"""

from __future__ import annotations

import hashlib
import hmac

from daybreak.core.errors import PackError

PICTURE_BYTES = 32768
LENGTH_BYTES = 4
IMAGE_BYTES_AT_MOST = PICTURE_BYTES - LENGTH_BYTES


def pad_picture(image: bytes, seed: bytes, asset_id: str) -> bytes:
    """Return `image` padded to exactly PICTURE_BYTES, the same for the same arguments.

    Raises:
        PackError: the image does not fit.
    """
    if len(image) > IMAGE_BYTES_AT_MOST:
        raise PackError(
            f"the picture has {len(image)} bytes, at most {IMAGE_BYTES_AT_MOST} fit.",
            where=asset_id,
            remedy="Save it with a stronger compression.",
            code="picture-too-large",
        )
    key = hmac.digest(seed, f"padding:{asset_id}".encode(), "sha256")
    padding = hashlib.shake_256(key).digest(IMAGE_BYTES_AT_MOST - len(image))
    return len(image).to_bytes(LENGTH_BYTES, "big") + image + padding


def unpad_picture(padded: bytes) -> bytes:
    """Return the image inside `padded`, as the player finds it."""
    length = int.from_bytes(padded[:LENGTH_BYTES], "big")
    return padded[LENGTH_BYTES : LENGTH_BYTES + length]
