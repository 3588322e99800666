"""Classification of adverse events, dates not known to the day, and the clocks of reports."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daybreak.core.harms import (
    CRITERIA,
    EXPECTED,
    RELATED,
    REPORTS,
    SENTENCES,
    Course,
    Harm,
    HarmError,
    RoughDate,
    check_course,
    owed_reports,
)
from daybreak.core.study import HarmRules

NOW = datetime(2026, 6, 10, 12, tzinfo=UTC)
RULES = HarmRules()
COURSE = Course(RoughDate(2026, 6, 3), None, "ongoing", (), NOW - timedelta(days=2))
DAY = timedelta(days=1)

harms = st.builds(
    Harm,
    criteria=st.lists(st.sampled_from(list(CRITERIA)), unique=True).map(tuple),
    expected=st.sampled_from(["", *EXPECTED]),
    drug=st.sampled_from(["", *RELATED]),
    training=st.sampled_from(["", *RELATED]),
)


def due(harm: Harm, rules: HarmRules = RULES) -> dict[str, timedelta]:
    return {one.kind: one.due_at - NOW for one in owed_reports(harm, rules, NOW)}


@pytest.mark.evidence("reference", "ICH E2A (1994), sections II.B and III.B: 7 days, 8 more, 15 days")
@pytest.mark.parametrize(
    ("harm", "expected"),
    [
        (Harm(), {}),
        (Harm((), "unexpected", "definite", "definite"), {}),
        (Harm(("hospital",), "expected", "definite", "definite"), {"sponsor": DAY}),
        (Harm(("hospital",), "unexpected", "unlikely", "unrelated"), {"sponsor": DAY}),
        (Harm(("hospital",), "unexpected", "possible", "unrelated"), {"sponsor": DAY, "authority": 15 * DAY}),
        (Harm(("important",), "unexpected", "unrelated", "probable"), {"sponsor": DAY, "authority": 15 * DAY}),
        (
            Harm(("death",), "unexpected", "possible", "unrelated"),
            {"sponsor": DAY, "authority-first": 7 * DAY, "authority-complete": 15 * DAY},
        ),
        (
            Harm(("hospital", "life-threatening")),
            {"sponsor": DAY, "authority-first": 7 * DAY, "authority-complete": 15 * DAY},
        ),
    ],
)
def test_reports_are_due_by_the_rules_for_serious_unexpected_and_related_events(
    harm: Harm, expected: dict[str, timedelta]
) -> None:
    assert due(harm) == expected


@given(harms)
def test_only_serious_events_have_clocks_and_the_sponsor_hears_of_each(harm: Harm) -> None:
    assert ("sponsor" in due(harm)) == harm.is_serious
    assert set(due(harm)) <= set(REPORTS)


@given(harms, st.sampled_from(["expected", "drug", "training"]))
def test_what_is_not_judged_yet_never_hides_a_clock(harm: Harm, name: str) -> None:
    judged, unjudged = due(harm), due(replace(harm, **{name: ""}))  # type: ignore[arg-type]
    assert judged.items() <= unjudged.items()


@given(harms, st.sampled_from(list(CRITERIA)))
def test_a_further_criterion_never_makes_a_first_report_due_later(harm: Harm, more: str) -> None:
    def first(found: dict[str, timedelta]) -> list[timedelta]:
        return sorted(span for kind, span in found.items() if kind in ("authority", "authority-first"))

    before, after = due(harm), due(replace(harm, criteria=(*harm.criteria, more)))
    assert "sponsor" in after
    assert all(early <= late for early, late in zip(first(after), first(before), strict=False))
    assert len(first(after)) >= len(first(before))


@given(harms, st.integers(1, 1000), st.integers(1, 30), st.integers(0, 30))
def test_clocks_follow_the_study_file_and_move_with_the_moment(harm: Harm, hours: int, fatal: int, more: int) -> None:
    rules = HarmRules(
        report_within=timedelta(hours=hours), fatal_within=fatal * DAY, unexpected_within=(fatal + more) * DAY
    )
    owed = owed_reports(harm, rules, NOW)
    later = owed_reports(harm, rules, NOW + DAY)
    assert [one.due_at + DAY for one in owed] == [one.due_at for one in later]
    assert [one.due_at for one in owed] == sorted(one.due_at for one in owed)
    assert all(one.due_at == NOW + timedelta(hours=hours) for one in owed if one.kind == "sponsor")


def test_a_study_can_count_unlikely_as_related() -> None:
    harm = Harm(("hospital",), "unexpected", "unlikely", "unrelated")
    assert "authority" in due(harm, HarmRules(related=("unlikely", "possible", "probable", "definite")))


def test_an_event_is_judged_once_nothing_is_left_open() -> None:
    assert Harm((), "expected", "unrelated", "possible").is_judged
    assert not Harm((), "expected", "unrelated").is_judged


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.sampled_from([4, 7, 10]))
def test_a_rough_date_holds_every_day_it_may_be(day: date, known: int) -> None:
    text = day.isoformat()[:known]
    rough = RoughDate.read(text)
    assert rough is not None
    assert rough.first <= day <= rough.last
    assert rough.first.isoformat()[:known] == rough.last.isoformat()[:known] == text
    assert rough.is_exact == (rough.first == rough.last)


def test_a_rough_date_is_said_as_far_as_it_is_known() -> None:
    assert [RoughDate.read(text).said() for text in ("2026-06-03", "2026-06", "2026")] == [  # type: ignore[union-attr]
        "3 Jun 2026",
        "Jun 2026",
        "2026",
    ]
    assert RoughDate.read("") is None


@pytest.mark.parametrize("text", ["June", "2026-6", "2026-13", "2026-02-30", "0000", "20260603", "2026-06-03T10:00"])
def test_what_is_no_date_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(HarmError, match="no date") as caught:
        RoughDate.read(text)
    assert caught.value.code == "harm-date"


IMPOSSIBLE = {
    "harm-in-future": {"onset": RoughDate(2026, 7)},
    "harm-backwards": {"ended": RoughDate(2026, 6, 2), "outcome": "recovered"},
    "harm-ended": {"ended": RoughDate(2026, 6, 4)},
    "harm-fatal": {"outcome": "fatal"},
    "harm-known": {"known_at": NOW - timedelta(days=9)},
    "harm-serious": {"criteria": ("hospital",), "serious_at": NOW - timedelta(days=3)},
}


@pytest.mark.parametrize(("code", "wrong"), IMPOSSIBLE.items())
def test_what_cannot_be_is_refused_with_its_reason(code: str, wrong: dict[str, object]) -> None:
    with pytest.raises(HarmError) as caught:
        check_course(replace(COURSE, **wrong), NOW, NOW.date())  # type: ignore[arg-type]
    assert caught.value.code == code
    assert str(caught.value) == " ".join(SENTENCES[code])


def test_a_death_without_its_outcome_and_a_future_knowledge_are_refused_too() -> None:
    for wrong in ({"criteria": ("death",)}, {"known_at": NOW + timedelta(minutes=1)}):
        with pytest.raises(HarmError):
            check_course(replace(COURSE, **wrong), NOW, NOW.date())


@pytest.mark.parametrize(
    "fine",
    [
        {},
        {"onset": None},
        {"onset": RoughDate(2026)},
        {"onset": RoughDate(2026, 6), "ended": RoughDate(2026, 6, 1), "outcome": "recovered"},
        {"criteria": ("death",), "outcome": "fatal", "ended": RoughDate(2026, 6, 9), "serious_at": NOW},
    ],
)
def test_what_may_be_is_taken(fine: dict[str, object]) -> None:
    check_course(replace(COURSE, **fine), NOW, NOW.date())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"report_within": "0h"}, "write some time"),
        ({"fatal_within": "20d"}, "a death cannot wait longer"),
        ({"related": ["unrelated"]}, "cannot count as related"),
        ({"related": []}, "at least 1 item"),
    ],
)
def test_clocks_that_make_no_sense_are_refused(wrong: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        HarmRules.model_validate(wrong)
