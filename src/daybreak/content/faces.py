"""Face sets as folders: the shipped drawn set, and imported sets in the same format."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from daybreak.core.errors import StimuliError
from daybreak.core.face import MANIFEST, Expression, Face, FaceSet, read_face_set

DRAWN = Path(__file__).parent / "faces" / "drawn"

SHIPPED = "drawn"

_REMEDY = "Put the set there again, or use another folder."


def face_folder(name: str, imported: Path | None) -> Path:
    """Return the folder of the set called `name`: the shipped one, or one inside the folder of imported sets.

    Raises:
        StimuliError: it is not the shipped one and no folder of imported sets is named.
    """
    if name == SHIPPED:
        return DRAWN
    if imported is None:
        raise StimuliError(
            f"the face set '{name}' is not among those shipped.",
            remedy="Import it with 'daybreak stimuli add' and set DAYBREAK_FACES to the folder of imported sets.",
        )
    return imported / name


def load_face_set(folder: Path | None = None) -> FaceSet:
    """Return the set in `folder`, or the shipped drawn one.

    The manifest is read again only when it has changed. Pictures are not opened; `face_bytes` checks them.

    Raises:
        StimuliError: there is no manifest, or it has a fault.
    """
    manifest = (folder or DRAWN) / MANIFEST
    try:
        state = manifest.stat()
    except OSError as error:
        raise StimuliError("there is no face set here.", where=str(manifest), remedy=_REMEDY) from error
    return _read(manifest, state.st_mtime_ns, state.st_size)


def load_faces(folder: Path | None = None) -> tuple[Face, ...]:
    """Return the faces of the set in `folder`, or of the shipped one; errors as in `load_face_set`."""
    return load_face_set(folder).faces


def face_bytes(face: Face | str, expression: Expression, folder: Path | None = None) -> bytes:
    """Return the WebP file of one identity's expression.

    Raises:
        StimuliError: the set has no such identity, or its picture is missing or not the one the manifest sealed.
    """
    found = face if isinstance(face, Face) else _find(face, folder)
    picture = found.picture(expression)
    file = (folder or DRAWN) / picture.file
    try:
        content = file.read_bytes()
    except OSError as error:
        raise StimuliError("the picture is missing.", where=str(file), remedy=_REMEDY) from error
    if hashlib.sha256(content).hexdigest() != picture.sha256:
        raise StimuliError("the picture is not the one its manifest names.", where=str(file), remedy=_REMEDY)
    return content


def _find(identity: str, folder: Path | None) -> Face:
    for face in load_faces(folder):
        if face.identity == identity:
            return face
    where = str((folder or DRAWN) / MANIFEST)
    raise StimuliError(f"the set has no identity '{identity}'.", where=where, remedy="Name one that stands there.")


@lru_cache(maxsize=16)
def _read(manifest: Path, _changed: int, _size: int) -> FaceSet:
    try:
        text = manifest.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StimuliError("the manifest cannot be read.", where=str(manifest), remedy=_REMEDY) from error
    return read_face_set(text, where=str(manifest))
