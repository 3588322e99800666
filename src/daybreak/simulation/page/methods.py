"""The paragraph on the number of people for a protocol, every number from a finished run."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

import numpy as np

from daybreak.core.study import StudyFile
from daybreak.simulation.design import Design
from daybreak.simulation.model import Model, Question, arm_weights
from daybreak.simulation.page.facts import daybreak_version, losses, question_name, visit_name
from daybreak.simulation.page.powers import Point
from daybreak.simulation.page.wish import Wish
from daybreak.simulation.power import Order, Row

FREEDOM = {
    "satterthwaite": "Satterthwaite's",
    "kenward-roger": "Kenward and Roger's",
    "kenward-roger-linear": "Kenward and Roger's (linear form)",
}
USUAL = 0.05
"""The level that `daybreak power` takes without being told."""


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
            _assumed(order, design, model, row),
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


def _assumed(order: Order, design: Design, model: Model, row: Row) -> str:
    places = [place + 1 for place in model.later] if row.visit is None else [design.visits.index(row.visit)]
    where = "on average over the visits" if row.visit is None else f"at {visit_name(order.file, row.visit)}"
    arms = np.flatnonzero(arm_weights(row.contrast, design.arms)).tolist()
    means = [f"{design.means[arm, places].mean():.1f} ({design.arms[arm]})" for arm in arms]
    sd = np.sqrt(np.diag(design.covariance))
    tied = np.mean([design.covariance[0, place] / (sd[0] * sd[place]) for place in places])
    adjusted = " among people of one baseline" if model.baseline else ""
    lost = [f"{100 * share:.1f} % ({arm})" for share, arm in zip(losses(design), design.arms, strict=True)]
    by = ", for people at their arm's mean" if design.leaving.by_value else ""
    return (
        f"We assume means of {_listed(means)} {where}, a difference of {row.truth:.2f}{adjusted}, standard deviations "
        f"of {sd[0]:.3g} at the baseline and {_later_sd(design, arms, places)} {where}, and a correlation of "
        f"{tied:.2f} between the two. By the last visit {_listed(lost)} have left{by}."
        f"{''.join(_more(order.file, design))}"
    )


def _later_sd(design: Design, arms: Sequence[int], places: Sequence[int]) -> str:
    """Return the standard deviation of some arms, on average over visits; one figure if they have the same."""
    sd, later = np.sqrt(np.diag(design.covariance)), [place - 1 for place in places]
    told = [f"{(sd[1:] * design.spreads[arm])[later].mean():.3g}" for arm in arms]
    if len({*told}) == 1:
        return told[0]
    return _listed([f"{sd} ({design.arms[arm]})" for sd, arm in zip(told, arms, strict=True)])


def _more(file: StudyFile, design: Design) -> Iterator[str]:
    """Yield what else is assumed, a sentence each."""
    leaving, doses, entry = design.leaving, design.doses, file.assumptions.entry if file.assumptions else None
    if design.scale is not None:
        low, high, step = design.scale
        yield f" Values lie from {low:g} to {high:g}" + (f" in steps of {step:g}." if step else ".")
    if entry is not None:
        limit = f"{entry.least:g} or more" if entry.least is not None else f"{entry.most:g} or less"
        yield f" Everybody enters with a baseline of {limit}; mean and standard deviation are those of who enters."
    if leaving.by_value:
        yield (
            f" The log odds to leave rise by {leaving.seen:g} a point of the last value seen and by {leaving.unseen:g} "
            "a point of the value that is not."
        )
    if leaving.gaps.any():
        yield f" Who stays misses a visit with a chance of up to {100 * leaving.gaps.max():.3g} %."
    if doses.differ or doses.effect.any():
        yield f" {_doses(design)}"
    if design.site_sd:
        yield f" {len(design.sites)} sites differ with a standard deviation of {design.site_sd:g}."
    if design.rater_sd:
        yield f" Ratings have noise with a standard deviation of {design.rater_sd:g}."


def _doses(design: Design) -> str:
    told = [
        f"{mean:.2f} with a standard deviation of {spread:.2f} ({arm}; a whole dose against none moves the last visit "
        f"by {effect:.2f})"
        for arm, mean, spread, effect in zip(
            design.arms, design.doses.mean, design.doses.spread, design.doses.effect[:, -1], strict=True
        )
        if spread or effect
    ]
    return f"The delivered dose has a mean of {_listed(told)}."


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
    words += ["--ddf", order.ddf] if order.ddf else []
    words += ["--alpha", f"{wish.alpha:g}"] if wish.alpha != USUAL else []
    return shlex.join(words)


def _listed(words: Sequence[str], between: str = ", ") -> str:
    if len(words) < 2:
        return "".join(words)
    return f"{between.join(words[:-1])}{between.rstrip() if between != ', ' else ''} and {words[-1]}"
