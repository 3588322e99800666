"""One made-up study, analysed as planned: its people, the model's means, and what it would have found."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from scipy import special

from daybreak.simulation.model import Model, arm_weights
from daybreak.simulation.power import Order
from daybreak.simulation.rows import trial_rows
from daybreak.simulation.tally import ADJUST
from daybreak.stats.means import Line, Means, marginal_means
from daybreak.stats.mmrm import mmrm

DRAWN = 60
"""People of an arm whose lines are shown; more would be a smear."""


def example_of(order: Order, n: int, number: int) -> dict[str, Any]:
    """Return one of the trials that power counts, and its analysis, as JSON.

    `arms` have each person's values at all visits (null where not seen), and `means` the model's means with 95 %
    limits as values of the outcome: where the outcome is a change, the mean baseline is added. `answers` are the
    planned differences with the level's limits, in the order of the questions.

    Raises:
        StudyFileError: as `Order.at`.
        FitError: as `Order.at`, and if this study cannot be fitted.
    """
    design, model = order.at(n)
    rows = trial_rows(design, order.seed, number)
    kept = tuple(design.later[place] for place in model.later)
    levels = {"visit": kept, "arm": design.arms}
    data = rows.filter(pl.col("visit").is_in(kept), pl.col("change").is_not_null())
    data = data.with_columns(pl.col("visit").cast(pl.Enum(kept)))
    fit = mmrm(order.file.analysis["primary"].formula, data, levels=levels, df=order.df)
    means = marginal_means(fit, ["arm"], by=["visit"])
    middle = float(rows.unique("participant")["baseline"].mean() or 0.0)  # type: ignore[arg-type]  # of numbers
    added = middle if model.response == "change" else 0.0
    return {
        "number": number,
        "visits": list(design.visits),
        "baseline": middle,
        "seen": rows["value"].count(),
        "planned": len(rows),
        "arms": [_arm(rows, arm) for arm in design.arms],
        "means": [_mean(line, added) for line in means.lines],
        "answers": answers(means, model, design.arms, kept, order.alpha),
        "warnings": list(fit.warnings),
    }


def answers(
    means: Means, model: Model, arms: tuple[str, ...], kept: tuple[str, ...], alpha: float
) -> list[dict[str, Any]]:
    """Return the difference that each question asks for, its limits, and its p value, adjusted as planned."""
    lines = [_line(means, question.contrast, question.visit, arms, kept) for question in model.questions]
    p = np.array([1.0 if line.p is None else line.p for line in lines])
    if model.adjust != "none":
        p = ADJUST[model.adjust](p)
    return [
        {
            "estimate": line.estimate,
            "low": _limit(line, alpha, -1),
            "high": _limit(line, alpha, 1),
            "df": line.df,
            "p": float(adjusted),
            "found": bool(adjusted <= alpha),
        }
        for line, adjusted in zip(lines, p, strict=True)
    ]


def _line(means: Means, contrast: str, visit: str | None, arms: tuple[str, ...], kept: tuple[str, ...]) -> Line:
    asked = {contrast: arm_weights(contrast, arms).tolist()}
    if visit is None and len(kept) > 1:
        return means.over(kept).contrasts(asked).lines[0]
    at = visit or kept[0]
    return next(line for line in means.contrasts(asked).lines if line.levels["visit"] == at)


def _limit(line: Line, alpha: float, side: int) -> float | None:
    if line.estimate is None or line.se is None or line.df is None:
        return None
    return float(line.estimate + side * special.stdtrit(line.df, 1 - alpha / 2) * line.se)


def _arm(rows: pl.DataFrame, arm: str) -> dict[str, Any]:
    """Return an arm's people, the first of them with their values."""
    own = rows.filter(pl.col("arm") == arm)
    people = own.group_by("participant", maintain_order=True).agg("value", pl.col("baseline").first())
    lines = [[one["baseline"], *one["value"]] for one in people.head(DRAWN).iter_rows(named=True)]
    seen = own.group_by("visit", maintain_order=True).agg(pl.col("value").count())["value"].to_list()
    return {"arm": arm, "n": len(people), "people": lines, "seen": seen}


def _mean(line: Line, added: float) -> dict[str, Any]:
    where = {"arm": line.levels["arm"], "visit": line.levels["visit"]}
    if line.estimate is None or line.ci_low is None or line.ci_high is None:
        return {**where, "mean": None, "low": None, "high": None}
    return {**where, "mean": line.estimate + added, "low": line.ci_low + added, "high": line.ci_high + added}
