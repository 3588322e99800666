"""What every method for times to an event starts from: a checked record of times, events and arms."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from daybreak.core.errors import FitError
from daybreak.stats.results import Array


@dataclass(frozen=True)
class Times:
    """People followed until an event or until they were last seen.

    `codes` are places in `arms`, `strata_codes` places in `strata`; without strata everybody is in one.
    """

    time: Array
    event: npt.NDArray[np.bool_]
    codes: npt.NDArray[np.intp]
    arms: tuple[str, ...]
    strata_codes: npt.NDArray[np.intp]
    strata: tuple[str, ...]

    def of(self, arm: str) -> tuple[Array, npt.NDArray[np.bool_]]:
        """Return times and events of an arm.

        Raises:
            FitError: nobody is in an arm of that name.
        """
        who = self.codes == self.place(arm)
        return self.time[who], self.event[who]

    def place(self, arm: str) -> int:
        """Return the arm's place.

        Raises:
            FitError: nobody is in an arm of that name.
        """
        if arm not in self.arms:
            raise FitError(f"There is no arm {arm!r}.", remedy=f"The arms are {', '.join(self.arms)}.")
        return self.arms.index(arm)


def read_times(
    time: Sequence[float] | Array,
    event: Sequence[bool] | Sequence[int] | npt.NDArray[np.bool_],
    arm: Sequence[str],
    *,
    levels: Sequence[str] = (),
    strata: Sequence[str] | None = None,
) -> Times:
    """Return the record of one time, event and arm a person.

    Args:
        time: from the start to the event, or to when the person was last seen without it.
        event: whether it happened.
        arm: the person's arm.
        levels: the arms in order, the reference first; those with nobody are left out. Sorted where not given.
        strata: the person's stratum.

    Raises:
        FitError: nobody, lists of different lengths, a time that is no number or below nil, an event that is neither
            yes nor no, an arm outside `levels`.
    """
    when = np.asarray(time, dtype=float)
    happened = np.asarray(event, dtype=float)
    places = [""] * len(when) if strata is None else [str(each) for each in strata]
    _check(when, happened, len(arm), len(places))
    named = [str(each) for each in arm]
    order = [str(level) for level in levels] or sorted(set(named))
    if strange := sorted(set(named) - set(order)):
        raise FitError(f"{strange[0]!r} is none of the arms given.", remedy=f"The arms are {', '.join(order)}.")
    arms = tuple(level for level in order if level in set(named))
    kinds = tuple(sorted(set(places)))
    return Times(
        time=when,
        event=happened == 1,
        codes=np.array([arms.index(each) for each in named], dtype=np.intp),
        arms=arms,
        strata_codes=np.array([kinds.index(each) for each in places], dtype=np.intp),
        strata=kinds,
    )


def _check(when: Array, happened: Array, arms: int, strata: int) -> None:
    if not len(when):
        raise FitError("There are no times.", remedy="Give one time for each person.")
    if not len(when) == len(happened) == arms == strata:
        raise FitError("Times, events, arms and strata differ in number.", remedy="Give one of each for each person.")
    wrong = np.flatnonzero(~np.isfinite(when) | (when < 0))
    if len(wrong):
        raise FitError(
            "A time is missing, endless or below nil.", where=f"person {wrong[0] + 1}", remedy="Leave out who has none."
        )
    unclear = np.flatnonzero(~np.isin(happened, (0.0, 1.0)))
    if len(unclear):
        raise FitError("An event is neither yes nor no.", where=f"person {unclear[0] + 1}", remedy="Give 1 or 0.")


def finite(value: float) -> float | None:
    """Return the value, or None where it is no finite number: what results say of a limit that does not exist."""
    return float(value) if math.isfinite(value) else None
