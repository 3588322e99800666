"""What `daybreak fit` prints: one JSON document, lines of CSV, or tables for a terminal."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from math import floor, log10
from typing import Any

import numpy as np
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from daybreak.cli.fit_answer import Answer
from daybreak.stats.lmm import LmmFit
from daybreak.stats.means import Contrasts, Line, Means
from daybreak.stats.results import Estimate

NUMBERS = ("estimate", "se", "df", "t", "p", "ci_low", "ci_high")
OF_A_MEAN = ("estimate", "se", "df")
BESIDES = ("aic", "bic", "singular", "random", "residual_sd")


def document(answer: Answer) -> dict[str, object]:
    """Return the one JSON document; what cannot be estimated is null."""
    whole: dict[str, Any] = dict(answer.fit.to_dict())
    besides = {name: whole[name] for name in BESIDES if name in whole}
    kept = ("converged", "n_subjects", "n_obs", "loglik", "coefficients", "covariance")
    return {
        "method": {**whole["method"], **besides, "adjust": answer.contrasts.adjust if answer.contrasts else "none"},
        **{name: whole[name] for name in kept},
        "means": [{"group": line.label, **_told(line, answer, OF_A_MEAN)} for line in _lines(answer.means)],
        "contrasts": [{"contrast": line.label, **_told(line, answer, NUMBERS)} for line in _lines(answer.contrasts)],
        "warnings": list(answer.warnings),
    }


def csv_text(answer: Answer) -> str:
    """Return one line for each coefficient, mean and contrast; what cannot be estimated is left empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["table", "label", "visit", *NUMBERS])
    for row in answer.fit.coefficients:
        writer.writerow(["coefficient", row.label, "", *(getattr(row, name) for name in NUMBERS)])
    for kind, table in (("mean", answer.means), ("contrast", answer.contrasts)):
        for line in _lines(table):
            writer.writerow([kind, line.label, *_told(line, answer, NUMBERS).values()])
    return text.getvalue()


def shown(answer: Answer) -> Iterator[RenderableType]:
    """Yield the parts of the page for a terminal."""
    coefficients = answer.fit.coefficients
    yield Text(_method(answer)["formula"], style="bold")
    yield Text(_spoken(answer))
    yield _estimates("Coefficients", {"term": [row.label for row in coefficients]}, coefficients)
    yield from _spread(answer)
    if answer.means:
        yield _estimates("Marginal means", _heads(answer.means, answer, "mean of"), answer.means.lines)
    if answer.contrasts:
        kept = "" if answer.contrasts.adjust == "none" else f", p and limits by {answer.contrasts.adjust}"
        yield _estimates(f"Contrasts{kept}", _heads(answer.contrasts, answer, "contrast"), answer.contrasts.lines)
    for warning in answer.warnings:
        yield Text(f"\nNote: {warning}", style="yellow")


def _lines(table: Means | Contrasts | None) -> Sequence[Line]:
    return table.lines if table else ()


def _visit(line: Line, answer: Answer) -> str | None:
    """Return the visit (or whatever stands after the colon of `--means`) of a line."""
    by = answer.means.by if answer.means else ()
    return line.levels[by[0]] if by else None


def _told(line: Line, answer: Answer, names: Sequence[str]) -> dict[str, object]:
    return {"visit": _visit(line, answer), **{name: getattr(line, name) for name in names}}


def _method(answer: Answer) -> dict[str, Any]:
    method: dict[str, Any] = dict(answer.fit.to_dict())["method"]
    return method


def _spoken(answer: Answer) -> str:
    fit, method = answer.fit, _method(answer)
    likelihood = method.get("estimation") or method.get("likelihood")
    if isinstance(fit, LmmFit):
        kind = f"Linear mixed model, {likelihood}, {method['df']} df"
    else:
        vcov = fit.method.covariance_of_estimates
        besides = "" if vcov == "model" else f", {vcov} covariance of the estimates"
        kind = f"Mixed model for repeated measures, {fit.method.covariance}, {likelihood}, {method['df']} df{besides}"
    people = "groups" if isinstance(fit, LmmFit) else "people"
    size = f"{fit.n_subjects} {people}, {fit.n_obs} rows"
    return f"{kind}\n{size}; log likelihood {fit.loglik:.3f}, AIC {fit.aic:.1f}, BIC {fit.bic:.1f}"


def _heads(table: Means | Contrasts, answer: Answer, label: str) -> dict[str, list[str]]:
    """Return the columns of words before the numbers; a visit is said once."""
    by = answer.means.by if answer.means else ()
    if label == "mean of" and answer.means:
        label = " ".join(answer.means.factors)
    visits = [_visit(line, answer) or "" for line in table.lines]
    once = [visit if place == 0 or visits[place - 1] != visit else "" for place, visit in enumerate(visits)]
    return {**({by[0]: once} if by else {}), label: [line.label for line in table.lines]}


def _blank(title: str) -> Table:
    return Table(
        title=f"\n{title}", title_justify="left", title_style="bold", box=None, header_style="dim", pad_edge=False
    )


def _estimates(title: str, words: dict[str, list[str]], rows: Sequence[Line | Estimate]) -> Table:
    """Return a table of estimates with as many decimals as their standard errors deserve."""
    table = _blank(title)
    for name in words:
        table.add_column(name, overflow="fold")
    for name in ("estimate", "95 % limits", "SE", "df", "t", "p"):
        table.add_column(name, justify="right", no_wrap=True)
    places = _decimals([row.se for row in rows if row.se])
    for place, row in enumerate(rows):
        table.add_row(*(Text(column[place]) for column in words.values()), *_numbers(row, places))
    return table


def _numbers(row: Line | Estimate, places: int) -> tuple[str, ...]:
    if row.estimate is None or row.se is None or row.df is None or row.t is None or row.p is None:
        return ("not estimable", *("–" for _ in range(5)))
    limits = f"{row.ci_low:.{places}f} to {row.ci_high:.{places}f}"
    p = "<0.0001" if row.p < 1e-4 else f"{row.p:.4f}"
    return (f"{row.estimate:.{places}f}", limits, f"{row.se:.{places}f}", f"{row.df:.1f}", f"{row.t:.2f}", p)


def _decimals(errors: Sequence[float]) -> int:
    """Return how many decimals give the smallest standard error three digits."""
    return min(12, max(0, 2 - floor(log10(min(errors))))) if errors else 3


def _spread(answer: Answer) -> Iterator[Table]:
    """Yield SDs and correlations: of visits, or of random effects."""
    fit = answer.fit
    if isinstance(fit, LmmFit):
        for part in fit.random:
            yield _correlated(f"Random effects of {part.group}, {part.levels} levels", part.names, part.covariance)
        yield Table(f"Residual SD {fit.residual_sd:.4g}", box=None, pad_edge=False, header_style="")
        return
    for group, matrix in fit.visit_covariance.items():
        if fit.visits:
            yield _correlated(f"Visits{f' of {group}' if group else ''}", fit.visits, matrix)


def _correlated(title: str, names: Sequence[str], matrix: np.ndarray[Any, np.dtype[np.float64]]) -> Table:
    table = _blank(title)
    sds = np.sqrt(np.diag(matrix))
    safe = np.where(sds > 0, sds, 1.0)
    table.add_column("")
    for name in ("SD", *(["correlations"] if len(names) > 1 else []), *([""] * (len(names) - 2))):
        table.add_column(name, justify="right", no_wrap=True)
    for place, name in enumerate(names):
        beside = [f"{matrix[place, other] / safe[place] / safe[other]:.2f}" for other in range(place)]
        table.add_row(Text(name), f"{sds[place]:.4g}", *beside)
    return table
