from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from daybreak.core.resume import Resume, resume_point
from daybreak.core.study import TrainingRules

NOW = datetime(2026, 6, 2, 9, tzinfo=UTC)
RULES = {rule: TrainingRules(pack="self-worth", after_that=rule) for rule in ("restart", "resume", "keep")}
LATE = NOW - timedelta(minutes=31)


def test_a_session_never_begun_begins_with_the_first_round() -> None:
    assert resume_point(0, None, NOW, RULES["restart"]) == Resume(0, "fresh")


@pytest.mark.parametrize("rule", RULES)
def test_within_half_an_hour_it_goes_on_at_the_last_border(rule: str) -> None:
    assert resume_point(5, NOW - timedelta(minutes=30), NOW, RULES[rule]) == Resume(5, "resumed")


def test_with_no_round_ended_it_begins_afresh() -> None:
    assert resume_point(0, NOW - timedelta(minutes=2), NOW, RULES["restart"]) == Resume(0, "fresh")


def test_later_the_study_file_decides() -> None:
    assert resume_point(5, LATE, NOW, RULES["restart"]) == Resume(0, "fresh", "restarted")
    assert resume_point(5, LATE, NOW, RULES["resume"]) == Resume(5, "resumed", "resumed-late")
    assert resume_point(5, LATE, NOW, RULES["keep"]) is None
