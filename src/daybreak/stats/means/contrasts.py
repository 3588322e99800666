"""Contrasts among means: estimates, limits, families kept together, joint tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from daybreak.core.errors import FitError
from daybreak.stats.means.adjust import ADJUSTMENTS, Adjustment, Family, adjust_family
from daybreak.stats.means.joint import JointTests, joint_of
from daybreak.stats.means.lines import Line, alone, left_open, look_up, write_lines
from daybreak.stats.means.tables import Record, print_table, records
from daybreak.stats.polars_table import polars_table
from daybreak.stats.results import Array, Fitted

if TYPE_CHECKING:
    from daybreak.stats.polars_table import DataFrame


@dataclass(frozen=True)
class Group:
    """The means of one combination of the `by` factors: its levels, and the places of its lines."""

    levels: Mapping[str, str]
    places: tuple[int, ...]


@dataclass(frozen=True)
class Contrasts:
    """Contrasts of one kind (pairwise, reference, custom) within groups; `adjust` says how `p` and limits were kept.

    Families are the groups, or all contrasts at once. `rows` are the linear functions in the whole coding.
    """

    kind: str
    level: float
    adjust: Adjustment
    family: Family
    lines: tuple[Line, ...]
    warnings: tuple[str, ...]
    fit: Fitted = field(repr=False, compare=False)
    rows: Array = field(repr=False, compare=False)

    def adjusted(self, adjust: Adjustment, *, family: Family = "group") -> Contrasts:
        """Return the same contrasts with p values and limits that keep the error of each family.

        `holm` and `hochberg` have no limits of their own; theirs are Bonferroni's, as in emmeans. `tukey` is for all
        pairs of one group. `dunnett` is the single-step multivariate t of the contrasts' own correlations.

        Raises:
            FitError: an unknown adjustment, or Tukey's for contrasts that are not the pairs of one group.
        """
        if adjust not in ADJUSTMENTS or family not in ("group", "all"):
            raise FitError(
                f"There is no adjustment {adjust} by {family}.",
                remedy=f"Take one of {', '.join(ADJUSTMENTS)}, by group or all.",
            )
        if adjust == "tukey" and (self.kind != "pairwise" or (family == "all" and len(self._groups()) > 1)):
            raise FitError(
                "Tukey's adjustment is for all pairs of means of one group.",
                remedy="Take dunnett, holm or bonferroni here.",
            )
        groups = self._groups() if family == "group" else [Group({}, tuple(range(len(self.lines))))]
        lines = list(self.lines)
        for group in groups:
            places = list(group.places)
            known = look_up(self.fit, self.rows[places])
            names = [(lines[place].label, lines[place].levels) for place in places]
            p, critical = adjust_family(self.fit, known, self.rows[places], adjust, self.level)
            for place, line in zip(places, write_lines(names, known, p, critical), strict=True):
                lines[place] = line
        return replace(self, adjust=adjust, family=family, lines=tuple(lines))

    def joint(self) -> JointTests:
        """Return the F test that all contrasts of a group are nil, one for each group.

        Raises:
            FitError: the model cannot tell.
        """
        tests = [(group.levels, self.rows[list(group.places)]) for group in self._groups()]
        return joint_of(self.fit, [(self.kind, levels, rows) for levels, rows in tests])

    def summary(self) -> str:
        """Return the table as text, with what was adjusted and what cannot be estimated."""
        kept = "" if self.adjust == "none" else f"; p and limits by {self.adjust}, family: {self.family}"
        head = f"Contrasts ({self.kind}), {100 * self.level:g} % limits{kept}"
        return "\n".join([head, print_table(self._records()), *self.warnings])

    def to_polars(self) -> DataFrame:
        """Return one polars row a contrast."""
        return polars_table(self._records())

    def to_dict(self) -> dict[str, object]:
        """Return kind, level, adjustment, one record a contrast, and the warnings, for JSON."""
        return {
            "kind": self.kind,
            "level": self.level,
            "adjust": self.adjust,
            "family": self.family,
            "contrasts": self._records(),
            "warnings": list(self.warnings),
        }

    def _records(self) -> list[Record]:
        return records(self.lines, "contrast")

    def _groups(self) -> list[Group]:
        groups: dict[tuple[tuple[str, str], ...], list[int]] = {}
        for place, line in enumerate(self.lines):
            groups.setdefault(tuple(line.levels.items()), []).append(place)
        return [Group(dict(key), tuple(places)) for key, places in groups.items()]


def contrast_table(
    fit: Fitted, kind: str, names: Sequence[tuple[str, Mapping[str, str]]], rows: Array, *, level: float
) -> Contrasts:
    """Return contrasts of the whole coding, each with its label and the levels of its group, none adjusted.

    Raises:
        FitError: a contrast has no standard error.
    """
    known = look_up(fit, rows)
    lines = write_lines(names, known, *alone(known, level))
    return Contrasts(kind, level, "none", "group", lines, left_open(lines, "contrast"), fit, rows)
