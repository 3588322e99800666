"""Who may be about to drop out: a plain rule over what was asked of a person and what became of it.

The rule is reconstructed from what trial staff look at, and is no validated prediction: nobody showed that the people
it names leave more often. It says whom to call first, and why, in words. It knows no arm, no answer and no score, so
that two people who took part alike are told alike.

    what is seen                                                      weighs
    the last thing asked was missed                                   1
    the last two or more were missed                                  2
    the last two or more were late, or missed and late in turn        1
    nothing heard for `quiet_days`, though something was asked        1
    nothing heard for `long_quiet_days`, though something was asked   2
    less than `low_dose` of the exercise was delivered, lately        1

Together 0 is `steady`, 1 is `watch`, 2 or more is `call`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Literal

from daybreak.core.calendar import TAKEN, Planned

Level = Literal["steady", "watch", "call"]
LEVELS: tuple[Level, ...] = ("steady", "watch", "call")
NAMED = 3
"""How many things a reason names; more would fill the page."""


@dataclass(frozen=True)
class EngagementRules:
    """Where the rule draws its lines.

    With self-reports every 30 days and a week around each, 45 days without a word mean one is overdue, 75 that two are.
    A dose says something for `dose_days` after the last session, and nothing of the months that follow.
    """

    quiet_days: int = 45
    long_quiet_days: int = 75
    low_dose: float = 0.5
    dose_days: int = 30


@dataclass(frozen=True)
class Reason:
    """One thing that was seen: a stable key, how it is said, what it weighs, and what to do about it."""

    key: Literal["missed", "late", "quiet", "dose"]
    says: str
    weight: int
    advice: str


@dataclass(frozen=True)
class Engagement:
    """What is seen of one person; `waiting` is what stands open for them now."""

    level: Level
    reasons: tuple[Reason, ...]
    last_contact: datetime | None
    quiet_days: int | None
    waiting: tuple[Planned, ...]

    @property
    def weight(self) -> int:
        """How much all reasons weigh together."""
        return sum(reason.weight for reason in self.reasons)


def engagement_of(
    planned: Iterable[Planned],
    now: datetime,
    *,
    dose: float | None = None,
    heard: datetime | None = None,
    rules: EngagementRules | None = None,
) -> Engagement:
    """Return what is seen of one person at `now`.

    Args:
        planned: their calendar in any order; what was cancelled counts for nothing, an infusion as contact only.
        now: when it is looked at.
        dose: delivered share of what their sessions planned, 0 to 1; None before the first.
        heard: when they last did something else, such as saving an answer; None for never.
        rules: where the lines are drawn.
    """
    drawn = rules or EngagementRules()
    everything = sorted(planned, key=lambda one: (one.closes, one.key))
    asked = [one for one in everything if one.kind != "infusion"]
    contact = _last_contact(everything, now, heard)
    over = [one for one in reversed(asked) if one.state in TAKEN or one.state == "missed"]
    seen = (*_in_a_row(over), _quiet(asked, contact, now, drawn), _dose(dose, asked, now, drawn))
    reasons = tuple(reason for reason in seen if reason)
    weight = sum(reason.weight for reason in reasons)
    return Engagement(
        level=LEVELS[min(weight, 2)],
        reasons=reasons,
        last_contact=contact,
        quiet_days=(now - contact).days if contact else None,
        waiting=tuple(one for one in asked if one.state == "due"),
    )


def _last_contact(everything: Iterable[Planned], now: datetime, heard: datetime | None) -> datetime | None:
    times = [one.done_at for one in everything if one.done_at and one.done_at <= now]
    return max([*times, *([heard] if heard and heard <= now else [])], default=None)


def _in_a_row(over: list[Planned]) -> tuple[Reason | None, ...]:
    """Return what the latest of what is over says: `over` stands with the latest first."""
    missed = list(takewhile(lambda one: one.state == "missed", over))
    if missed:
        says = f"missed the last {len(missed)}: {_names(missed)}" if len(missed) > 1 else f"missed {missed[0].title}"
        advice = "Call, ask what gets in the way, and agree on a time." if len(missed) > 1 else "Remind them by phone."
        return (Reason("missed", says, min(len(missed), 2), advice),)
    late = list(takewhile(lambda one: one.state in ("late", "missed", "out-of-window"), over))
    if len(late) > 1:
        says = f"not in time for the last {len(late)}: {_names(late)}"
        return (Reason("late", says, 1, "Ask whether another hour or another reminder suits them better."),)
    return ()


def _quiet(asked: list[Planned], contact: datetime | None, now: datetime, rules: EngagementRules) -> Reason | None:
    """Return the silence, counted from the last contact, or from the first thing ever asked of somebody never heard."""
    since = contact or min((one.opens for one in asked), default=None)
    was_asked = any(
        one.opens <= now and (contact is None or one.closes > contact) and one.state in ("due", "missed")
        for one in asked
    )
    if since is None or not was_asked or (days := (now - since).days) < rules.quiet_days:
        return None
    long = days >= rules.long_quiet_days
    advice = (
        "Try every way you have: phone, letter, the person they named." if long else "Call; check phone and e-mail."
    )
    return Reason("quiet", f"nothing heard for {days} days", 2 if long else 1, advice)


def _dose(dose: float | None, asked: list[Planned], now: datetime, rules: EngagementRules) -> Reason | None:
    played = max((one.done_at for one in asked if one.kind == "session" and one.done_at), default=None)
    if dose is None or dose >= rules.low_dose or played is None or (now - played).days > rules.dose_days:
        return None
    says = f"{dose:.0%} of the exercise was delivered"
    return Reason("dose", says, 1, "Ask whether the device, the place or the time fits.")


def _names(several: list[Planned]) -> str:
    named = ", ".join(one.title for one in several[:NAMED])
    return f"{named} and {len(several) - NAMED} more" if len(several) > NAMED else named
