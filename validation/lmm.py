"""Linear mixed models beside lmerTest and pbkrtest."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from daybreak.stats.lmm import lmm
from validation.worst import Differences, differences, table

STATS = Path(__file__).parents[1] / "tests" / "stats"
METHODS = {"Satterthwaite": "satterthwaite", "Kenward-Roger": "kenward-roger"}
SINGULAR = {True: ", singular", False: ""}


def compared() -> list[tuple[str, Differences]]:
    """Return each reference fit with its worst differences."""
    found = []
    for name in ("study-154", "small-24"):
        data = columns(STATS / "oracles" / f"{name}.csv")
        for reference in json.loads((STATS / "oracles" / f"{name}.json").read_text(encoding="utf-8"))["lmm"]:
            method: Any = METHODS[reference["ddf"]]
            fit = lmm(reference["formula"], data, df=method)
            random = reference["formula"].partition(" + (")[2].rstrip(")").replace("|", r"\|")
            label = f"{name}, `({random})`, {reference['ddf']}{SINGULAR[reference['singular']]}"
            found.append((label, differences(fit, reference)))
    return found


def columns(path: Path) -> dict[str, list[object]]:
    """Return a CSV file by columns, numbers as numbers."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {name: [_value(row[name]) for row in rows] for name in rows[0]}


def _value(text: str) -> object:
    try:
        return float(text)
    except ValueError:
        return text or None


def section() -> str:
    """Return the section of the page."""
    sleep = columns(STATS / "data" / "sleepstudy.csv")
    sleep["Subject"] = [f"{number:.0f}" for number in sleep["Subject"]]
    fit = lmm("Reaction ~ Days + (Days | Subject)", sleep)
    (part,) = fit.random
    return f"""## Linear mixed models

Beside lme4 1.1-31, lmerTest 3.1-3 and pbkrtest 0.5.2, run to tight convergence
(`tests/stats/oracles/make_oracles.R`). Worst differences over all coefficients of a fit: relative
for estimates and SEs (absolute below 1) and df, absolute for the log likelihood.

{table(compared())}

`sleepstudy`, `Reaction ~ Days + (Days | Subject)`:

| | published (lme4, default stopping rule) | daybreak |
| --- | --- | --- |
| REML criterion | 1743.628272 | {-2 * fit.loglik:.6f} |
| intercept (SE) | 251.405105 (6.824597) | {fit.beta[0]:.6f} ({fit.coefficients[0].se:.6f}) |
| days (SE) | 10.46728596 (1.545790) | {fit.beta[1]:.8f} ({fit.coefficients[1].se:.6f}) |
| SDs, correlation | 24.74066, 5.92214, 0.065551 | {part.sds[0]:.5f}, {part.sds[1]:.5f}, {part.correlations[0, 1]:.6f} |
| residual SD | 25.591796 | {fit.residual_sd:.6f} |

Where the two differ, the published point lies higher: `tests/stats/lmm/test_reference.py` reckons
deviance and gradient at both with whole matrices. Other checks: [linear mixed models](stats/lmm.md).
"""
