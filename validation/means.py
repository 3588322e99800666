"""Marginal means and contrasts beside emmeans, and group-sequential bounds beside published ones."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from itertools import groupby
from typing import Any

from daybreak.stats.means import Line, marginal_means
from daybreak.stats.mmrm import mmrm
from daybreak.stats.sequential import Bounds, Spending, classical, lan_demets
from validation.lmm import STATS, columns

DF = {
    "Satterthwaite": "satterthwaite",
    "Kenward-Roger": "kenward-roger",
    "Between-Within": "between-within",
    "Residual": "residual",
}
VISITS = ["day-1", "day-5", "day-12", "day-21", "day-30"]
NEAR_NIL = 1.0
THIRDS = [1 / 3, 2 / 3, 1.0]
NINE_DIGITS = 1e-7
BOUNDS: tuple[tuple[str, Bounds, tuple[float, ...]], ...] = (
    ("Lan-DeMets, O'Brien-Fleming type, 3 looks", lan_demets(THIRDS), (3.71030287, 2.51142748, 1.99304748)),
    ("Lan-DeMets, O'Brien-Fleming type, 2 looks", lan_demets([0.5, 1]), (2.96258804, 1.96859565)),
    (
        "Lan-DeMets, Pocock type, 3 looks",
        lan_demets(THIRDS, spending=Spending("pocock")),
        (2.27942824, 2.29491114, 2.29593959),
    ),
    ("O'Brien-Fleming, 3 looks", classical(THIRDS), (3.47109144, 2.45443230, 2.00403558)),
)


@dataclass(frozen=True)
class Worst:
    """Worst differences of means and contrasts: estimates and SEs relative (absolute below 1), df relative, p."""

    estimate: float
    se: float
    df: float
    p: float

    def within(self, limits: Worst) -> bool:
        """Return whether none is larger than its limit."""
        return all(ours <= limit for ours, limit in zip(astuple(self), astuple(limits), strict=True))


LIMITS = Worst(estimate=1e-6, se=1e-6, df=1e-4, p=1e-6)


def compared() -> list[tuple[str, Worst]]:
    """Return for each data set and method the worst differences over its covariance structures."""
    found = []
    for name in ("study-154", "small-24"):
        data = columns(STATS / "oracles" / f"{name}.csv")
        fits = json.loads((STATS / "oracles" / f"{name}.json").read_text(encoding="utf-8"))["mmrm"]
        named = [(f"{name}, {_method(one)}", _differences(data, one)) for one in fits]
        for label, group in groupby(named, key=lambda pair: pair[0]):
            rows = [one for _, one in group]
            worst = Worst(*(max(column) for column in zip(*(astuple(one) for one in rows), strict=True)))
            found.append((f"{label}, {len(rows)} {'structures' if len(rows) > 1 else 'structure'}", worst))
    return found


def bounds() -> list[tuple[str, float]]:
    """Return each plan with the largest difference between its bounds and the published ones."""
    return [
        (label, max(abs(look.upper - wanted) for look, wanted in zip(plan.looks, published, strict=True)))
        for label, plan, published in BOUNDS
    ]


def section() -> str:
    """Return the section of the page."""
    rows = "\n".join(
        f"| {label} | " + " | ".join(f"{value:.0e}" for value in astuple(worst)) + " |"
        for label, worst in [*compared(), ("*limit*", LIMITS)]
    )
    looks = "\n".join(f"| {label} | {worst:.0e} |" for label, worst in [*bounds(), ("*limit*", NINE_DIGITS)])
    return f"""## Marginal means and contrasts

Beside emmeans 1.8.4 on mmrm 0.3.18: `~ arm | visit` and its pairs, of our own fits. Worst differences
over all means and contrasts: relative for estimates and SEs (absolute below 1) and df, absolute for p.

| fits | estimates | SEs | df | p |
| --- | --- | --- | --- | --- |
{rows}

Printed examples (TukeyHSD, emmeans' and SAS's type III tests, tables of Dunnett and Tukey) are in
`tests/stats/means`. Other checks: [means](stats/means.md).

## Group-sequential bounds

Beside published bounds of nine digits, one-sided 0.025; the largest difference over the looks.

| plan | difference |
| --- | --- |
{looks}

Other checks: [looks at a running study](stats/sequential.md).
"""


def _method(reference: dict[str, Any]) -> str:
    name: str = reference["ddf"] if reference["vcov"] in ("default", "Empirical") else reference["vcov"]
    sandwich = " with sandwich" if _robust(reference) else ""
    likelihood = "" if reference["reml"] else ", maximum likelihood"
    return name + sandwich + likelihood + (", by group" if reference["grouped"] else "")


def _robust(reference: dict[str, Any]) -> bool:
    """Return whether R took the sandwich: asked to, or by itself with residual degrees of freedom."""
    return bool(reference["vcov"] == "Empirical" or reference["ddf"] == "Residual")


def _differences(data: dict[str, list[object]], reference: dict[str, Any]) -> Worst:
    linear = reference["vcov"] == "Kenward-Roger-Linear"
    fit = mmrm(
        reference["formula"],
        data,
        reml=reference["reml"],
        df="kenward-roger-linear" if linear else DF[reference["ddf"]],
        covariance_of_estimates="empirical" if _robust(reference) else "model",
        levels={"visit": [visit for visit in VISITS if visit in data["visit"]]},
    )
    means = marginal_means(fit, "arm", by="visit")
    pairs = means.pairwise().lines
    lines = (*means.lines, *pairs)
    wanted = [{**row, "estimate": row["emmean"]} for row in reference["means"]] + reference["contrasts"]
    return Worst(
        estimate=_apart(lines, "estimate", [row["estimate"] for row in wanted], NEAR_NIL),
        se=_apart(lines, "se", [row["SE"] for row in wanted], NEAR_NIL),
        df=_apart(lines, "df", [row["df"] for row in wanted], 0.0),
        p=max(abs((one.p or 0.0) - row["p.value"]) for one, row in zip(pairs, reference["contrasts"], strict=True)),
    )


def _apart(lines: Sequence[Line], name: str, theirs: Sequence[float], floor: float) -> float:
    ours = [float(getattr(line, name)) for line in lines]
    return max(abs(a - b) / max(abs(b), floor) for a, b in zip(ours, theirs, strict=True))
