"""Alerts that could never call anybody are refused; those that could are not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daybreak.core.instruments import INSTRUMENTS, Item
from daybreak.core.rule import Rule
from daybreak.core.study import AlertRules
from daybreak.core.study.measures import alert_faults

CHOSEN = [
    (key, item) for key, each in INSTRUMENTS.items() for item in each.items if item.choices or item.kind == "yes-no"
]


def said(**rule: Any) -> list[str]:
    alert = AlertRules.model_validate(
        {"key": "it", "tell": ["investigator"], "acknowledge_within": "1d", **rule},
    )
    return [
        fault.says for fault in alert_faults(("alerts", 0, *(("worsens", "score") if alert.worsens else ())), alert)
    ]


@pytest.mark.parametrize(
    ("when", "says"),
    [
        ("madrs.suicidal_thoughts >= 7", "'madrs.suicidal_thoughts' can never be 7; its answers are 0 to 6"),
        ("madrs.suicidal_thoughts > 6", "no answers ever make this true; the answers to 'madrs.suicidal_thoughts' are"),
        ("c-ssrs.thoughts >= 1", "'c-ssrs.thoughts' can never be 1; its answers are yes or no"),
        ('c-ssrs.risk == "high"', "'c-ssrs.risk' can never be \"high\"; its answers are 0 to 3"),
        ("phq-9.total == yes", "'phq-9.total' can never be yes; its answers are 0 to 27"),
        ("madrs.total", "no answers ever make this true"),
        ("madrs.total >= 30 and madrs.total < 20", "no answers ever make this true"),
        ("treatment-changes.what == 3", "'treatment-changes.what' can never be 3; its answers are texts"),
        ("treatment-changes.since > 20260101", "its answers are dates, written as texts"),
        ("madrs.mood >= 3", "'madrs' has no 'mood'; it has: apparent_sadness, "),
        ("iat.d > 0", "'iat' has no 'd'; it has: nothing a rule can ask for"),
    ],
)
def test_a_rule_that_can_never_hold_is_refused(when: str, says: str) -> None:
    (fault,) = said(when=when)
    assert says in fault


@pytest.mark.parametrize(
    "when",
    [
        "c-ssrs.thoughts",
        "c-ssrs.intent == yes or c-ssrs.plan == yes",
        "not c-ssrs.thoughts == no",
        "c-ssrs.risk in [2, 3]",
        "phq-9.total > 3 and phq-9.total < 4",
        "madrs.total >= qids-sr.total",
        "madrs.suicidal_thoughts != 6",
        'treatment-changes.since > "2026-01-01"',
        'treatment-changes.what == "stopped"',
        " and ".join(f"qids-sr.{item.key} == 2" for item in INSTRUMENTS["qids-sr"].items[:10]),
    ],
)
def test_a_rule_that_can_hold_is_taken(when: str) -> None:
    assert said(when=when) == []


@given(
    chosen=st.sampled_from(CHOSEN),
    sign=st.sampled_from(["<", "<=", "==", "!=", ">=", ">"]),
    value=st.sampled_from(["yes", "no", *(str(number) for number in range(-1, 9))]),
)
def test_a_comparison_is_taken_only_if_some_answer_makes_it_true(
    chosen: tuple[str, Item], sign: str, value: str
) -> None:
    key, item = chosen
    rule = f"{key}.{item.key} {sign} {value}"
    answers = [choice.value for choice in item.choices] or [True, False]
    holds = any(Rule.parse(rule).holds({f"{key}.{item.key}": answer}) for answer in answers)
    if not said(when=rule):
        assert holds
    elif holds:  # true of every answer, such as `<= 9` where 6 is the most
        assert all(Rule.parse(rule).holds({f"{key}.{item.key}": answer}) for answer in answers)


@pytest.mark.parametrize(
    ("worsens", "says"),
    [
        ({"score": "self-worth.total", "by": 5.0}, "of 'self-worth.total' more is better; write worse = \"lower\""),
        ({"score": "madrs.total", "by": 5.0, "worse": "lower"}, 'less is better; write worse = "higher"'),
        ({"score": "madrs.total", "by": 61.0}, "goes from 0 to 60 and never changes by 61"),
        ({"score": "c-ssrs.thoughts", "by": 1.0}, "is no number, so it cannot get worse by some"),
        ({"score": "madrs.mood", "percent": 30.0}, "'madrs' has no 'mood'"),
    ],
)
def test_what_cannot_get_worse_in_that_way_is_refused(worsens: dict[str, Any], says: str) -> None:
    (fault,) = said(worsens=worsens)
    assert says in fault


@pytest.mark.parametrize(
    "worsens",
    [
        {"score": "self-worth.total", "by": 5.0, "worse": "lower"},
        {"score": "qids-sr.total", "by": 6.0},
        {"score": "phq-9.suicidal_thoughts", "by": 1.0},
        {"score": "madrs.total", "percent": 30.0},
    ],
)
def test_what_can_get_worse_is_taken(worsens: dict[str, Any]) -> None:
    assert said(worsens=worsens) == []
