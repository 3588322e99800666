"""What `daybreak study show` prints: tables for people, or one set of values for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.table import Table

from daybreak.core.schedule import SessionWindow, training_calendar
from daybreak.core.study import AlertRules, StudyFile, write_span
from daybreak.core.study_table import ScheduleTable, schedule_table
from daybreak.core.study_words import allocation_words

NARROWEST, FIRST = 3, 38
"""Widths of a time's column and of the column that names what is done, in characters."""


def as_values(study: StudyFile, ended: datetime) -> dict[str, Any]:
    """Return study, arms, schedule, training calendar and alerts as plain values."""
    table = schedule_table(study)
    return {
        "study": study.study.model_dump(mode="json"),
        "arms": [arm.model_dump(mode="json") for arm in study.arms],
        "allocation": study.allocation.model_dump(mode="json"),
        "schedule": {
            "columns": [vars(column) for column in table.columns],
            "rows": [vars(row) | {"cells": list(row.cells)} for row in table.rows],
        },
        "training": [
            {"session": one.number, "day": one.day, "opens": one.opens.isoformat(), "closes": one.closes.isoformat()}
            for one in example_sessions(study, ended)
        ],
        "alerts": [alert.model_dump(mode="json") for alert in study.alerts],
    }


def as_tables(study: StudyFile, ended: datetime, width: int) -> Iterator[RenderableType]:
    """Yield what a reader wants to know, in tables no wider than `width`."""
    people = f"{study.study.target} people"
    yield f"[bold]{study.study.title}[/bold] ({study.study.id})"
    yield f"{people}, {allocation_words(study)}"
    yield ""
    yield _arms(study)
    yield ""
    yield from _schedule(schedule_table(study), width)
    yield f"Training after an infusion that ends on {ended:%A %d %B %Y, %H:%M}, each session played when it opens"
    yield _training(study, ended)
    yield ""
    yield _alerts(study.alerts) if study.alerts else "No answer raises an alert."


def example_sessions(study: StudyFile, ended: datetime) -> Sequence[SessionWindow]:
    """Return the training sessions after an imagined infusion, each played as soon as it opens."""
    zone = ended.tzinfo
    assert isinstance(zone, ZoneInfo)  # noqa: S101  made so by the command
    return training_calendar(study.training, ended, zone, {}, ended)


def _arms(study: StudyFile) -> Table:
    table = _table("Arm", "Drug", "Training", "Ratio")
    for arm in study.arms:
        table.add_row(arm.key, arm.drug, arm.version, str(arm.ratio))
    return table


def _schedule(schedule: ScheduleTable, width: int) -> Iterator[RenderableType]:
    """Yield what is done when, times as numbers, in as many bands as the width needs; then what the numbers mean."""
    fit = max(1, (width - FIRST) // NARROWEST)
    for begin in range(0, len(schedule.columns), fit):
        yield _band(schedule, range(begin, min(begin + fit, len(schedule.columns))))
        yield ""
    legend = _table("", "Time", "When", "Window", "By", "How")
    for number, column in enumerate(schedule.columns, 1):
        legend.add_row(str(number), column.title, column.when, column.window, column.by, column.mode)
    yield legend
    yield ""


def _band(schedule: ScheduleTable, columns: range) -> Table:
    table = Table(box=None, header_style="bold", padding=(0, 1, 0, 0))
    table.add_column("", width=FIRST - 1)
    for place in columns:
        table.add_column(str(place + 1), width=NARROWEST - 1, justify="right")
    group = ""
    for row in schedule.rows:
        if row.group != group:
            table.add_row(f"[bold]{row.group}[/bold]")
            group = row.group
        table.add_row(row.title, *(row.cells[place] for place in columns))
    return table


def _training(study: StudyFile, ended: datetime) -> Table:
    table = _table("Session", "Opens", "Closes")
    for one in example_sessions(study, ended):
        opens, closes = (moment.astimezone(ended.tzinfo) for moment in (one.opens, one.closes))
        table.add_row(str(one.number), f"{opens:%a %d %b %H:%M}", f"{closes:%a %d %b %H:%M}")
    for booster in study.training.boosters:
        day = ended + timedelta(days=booster.day)
        table.add_row("booster", f"{day:%a %d %b}", f"{booster.sessions} sessions")
    return table


def _alerts(alerts: Sequence[AlertRules]) -> Table:
    table = _table("Alert when", "Tells", "Within", "Then tells")
    for alert in alerts:
        within = write_span(alert.acknowledge_within)
        table.add_row(alert.says, ", ".join(alert.tell), within, ", ".join(alert.then_tell) or "-")
    return table


def _table(*heads: str) -> Table:
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for head in heads:
        table.add_column(head, overflow="fold")
    return table
