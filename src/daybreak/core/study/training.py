"""`[training]`: which pack, when its training sessions open, and what happens to one that was broken off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time, timedelta
from typing import Literal, Self

from pydantic import Field, model_validator

from daybreak.core.complaint import Fault, refuse
from daybreak.core.plan import DeviceRules
from daybreak.core.study.values import Hour, Key, Language, Share, Span, Table, Whole


class Booster(Table):
    """`boosters`: some more training on a later day."""

    day: Whole = Field(ge=1, le=1000)
    """Days after the infusion that the training hangs on."""
    sessions: Whole = Field(2, ge=1, le=6)
    """How many training sessions on that day."""


class TrainingRules(Table):
    """`[training]`.

    The published programme is two sessions a day on four consecutive days from 24 hours after the infusion (Price and
    colleagues 2022). Gap, catch-up day, hours and the resume rules are our own defaults: reconstructed, not
    published. Boosters are an extension the authors name, not part of their programme.
    """

    pack: Key
    """Name of the training pack."""
    faces: Key = "drawn"
    """The shipped `drawn` faces, or a set imported with `daybreak stimuli add`. Reconstructed."""
    language: Language = "en"
    """Language of the pack for those who have no other."""
    starts_after_infusion: Span = timedelta(hours=24)
    """From the infusion's end to the first session. Published."""
    days: Whole = Field(4, ge=1, le=60)
    """Consecutive days with training. Published."""
    sessions_per_day: Whole = Field(2, ge=1, le=6)
    """Training sessions on each day. Published."""
    gap: Span = timedelta(hours=3)
    """From the end of one session to the next. Reconstructed."""
    catch_up: Span = timedelta(days=1)
    """Whole days added for sessions that were missed. Reconstructed."""
    hours: tuple[Hour, Hour] = (time(5), time(23))
    """Hours of the day in which sessions may be played, in the participant's own time zone. Reconstructed."""
    resume_within: Span = timedelta(minutes=30)
    """How long after leaving a session goes on where it was left. Reconstructed."""
    after_that: Literal["restart", "resume", "keep"] = "restart"
    """What happens later: begin again, go on all the same, or label it partial. Reconstructed."""
    least_dose: Share | None = None
    """The delivered dose (0 to 1) below which a session is a deviation; left out, none is. Reconstructed."""
    boosters: tuple[Booster, ...] = ()
    """More training on later days. An extension, not published."""
    device: DeviceRules = DeviceRules()
    """What a display must do. Reconstructed."""

    @property
    def sessions(self) -> int:
        """How many training sessions are planned after one infusion, boosters apart."""
        return self.days * self.sessions_per_day

    @property
    def sessions_with_boosters(self) -> int:
        """How many training sessions are planned after one infusion, boosters included."""
        return self.sessions + sum(booster.sessions for booster in self.boosters)

    @property
    def catch_up_days(self) -> int:
        """How many days are added for sessions that were missed."""
        return self.catch_up.days

    @model_validator(mode="after")
    def _possible(self) -> Self:
        refuse(self._faults())
        return self

    def _faults(self) -> Iterator[Fault]:
        opens, closes = (timedelta(hours=hour.hour, minutes=hour.minute) for hour in self.hours)
        if closes <= opens:
            yield Fault(("hours",), 'the second time must be later than the first, such as ["05:00", "23:00"]')
            return
        if self.gap * (self.sessions_per_day - 1) >= closes - opens:
            yield Fault(("gap",), "the sessions of a day do not fit between the hours; shorten the gap or widen hours")
        if self.catch_up % timedelta(days=1):
            yield Fault(("catch_up",), 'write whole days, such as "1d" or "0d"')
        yield from self._booster_faults(closes - opens)

    def _booster_faults(self, hours: timedelta) -> Iterator[Fault]:
        first_free = self.starts_after_infusion.days + self.days + self.catch_up_days
        for place, booster in enumerate(self.boosters):
            if booster.day < first_free:
                says = (
                    f"the training itself, catch-up included, may last until day {first_free - 1}; choose a later day"
                )
                yield Fault(("boosters", place, "day"), says)
            if place and booster.day <= self.boosters[place - 1].day:
                yield Fault(("boosters", place, "day"), "write boosters in the order of their days, each day once")
            if self.gap * (booster.sessions - 1) >= hours:
                says = "so many sessions do not fit between the hours of a day; write fewer, or shorten the gap"
                yield Fault(("boosters", place, "sessions"), says)
