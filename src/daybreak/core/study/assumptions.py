"""`[assumptions]`: what simulation and power assume of the people, the effect, and what gets lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Annotated

from pydantic import Field

from daybreak.core.complaint import Fault
from daybreak.core.study.assumed import (
    Checked,
    Correlation,
    Correlations,
    CourseRules,
    DoseRules,
    DropoutBy,
    EntryRules,
    FadeRules,
    LookRules,
    NotNegative,
    Positive,
    RandomSlope,
    RangeRules,
    ScaleRules,
    SiteSpread,
)
from daybreak.core.study.values import Key, Real, Share

Matrix = tuple[tuple[float, ...], ...]
KINDS = ("correlations", "correlation_matrix", "compound", "autoregressive", "covariance", "random_slope")
WITH_SPREAD = ("covariance", "random_slope")
"""Kinds that hold the standard deviations too."""
LEAST_ROOM = 1.05
"""By how many SDs a mean must lie inside an entry limit; at 1 the normal curve behind it becomes an exponential one."""


class AssumptionRules(Checked):
    """`[assumptions]`: what simulation and power assume; every value is ours, chosen to reproduce published results."""

    outcome: str
    """Instrument, dot, score."""
    visits: tuple[Key, ...] = Field(min_length=2)
    """The visits that the lists below are about, the baseline first."""
    means: dict[Key, tuple[Real, ...]] = {}
    """For each arm the mean at each visit."""
    course: dict[Key, CourseRules] = {}
    """For each arm the means told by a few figures, in place of `means`."""
    fade: dict[Key, FadeRules] = {}
    """For each arm how its mean comes to another's in the end."""
    sd: tuple[Positive, ...] = ()
    """Standard deviation at each visit; left out with `covariance` or `random_slope`."""
    sd_by_arm: dict[Key, tuple[Positive, ...]] = {}
    """For each arm its own standard deviation at each visit after the baseline; correlations stay."""
    correlations: Correlations | None = None
    """Two figures that make the whole matrix."""
    correlation_matrix: tuple[tuple[Real, ...], ...] | None = None
    """The whole matrix, one row a visit."""
    compound: Correlation | None = None
    """One correlation between any two visits."""
    autoregressive: Annotated[Real, Field(ge=0, lt=1)] | None = None
    """Correlation of one visit with the next; with the one after that its square, and so on."""
    covariance: tuple[tuple[Real, ...], ...] | None = None
    """The whole covariance matrix, one row a visit."""
    random_slope: RandomSlope | None = None
    """A straight line for each person."""
    scale: ScaleRules | None = None
    """The values a score can take; any number if left out."""
    entry: EntryRules | None = None
    """Who comes in by the baseline; everybody if left out."""
    dropout: dict[Key, Share] = {}
    """For each arm the share of people without the last visit; 0 for arms left out."""
    hazards: dict[Key, tuple[Share, ...]] = {}
    """For each arm the chance to leave before each later visit, of those still there, in place of `dropout`."""
    dropout_by: DropoutBy | None = None
    """How leaving hangs on values; not at all if left out."""
    gaps: dict[Key, tuple[Share, ...]] = {}
    """For each arm the chance to miss each later visit without leaving."""
    adherence: dict[Key, Share] = {}
    """For each arm the mean delivered dose; 1 for arms left out."""
    dose: DoseRules | None = None
    """How doses differ and what they do; alike and nothing if left out."""
    sites: SiteSpread | None = None
    """Sites and how they differ."""
    rater_sd: NotNegative = 0.0
    """Standard deviation of noise that is added to each rating after the baseline."""
    looks: LookRules | None = None
    """Interim analyses; none if left out."""
    ranges: tuple[RangeRules, ...] = ()
    """What is not known well, for assurance."""

    def matrix(self) -> Matrix:
        """Return the correlation of every visit with every other; nothing where a covariance is given."""
        size, two = len(self.visits), self.correlations
        if self.correlation_matrix is not None:
            return self.correlation_matrix
        if self.compound is not None:
            two = Correlations(later=self.compound, baseline=self.compound)
        if two is not None:
            return _square(size, lambda row, column: two.later if row and column else two.baseline)
        if (next_one := self.autoregressive) is not None:
            return _square(size, lambda row, column: next_one ** abs(row - column))
        return ()

    def covariances(self, days: Sequence[float]) -> Matrix:
        """Return the covariance of every visit with every other, for visits on these days, the baseline first."""
        slope, matrix = self.random_slope, self.matrix()
        if slope is not None:
            since = [day - days[0] for day in days]
            return tuple(tuple(slope.covariance(one, other) for other in since) for one in since)
        if self.covariance is not None:
            return self.covariance
        return tuple(
            tuple(self.sd[row] * self.sd[column] * value for column, value in enumerate(values))
            for row, values in enumerate(matrix)
        )

    def all_means(self, days: Sequence[float]) -> dict[str, tuple[float, ...]]:
        """Return each arm's mean at each visit, for visits on these days, the baseline first; fades included."""
        own = {**self.means, **{arm: _course(course, days) for arm, course in self.course.items()}}
        return {arm: self._faded(arm, own, days) for arm in own}

    def _faded(self, arm: str, own: Mapping[str, tuple[float, ...]], days: Sequence[float]) -> tuple[float, ...]:
        fade = self.fade.get(arm)
        if fade is None:
            return own[arm]
        pairs = zip(own[arm], own[fade.into], days, strict=True)
        return tuple(one if day == days[0] else other + (one - other) * fade.left(day) for one, other, day in pairs)

    def _faults(self) -> Iterator[Fault]:
        size = len(self.visits)
        yield from self._course_faults(size)
        yield from self._loss_faults(size)
        yield from self._scale_faults()
        yield from self._dose_faults()
        spread_faults = tuple(self._spread_faults(size))
        yield from spread_faults
        if not spread_faults:
            yield from self._entry_faults()
        for place, given in enumerate(self.ranges):
            if given.of in [earlier.of for earlier in self.ranges[:place]]:
                yield Fault(("ranges", place, "of"), f"'{given.of}' stands twice; remove one of them")

    def _course_faults(self, size: int) -> Iterator[Fault]:
        for arm, means in self.means.items():
            if len(means) != size:
                yield Fault(("means", arm), f"write {size} means, one for each visit; here are {len(means)}")
        for arm, course in self.course.items():
            if arm in self.means:
                yield Fault(("course", arm), "the arm has means already; write either means or course")
            if course.drift and size == 2:
                yield Fault(("course", arm, "drift"), "there is no visit after the second to drift to; remove it")

    def _loss_faults(self, size: int) -> Iterator[Fault]:
        for table, what in (("hazards", "chances"), ("gaps", "chances"), ("sd_by_arm", "standard deviations")):
            for arm, figures in getattr(self, table).items():
                if len(figures) != size - 1:
                    says = f"write {size - 1} {what}, one for each visit after the first; here are {len(figures)}"
                    yield Fault((table, arm), says)
        for arm in self.hazards:
            if arm in self.dropout:
                yield Fault(("hazards", arm), "the arm has a dropout already; write either dropout or hazards")

    def _scale_faults(self) -> Iterator[Fault]:
        scale, entry = self.scale, self.entry
        if scale is None:
            return
        for arm, means in self.means.items():
            if any(not scale.low <= mean <= scale.high for mean in means):
                yield Fault(("means", arm), f"write means from {scale.low:g} to {scale.high:g}, the ends of the scale")
        for name in ("least", "most") if entry else ():
            limit = getattr(entry, name)
            if limit is not None and not scale.has(limit):
                says = f"write a value of the scale, from {scale.low:g} to {scale.high:g}"
                yield Fault(("entry", name), f"{says} in steps of {scale.step:g}" if scale.step else says)

    def _dose_faults(self) -> Iterator[Fault]:
        for arm, spread in (self.dose.spread if self.dose else {}).items():
            mean = self.adherence.get(arm, 1.0)
            if spread**2 >= mean * (1 - mean):
                most = (mean * (1 - mean)) ** 0.5
                says = f"doses from 0 to 1 with a mean of {mean:g} differ by less than {most:.3g}; write less"
                yield Fault(("dose", "spread", arm), says if most else f"all doses are {mean:g} here; remove it")

    def _spread_faults(self, size: int) -> Iterator[Fault]:
        given = [name for name in KINDS if getattr(self, name) is not None]
        if len(given) != 1:
            yield Fault((given[1] if given else KINDS[0],), f"write one of: {', '.join(KINDS)}")
            return
        kind = given[0]
        if kind in WITH_SPREAD and self.sd:
            yield Fault(("sd",), f"{kind} holds the standard deviations already; remove it")
        if kind not in WITH_SPREAD and len(self.sd) != size:
            yield Fault(("sd",), f"write {size} standard deviations, one for each visit; here are {len(self.sd)}")
        elif kind != "random_slope":
            yield from _matrix_faults(kind, self.covariance or self.matrix(), size)

    def _entry_faults(self) -> Iterator[Fault]:
        if self.entry is None:
            return
        sd = self.covariances([0.0] * len(self.visits))[0][0] ** 0.5
        baselines = {arm: means[0] for arm, means in self.means.items() if means}
        baselines |= {arm: course.baseline for arm, course in self.course.items()}
        for arm, mean in baselines.items():
            if self.entry.room(mean) < LEAST_ROOM * sd:
                table = "means" if arm in self.means else "course"
                says = f"a baseline with a mean of {mean:g} and an SD of {sd:.3g} cannot come from that entry rule; "
                yield Fault((table, arm), f"{says}its mean must lie {LEAST_ROOM * sd:.3g} or more inside the limit")


def _square(size: int, correlation: Callable[[int, int], float]) -> Matrix:
    return tuple(
        tuple(1.0 if row == column else correlation(row, column) for column in range(size)) for row in range(size)
    )


def _course(course: CourseRules, days: Sequence[float]) -> tuple[float, ...]:
    return (course.baseline, *(course.mean(day, days[1], days[-1]) for day in days[1:]))


def _matrix_faults(kind: str, matrix: Matrix, size: int) -> Iterator[Fault]:
    if len(matrix) != size or any(len(row) != size for row in matrix):
        yield Fault((kind,), f"write {size} rows of {size} numbers, one for each visit")
    elif kind != "covariance" and any(matrix[row][row] != 1 for row in range(size)):
        yield Fault((kind,), "each visit's correlation with itself must be 1")
    elif any(matrix[row][column] != matrix[column][row] for row in range(size) for column in range(row)):
        yield Fault((kind,), "the matrix is not symmetric; mirror its halves")
    elif not positive_definite(matrix):
        says = "no data can correlate like this; bring the figures nearer to each other"
        yield Fault((kind,), f"the matrix is not positive definite: {says}" if kind == "covariance" else says)


def positive_definite(matrix: Matrix) -> bool:
    """Return whether a symmetric matrix is positive definite, by whether Cholesky's decomposition can be made."""
    root: list[list[float]] = []
    for row, values in enumerate(matrix):
        made: list[float] = []
        for column in range(row):
            inner = sum(left * right for left, right in zip(made, root[column], strict=False))
            made.append((values[column] - inner) / root[column][column])
        rest = values[row] - sum(value * value for value in made)
        if rest <= 1e-12:
            return False
        root.append([*made, rest**0.5])
    return True
