"""The flow of people by CONSORT 2025, from the export's tree of boxes to the drawing."""

from __future__ import annotations

from collections.abc import Collection

from daybreak.analysis.export import POOLED
from daybreak.analysis.figures.flow import FlowBox, FlowFigure, draw_flow
from daybreak.analysis.flow import Flow, GroupFlow, flow_of
from daybreak.analysis.plan.material import Material
from daybreak.analysis.report.parts import Head, Picture, ReportTable, Section, Words
from daybreak.core.consort import Box

MILESTONE = 30


def flow_section(material: Material, analysed: Collection[str]) -> Section:
    """Return the flow of people.

    Args:
        material: the export.
        analysed: codes of the people whose data the primary analysis used.

    Raises:
        ExportError: the boxes do not add up.
    """
    flow = flow_of(material.export, (MILESTONE,), analysed)
    if not material.grouping.compares:
        flow = Flow(flow.everybody, (_together(flow),))
    shown = FlowFigure("flow", _trunk(flow.everybody), tuple(_column(one) for one in flow.groups))
    counts = f"{flow.everybody.count} people were assessed and {flow.everybody.find('enrolled').count} allocated."
    words = Words(f"{counts} The diagram is drawn from the states of all people, and only if every box adds up.")
    picture = Picture("flow", "Flow of people (CONSORT 2025)", draw_flow(shown), "n: number of people.", counts)
    return Section("flow", "Flow of people", (words, picture, _table(flow)))


def _together(flow: Flow) -> GroupFlow:
    """Return one group of everybody, so that an open report tells no letter even where the export does."""
    told = [group.analysed for group in flow.groups if group.analysed is not None]
    return GroupFlow(POOLED, flow.everybody.find("enrolled"), sum(told) if told else None)


def _trunk(everybody: Box) -> tuple[FlowBox, ...]:
    excluded, screening, enrolled = (everybody.find(key) for key in ("excluded", "in-screening", "enrolled"))
    left = [(part.says.rstrip("."), part.count) for split in excluded.splits for part in split if part.count]
    if screening.count:
        left.append((screening.says, screening.count))
    assessed = FlowBox("Assessed for eligibility", everybody.count, "Not allocated" if left else "", tuple(left))
    return assessed, FlowBox("Allocated", enrolled.count)


def _column(group: GroupFlow) -> tuple[FlowBox, ...]:
    """Return a group's boxes: allocated, trained, followed, analysed; the parts of each sum up to it."""
    enrolled = group.enrolled
    infused = enrolled.find("infused")
    title = "All groups" if group.arm == POOLED else f"Allocated to {group.arm}"
    boxes = [
        FlowBox(title, enrolled.count, parts=_parts(enrolled.splits[0])),
        FlowBox("Training", infused.count, parts=_parts(infused.splits[0])),
        FlowBox("Follow-up", infused.count, parts=_parts(infused.splits[1])),
    ]
    if group.analysed is not None:
        parts = (("analysed", group.analysed), ("no value to analyse", group.not_analysed or 0))
        boxes.append(FlowBox("Primary analysis", enrolled.count, parts=parts))
    return tuple(boxes)


def _parts(split: tuple[Box, ...]) -> tuple[tuple[str, int], ...]:
    """Return the parts of a split; one that is split by reason is told by its reasons."""
    found: list[tuple[str, int]] = []
    for part in split:
        reasons = part.splits[0] if part.splits and part.key.startswith("left") else ()
        found += [(f"{part.says}: {reason.says}", reason.count) for reason in reasons]
        if not reasons:
            found.append((part.says, part.count))
    return tuple(found)


def _table(flow: Flow) -> ReportTable:
    heads = (
        Head("group", "Group"),
        Head("key", "Box", csv_only=True),
        Head("says", "Box"),
        Head("count", "People", "count"),
    )
    rows = tuple(
        (group or "everybody", key, (key.replace("-", " ") if ":" in key else says).rstrip("."), count)
        for group, key, says, count in flow.to_polars().select("group", "key", "says", "count").iter_rows()
        if count
    )
    return ReportTable("flow", "Every box of the flow that counts somebody", heads, rows, grouped=1)
