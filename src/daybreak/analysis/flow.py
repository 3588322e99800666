"""The CONSORT flow of an export, whole and by group: counted by the one tree of `core/consort.py`, so that it adds up.

CONSORT 2025 (Hopewell and others, BMJ 2025;389:e081123) asks for each group how many were allocated, were given what
was planned, were lost or left and why, and were analysed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from daybreak.analysis.export import Export
from daybreak.core.consort import MILESTONES, Box, PersonFacts, consort_flow
from daybreak.core.participation import ALLOCATED, Scope, Status


@dataclass(frozen=True)
class GroupFlow:
    """One group: the boxes from the allocation on, and of how many allocated people data were analysed or not."""

    arm: str
    enrolled: Box
    analysed: int | None = None

    @property
    def not_analysed(self) -> int | None:
        """How many were allocated and not analysed; None if it was not asked."""
        return None if self.analysed is None else self.enrolled.count - self.analysed


@dataclass(frozen=True)
class Flow:
    """Everybody, from the first question on, and each group from the allocation on."""

    everybody: Box
    groups: tuple[GroupFlow, ...]

    def group(self, arm: str) -> GroupFlow:
        """Return the flow of a group.

        Raises:
            KeyError: there is none.
        """
        return {group.arm: group for group in self.groups}[arm]

    def to_polars(self) -> pl.DataFrame:
        """Return one row a box: `group` (empty for everybody), `key`, `says`, `depth` and `count`."""
        rows = list(_rows("", self.everybody))
        for group in self.groups:
            rows += _rows(group.arm, group.enrolled)
            if group.analysed is not None:
                rows.append((group.arm, "analysed", "analysed", 0, group.analysed))
                rows.append((group.arm, "not-analysed", "not analysed", 0, group.enrolled.count - group.analysed))
        return pl.DataFrame(rows, schema=["group", "key", "says", "depth", "count"], orient="row")


def flow_of(export: Export, milestones: Sequence[int] = MILESTONES, analysed: Collection[str] | None = None) -> Flow:
    """Return the flow of an export.

    Args:
        export: the export.
        milestones: study days that the follow-up is told by, ascending.
        analysed: codes of the people whose data an analysis used; left out, nothing is said of it.

    Raises:
        ExportError: somebody is enrolled and in no group.
    """
    people = list(zip(*_facts(export), strict=True))
    allocated = [(code, arm, facts) for code, arm, facts in people if facts.status in ALLOCATED]
    groups = []
    for name in export.groups:
        own = [(code, facts) for code, arm, facts in allocated if arm == name]
        enrolled = consort_flow((facts for _, facts in own), milestones).find("enrolled")
        count = None if analysed is None else sum(code in analysed for code, _ in own if code)
        groups.append(GroupFlow(name, enrolled, count))
    return Flow(consort_flow((facts for _, _, facts in people), milestones), tuple(groups))


def _facts(export: Export) -> tuple[list[str | None], list[str | None], list[PersonFacts]]:
    """Return code, group and facts of everybody; whoever withdrew their data has no code."""
    says = {criterion.key: criterion.says or criterion.ask for criterion in export.study.eligibility}
    began = set(export.table("sessions").filter(pl.col("started_at").is_not_null())["participant"])
    kept = export.table("visits").filter(pl.col("kept_at").is_not_null())
    seen = dict(kept.group_by("participant").agg(pl.col("visit_day").max().fill_null(0)).iter_rows())
    people = export.people()
    facts = []
    for row in people.iter_rows(named=True):
        failed = (row["excluded_for"] or "").partition(" ")[0]
        facts.append(
            PersonFacts(
                status=Status(row["participation"]),
                excluded_for=says.get(failed, failed),
                began_training=row["participant"] in began,
                seen_until_day=seen.get(row["participant"], 0),
                left=Scope(row["left_scope"]) if row["left_scope"] else None,
                lost=bool(row["lost"]),
            )
        )
    return people["participant"].to_list(), people["arm"].to_list(), facts


def _rows(group: str, box: Box, depth: int = 0) -> Iterator[tuple[str, str, str, int, int]]:
    yield group, box.key, box.says, depth, box.count
    for split in box.splits:
        for part in split:
            yield from _rows(group, part, depth + 1)
