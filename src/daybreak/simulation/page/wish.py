"""What the page asks for: a number of people, a level, and other assumptions than the file's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

from daybreak.core.errors import StudyFileError
from daybreak.core.study import StudyFile
from daybreak.simulation.design import Changes

MOST_PEOPLE = 2_000
"""More are a matter for `daybreak power`: a page that redraws within a second cannot simulate them."""
MOST_STUDIES = 1_000_000
UNCHANGED = {"effect": 1.0, "dropout": 1.0, "fade": 0.0}
"""What each figure is in the file itself."""
MOST_SHARE = 20
"""The largest share of an arm that a study file can hold."""


@dataclass(frozen=True)
class Wish:
    """One state of the page; `changes` holds only what differs from the file, `study` is the example's number."""

    n: int
    alpha: float
    changes: Changes
    study: int = 0

    @property
    def assumed(self) -> list[str]:
        """The changes as `daybreak power --assume` takes them."""
        texts = []
        for name, value in sorted(self.changes.items()):
            told = ":".join(map(str, value)) if isinstance(value, tuple) else f"{value:.12g}"
            texts.append(f"{name}={told}")
        return texts


def wish_of(file: StudyFile, told: object) -> Wish:
    """Return what a page asks for.

    Args:
        file: the study file that the page is about.
        told: JSON, read: `n`, `alpha`, `ratio`, `dropout`, `effect`, `fade`, `dose` and `study`. What is left out, or
            null, is the file's.

    Raises:
        StudyFileError: something is no number, or not within its limits; `where` names the control.
    """
    if not isinstance(told, Mapping):
        raise StudyFileError("the page must send its figures by name.", where="page", remedy="Load the page again.")
    known = {"n", "alpha", "ratio", "dropout", "effect", "fade", "dose", "study"}
    for name in told:
        if name not in known:
            raise StudyFileError("there is no such figure.", where=str(name)[:40], remedy="Load the page again.")
    n = _whole(told, "n", file.study.target, MOST_PEOPLE)
    alpha = _number(told, "alpha", 0.05)
    if not 0 < alpha < 1:
        raise StudyFileError(f"a level cannot be {alpha:g}.", where="alpha", remedy="Write a number between 0 and 1.")
    changes: Changes = {}
    for name, same in UNCHANGED.items():
        value = _number(told, name, same)
        if value != same:
            changes[name] = value  # type: ignore[literal-required]  # one of Changes
    if told.get("dose") is not None:
        changes["dose"] = _number(told, "dose", 1.0)
    ratio = _ratio(told.get("ratio"), file)
    if ratio is not None:
        changes["ratio"] = ratio
    return Wish(n, alpha, changes, _whole(told, "study", 0, MOST_STUDIES))


def _number(told: Mapping[str, object], name: str, otherwise: float) -> float:
    value = told.get(name)
    if value is None:
        return otherwise
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise StudyFileError("this is no number.", where=name, remedy="Write one, such as 0.5.")
    return float(value)


def _whole(told: Mapping[str, object], name: str, otherwise: int, most: int) -> int:
    value = _number(told, name, otherwise)
    if value != int(value) or not 0 <= value <= most:
        says = f"{name} cannot be {value:g} here."
        raise StudyFileError(says, where=name, remedy=f"Write a whole number up to {most}.")
    return int(value)


def _ratio(told: object, file: StudyFile) -> tuple[int, ...] | None:
    """Return the arms' shares, if they differ from the file's."""
    if told is None:
        return None
    shares: list[int] = []
    for share in told if isinstance(told, list) else [told]:
        if isinstance(share, bool) or not isinstance(share, int) or not 1 <= share <= MOST_SHARE:
            says, remedy = "a ratio is made of whole numbers.", f"Write one from 1 to {MOST_SHARE} for each arm."
            raise StudyFileError(says, where="ratio", remedy=remedy)
        shares.append(share)
    return None if shares == [arm.ratio for arm in file.arms] else tuple(shares)
