"""Laws of the data sets over random studies: values missing, visits late, people without infusions, nobody at all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daybreak.analysis.datasets.association import association_rows
from daybreak.analysis.datasets.exposure import exposure_rows
from daybreak.analysis.datasets.guesses import guess_rows
from daybreak.analysis.datasets.outcomes import outcome_rows
from daybreak.analysis.datasets.response import relapse_rows
from daybreak.analysis.datasets.safety import alert_rows, event_counts, event_rows, term_counts
from daybreak.analysis.export import Export
from daybreak.analysis.flow import flow_of

INFUSED = datetime(2026, 3, 2, 12, tzinfo=UTC)
VISITS = {"baseline": -2, "day-1": 1, "day-5": 5, "day-12": 12, "day-21": 21, "day-30": 30}
STATUSES = ("screening", "declined", "enrolled", "infused", "completed")


@dataclass(frozen=True)
class Someone:
    """A random person: how far they came, and what was measured when, counted in days from the infusion."""

    status: str
    arm: int
    left: str | None
    measured: dict[str, tuple[int, float]]
    dose: tuple[float, ...]


@st.composite
def someone(draw: st.DrawFn) -> Someone:
    measured = {}
    for visit, day in VISITS.items():
        if draw(st.booleans()):
            measured[visit] = (draw(st.integers(0, 60)), day + draw(st.floats(-0.4, 2.4)))
    return Someone(
        draw(st.sampled_from(STATUSES)),
        draw(st.integers(0, 2)),
        draw(st.sampled_from((None, None, "training", "follow-up", "data"))),
        measured,
        tuple(draw(st.lists(st.floats(0, 1), max_size=8))),
    )


def study_of(template: Export, people: list[Someone]) -> Export:
    """Return an export of these people, with the columns of a real one."""
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in template.files}
    for number, person in enumerate(people):
        code = f"P-{number}" if person.left != "data" else None
        is_in = person.status in ("enrolled", "infused", "completed")
        arm = template.groups[person.arm] if is_in else None
        who = {"participant": code, "site": None if code is None else "here"}
        rows["participants"].append(
            who | {"participation": person.status, "arm": arm, "left_scope": person.left, "lost": False}
        )
        if code and person.status in ("infused", "completed"):
            times = {"infusion_began_at": INFUSED - timedelta(minutes=40), "infusion_ended_at": INFUSED}
            rows["infusions"].append(who | {"infusion_number": 1, "volume_ml": 50.0} | times)
            for session, dose in enumerate(person.dose, 1):
                rows["sessions"].append(who | {"session": session, "state": "completed", "delivered_dose": dose})
        for visit, (value, day) in person.measured.items() if code and is_in else ():
            form = who | {"visit": visit, "instrument": "madrs", "entry": 1, "rater": 1}
            rows["scores"].append(form | {"score": "total", "points": float(value)})
            rows["forms"].append(form | {"form_late": False, "form_state": "complete"})
            rows["visits"].append(
                who | {"visit": visit, "visit_day": max(0, VISITS[visit]), "kept_at": INFUSED + timedelta(days=day)}
            )
    tables = {
        name: pl.DataFrame(found, schema=template.table(name).schema, orient="row") for name, found in rows.items()
    }
    return replace(template, _tables=tables)


def with_data(people: list[Someone]) -> dict[str, Someone]:
    found = {f"P-{number}": person for number, person in enumerate(people) if person.left != "data"}
    return {code: one for code, one in found.items() if one.status in ("enrolled", "infused", "completed")}


def base_of(person: Someone) -> int | None:
    value, day = person.measured.get("baseline", (None, 0.0))
    too_late = person.status != "enrolled" and day >= -40 / 1440
    return None if too_late else value


@pytest.mark.evidence("property", "docs/analysis.md")
@settings(max_examples=60, deadline=None)
@given(st.lists(someone(), max_size=6))
def test_outcomes_of_any_study(unblinded: Export, people: list[Someone]) -> None:
    rows = outcome_rows(study_of(unblinded, people), "madrs.total")
    known = with_data(people)
    assert rows.select("participant", "visit").is_duplicated().sum() == 0
    assert rows.height == 5 * len(known)
    for row in rows.to_dicts():
        person = known[row["participant"]]
        value = person.measured.get(row["visit"], (None, None))[0]
        base = base_of(person)
        assert (row["value"], row["baseline"]) == (value, base)
        assert row["change"] == (None if value is None or base is None else value - base)
        assert (row["days"] is None) == (value is None or person.status == "enrolled")


@pytest.mark.evidence("double", "the definition of docs/analysis.md, person by person")
@settings(max_examples=60, deadline=None)
@given(st.lists(someone(), max_size=6), st.integers(1, 3))
def test_relapse_in_any_study(unblinded: Export, people: list[Someone], consecutive: int) -> None:
    rows = relapse_rows(study_of(unblinded, people), "madrs.total", consecutive=consecutive)
    wanted = {}
    for code, person in with_data(people).items():
        base, first = base_of(person), person.measured.get("day-1")
        if person.status == "enrolled" or not base or first is None or first[0] > base / 2:
            continue
        seen = [person.measured[visit] for visit in list(VISITS)[1:] if visit in person.measured]
        is_lost = [value > base / 2 for value, _ in seen]
        runs = [
            at for at in range(1, len(seen)) if all(is_lost[at : at + consecutive]) and at + consecutive <= len(seen)
        ]
        end = seen[runs[0]] if runs else seen[-1]
        wanted[code] = (bool(runs), round(end[1] - first[1], 6))
    found = {row["participant"]: (row["event"], round(row["days"], 6)) for row in rows.to_dicts()}
    assert found.keys() == wanted.keys()
    for code, (event, days) in wanted.items():
        assert found[code][0] is event
        assert found[code][1] == pytest.approx(days, abs=1e-5)


@pytest.mark.evidence("property", "docs/analysis.md")
@settings(max_examples=60, deadline=None)
@given(st.lists(someone(), max_size=6))
def test_exposure_and_flow_of_any_study(unblinded: Export, people: list[Someone]) -> None:
    export = study_of(unblinded, people)
    known = with_data(people)
    for row in exposure_rows(export).to_dicts():
        person = known[row["participant"]]
        doses = person.dose if person.status != "enrolled" else ()
        assert row["dose"] == pytest.approx(sum(doses) / 8)
        assert row["infused"] == (person.status != "enrolled")
    flow = flow_of(export)
    assert flow.everybody.count == len(people)
    assert sum(group.enrolled.count for group in flow.groups) == flow.everybody.find("enrolled").count


def test_a_study_without_anybody_gives_empty_data_sets(unblinded: Export) -> None:
    export = study_of(unblinded, [])
    assert event_counts(export)["people"].to_list() == [0, 0, 0]
    for rows in (
        outcome_rows(export, "madrs.total", with_baseline=True),
        relapse_rows(export, "qids-sr.total"),
        exposure_rows(export),
        event_rows(export),
        term_counts(export),
        alert_rows(export),
        association_rows(export),
        guess_rows(export),
    ):
        assert rows.height == 0
        assert "arm" in rows.columns
