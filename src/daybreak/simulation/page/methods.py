"""The paragraph on the number of people for a protocol, every number from a finished run."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

import numpy as np

from daybreak.core.study import StudyFile
from daybreak.simulation.design import Design
from daybreak.simulation.model import Model, Question, arm_weights
from daybreak.simulation.page.facts import daybreak_version, losses, question_name, visit_name
from daybreak.simulation.page.powers import Point
from daybreak.simulation.page.wish import Wish
from daybreak.simulation.power import Order, Row

FREEDOM = {"satterthwaite": "Satterthwaite's", "kenward-roger": "Kenward and Roger's"}


def methods_of(order: Order, wish: Wish, point: Point, place: int, name: str) -> str:
    """Return what a protocol says of how its number of people was found.

    Args:
        order: what was asked, as `Powers.asked`.
        wish: the page's state.
        point: the finished answer to it.
        place: which question is told first; the others follow with their power.
        name: the study file's name.
    """
    design, model = order.at(wish.n)
    row = point.rows[place]
    return " ".join(
        (
            _people(design),
            _analysis(order, model, row),
            _assumed(order.file, design, model.questions[place], row),
            _result(order, point, place),
            f"Simulated with daybreak {daybreak_version()}: {_command(order, wish, point, name)}.",
        )
    )


def _people(design: Design) -> str:
    ratios = design.enrolling.ratios
    how = {"permuted-blocks": "in permuted blocks", "minimisation": "by minimisation", "none": "without chance"}
    each = [f"{arm} {design.n * share / sum(ratios.values()):.4g}" for arm, share in ratios.items()]
    ratio = ":".join(map(str, ratios.values()))
    method = how[design.enrolling.rules.method]
    return f"We plan for {design.n} people, allocated {ratio} {method} (about {_listed(each)})."


def _analysis(order: Order, model: Model, row: Row) -> str:
    rules = order.file.analysis["primary"]
    adjusted = "" if model.adjust == "none" else f", p values adjusted by {model.adjust.capitalize()}'s method"
    planned = (
        "" if rules.ddf == order.df else f" (the analysis itself is planned with {FREEDOM.get(rules.ddf, rules.ddf)})"
    )
    asked = question_name(order.file, Question(row.contrast, row.visit))
    return (
        f"The question is {asked}, in {rules.outcome}, judged by a "
        f"mixed model for repeated measures ({rules.formula}; unstructured covariance, restricted likelihood) at a "
        f"two-sided level of {order.alpha:g}{adjusted} with {FREEDOM[order.df]} degrees of freedom{planned}."
    )


def _assumed(file: StudyFile, design: Design, question: Question, row: Row) -> str:
    last = design.visits.index(question.visit) if question.visit else None
    sd = np.sqrt(np.diag(design.covariance))
    arms = [place for place, weight in enumerate(arm_weights(question.contrast, design.arms)) if weight]
    means = [f"{_mean(design, arm, last):.1f} ({design.arms[arm]})" for arm in arms]
    where = "as a mean over visits" if last is None else f"at {visit_name(file, design.visits[last])}"
    spread = f"{sd[0]:.3g} at the baseline and {sd[1:].mean() if last is None else sd[last]:.3g} "
    spread += "on average later" if last is None else f"at {visit_name(file, design.visits[last])}"
    tied = "" if last is None else f" (correlation {design.covariance[0, last] / (sd[0] * sd[last]):.2f})"
    lost = [f"{100 * share:.1f} %" for share in losses(design)]
    doses = design.doses.mean
    told = "" if (doses == 1).all() else f" The mean delivered dose is {_listed([f'{dose:.2f}' for dose in doses])}."
    return (
        f"We assume means of {_listed(means)} {where}, which is a difference of {row.truth:.2f}, "
        f"and standard deviations of {spread}{tied}. By the last visit {_listed(lost)} of the arms' people have "
        f"left ({', '.join(design.arms)}).{told}"
    )


def _mean(design: Design, arm: int, visit: int | None) -> float:
    return float(design.means[arm, 1:].mean() if visit is None else design.means[arm, visit])


def _result(order: Order, point: Point, place: int) -> str:
    row, others = point.rows[place], [other for other in point.rows if other is not point.rows[place]]
    lost = round(point.trials * (1 - row.converged))
    found = (
        f"Of {point.trials:,} simulated studies (seed {order.seed}) {_share(row)} found a difference "
        f"(95 % Monte-Carlo limits {100 * row.low:.1f} to {100 * row.high:.1f} %); the mean estimate was "
        f"{row.mean_estimate:.2f} with a mean standard error of {row.mean_se:.2f}."
    )
    if others:
        told = [
            f"{_share(other)} for {question_name(order.file, Question(other.contrast, other.visit))}"
            for other in others
        ]
        found += f" The same studies give {_listed(told, '; ')}."
    if lost:
        found += f" {lost} of them could not be fitted and count as not significant."
    return found


def _share(row: Row) -> str:
    return f"{100 * row.power:.1f} %"


def _command(order: Order, wish: Wish, point: Point, name: str) -> str:
    words = ["daybreak", "power", name, "--n", str(wish.n), "--trials", str(point.trials), "--seed", str(order.seed)]
    for text in wish.assumed:
        words += ["--assume", text]
    words += [word for contrast in order.contrasts for word in ("--contrast", contrast)]
    words += [word for visit in order.visits for word in ("--visit", visit)]
    return shlex.join(words + (["--alpha", f"{wish.alpha:g}"] if wish.alpha != 0.05 else []))


def _listed(words: Sequence[str], between: str = ", ") -> str:
    if len(words) < 2:
        return "".join(words)
    return f"{between.join(words[:-1])}{between.rstrip() if between != ', ' else ''} and {words[-1]}"
