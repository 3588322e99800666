"""The study file: one TOML file that says what a study is.

This release reads the parts that deliver training: `[study]`, `[[arms]]` and `[training]`. A mistake in the file
becomes one `StudyFileError` that names the file, the key and what may stand there.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from datetime import time, timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from daybreak.core.errors import StudyFileError
from daybreak.core.plan import DeviceRules

Version = Literal["active", "sham"]

UNITS = {"min": "minutes", "h": "hours", "d": "days"}


def read_span(text: Any) -> timedelta:
    """Return the length of time written as a whole number and a unit: `30min`, `24h` or `1d`.

    Raises:
        ValueError: the text is not of that form.
    """
    if isinstance(text, timedelta):
        return text
    found = re.fullmatch(r"(\d{1,5}) ?(min|h|d)", text) if isinstance(text, str) else None
    if found is None:
        raise ValueError('write a whole number and a unit, such as "30min", "24h" or "1d"')
    return timedelta(**{UNITS[found[2]]: int(found[1])})


def read_hour(text: Any) -> time:
    """Return the time of day written as `HH:MM`.

    Raises:
        ValueError: the text is not of that form.
    """
    if isinstance(text, time):
        return text
    found = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)", text) if isinstance(text, str) else None
    if found is None:
        raise ValueError('write a time of day such as "06:00" or "22:30"')
    return time(int(found[1]), int(found[2]))


Span = Annotated[timedelta, BeforeValidator(read_span)]
Hour = Annotated[time, BeforeValidator(read_hour)]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]


class Table(BaseModel):
    """Base of every table of the study file: frozen, and strict about unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_min_length=1)


class StudyTable(Table):
    """`[study]`: the study's stable id, its title, and how many people it plans to enrol."""

    id: Key
    title: str
    target: int = Field(1, ge=1, le=100_000)


class Arm(Table):
    """`[[arms]]`: a drug, the version of the training, and the share of people (`ratio`)."""

    key: Key
    drug: str
    version: Version
    ratio: int = Field(1, ge=1, le=20)


class TrainingRules(Table):
    """`[training]`: which pack, when its training sessions open, and what happens to one that was broken off.

    The published programme is two sessions a day on four consecutive days from 24 hours after the infusion (Price and
    colleagues 2022). Gap, catch-up day, hours and the resume rules are our own defaults: reconstructed, not
    published. `faces` names the shipped `drawn` set, or one imported with `daybreak stimuli add`.
    """

    pack: Key
    faces: Key = "drawn"
    language: str = Field("en", pattern=r"^[a-z]{2}(-[A-Z]{2})?$")
    starts_after_infusion: Span = timedelta(hours=24)
    days: int = Field(4, ge=1, le=60)
    sessions_per_day: int = Field(2, ge=1, le=6)
    gap: Span = timedelta(hours=3)
    catch_up: Span = timedelta(days=1)
    hours: tuple[Hour, Hour] = (time(5), time(23))
    resume_within: Span = timedelta(minutes=30)
    after_that: Literal["restart", "resume", "keep"] = "restart"
    device: DeviceRules = DeviceRules()

    @property
    def sessions(self) -> int:
        """How many training sessions are planned."""
        return self.days * self.sessions_per_day

    @property
    def catch_up_days(self) -> int:
        """How many days are added for sessions that were missed."""
        return self.catch_up.days

    @model_validator(mode="after")
    def _possible(self) -> Self:
        opens, closes = (timedelta(hours=hour.hour, minutes=hour.minute) for hour in self.hours)
        if closes <= opens:
            raise ValueError("hours: the second time must be later than the first, such as ['05:00', '23:00']")
        if self.gap * (self.sessions_per_day - 1) >= closes - opens:
            raise ValueError(
                "gap: the sessions of a day do not fit between the hours; shorten the gap or widen the hours"
            )
        if self.catch_up % timedelta(days=1):
            raise ValueError('catch_up: write whole days, such as "1d" or "0d"')
        return self


class StudyFile(Table):
    """A whole study file."""

    format: Literal[1]
    study: StudyTable
    arms: tuple[Arm, ...] = Field(min_length=1)
    training: TrainingRules

    @model_validator(mode="after")
    def _arms_differ(self) -> Self:
        keys = [arm.key for arm in self.arms]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            raise ValueError(f"arms: the key '{twice[0]}' stands twice; give each arm a key of its own")
        return self

    def arm(self, key: str) -> Arm:
        """Return the arm called `key`.

        Raises:
            StudyFileError: there is none.
        """
        for arm in self.arms:
            if arm.key == key:
                return arm
        known = ", ".join(arm.key for arm in self.arms)
        raise StudyFileError(f"there is no arm '{key}'.", where=self.study.id, remedy=f"Its arms are: {known}.")


def key_path(parts: Iterable[int | str]) -> str:
    """Return a place in the file as its reader writes it: `arms[2].version`, counted from 1."""
    path = ""
    for part in parts:
        path += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if path else part
    return path


REMEDIES = {
    "missing": "add it",
    "extra_forbidden": "there is no such key here; remove it or mend its spelling",
}


def complaint(error: ErrorDetails) -> str:
    """Return what is wrong with one key, and what to write instead."""
    message = REMEDIES.get(error["type"]) or error["msg"].removeprefix("Value error, ")
    place = key_path(error["loc"])
    missing = " is missing" if error["type"] == "missing" else ""
    return f"{place}{missing}: {message}" if place else message


def read_study(text: str, name: str) -> StudyFile:
    """Read a study file.

    Args:
        text: the file's contents.
        name: the file's name, for messages.

    Raises:
        StudyFileError: the text is no TOML, or a key is missing, unknown or holds something it may not.
    """
    try:
        return StudyFile.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise StudyFileError(f"this is not valid TOML: {error}.", where=name, remedy="Mend that line.") from error
    except ValidationError as error:
        complaints = "; ".join(complaint(detail) for detail in error.errors())
        raise StudyFileError(f"{complaints}.", where=name) from error
