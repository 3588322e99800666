"""What the page says of the study file, and of a design made from it."""

from __future__ import annotations

from typing import Any

from daybreak.core.study import StudyFile
from daybreak.simulation.cache import libraries
from daybreak.simulation.design import Design
from daybreak.simulation.model import POOLED, Question
from daybreak.simulation.page.powers import FULL
from daybreak.simulation.page.wish import MOST_PEOPLE, MOST_SHARE
from daybreak.simulation.power import Order


def study_facts(order: Order, name: str) -> dict[str, Any]:
    """Return what the page needs to begin: names, the file's own figures, what can be asked, and its limits."""
    file = order.file
    n = min(max(file.study.target, len(file.arms)), MOST_PEOPLE)
    design, model = order.at(n)
    rules = file.analysis["primary"]
    doses = design.doses
    moved = (doses.spread > 0) | (doses.effect != 0).any(axis=1)
    return {
        "title": file.study.title,
        "name": name,
        "outcome": design.outcome,
        "formula": rules.formula,
        "df": order.df,
        "planned_df": rules.ddf,
        "adjust": rules.adjust,
        "looks": bool(design.looks),
        "version": daybreak_version(),
        "seed": order.seed,
        "full": FULL,
        "n": n,
        "ratio": [arm.ratio for arm in file.arms],
        "arms": list(design.arms),
        "visits": [visit_name(file, key) for key in design.visits],
        "days": design.days.tolist(),
        "dose": float(doses.mean[moved].mean()) if moved.any() else None,
        "leaves": bool(design.leaving.hazards.any()),
        "scale": None if design.scale is None else list(design.scale[:2]),
        "questions": [
            {
                "label": question_name(file, question),
                **dict(zip(("one", "other", "at"), _parts(file, question), strict=True)),
            }
            for question in model.questions
        ],
        "most": {"n": MOST_PEOPLE, "ratio": MOST_SHARE},
    }


def design_facts(design: Design) -> dict[str, Any]:
    """Return what the page shows beside its controls: each arm's people, losses, dose and means."""
    shares = list(design.enrolling.ratios.values())
    lost = losses(design)
    return {
        "arms": [
            {
                "arm": arm,
                "people": design.n * shares[place] / sum(shares),
                "lost": lost[place],
                "dose": float(design.doses.mean[place]),
                "means": design.means[place].tolist(),
            }
            for place, arm in enumerate(design.arms)
        ],
    }


def losses(design: Design) -> list[float]:
    """Return, for each arm, the share of people who have left by the last visit, at the mean where values count."""
    return [float(1 - (1 - row).prod()) for row in design.leaving.hazards]


def visit_name(file: StudyFile, key: str) -> str:
    """Return what a visit is called in words."""
    return file.visit(key).title


def question_name(file: StudyFile, question: Question) -> str:
    """Return a question in words."""
    one, other, where = _parts(file, question)
    return f"{one} against {other}, {where}"


def _parts(file: StudyFile, question: Question) -> tuple[str, str, str]:
    one, other = (side.replace(POOLED, " and ") for side in question.contrast.split(" - "))
    return one, other, "mean of visits" if question.visit is None else visit_name(file, question.visit)


def daybreak_version() -> str:
    """Return the version that answers."""
    return libraries().get("daybreak", "of an unpacked copy")
