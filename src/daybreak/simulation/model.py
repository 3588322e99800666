"""The planned analysis of a study file in the form in which thousands of trials are fitted at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from daybreak.core.errors import FitError
from daybreak.core.study import AnalysisRules, StudyFile
from daybreak.simulation.design import Design
from daybreak.simulation.generate import Trials, regression
from daybreak.stats.formula import Formula, parse
from daybreak.stats.mmrm.batch import crossed

Array = npt.NDArray[np.float64]
PRIMARY = "primary"
RESPONSES = ("change", "value")
KNOWN = ("baseline", "arm", "visit")
POOLED = " & "
"""Stands between arms whose mean is one side of a contrast."""
AVERAGE = "average"
"""What is asked for in place of a visit: the mean of all of them."""


@dataclass(frozen=True)
class Question:
    """A difference of two arms at a visit; at the mean of all visits, with none."""

    contrast: str
    visit: str | None


@dataclass(frozen=True)
class Model:
    """What is fitted to each trial, and what is asked of the fit.

    `later` are places of visits among those after the baseline; `way` and `weights` are what `fit_moments` takes;
    `truth` is what the design says to each question.
    """

    response: str
    baseline: bool
    arms: int
    later: tuple[int, ...]
    way: Array
    weights: Array
    questions: tuple[Question, ...]
    truth: Array
    adjust: str

    def responses(self, trials: Trials) -> Array:
        """Return the outcome of each person at each visit of the model."""
        change = trials.change if len(self.later) == trials.change.shape[2] else trials.change[:, :, list(self.later)]
        return change if self.response == "change" else change + trials.baseline[:, :, None]

    def covariates(self, trials: Trials) -> Array:
        """Return each person's covariates: one, the baseline if the model has it, and a column an arm but the first."""
        columns = [np.ones(trials.baseline.shape)]
        if self.baseline:
            columns.append(trials.baseline)
        columns += [
            np.broadcast_to((trials.arm == arm).astype(np.float64), trials.baseline.shape)
            for arm in range(1, self.arms)
        ]
        return np.stack(columns, axis=-1)


def model_of(file: StudyFile, design: Design, contrasts: Sequence[str] = (), visits: Sequence[str] = ()) -> Model:
    """Return the model of `[analysis.primary]`.

    Args:
        file: the study file.
        design: of the same file.
        contrasts: differences of arms, `"one - other"`; the file's if there are none.
        visits: where they are judged, `average` for the mean of all; the file's `at` if there are none, else each.

    Raises:
        FitError: no such analysis, a model that cannot be fitted many times, or an unknown arm or visit.
    """
    rules = _rules(file, design)
    formula = parse(rules.formula)
    names = _terms(formula)
    wanted = [design.later.index(key) for key in design.later if not rules.visits or key in rules.visits]
    if not wanted:
        raise FitError(
            "The primary analysis and [assumptions] have no visit in common.",
            where=file.study.id,
            remedy="Name the visits of the analysis in both.",
        )
    kept = [design.later[place] for place in wanted]
    covariates = ["", *(["baseline"] if any("baseline" in term for term in names) else [])]
    covariates += ["arm"] * (len(design.arms) - 1)
    way = crossed(len(wanted), [frozenset({name, "visit"} - {""}) in names for name in covariates])
    questions = tuple(_questions(design, contrasts or rules.contrasts, visits or rules.at, kept))
    rows = np.array([_row(question, design, kept, len(covariates)) for question in questions])
    return Model(
        response=formula.response,
        baseline="baseline" in covariates,
        arms=len(design.arms),
        later=tuple(wanted),
        way=way,
        weights=rows @ way,
        questions=questions,
        truth=_truth(design, questions, wanted, formula.response, adjusted="baseline" in covariates),
        adjust=rules.adjust,
    )


def _rules(file: StudyFile, design: Design) -> AnalysisRules:
    rules = file.analysis.get(PRIMARY)
    if rules is None:
        says = "The study file plans no primary analysis."
        raise FitError(says, where=file.study.id, remedy="Add [analysis.primary].")
    if rules.outcome != design.outcome:
        raise FitError(
            f"The primary analysis is of {rules.outcome}, but [assumptions] are of {design.outcome}.",
            where=file.study.id,
            remedy="Assume the courses of the primary outcome.",
        )
    return rules


def _terms(formula: Formula) -> frozenset[frozenset[str]]:
    """Return the terms as sets of variables, once it is sure that the batch can fit them."""
    names = frozenset(frozenset(term.label.split(":")) for term in formula.fixed)
    shape, inside = formula.covariance, frozenset().union(*names) if names else frozenset()
    plain = shape is not None and shape.kind == "us" and shape.visit == ("visit",) and shape.group is None
    if formula.response not in RESPONSES:
        raise _unfit(formula, f"the outcome {formula.response}", "change or value")
    if not plain or formula.random:
        raise _unfit(formula, "another covariance", "us(visit | participant)")
    if not inside <= {*KNOWN}:
        raise _unfit(formula, ", ".join(sorted(inside - {*KNOWN})), "baseline, arm and visit")
    if "arm" not in inside:
        raise _unfit(formula, "no arm", "baseline + arm * visit")
    if not formula.intercept or not {frozenset({name}) for name in inside} <= names:
        raise _unfit(formula, "no intercept, or a product without its parts", "baseline + arm * visit")
    if any({"baseline", "arm"} <= term for term in names):
        raise _unfit(formula, "baseline by arm", "baseline + arm * visit")
    return names


def _unfit(formula: Formula, has: str, takes: str) -> FitError:
    return FitError(
        f"Power cannot be worked out for a model with {has}.",
        where=formula.text,
        remedy=f"Take {takes} there, or make single studies with `daybreak simulate`.",
    )


def _questions(
    design: Design, contrasts: Sequence[str], visits: Sequence[str], kept: Sequence[str]
) -> Iterator[Question]:
    if not contrasts:
        raise FitError("No contrast is asked for.", remedy='Name one: --contrast "one - other".')
    for text in dict.fromkeys(contrasts):
        arm_weights(text, design.arms)
        for visit in dict.fromkeys(visits or kept):
            if visit not in (*kept, AVERAGE):
                remedy = f"There are {', '.join(kept)}, and {AVERAGE}."
                raise FitError(f"The model has no visit '{visit}'.", remedy=remedy)
            yield Question(text, None if visit == AVERAGE else visit)


def arm_weights(contrast: str, arms: Sequence[str]) -> Array:
    """Return the weight of each arm in `"one - other"`; a side may be the mean of several, `"one & another - other"`.

    Raises:
        FitError: an unknown arm, or one on both sides or twice.
    """
    sides = [side.split(POOLED) for side in contrast.split(" - ")]
    named = [arm for side in sides for arm in side]
    if len(sides) != 2 or not {*named} <= {*arms}:
        remedy = f'Write two of these with " - " between them: {", ".join(arms)}.'
        raise FitError(f"There is no contrast '{contrast}'.", remedy=remedy)
    if len({*named}) < len(named):
        raise FitError(f"The contrast '{contrast}' names an arm twice.", remedy="Name different arms.")
    found = np.zeros(len(arms))
    for sign, side in zip((1.0, -1.0), sides, strict=True):
        found[[arms.index(arm) for arm in side]] = sign / len(side)
    return found


def _row(question: Question, design: Design, kept: Sequence[str], covariates: int) -> Array:
    """Return a question's weights of every covariate at every visit."""
    row = np.zeros((covariates, len(kept)))
    weights = arm_weights(question.contrast, design.arms)[1:]
    row[covariates - len(weights) :] = np.outer(weights, _at(question, kept))
    return row.ravel()


def _at(question: Question, kept: Sequence[str]) -> Array:
    if question.visit is None:
        return np.full(len(kept), 1 / len(kept))
    return np.array([float(visit == question.visit) for visit in kept])


def _truth(design: Design, questions: Sequence[Question], wanted: list[int], response: str, *, adjusted: bool) -> Array:
    """Return the assumed differences: means of people of one baseline if the model has it, else plain ones.

    The model has one slope on the baseline for all arms; of arms with their own it finds the mean over people.
    """
    shares = [design.enrolling.ratios[arm] for arm in design.arms]
    slopes = regression(design.covariance)[0] * np.average(design.spreads, axis=0, weights=shares)
    slope = slopes[wanted] if adjusted else np.full(len(wanted), response == "change")
    means = design.means[:, 1:][:, wanted] - design.means[:, :1] * slope
    kept = [design.later[place] for place in wanted]
    found = [arm_weights(question.contrast, design.arms) @ means @ _at(question, kept) for question in questions]
    return np.array(found)
