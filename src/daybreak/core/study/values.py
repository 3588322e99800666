"""The values that stand in a study file: lengths of time, hours, keys, rules; and the base of its tables."""

from __future__ import annotations

import re
from datetime import time, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    Strict,
    WithJsonSchema,
)

from daybreak.core.errors import StudyFileError
from daybreak.core.rule import Rule

Version = Literal["active", "sham"]

UNITS = {"min": "minutes", "h": "hours", "d": "days"}
SPAN, SIGNED_SPAN = r"\d{1,5} ?(min|h|d)", r"-?\d{1,5} ?(min|h|d)"
HOUR = r"([01]\d|2[0-3]):([0-5]\d)"
KEY = r"[a-z][a-z0-9-]{0,39}"


class Table(BaseModel):
    """Base of every table of the study file: frozen, and strict about unknown keys."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", str_min_length=1, use_attribute_docstrings=True, allow_inf_nan=False
    )


def read_span(text: Any) -> timedelta:
    """Return the length of time written as a whole number and a unit: `30min`, `24h` or `1d`.

    Raises:
        ValueError: the text is not of that form.
    """
    if isinstance(text, timedelta):
        return text
    if not isinstance(text, str) or re.fullmatch(SPAN, text) is None:
        raise ValueError('write a whole number and a unit, such as "30min", "24h" or "1d"')
    return _span(text)


def read_signed_span(text: Any) -> timedelta:
    """Return a length of time as `read_span` does, or one before the origin: `-14d`.

    Raises:
        ValueError: the text is not of that form.
    """
    if isinstance(text, timedelta):
        return text
    if not isinstance(text, str) or re.fullmatch(SIGNED_SPAN, text) is None:
        raise ValueError('write a whole number and a unit, such as "20h", "30h" or "-14d"')
    return _span(text)


def _span(text: str) -> timedelta:
    number, unit = re.fullmatch(r"(-?\d+) ?(\w+)", text).groups()  # type: ignore[union-attr]  # matched before
    return timedelta(**{UNITS[unit]: int(number)})


def write_span(span: timedelta) -> str:
    """Return a length of time as a study file writes it, in the largest unit that gives a whole number."""
    if not span:
        return "0h"
    for unit, length in (("d", timedelta(days=1)), ("h", timedelta(hours=1))):
        if not span % length:
            return f"{span // length}{unit}"
    return f"{span // timedelta(minutes=1)}min"


def read_hour(text: Any) -> time:
    """Return the time of day written as `HH:MM`.

    Raises:
        ValueError: the text is not of that form.
    """
    if isinstance(text, time):
        return text
    found = re.fullmatch(HOUR, text) if isinstance(text, str) else None
    if found is None:
        raise ValueError('write a time of day such as "06:00" or "22:30"')
    return time(int(found[1]), int(found[2]))


def _key(text: Any) -> Any:
    if isinstance(text, str) and re.fullmatch(KEY, text) is None:
        raise ValueError("write a small letter, then small letters, digits and hyphens, 40 at most")
    return text


def _language(text: Any) -> Any:
    if isinstance(text, str) and re.fullmatch(r"[a-z]{2}(-[A-Z]{2})?", text) is None:
        raise ValueError('write a language such as "en" or "es-MX"')
    return text


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"there is no time zone '{name}'; write an IANA name such as \"Europe/Madrid\"") from error
    return name


def _rule(text: str) -> str:
    try:
        if text:
            Rule.parse(text)
    except StudyFileError as error:
        raise ValueError(error.what) from error
    return text


Span = Annotated[
    timedelta,
    BeforeValidator(read_span),
    PlainSerializer(write_span, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": f"^{SPAN}$", "examples": ["30min", "24h", "1d"]}),
]
SignedSpan = Annotated[
    timedelta,
    BeforeValidator(read_signed_span),
    PlainSerializer(write_span, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": f"^{SIGNED_SPAN}$", "examples": ["20h", "-14d"]}),
]
Hour = Annotated[
    time,
    BeforeValidator(read_hour),
    PlainSerializer(lambda hour: f"{hour:%H:%M}", when_used="json", return_type=str),
    WithJsonSchema({"type": "string", "pattern": f"^{HOUR}$", "examples": ["05:00"]}),
]
Key = Annotated[str, BeforeValidator(_key), Field(json_schema_extra={"pattern": f"^{KEY}$"})]
Language = Annotated[str, BeforeValidator(_language), Field(json_schema_extra={"pattern": "^[a-z]{2}(-[A-Z]{2})?$"})]
Zone = Annotated[str, AfterValidator(_zone)]
RuleText = Annotated[str, AfterValidator(_rule)]
Whole = Annotated[int, Strict()]
Real = Annotated[float, Strict()]
YesNo = Annotated[bool, Strict()]
Share = Annotated[float, Strict(), Field(ge=0, le=1)]
