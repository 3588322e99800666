"""What `daybreak fit` prints: one JSON document, lines of CSV, or tables for a terminal."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from math import floor, log10
from typing import Any

import numpy as np
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from daybreak.cli.fit_answer import Answer
from daybreak.stats.lmm import LmmFit
from daybreak.stats.means import Contrasts, Line, Means
from daybreak.stats.results import Array, Estimate

NUMBERS = ("estimate", "se", "df", "t", "p", "ci_low", "ci_high")
OF_A_MEAN = ("estimate", "se", "df")
BESIDES = ("aic", "bic", "singular", "random", "residual_sd")


def document(answer: Answer) -> dict[str, object]:
    """Return the one JSON document; what cannot be estimated is null."""
    whole: dict[str, Any] = dict(answer.fit.to_dict())
    besides = {name: whole[name] for name in BESIDES if name in whole}
    kept = ("converged", "n_subjects", "n_obs", "loglik", "coefficients", "covariance")
    return {
        "method": {**_method(answer), **besides, "adjust": answer.contrasts.adjust if answer.contrasts else "none"},
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


def shown(answer: Answer, width: int) -> Iterator[RenderableType]:
    """Yield the parts of the page for a terminal so many signs wide."""
    coefficients = answer.fit.coefficients
    yield Text(_method(answer)["formula"], style="bold")
    yield Text(_spoken(answer))
    yield _estimates("Coefficients", {"term": [row.label for row in coefficients]}, coefficients, width)
    yield from _spread(answer)
    if answer.means:
        heads = _heads(answer.means, answer, " ".join(answer.means.factors))
        yield _estimates("Marginal means", heads, answer.means.lines, width, tested=False)
    if answer.contrasts:
        kept = "" if answer.contrasts.adjust == "none" else f", p and limits by {answer.contrasts.adjust}"
        heads = _heads(answer.contrasts, answer, "contrast")
        yield _estimates(f"Contrasts{kept}", heads, answer.contrasts.lines, width)
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
    """Return how the model was fitted, in the same words for both families."""
    method: dict[str, Any] = dict(answer.fit.to_dict())["method"]
    return {("estimation" if name == "likelihood" else name): value for name, value in method.items()}


def _spoken(answer: Answer) -> str:
    fit, method = answer.fit, _method(answer)
    kind, people = "Linear mixed model", "groups"
    if not isinstance(fit, LmmFit):
        kind, people = f"Mixed model for repeated measures, covariance {fit.method.covariance}", "people"
    how = [kind, method["estimation"], f"{method['df']} df"]
    if method.get("covariance_of_estimates", "model") != "model":
        how.append(f"{method['covariance_of_estimates']} covariance of the estimates")
    size = f"{fit.n_subjects} {people}, {fit.n_obs} rows"
    return f"{', '.join(how)}\n{size}; log likelihood {fit.loglik:.3f}, AIC {fit.aic:.1f}, BIC {fit.bic:.1f}"


def _heads(table: Means | Contrasts, answer: Answer, label: str) -> dict[str, list[str]]:
    """Return the columns of words before the numbers; a visit is said once."""
    by = answer.means.by if answer.means else ()
    visits = [_visit(line, answer) or "" for line in table.lines]
    once = [visit if place == 0 or visits[place - 1] != visit else "" for place, visit in enumerate(visits)]
    return {**({by[0]: once} if by else {}), label: [line.label for line in table.lines]}


def _blank() -> Table:
    return Table(box=None, header_style="dim", pad_edge=False)


def _titled(title: str, table: Table) -> Group:
    return Group(Text(f"\n{title}", style="bold"), table)


def _estimates(
    title: str, words: dict[str, list[str]], rows: Sequence[Line | Estimate], width: int, *, tested: bool = True
) -> Group:
    """Return a table of estimates with as many decimals as their standard errors deserve."""
    names = ("estimate", "95 % limits", "SE", "df", *(("t", "p") if tested else ()))
    places = _decimals([row.se for row in rows if row.se])
    numbers = [_numbers(row, places)[: len(names)] for row in rows]
    taken = sum(max(len(name), *(len(row[at]) for row in numbers)) + 2 for at, name in enumerate(names))
    *before, last = words
    room = width - taken - sum(max(map(len, (name, *words[name]))) + 2 for name in before)
    table = _blank()
    for name in words:
        table.add_column(name, overflow="fold")
    for name in names:
        table.add_column(name, justify="right", no_wrap=True)
    for place, row in enumerate(numbers):
        cells = [*(words[name][place] for name in before), _broken(words[last][place], room)]
        table.add_row(*map(Text, cells), *row)
    return _titled(title, table)


def _broken(label: str, room: int) -> str:
    """Return a label in two lines at a good place, where one is too long."""
    place = max(label.find(" - ") + 1, label.find(":") + 1)
    return label if len(label) <= room or not place else f"{label[:place].rstrip()}\n  {label[place:]}"


def _numbers(row: Line | Estimate, places: int) -> tuple[str, ...]:
    if row.estimate is None or row.se is None or row.df is None or row.t is None or row.p is None:
        return ("not estimable", *("–" for _ in range(5)))
    limits = f"{row.ci_low:.{places}f} to {row.ci_high:.{places}f}"
    p = "<0.0001" if row.p < 1e-4 else f"{row.p:.4f}"
    return (f"{row.estimate:.{places}f}", limits, f"{row.se:.{places}f}", f"{row.df:.1f}", f"{row.t:.2f}", p)


def _decimals(errors: Sequence[float]) -> int:
    """Return how many decimals give the smallest standard error three digits."""
    return min(12, max(0, 2 - floor(log10(min(errors))))) if errors else 3


def _spread(answer: Answer) -> Iterator[RenderableType]:
    """Yield SDs and correlations: of visits, or of random effects."""
    fit = answer.fit
    if isinstance(fit, LmmFit):
        for part in fit.random:
            yield _correlated(f"Random effects of {part.group}, {part.levels} levels", part.names, part.covariance)
        yield Text(f"Residual SD {fit.residual_sd:.4g}")
        return
    for group, matrix in fit.visit_covariance.items():
        among = f" in {group}" if group else ""
        yield _correlated(f"SD and correlations of visits{among}", fit.visits, matrix)


def _correlated(title: str, names: Sequence[str], matrix: Array) -> Group:
    table = _blank()
    sds = np.sqrt(np.diag(matrix))
    safe = np.where(sds > 0, sds, 1.0)
    table.add_column("")
    for name in ("SD", *(["correlations"] if len(names) > 1 else []), *([""] * (len(names) - 2))):
        table.add_column(name, justify="right", no_wrap=True)
    for place, name in enumerate(names):
        beside = [f"{matrix[place, other] / safe[place] / safe[other]:.2f}" for other in range(place)]
        table.add_row(Text(name), f"{sds[place]:.4g}", *beside)
    return _titled(title, table)
