"""From a table and a formula to a fit with the means and contrasts asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from daybreak.core.errors import CommandError
from daybreak.stats.formula import Formula, parse
from daybreak.stats.lmm import LmmFit, lmm
from daybreak.stats.means import Contrasts, Line, Means, marginal_means
from daybreak.stats.mmrm import MmrmFit, mmrm
from daybreak.stats.results import Estimate

if TYPE_CHECKING:
    import polars as pl

DDF_OF_RANDOM = ("satterthwaite", "kenward-roger", "residual")
PAIRS = "pairs"
NAMED = 5


@dataclass(frozen=True)
class Method:
    """How a model is to be fitted."""

    formula: str
    reml: bool
    ddf: str
    vcov: str
    levels: Mapping[str, Sequence[str]]
    weights: str | None


@dataclass(frozen=True)
class Wanted:
    """Which means and contrasts are to be told."""

    means: str
    contrasts: tuple[str, ...]
    at: Mapping[str, Sequence[float]]
    adjust: str


@dataclass(frozen=True, eq=False)
class Answer:
    """A fit with the means and contrasts that were asked for."""

    fit: MmrmFit | LmmFit
    means: Means | None
    contrasts: Contrasts | None

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader should know of all of it, each once."""
        tables = (table.warnings for table in (self.means, self.contrasts) if table)
        told = (*self.fit.warnings, *(line for table in tables for line in table), *self._thin())
        return tuple(dict.fromkeys(told))

    def _thin(self) -> tuple[str, ...]:
        """Return a warning of estimates that rest on next to nothing."""
        rows: list[Line | Estimate] = list(self.fit.coefficients)
        rows += [line for table in (self.means, self.contrasts) if table for line in table.lines]
        thin = [row.label for row in rows if row.df is not None and row.df < 1]
        if not thin:
            return ()
        more = f" and {len(thin) - NAMED} more" if len(thin) > NAMED else ""
        return (f"Fewer than one degree of freedom is left for {', '.join(thin[:NAMED])}{more}: do not rely on them.",)


def answered(table: pl.DataFrame, method: Method, wanted: Wanted) -> Answer:
    """Return the fit with its means and contrasts.

    Raises:
        FormulaError, FitError, CommandError: a sentence says what cannot be done.
    """
    formula = parse(method.formula)
    fitted = _fitted(table, formula, method)
    if not wanted.means and not wanted.contrasts:
        return Answer(fitted, None, None)
    return _with_means(fitted, formula, wanted)


def _fitted(table: pl.DataFrame, formula: Formula, method: Method) -> MmrmFit | LmmFit:
    if formula.covariance is not None:
        return mmrm(
            formula,
            table,
            reml=method.reml,
            df=method.ddf,
            covariance_of_estimates=method.vcov,
            levels=method.levels,
            weights=method.weights,
        )
    if not formula.random:
        remedy = "Add us(visit | id), or random effects such as (1 | id)."
        raise CommandError("The formula does not say which rows are of one person.", where=formula.text, remedy=remedy)
    for option, text, plain in (("--vcov", method.vcov, "model"), ("--weights", method.weights, None)):
        if text != plain:
            remedy = "Leave it out, or fit a covariance such as us(visit | id)."
            raise CommandError(f"{option} does not go with random effects.", remedy=remedy)
    if method.ddf not in DDF_OF_RANDOM:
        remedy = f"Write one of: {', '.join(DDF_OF_RANDOM)}."
        raise CommandError(f"--ddf {method.ddf} does not go with random effects.", remedy=remedy)
    ddf: Any = method.ddf
    return lmm(formula.text, table, reml=method.reml, df=ddf, levels=method.levels)


def _with_means(fitted: MmrmFit | LmmFit, formula: Formula, wanted: Wanted) -> Answer:
    factor, *by = wanted.means.split(":") if wanted.means else _margin(fitted, formula, wanted.contrasts)
    if len(by) > 1:
        raise CommandError(f"--means cannot be '{wanted.means}'.", remedy="Write ARM:VISIT, or ARM alone.")
    means = marginal_means(fitted, [factor.strip()], by=[name.strip() for name in by], at=wanted.at)
    if not wanted.contrasts:
        return Answer(fitted, means, None)
    adjust: Any = wanted.adjust
    if PAIRS in wanted.contrasts:
        if len(wanted.contrasts) > 1:
            raise CommandError(f"--contrast {PAIRS} stands alone.", remedy="Leave the other contrasts out.")
        return Answer(fitted, means, means.pairwise(adjust=adjust))
    return Answer(fitted, means, means.contrasts(wanted.contrasts, adjust=adjust))


def _margin(fitted: MmrmFit | LmmFit, formula: Formula, contrasts: Sequence[str]) -> list[str]:
    """Return the factor whose levels the contrasts name, and the visit where that is a factor too."""
    factors = fitted.coding.factors
    having = [name for name, known in factors.items() if all(_names_two(text, known) for text in contrasts)]
    if len(having) != 1:
        remedy = f"Say --means FACTOR:VISIT with one of: {', '.join(factors) or 'no factor'}."
        raise CommandError(f"No one factor has the levels of '{contrasts[0]}'.", remedy=remedy)
    visit = formula.covariance.visit if formula.covariance else ()
    return [*having, *(name for name in visit if name in factors and name != having[0])]


def _names_two(text: str, levels: Sequence[str]) -> bool:
    """Return whether a text is the difference of two levels; levels may hold hyphens."""
    cuts = (place for place in range(len(text)) if text.startswith(" - ", place))
    bare = [(text[:cut].strip(" ()"), text[cut + 3 :].strip(" ()")) for cut in cuts]
    return any(one in levels and other in levels for one, other in bare)
