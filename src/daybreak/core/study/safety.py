"""`[[alerts]]` and `[on_call]`: which answers, changes and silences call somebody, and when somebody watches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Literal, Self

from pydantic import Field, model_validator

from daybreak.core.complaint import Fault, refuse
from daybreak.core.rule import Rule
from daybreak.core.study.values import Hour, Key, Real, RuleText, Span, Table

Told = Literal["coordinator", "rater", "investigator", "monitor", "administrator"]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WORKING: tuple[Day, ...] = DAYS[:5]


class Worsening(Table):
    """`worsens`: a score that got worse by so much."""

    score: str = Field(max_length=80)
    """Instrument, dot, score: `qids-sr.total`."""
    by: Real | None = Field(None, gt=0)
    """By how many points."""
    percent: Real | None = Field(None, gt=0, le=1000)
    """By how many per cent of the earlier score."""
    against: Literal["baseline", "previous"] = "baseline"
    """The first score there is, or the last one before this."""
    worse: Literal["higher", "lower"] = "higher"
    """Which way is worse."""

    def holds(self, earlier: Sequence[float], score: float | None) -> bool:
        """Return whether `score` is worse by as much as the rule says.

        Args:
            earlier: the person's scores before, in order of time; without one nothing is worse.
            score: the score now; None if it cannot be computed.
        """
        if score is None or not earlier:
            return False
        before = earlier[0] if self.against == "baseline" else earlier[-1]
        change = score - before if self.worse == "higher" else before - score
        if self.by is not None and change < self.by:
            return False
        return self.percent is None or (change > 0 and change * 100 >= self.percent * abs(before))


class Silence(Table):
    """`silent`: that nothing came for so long."""

    about: Literal["self-report", "visit", "session"]
    """What did not come: a person's own report, a visit to the clinic, or a training session."""
    after: Span
    """How long after its window closed."""


class AlertRules(Table):
    """`[[alerts]]`: what must not wait. Says one of `when`, `worsens` and `silent`. The rule never knows the arm."""

    key: Key
    """Name of the alert."""
    when: RuleText = Field("", min_length=0)
    """A rule over answers: instrument, dot, item or score."""
    worsens: Worsening | None = None
    """Or a score that got worse."""
    silent: Silence | None = None
    """Or that nothing came for long."""
    tell: tuple[Told, ...] = Field(min_length=1)
    """Roles at the person's site that are told at once."""
    acknowledge_within: Span
    """How long they have to say that they know."""
    then_tell: tuple[Told, ...] = ()
    """Roles that are told, one after the other, if nobody did."""

    @property
    def names(self) -> frozenset[str]:
        """The answers and scores the alert looks at."""
        if self.worsens:
            return frozenset({self.worsens.score})
        return Rule.parse(self.when).names if self.when else frozenset()

    @property
    def instruments(self) -> tuple[str, ...]:
        """The instruments whose answers the alert looks at, sorted."""
        return tuple(sorted({name.partition(".")[0] for name in self.names}))

    @property
    def says(self) -> str:
        """The rule as people read it."""
        if self.worsens:
            return _said_worsening(self.worsens)
        if self.silent:
            return f"no {self.silent.about} for {_said_span(self.silent.after)} after its window"
        return self.when

    def fires(self, answers: Mapping[str, object], earlier: Mapping[str, Sequence[float]] | None = None) -> bool:
        """Return whether these answers call somebody; what was not answered calls nobody.

        Args:
            answers: name to answer or score, such as `madrs.suicidal_thoughts` or `qids-sr.total`.
            earlier: name of a score to the person's earlier ones, in order of time.
        """
        if self.worsens:
            score = answers.get(self.worsens.score)
            known = float(score) if isinstance(score, int | float) else None
            return self.worsens.holds((earlier or {}).get(self.worsens.score, ()), known)
        return bool(self.when) and Rule.parse(self.when).holds(answers)

    @model_validator(mode="after")
    def _possible(self) -> Self:
        refuse(self._faults())
        return self

    def _faults(self) -> Iterator[Fault]:
        kinds = [name for name in ("when", "worsens", "silent") if getattr(self, name)]
        if len(kinds) != 1:
            yield Fault(("when",), "write one of when, worsens and silent: what calls somebody")
        for name in sorted(self.names):
            if "." not in name:
                place = ("worsens", "score") if self.worsens else ("when",)
                yield Fault(place, f"'{name}' names no item; write instrument and item, as in {name}.total")
        if self.worsens and self.worsens.by is None and self.worsens.percent is None:
            yield Fault(("worsens",), "write by how much: by = 6 for points, or percent = 30")
        if self.silent and not self.silent.after:
            yield Fault(("silent", "after"), 'write some time, such as "7d"')
        if not self.acknowledge_within:
            yield Fault(("acknowledge_within",), 'write some time, such as "30min"')


class WatchRules(Table):
    """Hours in which somebody watches, on the site's own clock."""

    days: tuple[Day, ...] = WORKING
    """Days on which somebody watches."""
    hours: tuple[Hour, Hour] | None = None
    """From when to when; left out, nobody watches."""
    closed: tuple[date, ...] = ()
    """Dates on which nobody does, such as holidays."""

    def watched(self, local: datetime) -> bool:
        """Return whether somebody watches at this moment of the site's own clock."""
        if self.hours is None or local.date() in self.closed or DAYS[local.weekday()] not in self.days:
            return False
        return self.hours[0] <= local.time() < self.hours[1]

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.hours and self.hours[1] <= self.hours[0]:
            refuse([Fault(("hours",), 'the second must be later than the first, such as ["09:00", "17:00"]')])
        return self


class OnCallRules(WatchRules):
    """`[on_call]`: when somebody at the clinic watches for alerts. Without it nobody does, and people are told so."""

    at: dict[Key, WatchRules] = {}
    """Sites with hours of their own."""

    def of_site(self, site: str) -> WatchRules:
        """Return the hours of a site by its key."""
        return self.at.get(site, self)


def _said_worsening(rule: Worsening) -> str:
    much = [f"{rule.by:g} points" if rule.by is not None else "", f"{rule.percent:g} %" if rule.percent else ""]
    way = "higher" if rule.worse == "higher" else "lower"
    since = "at the beginning" if rule.against == "baseline" else "the time before"
    return f"{rule.score} {' and '.join(part for part in much if part)} {way} than {since}"


def _said_span(span: timedelta) -> str:
    days, rest = divmod(span, timedelta(days=1))
    if not rest:
        return f"{days} day{'' if days == 1 else 's'}"
    return f"{span // timedelta(hours=1)} hours"
