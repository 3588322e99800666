"""The golden plan is what the plan maker makes, and holds every kind of round that a player must know."""

from __future__ import annotations

from pathlib import Path

from daybreak.core.plan import TrainingPlan
from scripts.write_contract import golden_plan

GOLDEN = (Path(__file__).parent / "plan-en.json").read_text(encoding="utf-8")


def test_the_golden_plan_is_up_to_date() -> None:
    assert golden_plan() == GOLDEN


def test_the_golden_plan_has_every_task_practised_and_played() -> None:
    plan = TrainingPlan.model_validate_json(GOLDEN)
    assert {(part.task, part.practice) for part in plan.rounds} == {
        (task, practice) for task in ("masked-words", "visible-words", "faces") for practice in (True, False)
    }
    assert {asset.kind for asset in plan.assets} == {"word", "picture"}
