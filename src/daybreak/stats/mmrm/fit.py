"""The mixed model for repeated measures: from a formula and data, or a frame, to a fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from daybreak.core.errors import FitError
from daybreak.stats.formula import Formula
from daybreak.stats.frame import Frame, frame
from daybreak.stats.mmrm.degrees import (
    ByKenwardRoger,
    BySatterthwaite,
    Degrees,
    between_within,
    residual,
    satterthwaite,
)
from daybreak.stats.mmrm.kenward_roger import adjusted
from daybreak.stats.mmrm.likelihood import Likelihood, Point
from daybreak.stats.mmrm.model import Model, laid_out
from daybreak.stats.mmrm.result import Method, MmrmFit
from daybreak.stats.mmrm.sandwich import POWERS, sandwich
from daybreak.stats.mmrm.solution import Solution
from daybreak.stats.mmrm.start import explain
from daybreak.stats.mmrm.summit import SEVERAL, highest, singular, thin
from daybreak.stats.optimise import NowhereError, Trail, ladder
from daybreak.stats.results import Array

DF = ("satterthwaite", "kenward-roger", "kenward-roger-linear", "between-within", "residual")
COVARIANCES = ("model", *POWERS)


def mmrm(  # noqa: PLR0913 (the model's own choices, all but two by name)
    formula: Formula | str,
    data: object,
    *,
    reml: bool = True,
    df: str = "satterthwaite",
    covariance_of_estimates: str = "model",
    levels: Mapping[str, Sequence[str]] | None = None,
    weights: str | None = None,
) -> MmrmFit:
    """Return a mixed model for repeated measures fitted by (restricted) maximum likelihood.

    Args:
        formula: such as `change ~ baseline + arm * visit + us(visit | id)`; `us(visit | arm / id)` has a covariance for
            each arm. Covariances: us, toep, toeph, ar1, ar1h, cs, csh, ad, adh, and sp_exp(day | id).
        data: a polars, pandas or Arrow table, or a mapping of columns.
        reml: restricted maximum likelihood, or maximum likelihood.
        df: satterthwaite, kenward-roger, kenward-roger-linear, between-within or residual.
        covariance_of_estimates: model, empirical, bias-reduced or jackknife.
        levels: the order of levels of factors, the reference first.
        weights: the column of precision weights: the variance of a row is divided by it.

    Raises:
        FormulaError: the formula cannot be read.
        FitError: no honest number can be told from the data; the sentence says why.
    """
    checked(reml=reml, df=df, covariance_of_estimates=covariance_of_estimates)
    return fit_frame(
        frame(formula, data, levels=levels, weights=weights),
        reml=reml,
        df=df,
        covariance_of_estimates=covariance_of_estimates,
    )


def fit_frame(
    rows: Frame, *, reml: bool = True, df: str = "satterthwaite", covariance_of_estimates: str = "model"
) -> MmrmFit:
    """Return the model fitted to a frame; see `mmrm`."""
    checked(reml=reml, df=df, covariance_of_estimates=covariance_of_estimates)
    model = laid_out(rows)
    point, trail = maximise(model, reml=reml)
    solution = Solution(point)
    covariance, degrees = inference(solution, model, df, covariance_of_estimates)
    return MmrmFit(
        method=Method(rows.formula.text, model.kind, reml, df, covariance_of_estimates),
        coding=rows.coding,
        beta=solution.beta,
        beta_covariance=solution.way @ covariance @ solution.way.T,
        loglik=solution.loglik,
        parameters=len(point.theta),
        visits=model.visits,
        visit_covariance=dict(zip(model.groups, model.family.matrices(point.theta), strict=True)),
        n_subjects=model.rows.subjects,
        n_obs=len(rows.response),
        optimiser=trail,
        warnings=(*rows.warnings, *([SEVERAL] if trail.several else [])),
        degrees=degrees,
        way=solution.way,
    )


def checked(*, reml: bool, df: str, covariance_of_estimates: str) -> None:
    """Refuse methods that do not exist, or do not go together.

    Raises:
        FitError: the sentence says which.
    """
    if df not in DF:
        raise FitError(f"There is no method {df} for degrees of freedom.", remedy=f"Choose one of {', '.join(DF)}.")
    if covariance_of_estimates not in COVARIANCES:
        raise FitError(
            f"There is no covariance of the estimates {covariance_of_estimates}.",
            remedy=f"Choose one of {', '.join(COVARIANCES)}.",
        )
    if df.startswith("kenward-roger") and not reml:
        raise FitError("Kenward-Roger needs restricted maximum likelihood.", remedy="Use REML, or Satterthwaite.")
    if df.startswith("kenward-roger") and covariance_of_estimates != "model":
        raise FitError(
            f"Kenward-Roger brings its own covariance of the estimates, not the {covariance_of_estimates} one.",
            remedy="Use Satterthwaite with it.",
        )


def maximise(model: Model, *, reml: bool) -> tuple[Point, Trail]:
    """Return where the likelihood is greatest, and how that was found.

    Raises:
        FitError: nowhere; the sentence says why.
    """
    family = model.family
    likelihood = Likelihood(model.people, family.covariances, family.size, len(model.groups), reml)
    try:
        # an overflow ends a search as leaving the domain does, and tells numpy's readers nothing
        with np.errstate(over="raise", divide="raise", invalid="raise"):
            found = ladder(
                likelihood.at, family.starts(), family.rescues(likelihood), lambda theta: singular(model, theta)
            )
            point, trail = highest(model, likelihood, found) if thin(model) else found
    except NowhereError as nowhere:
        family.check(nowhere.theta)
        raise explain(family.matrices(nowhere.theta), model.visits, model.kind, flat=nowhere.flat) from None
    family.check(point.theta)
    return point, trail


def inference(solution: Solution, model: Model, df: str, kind: str) -> tuple[Array, Degrees]:
    """Return the covariance of the estimates in the solution's coordinates, and degrees of freedom."""
    rows = model.rows
    bread = np.eye(model.people.rank)
    if df.startswith("kenward-roger"):
        structure = model.family.structure
        return adjusted(solution, structure, linear=df == "kenward-roger-linear"), ByKenwardRoger(solution)
    filling = None if kind == "model" else sandwich(solution, kind)
    covariance = bread if filling is None else filling.covariance
    if df == "between-within":
        return covariance, between_within(rows.matrix, rows.subject, model.names)
    if df == "residual":
        return covariance, residual(*rows.matrix.shape)
    if filling is not None:
        return covariance, BySatterthwaite(filling.df)
    return covariance, BySatterthwaite(lambda hat: satterthwaite(solution, hat))
