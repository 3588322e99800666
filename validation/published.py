"""Printed figures beside ours: pooling, agreement, times to an event; and imputation beside our mixed model."""

from __future__ import annotations

from dataclasses import dataclass

from daybreak.stats.agreement import agreement_limits
from daybreak.stats.imputation import conditional_mean
from daybreak.stats.mmrm import mmrm
from daybreak.stats.pooling import pool
from daybreak.stats.survival import cox, kaplan_meier, log_rank
from tests.stats.imputation.cases import SALINE, SHAM, TRAINING, VISITS, long_table, study
from tests.stats.survival.remission import remission

RATINGS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
ICCS = {
    "icc_1_1": (0.17, -0.133, 0.72),
    "icc_2_1": (0.29, 0.019, 0.76),
    "icc_3_1": (0.71, 0.342, 0.95),
    "icc_1_k": (0.44, -0.884, 0.91),
    "icc_2_k": (0.62, 0.071, 0.93),
    "icc_3_k": (0.91, 0.676, 0.99),
}
SAME_MODEL = 1e-7


@dataclass(frozen=True)
class Figure:
    """A printed figure with its digits after the point, and ours."""

    label: str
    printed: float
    digits: int
    ours: float

    def agrees(self) -> bool:
        """Return whether ours rounds to what is printed, or lies half a unit off at most."""
        return abs(self.ours - self.printed) <= 0.5001 * 10.0**-self.digits

    def line(self) -> str:
        """Return the row of the table."""
        return f"| {self.label} | {self.printed:.{self.digits}f} | {self.ours:.{self.digits}f} |"


def figures() -> list[Figure]:
    """Return every printed figure."""
    return [*_pooled(), *_agreement(), *_remission()]


def imputed() -> float:
    """Return how far conditional means under MAR lie, at worst, from the mixed model's estimates."""
    outcomes = study()
    levels = {"visit": VISITS, "arm": [SALINE, SHAM, TRAINING]}
    fit = mmrm("y ~ baseline * visit + arm * visit + us(visit | id)", long_table(outcomes), levels=levels)
    worst = 0.0
    for row in conditional_mean(outcomes, "MAR").contrasts:
        arms = row.label.split(" - ")
        rows = fit.coding.code({"arm": arms, "visit": [row.visit] * 2, "baseline": [20.0] * 2})
        worst = max(worst, abs(row.estimate - float((rows[0] - rows[1]) @ fit.beta)))
    return worst


def section() -> str:
    """Return the section of the page."""
    lines = "\n".join(figure.line() for figure in figures())
    return f"""## Printed figures

Rubin's rules: five worked estimates, 154 people, two coefficients. ICCs: six targets and four judges of Shrout
and Fleiss 1979, limits as R psych prints them. Remission: 42 children of Freireich et al. 1963.

| figure | printed | daybreak |
| --- | --- | --- |
{lines}

Conditional-mean imputation under MAR must give the estimates of the mixed model for repeated measures; over arms
and visits of study-154 they differ by {imputed():.0e} at worst (limit {SAME_MODEL:.0e}). Other checks:
[pooling](stats/pooling.md), [agreement](stats/agreement.md), [times to an event](stats/survival.md),
[imputation](stats/imputation.md).
"""


def _pooled() -> list[Figure]:
    found = pool([1.2, 1.5, 1.1, 1.4, 1.3], [0.04, 0.05, 0.045, 0.042, 0.048], df_complete=152)
    return [
        Figure("Rubin: estimate", 1.3, 1, found.estimate),
        Figure("Rubin: total variance", 0.075, 3, found.se**2),
        Figure("Rubin: df of Barnard and Rubin", 19.5663148, 7, found.df),
        Figure("Rubin: fraction of missing information", 0.4531766, 7, found.fmi),
    ]


def _agreement() -> list[Figure]:
    found = agreement_limits(RATINGS)
    told = []
    for label, (estimate, low, high) in ICCS.items():
        row = found[label]
        ours = [0.0 if each is None else each for each in (row.estimate, row.ci_low, row.ci_high)]
        told += [
            Figure(f"{label}", estimate, 2, ours[0]),
            Figure(f"{label}: lower limit", low, 3, ours[1]),
            Figure(f"{label}: upper limit", high, 2, ours[2]),
        ]
    return told


def _remission() -> list[Figure]:
    curve = kaplan_meier(remission())["6-MP"]
    ratio = cox(remission(), reference="6-MP").ratios[0]
    return [
        Figure("Remission: share at week 10 with 6-MP", 0.753, 3, curve.at(10).survival),
        Figure("Remission: share at week 23 with 6-MP", 0.448, 3, curve.at(23).survival),
        Figure("Remission: its standard error", 0.1346, 4, curve.at(23).se),
        Figure("Remission: log-rank chi-squared", 16.79, 2, log_rank(remission()).statistic),
        Figure("Remission: hazard ratio (Efron)", 4.82, 2, ratio.hazard_ratio),
        Figure("Remission: lower limit", 2.15, 2, ratio.ci_low),
        Figure("Remission: upper limit", 10.81, 2, ratio.ci_high),
    ]
