"""The small tables inside `[assumptions]`: courses, scale, entry, dropout, dose, sites, looks, ranges."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from daybreak.core.complaint import Fault, refuse
from daybreak.core.study.values import Key, Real, Share, Table, Whole

Correlation = Annotated[Real, Field(gt=-1, lt=1)]
Positive = Annotated[Real, Field(gt=0)]
NotNegative = Annotated[Real, Field(ge=0)]


class Checked(Table):
    """Base of a table with rules of its own: `_faults` yields what does not fit together."""

    @model_validator(mode="after")
    def _possible(self) -> Self:
        refuse(self._faults())
        return self

    def _faults(self) -> Iterator[Fault]:
        yield from ()


class Correlations(Table):
    """`[assumptions.correlations]`: between two later visits, and between the baseline and a later one."""

    later: Correlation
    """Between any two visits after the first."""
    baseline: Correlation
    """Between the first visit and any later one."""


class RandomSlope(Table):
    """`[assumptions.random_slope]`: each person has a level and a straight line of their own, and noise around it."""

    level_sd: Positive
    """Standard deviation of the levels at the baseline."""
    slope_sd: NotNegative
    """Standard deviation of the slopes, in points a day."""
    correlation: Correlation = 0.0
    """Between level and slope."""
    residual_sd: Positive
    """Standard deviation around a person's own line."""

    def covariance(self, one: float, other: float) -> float:
        """Return the covariance of two values so many days after the baseline; of one value with itself: its variance.

        Noise is added where both days are the same (Laird & Ware, Biometrics 1982;38:963-974).
        """
        crossed = self.correlation * self.level_sd * self.slope_sd * (one + other)
        shared = self.level_sd**2 + crossed + self.slope_sd**2 * one * other
        return shared + (self.residual_sd**2 if one == other else 0.0)


class CourseRules(Table):
    """`[assumptions.course.ARM]`: means told by a few figures."""

    baseline: Real
    """Mean at the first visit."""
    change: Real
    """From the first visit to the second."""
    drift: Real = 0.0
    """Change from then on, in a straight line over time, until `drift_until`."""
    drift_until: Whole | None = None
    """Day on which the drift ends and the mean stays; the day of the last visit if left out."""

    def mean(self, day: float, first: float, last: float) -> float:
        """Return the mean on a day after the baseline; `first` and `last` are the days of the second and last visit."""
        until = last if self.drift_until is None else float(self.drift_until)
        gone = min((day - first) / (until - first), 1.0) if until > first else 0.0
        return self.baseline + self.change + self.drift * gone


class FadeRules(Checked):
    """`[assumptions.fade.ARM]`: the arm's mean moves in a straight line to another arm's, and stays with it."""

    into: Key
    """Arm whose mean it comes to."""
    begin: Whole
    """Last day of the arm's own mean."""
    end: Whole
    """Day from which nothing is left of the difference."""

    def left(self, day: float) -> float:
        """Return which share of the difference is left on a day."""
        return min(max((self.end - day) / (self.end - self.begin), 0.0), 1.0)

    def _faults(self) -> Iterator[Fault]:
        if self.end <= self.begin:
            yield Fault(("end",), f"write a day after {self.begin}, when the fade begins")


class ScaleRules(Checked):
    """`[assumptions.scale]`: the values a score can take; values are rounded to it and cut at its ends."""

    low: Real
    """Lowest value."""
    high: Real
    """Highest value."""
    step: NotNegative = 1.0
    """From one value to the next; 0 rounds nothing."""

    def has(self, value: float) -> bool:
        """Return whether a score can take this value."""
        whole = not self.step or abs((value - self.low) / self.step - round((value - self.low) / self.step)) < 1e-9
        return self.low <= value <= self.high and whole

    def _faults(self) -> Iterator[Fault]:
        if self.high <= self.low:
            yield Fault(("high",), f"write more than {self.low:g}, the lowest value")
        elif not self.has(self.high):
            yield Fault(("step",), "a whole number of steps must lead from low to high")


class EntryRules(Checked):
    """`[assumptions.entry]`: who comes in by the baseline; means and spread are those of the people who do."""

    least: Real | None = None
    """Lowest baseline with which somebody enters."""
    most: Real | None = None
    """Highest baseline with which somebody enters, in place of `least`."""

    def room(self, mean: float) -> float:
        """Return how far a mean lies inside the limit; below zero if outside."""
        return mean - self.least if self.least is not None else (self.most or 0.0) - mean

    def _faults(self) -> Iterator[Fault]:
        if (self.least is None) == (self.most is None):
            yield Fault(("least",), "write either least or most")


class DropoutBy(Table):
    """`[assumptions.dropout_by]`: by how much a value, against the arm's mean, makes leaving likelier."""

    seen: Real = 0.0
    """Log odds for each point of the last value that was seen (missing at random)."""
    unseen: Real = 0.0
    """Log odds for each point of the value that is not seen any more (missing not at random)."""


class DoseRules(Table):
    """`[assumptions.dose]`: how delivered doses differ between people, and what they do."""

    spread: dict[Key, Positive] = {}
    """For each arm the standard deviation of the delivered dose, which then follows a beta distribution."""
    effect: dict[Key, Real] = {}
    """For each arm the points by which a full dose, against none, moves the last visit; before it, by the time gone."""
    of_means: Share | None = None
    """Dose to which the means belong; each arm's mean dose if left out."""


class SiteSpread(Table):
    """`[assumptions.sites]`: how many sites there are and how they differ."""

    count: Annotated[Whole, Field(ge=1, le=1000)] | None = None
    """How many; those of the study file if left out, or one."""
    sd: NotNegative = 0.0
    """Standard deviation of what a site adds to all values after the baseline."""


class LookRules(Checked):
    """`[assumptions.looks]`: interim analyses."""

    fractions: tuple[Annotated[Share, Field(gt=0)], ...] = Field(min_length=2, max_length=20)
    """Shares of the people after which the study is looked at; the last is 1."""
    spending: Literal["obrien-fleming", "pocock"] = "obrien-fleming"
    """How the error is spent over the looks, by Lan and DeMets' functions."""

    def _faults(self) -> Iterator[Fault]:
        for place, (before, after) in enumerate(pairwise(self.fractions), start=1):
            if after <= before:
                yield Fault(("fractions", place), f"write more than {before:g}; looks stand in order of time")
        if self.fractions[-1] != 1:
            yield Fault(("fractions", len(self.fractions) - 1), "write 1.0: the last look is at everybody")


class RangeRules(Checked):
    """`[[assumptions.ranges]]`: a figure that is not known well: some values, a normal or a uniform distribution."""

    of: Literal["effect", "spread", "dropout", "dose", "fade"]
    """What varies, as docs/simulation.md defines it: a factor of the differences between arms, of standard deviations,
    of the hazards of leaving; the mean dose; the share of the differences that is gone at the last visit."""
    values: tuple[NotNegative, ...] = ()
    """Values to try, each as likely as the other."""
    mean: Real | None = None
    """Of a normal distribution."""
    sd: Positive | None = None
    """Of a normal distribution."""
    low: Real | None = None
    """Of a uniform distribution."""
    high: Real | None = None
    """Of a uniform distribution."""

    def _faults(self) -> Iterator[Fault]:
        normal, uniform = (self.mean, self.sd), (self.low, self.high)
        given = [bool(self.values), any(one is not None for one in normal), any(one is not None for one in uniform)]
        if sum(given) != 1 or (given[1] and None in normal) or (given[2] and None in uniform):
            yield Fault(("values",), "write either values, or mean and sd, or low and high")
        elif self.low is not None and self.high is not None and self.high <= self.low:
            yield Fault(("high",), f"write more than {self.low:g}, the lower end")
