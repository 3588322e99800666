"""A set of faces: who is on which picture, under which licence, and what all pictures have in common.

A face set is a folder with `manifest.json` and one picture per identity and expression. Shipped and imported sets have
the same format; `content/faces.py` reads the folder, `stimuli/` writes it. This module only knows values.

What all pictures share (`docs/faces.md` says how it is computed, so that a portrait can be matched on the device):

* a square of `PICTURE_SIDE` pixels; the middle between the eyes is at (`EYES_X`, `EYES_Y`), the eyes `EYE_GAP` apart;
* inside `FACE_REGION`, an upright ellipse, the mean of linear-light luminance is `LUMINANCE_MEAN` and its standard
  deviation divided by its mean is `RMS_CONTRAST`, within the tolerances below.
"""

from __future__ import annotations

import json
from typing import Annotated, Literal, NamedTuple, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from daybreak.core.errors import StimuliError

Expression = Literal["smiling", "neutral"]
AgeClass = Literal["younger", "middle", "older"]
SexClass = Literal["female", "male"]
SkinClass = Literal["light", "medium", "dark"]
EXPRESSIONS: tuple[Expression, ...] = get_args(Expression)

MANIFEST = "manifest.json"
PICTURE_SIDE = 320
PICTURE_BYTES_AT_MOST = 32_000


class Ellipse(NamedTuple):
    """An upright ellipse in pixels; a pixel belongs to it when its centre (x + 0.5, y + 0.5) lies inside."""

    centre_x: float
    centre_y: float
    half_width: float
    half_height: float


EYES_X, EYES_Y, EYE_GAP = 160.0, 140.0, 66.0
FACE_REGION = Ellipse(centre_x=160.0, centre_y=164.0, half_width=68.0, half_height=92.0)
LUMINANCE_MEAN, LUMINANCE_MEAN_TOLERANCE = 0.26, 0.025
RMS_CONTRAST, RMS_CONTRAST_TOLERANCE = 0.40, 0.04


class Record(BaseModel):
    """Base of everything in a manifest: frozen, and strict about unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Text = Annotated[str, Field(min_length=1, max_length=300, pattern=r"\S")]


class PictureFile(Record):
    """One picture: its file name (no folders) and the SHA-256 of its bytes."""

    file: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}\.webp$")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class Face(Record):
    """One identity, smiling and neutral. The apparent classes are optional: imported sets need not state them."""

    identity: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    smiling: PictureFile
    neutral: PictureFile
    licence: Text
    source: Text
    age: AgeClass | None = None
    sex: SexClass | None = None
    skin: SkinClass | None = None

    def picture(self, expression: Expression) -> PictureFile:
        """Return the picture that shows `expression`."""
        return self.smiling if expression == "smiling" else self.neutral


class FaceSet(Record):
    """The manifest of one folder of faces."""

    format: Literal[1] = 1
    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    title: Text
    faces: tuple[Face, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _nothing_twice(self) -> Self:
        for what, names in (("identity", self.identities()), ("file", self.files())):
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise ValueError(f"the {what} {', '.join(twice)} stands there more than once")
        return self

    def identities(self) -> tuple[str, ...]:
        """Return all identities in the order of the manifest."""
        return tuple(face.identity for face in self.faces)

    def files(self) -> tuple[str, ...]:
        """Return all picture files in the order of the manifest."""
        return tuple(face.picture(expression).file for face in self.faces for expression in EXPRESSIONS)


def read_face_set(text: str, where: str = MANIFEST) -> FaceSet:
    """Return the face set that a manifest's `text` describes.

    Raises:
        StimuliError: the text is no JSON, or a key is missing, unknown or wrong; `where` names the manifest.
    """
    try:
        return FaceSet.model_validate(json.loads(text))
    except json.JSONDecodeError as error:
        raise StimuliError(f"line {error.lineno} is not valid JSON.", where=where, remedy=_REMEDY) from error
    except ValidationError as error:
        raise StimuliError(_first_fault(error), where=where, remedy=_REMEDY) from error


def write_face_set(faces: FaceSet) -> str:
    """Return the manifest's text; `read_face_set` reads it back to an equal value."""
    return json.dumps(faces.model_dump(exclude_none=True), indent=1, ensure_ascii=False) + "\n"


_REMEDY = "See docs/faces.md for the format, or add the pictures again with 'daybreak stimuli add'."


def _first_fault(error: ValidationError) -> str:
    fault = error.errors()[0]
    key = ".".join(str(part + 1) if isinstance(part, int) else part for part in fault["loc"])
    message = fault["msg"].removeprefix("Value error, ")
    return f"the key {key} is wrong: {message}." if key else f"{message}."
