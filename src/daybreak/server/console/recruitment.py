"""Recruitment against target: people enrolled, week after week, beside the line of the plan; drawn as SVG."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse

from daybreak.core.study import StudyFile
from daybreak.server.enrolment.models import Participant
from daybreak.server.studies.models import Site, Study

WEEK = timedelta(days=7)
STEPS = (1, 2, 3, 6, 12, 24, 60)
Point = tuple[float, float]


@dataclass(frozen=True)
class Frame:
    """A drawing's size and margins, the days across and the people upward."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    first: date
    last: date
    most: int

    @property
    def right_edge(self) -> int:
        """Where the drawing ends on the right."""
        return self.width - self.right

    @property
    def label_edge(self) -> int:
        """Where the words of the upward axis end."""
        return self.left - 6

    def x(self, day: date) -> float:
        """Return where `day` stands."""
        share = (day - self.first) / (self.last - self.first)
        return round(self.left + (self.width - self.left - self.right) * min(1.0, max(0.0, share)), 1)

    def y(self, people: float) -> float:
        """Return how high `people` stand."""
        return round(self.height - self.bottom - (self.height - self.top - self.bottom) * people / self.most, 1)


@dataclass(frozen=True)
class Tick:
    """A mark on an axis: where it is, and its words."""

    at: float
    label: str


@dataclass(frozen=True)
class Curve:
    """One chart: the enrolled as a line of points, the plan as a straight line, empty where the file has no dates."""

    title: str
    href: str
    count: int
    target: int | None
    frame: Frame
    points: str
    end: Point
    plan: tuple[Point, Point] | None
    months: list[Tick]
    heights: list[Tick]

    @property
    def said(self) -> str:
        """The chart in words."""
        aim = f" of {self.target}" if self.target else ""
        return f"{self.title}: {self.count}{aim} enrolled"


@dataclass(frozen=True)
class Recruitment:
    """The chart of all sites together, one for each, and how many the plan expects by now."""

    whole: Curve
    sites: list[Curve]
    expected: int | None


def recruitment_of(study: Study, sites: QuerySet[Site], file: StudyFile, now: datetime) -> Recruitment:
    """Return the charts for `sites`. Three queries, however many people there are."""
    found, today = list(sites.order_by("name")), now.astimezone(UTC).date()
    days = _days(sites)
    everyone = sorted(day for of_site in days.values() for day in of_site)
    target = file.study.target if len(found) == study.sites.count() else None
    dates = (file.study.opens, file.study.closes) if target else (None, None)
    first = min([dates[0] or today - WEEK, *everyone[:1]])
    last = max(dates[1] or today, today, first + WEEK)
    large = Frame(480, 220, 32, 84, 14, 24, first, last, _round_up(max(target or 0, len(everyone), 5)))
    whole = _curve("All sites" if target else "Your sites", {"status": "allocated"}, everyone, target, large, today)
    own = {site.key: site.target for site in file.sites}
    most = max([1, *(len(of_site) for of_site in days.values()), *(goal or 0 for goal in own.values())])
    small = Frame(180, 64, 2, 2, 4, 2, first, last, most)
    curves = [
        _curve(
            site.name,
            {"site": site.key, "status": "allocated"},
            days.get(site.pk, []),
            own.get(site.key),
            small,
            today,
        )
        for site in found
    ]
    return Recruitment(_planned(whole, *dates), curves if len(curves) > 1 else [], _expected(target, *dates, today))


def _days(sites: QuerySet[Site]) -> dict[int, list[date]]:
    """Return, for each site, the days on which people were enrolled, in order."""
    rows = Participant.objects.filter(site__in=sites).exclude(enrolled_at=None).order_by("enrolled_at")
    days: dict[int, list[date]] = {}
    for site, at in rows.values_list("site", "enrolled_at"):
        if at:
            days.setdefault(site, []).append(at.astimezone(UTC).date())
    return days


def _curve(
    title: str, query: dict[str, str], days: Sequence[date], target: int | None, frame: Frame, today: date
) -> Curve:
    points = [(frame.x(day), frame.y(bisect_right(days, day))) for day in _weeks(frame.first, min(today, frame.last))]
    return Curve(
        title=title,
        href=f"{reverse('desk-people')}?{urlencode(query)}",
        count=len(days),
        target=target,
        frame=frame,
        points=" ".join(f"{x},{y}" for x, y in points),
        end=points[-1],
        plan=None,
        months=list(_months(frame)),
        heights=[Tick(frame.y(people), str(people)) for people in (0, frame.most // 2, frame.most)],
    )


def _planned(curve: Curve, opens: date | None, closes: date | None) -> Curve:
    """Return the chart with the straight line from nobody on the first day to the target on the last."""
    if not (curve.target and opens and closes):
        return curve
    frame = curve.frame
    line = ((frame.x(opens), frame.y(0)), (frame.x(closes), frame.y(curve.target)))
    return replace(curve, plan=line)


def _expected(target: int | None, opens: date | None, closes: date | None, today: date) -> int | None:
    if not (target and opens and closes and closes > opens):
        return None
    return round(target * min(1.0, max(0.0, (today - opens) / (closes - opens))))


def _weeks(first: date, last: date) -> Iterator[date]:
    day = first
    while day < last:
        yield day
        day += WEEK
    yield last


def _months(frame: Frame) -> Iterator[Tick]:
    """Yield the beginnings of months, as many as find room."""
    months = (frame.last.year - frame.first.year) * 12 + frame.last.month - frame.first.month
    step = next((step for step in STEPS if months / step <= 6), STEPS[-1])
    for number in range(1, months + 1):
        year, month = divmod(frame.first.month - 1 + number, 12)
        day = date(frame.first.year + year, month + 1, 1)
        if (day.month - 1 + 12 * day.year) % step == 0 and day <= frame.last:
            yield Tick(frame.x(day), f"{day:%b %Y}" if day.month == 1 or step >= 12 else f"{day:%b}")


def _round_up(people: int) -> int:
    """Return the next even number that reads well on an axis."""
    scale = 2 if people <= 20 else 10 if people <= 100 else 20 if people <= 200 else 100
    return -(-people // scale) * scale
