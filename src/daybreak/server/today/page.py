"""What Today says, worked out from the calendar alone: one thing to do next, the ring, and what is coming."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from daybreak.core.schedule import SessionWindow
from daybreak.server.today.ring import Ring, draw_ring

Card = Literal["ready", "infusion", "waiting", "pause", "open", "resume", "done", "over", "left"]


@dataclass(frozen=True)
class Meeting:
    """A visit, or questions, to come: in its own words, and when; `in_hours` says that the hour matters."""

    title: str
    opens: datetime
    target: datetime
    closes: datetime
    in_hours: bool


@dataclass(frozen=True)
class Questions:
    """Questions that can be answered now: of which visit, about how long they take, and until when.

    They are `late` if their time is over and they are taken all the same.
    """

    visit: str
    minutes: int
    closes: datetime
    begun: bool = False
    late: bool = False


@dataclass(frozen=True)
class Situation:
    """All that Today depends on.

    `windows` is empty before the infusion; `begun` is the number of a session that was broken off and can go on;
    `behind` says that a session stands on a later day than it was planned for; `minutes` is a session's usual length.
    """

    name: str
    zone: ZoneInfo
    now: datetime
    cues_ready: bool
    portrait_ready: bool
    windows: tuple[SessionWindow, ...]
    minutes: int
    begun: int | None = None
    behind: bool = False
    meetings: tuple[Meeting, ...] = ()
    questions: Questions | None = None


@dataclass(frozen=True)
class Line:
    """One line of what is coming."""

    day: str
    what: str
    when: str


@dataclass(frozen=True)
class TodayPage:
    """Today, ready to be shown; `card` names the template of the one next thing."""

    name: str
    card: Card
    number: int
    total: int
    done: int
    minutes: int
    until: str
    opens: str
    cues_ready: bool
    portrait_ready: bool
    behind: bool
    lost: int
    ring: Ring
    ring_text: str
    coming: tuple[Line, ...]
    has_calendar: bool = False
    questions: Questions | None = None
    questions_until: str = ""

    @property
    def card_template(self) -> str:
        """The template of the card."""
        return f"today/cards/{self.card}.html"


def today_page(situation: Situation) -> TodayPage:
    """Return what Today shows in `situation`, in the active language."""
    windows = situation.windows
    due = next((window for window in windows if window.state in ("open", "upcoming")), None)
    done = sum(window.state == "done" for window in windows)
    card = _card(situation, due)
    return TodayPage(
        name=situation.name,
        card=card,
        number=due.number if due else 0,
        total=len(windows),
        done=done,
        minutes=situation.minutes,
        until=_clock(due.closes, situation.zone) if due else "",
        opens=_moment(due.opens, situation) if due else "",
        cues_ready=situation.cues_ready,
        portrait_ready=situation.portrait_ready,
        behind=situation.behind,
        lost=sum(window.state == "missed" for window in windows),
        ring=draw_ring(windows),
        ring_text=_ring_text(done, len(windows), due),
        coming=tuple(_coming(situation, skip=due if card in ("open", "resume", "waiting", "pause") else None)),
        has_calendar=bool(situation.meetings) or due is not None,
        questions=situation.questions,
        questions_until=_last_day(situation.questions, situation) if situation.questions else "",
    )


def _card(situation: Situation, due: SessionWindow | None) -> Card:
    if not (situation.cues_ready and situation.portrait_ready) and (due or not situation.windows):
        return "ready"
    if not situation.windows:
        return "infusion"
    if due is None and any(window.state == "cancelled" for window in situation.windows):
        return "left"
    if due is None:
        return "over" if any(window.state == "missed" for window in situation.windows) else "done"
    if due.state == "open":
        return "resume" if situation.begun == due.number else "open"
    return "pause" if _played_today(situation) and _day(due.opens, situation.zone) == _today(situation) else "waiting"


def _played_today(situation: Situation) -> bool:
    days = (_day(window.opens, situation.zone) for window in situation.windows if window.state == "done")
    return _today(situation) in days


def _ring_text(done: int, total: int, due: SessionWindow | None) -> str:
    text = ngettext("%(done)s of %(total)s session done.", "%(done)s of %(total)s sessions done.", total)
    text %= {"done": done, "total": total}
    if due and due.state == "open":
        text += " " + _("Session %(number)s is open now.") % {"number": due.number}
    return text


def _coming(situation: Situation, skip: SessionWindow | None) -> list[Line]:
    """Return the sessions ahead but the one on the card, and the next meetings, in order of time."""
    ready = situation.cues_ready and situation.portrait_ready
    lines = [*_sessions_ahead(situation, skip), *(_meetings_ahead(situation) if ready else ())]
    return [line for _, line in sorted(lines, key=lambda each: each[0])]


def _meetings_ahead(situation: Situation) -> Iterator[tuple[datetime, Line]]:
    for meeting in situation.meetings:
        at = max(meeting.target, situation.now)
        zone, last = situation.zone, meeting.closes - timedelta(minutes=1)
        if meeting.in_hours:
            span = {"first": _clock(max(meeting.opens, situation.now), zone), "last": _clock(meeting.closes, zone)}
            when = _("between %(first)s and %(last)s") % span
            when = when if _day(meeting.opens, zone) == _day(last, zone) else _until(_day(last, zone))
        else:
            when = _until(_day(last, zone))
        yield at, Line(day=_day_name(_day(at, zone), _today(situation)), what=meeting.title, when=when)


def _last_day(questions: Questions, situation: Situation) -> str:
    """Return until when questions are open: an hour for today's, else the last day."""
    last = _day(questions.closes - timedelta(minutes=1), situation.zone)
    if last == _today(situation):
        return _clock(questions.closes, situation.zone)
    return str(date_format(last, "MONTH_DAY_FORMAT"))


def _until(day: date) -> str:
    return _("until %(date)s") % {"date": date_format(day, "MONTH_DAY_FORMAT")}


def _sessions_ahead(situation: Situation, skip: SessionWindow | None) -> Iterator[tuple[datetime, Line]]:
    """Yield sessions with their times; a time that hangs on an earlier session is only about right."""
    ahead = [window for window in situation.windows if window.state in ("open", "upcoming")]
    for before, window in zip([None, *ahead], ahead, strict=False):
        if window is skip:
            continue
        day = _day(window.opens, situation.zone)
        depends = before is not None and _day(before.opens, situation.zone) == day
        opens = _next_quarter(window.opens) if depends else window.opens
        about = _("from about %(time)s") if depends else _("from %(time)s")
        when = _("open now") if window.state == "open" else about % {"time": _clock(opens, situation.zone)}
        what = _("Session %(number)s") % {"number": window.number}
        yield opens, Line(day=_day_name(day, _today(situation)), what=what, when=when)


def _next_quarter(moment: datetime) -> datetime:
    """Return the next full quarter of an hour: what is only about right should not look exact."""
    return moment + (datetime.min.replace(tzinfo=UTC) - moment) % timedelta(minutes=15)


def _moment(moment: datetime, situation: Situation) -> str:
    """Return day and time: `today at 3 p.m.`."""
    day = _day_name(_day(moment, situation.zone), _today(situation))
    if day == _day_name(_today(situation), _today(situation)):
        day = _("today")
    elif day == _("Tomorrow"):
        day = _("tomorrow")
    return _("%(day)s at %(time)s") % {"day": day, "time": _clock(moment, situation.zone)}


def _clock(moment: datetime, zone: ZoneInfo) -> str:
    return date_format(moment.astimezone(zone), "TIME_FORMAT")


def _day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def _today(situation: Situation) -> date:
    return _day(situation.now, situation.zone)


def _day_name(day: date, today: date) -> str:
    if day == today:
        return _("Today")
    if day == today + timedelta(days=1):
        return _("Tomorrow")
    return _("%(weekday)s, %(date)s") % {
        "weekday": date_format(day, "l"),
        "date": date_format(day, "MONTH_DAY_FORMAT"),
    }
