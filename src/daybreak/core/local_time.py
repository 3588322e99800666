"""Days and hours where a person lives, also when their clock changes on the way.

Lengths of time are absolute; dates and hours are local. An hour that the clock skips is counted on past the gap (half
past two, where two becomes three, is half past three); one that comes twice is the first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ALWAYS = datetime.min.replace(tzinfo=UTC)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class LocalTime:
    """The zones of one person's life in order: since when (aware), and which."""

    zones: tuple[tuple[datetime, ZoneInfo], ...]

    @staticmethod
    def of(zone: ZoneInfo | LocalTime, changes: Iterable[tuple[datetime, ZoneInfo]] = ()) -> LocalTime:
        """Return the local time of someone who lives in `zone` until the first of `changes` (since when, where to)."""
        if isinstance(zone, LocalTime):
            return zone
        ordered = sorted(((since.astimezone(UTC), to) for since, to in changes), key=lambda change: change[0])
        return LocalTime(((ALWAYS, zone), *ordered))

    def zone_at(self, moment: datetime) -> ZoneInfo:
        """Return the zone in force at `moment`."""
        return [zone for since, zone in self.zones if since <= moment][-1]

    def local(self, moment: datetime) -> datetime:
        """Return `moment` as the person's clock shows it."""
        return moment.astimezone(self.zone_at(moment))

    def date_of(self, moment: datetime) -> date:
        """Return the date where the person is at `moment`."""
        return self.local(moment).date()

    def at(self, day: date, hour: time = time()) -> datetime:
        """Return, in UTC, when the person's clock reaches `hour` on `day`; without an hour, when the day begins.

        Where a change of zone skips that time, it is the moment of the change. A later day never begins earlier.
        """
        moments = [max(datetime.combine(day, hour, tzinfo=zone).astimezone(UTC), since) for since, zone in self.zones]
        ends = [since for since, _ in self.zones[1:]]
        return next((moment for moment, end in zip(moments, ends, strict=False) if moment < end), moments[-1])
