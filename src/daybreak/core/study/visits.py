"""`[[visits]]`: when people are seen or asked, by whom, and with which instruments."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Literal, Self

from pydantic import Field, model_validator

from daybreak.core.complaint import Fault, refuse
from daybreak.core.instruments import INSTRUMENTS
from daybreak.core.study.infusions import Origin
from daybreak.core.study.values import Key, SignedSpan, Span, Table, Whole, write_span

DAY = timedelta(days=1)
Mode = Literal["in-person", "phone", "video", "online"]


class VisitRules(Table):
    """`[[visits]]`: one visit, or one that comes again and again (`repeat_every`, `repeat_until`).

    The days of the published study are day 0, day 1, days 1 to 4 of training, day 30 and self-reports to day 360; days
    5, 12 and 21 and the monthly rhythm are our own defaults.
    """

    key: Key
    """Name of the visit."""
    title: str = Field(max_length=120)
    """What people read."""
    day: Whole = Field(ge=-365, le=3650)
    """The planned day; 0 is the day of the infusion (or of the enrolment)."""
    window: tuple[SignedSpan, SignedSpan]
    """From when to when, counted from the end of the infusion (or from the enrolment)."""
    counted_from: Origin = "infusion"
    """`infusion` (the one the training hangs on), `first-infusion`, `last-infusion` or `enrolment`."""
    by: Literal["rater", "coordinator", "investigator", "participant"]
    """Who does it; `participant` for a self-report."""
    mode: tuple[Mode, ...] = ("in-person",)
    """Ways in which it may be done."""
    instruments: tuple[Key, ...] = ()
    """What is filled in."""
    recall: Span | None = None
    """Over which time its instruments ask, where they can; else each over its own usual time."""
    repeat_every: Span | None = None
    """From one occurrence to the next, in whole days."""
    repeat_until: Whole | None = Field(None, ge=1, le=3650)
    """The last day on which it may be planned again."""

    @property
    def in_days(self) -> bool:
        """Whether the window counts local dates, the last one included: it does if both its ends are whole days."""
        return not any(end % DAY for end in self.window)

    @property
    def span(self) -> tuple[timedelta, timedelta]:
        """From when on, and before when, at the latest, the visit may take place."""
        return self.window[0], self.window[1] + (DAY if self.in_days else timedelta(0))

    @property
    def occurrences(self) -> tuple[VisitRules, ...]:
        """Each visit by itself: a repeated one gives `follow-up-60`, `follow-up-90` and so on."""
        if self.repeat_every is None or self.repeat_until is None:
            return (self,)
        return tuple(self._on(day) for day in range(self.day, self.repeat_until + 1, self.repeat_every.days))

    @property
    def name(self) -> str:
        """The key, or those of the first and last occurrence."""
        every = self.occurrences
        return self.key if len(every) == 1 else f"{every[0].key} to {every[-1].key}"

    def _on(self, day: int) -> VisitRules:
        later = (day - self.day) * DAY
        return self.model_copy(
            update={
                "key": f"{self.key}-{day}",
                "title": f"{self.title}, day {day}",
                "day": day,
                "window": (self.window[0] + later, self.window[1] + later),
                "repeat_every": None,
                "repeat_until": None,
            }
        )

    @model_validator(mode="after")
    def _possible(self) -> Self:
        refuse(self._faults())
        return self

    def _faults(self) -> Iterator[Fault]:
        opens, closes = self.window
        if closes <= opens:
            yield Fault(("window",), 'the window must close after it opens, such as ["20h", "30h"]')
        elif closes < self.day * DAY or opens >= (self.day + 1) * DAY:
            yield Fault(("window",), f"the window does not touch day {self.day}; change the window or the day")
        for place, name in enumerate(self.instruments):
            if name not in INSTRUMENTS:
                yield Fault(("instruments", place), unknown_instrument(name))
            elif name in self.instruments[:place]:
                yield Fault(("instruments", place), f"'{name}' stands twice; remove one of them")
            elif self.by == "participant" and INSTRUMENTS[name].by != "participant":
                says = f"'{name}' is filled in by staff; remove it, or let a rater or coordinator do this visit"
                yield Fault(("instruments", place), says)
        if self.recall is not None and not any(_asks_over(name, self.recall) for name in self.instruments):
            says = "none of this visit's instruments asks over that time; docs/instruments.md says over which they do"
            yield Fault(("recall",), says)
        if not self.mode:
            yield Fault(("mode",), "write 1 or more entries")
        yield from self._repeat_faults()

    def _repeat_faults(self) -> Iterator[Fault]:
        if (self.repeat_every is None) != (self.repeat_until is None):
            name = "repeat_until" if self.repeat_until is None else "repeat_every"
            yield Fault((name,), "repeat_every and repeat_until belong together; add it, or remove the other")
            return
        if self.repeat_every is None or self.repeat_until is None:
            return
        if not self.repeat_every or self.repeat_every % DAY:
            yield Fault(("repeat_every",), 'write whole days, such as "30d"')
        elif self.span[1] - self.span[0] > self.repeat_every:
            yield Fault(("window",), "the windows of two occurrences overlap; make it no longer than repeat_every")
        if self.repeat_until < self.day:
            yield Fault(("repeat_until",), f"write {self.day} or more: the first occurrence is on day {self.day}")


def _asks_over(name: str, recall: timedelta) -> bool:
    instrument = INSTRUMENTS.get(name)
    return instrument is not None and write_span(recall) in instrument.recalls


def unknown_instrument(name: str) -> str:
    """Return what to say of an instrument nobody knows."""
    return f"there is no instrument '{name}'; known are: {', '.join(INSTRUMENTS)}"
