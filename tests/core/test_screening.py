"""Who may take part."""

from __future__ import annotations

from datetime import date

import pytest

from daybreak.core.screening import judge
from daybreak.core.study import Criterion

CRITERIA = (
    Criterion(key="age", ask="Age", kind="whole", rule="18 <= age <= 60", says="From 18 to 60 years."),
    Criterion(key="safe", ask="Safe", kind="yes-no", rule="safe == yes or age < 40", says="Must be safe."),
    Criterion(key="sex", ask="Sex", kind="choice", choices=("female", "male")),
)


@pytest.mark.parametrize(
    ("answers", "missing", "failed"),
    [
        ({}, ("age", "safe", "sex"), ()),
        ({"age": 17}, ("safe", "sex"), ("age",)),
        ({"age": None, "safe": False, "sex": "male"}, ("age",), ()),
        ({"age": 50, "safe": False, "sex": "male"}, (), ("safe",)),
        ({"age": 61, "safe": False, "sex": "male"}, (), ("age", "safe")),
        ({"age": 39, "safe": False, "sex": "male"}, (), ()),
        ({"age": 18, "safe": True, "sex": "female", "more": 1}, (), ()),
    ],
)
def test_answers_are_judged_by_the_rules(
    answers: dict[str, object], missing: tuple[str, ...], failed: tuple[str, ...]
) -> None:
    verdict = judge(CRITERIA, answers)
    assert (verdict.missing, verdict.failed) == (missing, failed)
    assert verdict.is_eligible == (not missing and not failed)


def test_a_date_is_judged_as_one() -> None:
    born = Criterion(
        key="date-of-birth", ask="Born", kind="date", rule='date-of-birth <= "2008-01-01"', says="Must be grown up."
    )
    assert judge([born], {"date-of-birth": date(1990, 5, 1)}).is_eligible
    assert judge([born], {"date-of-birth": date(2010, 5, 1)}).failed == ("date-of-birth",)


def test_a_study_without_questions_takes_everybody() -> None:
    assert judge([], {}).is_eligible
