"""From a formula and a table to a fitted linear mixed model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from daybreak.core.errors import FitError
from daybreak.stats.frame import Frame, frame
from daybreak.stats.lmm.fit import Bottom, fit_arrays
from daybreak.stats.lmm.inference import Inference, kenward_roger, satterthwaite
from daybreak.stats.lmm.result import DfMethod, LmmFit
from daybreak.stats.lmm.terms import split


def lmm(
    formula: str,
    data: Any,
    *,
    reml: bool = True,
    df: DfMethod = "satterthwaite",
    levels: Mapping[str, Sequence[str]] | None = None,
    level: float = 0.95,
) -> LmmFit:
    """Return the linear mixed model that `formula` asks for, fitted to `data`.

    Args:
        formula: as lme4 writes it: `y ~ arm * day + (1 + day | id)`, `(day || id)`, `(1 | site/id)`, or a sum of such.
        data: a polars or pandas data frame, an Arrow table, or a mapping of names to sequences.
        reml: restricted likelihood; False for plain maximum likelihood.
        df: degrees of freedom by Satterthwaite (as lmerTest), Kenward-Roger (as pbkrtest) or rows less columns.
        levels: the order of the levels of a factor, the reference first.
        level: of the confidence limits.

    Raises:
        FormulaError: the formula cannot be read.
        FitError: the data cannot tell this model, or no bottom of the likelihood was found.
    """
    return fit_frame(frame(formula, data, levels=levels), reml=reml, df=df, level=level)


def fit_frame(rows: Frame, *, reml: bool = True, df: DfMethod = "satterthwaite", level: float = 0.95) -> LmmFit:
    """Return the linear mixed model fitted to rows already coded.

    Raises:
        FitError: as `lmm`.
    """
    _check(rows, reml, df, level)
    terms = [part for term in rows.random for part in ([term] if term.correlated else split(term))]
    bottom = fit_arrays(rows.matrix, rows.response, terms, reml=reml)
    return LmmFit(
        formula=rows.formula.text,
        df_method=df,
        coding=rows.coding,
        left_out=rows.left_out,
        remarks=rows.warnings,
        level=level,
        bottom=bottom,
        inference=_inference(bottom, df),
    )


def _inference(bottom: Bottom, df: DfMethod) -> Inference:
    if df != "kenward-roger":
        return satterthwaite(bottom)
    told = kenward_roger(bottom)
    if not (np.linalg.eigvalsh(told.adjusted) > 0).all():
        raise FitError(
            "With so few groups the Kenward-Roger covariance of the estimates is not positive definite.",
            where="linear mixed model",
            remedy="Take Satterthwaite's method.",
        )
    return told


def _check(rows: Frame, reml: bool, df: str, level: float) -> None:
    where = rows.formula.text
    if not rows.random:
        remedy = "Add (1 | id), or fit a covariance such as us(visit | id) with mmrm."
        raise FitError("The formula has no random effects.", where=where, remedy=remedy)
    if (rows.weights != 1).any():
        raise FitError("A mixed model takes no weights.", where=where, remedy="Leave them out, or fit an MMRM.")
    if df not in ("satterthwaite", "kenward-roger", "residual"):
        remedy = "Write satterthwaite, kenward-roger or residual."
        raise FitError(f"A mixed model has no degrees of freedom called {df}.", where=where, remedy=remedy)
    if df == "kenward-roger" and not reml:
        remedy = "Fit by REML, or take Satterthwaite's method."
        raise FitError("Kenward and Roger's method rests on restricted likelihood.", where=where, remedy=remedy)
    if not 0 < level < 1:
        raise FitError(f"A confidence level of {level:g} makes no sense.", where=where, remedy="Write one as 0.95.")
