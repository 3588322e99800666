"""Means and contrasts per visit against emmeans 1.8.4: of our fits, and given the covariance that R's fit found."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from daybreak.stats.frame import frame
from daybreak.stats.means import Line, marginal_means
from daybreak.stats.mmrm import mmrm
from tests.stats.cast import LEVELS, data, reference
from tests.stats.means.plain import with_covariances

FITS = [(name, place) for name in ("study-154", "small-24") for place in range(len(reference(name)["mmrm"]))]
SEEN = {"study-154": LEVELS, "small-24": {"visit": ["day-1", "day-5", "day-12", "day-30"]}}
DF = {
    "Satterthwaite": "satterthwaite",
    "Kenward-Roger": "kenward-roger",
    "Between-Within": "between-within",
    "Residual": "residual",
}


def plain(label: str) -> str:
    """Take R's brackets from `(a) - (b)`."""
    return label.replace("(", "").replace(")", "")


def estimates(lines: tuple[Line, ...]) -> list[float | None]:
    return [line.estimate for line in lines]


def errors(lines: tuple[Line, ...]) -> list[float | None]:
    return [line.se for line in lines]


def column(rows: list[dict[str, Any]], name: str) -> list[float]:
    return [row[name] for row in rows]


@pytest.mark.evidence("reference", "emmeans 1.8.4 on mmrm 0.3.18, tests/stats/oracles/make_oracles.R")
@pytest.mark.parametrize(("name", "place"), FITS)
def test_means_and_contrasts_of_a_known_covariance_are_those_of_emmeans(name: str, place: int) -> None:
    wanted = reference(name)["mmrm"][place]
    rows = frame(wanted["formula"], data(name), levels=SEEN[name])
    found = wanted["visit_covariance"]
    by_group = [found[label] for label in rows.group.labels] if wanted["grouped"] else [found]
    fit = with_covariances(rows, [np.array(sigma) for sigma in by_group])
    means = marginal_means(fit, "arm", by="visit")
    contrasts = means.pairwise()
    assert [(line.label, line.levels["visit"]) for line in means.lines] == [
        (row["arm"], row["visit"]) for row in wanted["means"]
    ]
    assert [(line.label, line.levels["visit"]) for line in contrasts.lines] == [
        (plain(row["contrast"]), row["visit"]) for row in wanted["contrasts"]
    ]
    assert estimates(means.lines) == pytest.approx(column(wanted["means"], "emmean"), rel=1e-6, abs=1e-6)
    assert estimates(contrasts.lines) == pytest.approx(column(wanted["contrasts"], "estimate"), rel=1e-6, abs=1e-6)
    if wanted["ddf"] == "Satterthwaite" and wanted["vcov"] == "default":
        assert errors(means.lines) == pytest.approx(column(wanted["means"], "SE"), rel=1e-6)
        assert errors(contrasts.lines) == pytest.approx(column(wanted["contrasts"], "SE"), rel=1e-6)


@pytest.mark.evidence("reference", "emmeans 1.8.4 on mmrm 0.3.18, tests/stats/oracles/make_oracles.R")
@pytest.mark.parametrize(("name", "place"), FITS)
def test_means_and_contrasts_of_our_fits_are_those_of_emmeans(name: str, place: int) -> None:
    wanted = reference(name)["mmrm"][place]
    linear = wanted["vcov"] == "Kenward-Roger-Linear"
    # R's mmrm takes the sandwich with residual degrees of freedom unless told otherwise
    robust = wanted["vcov"] == "Empirical" or wanted["ddf"] == "Residual"
    fit = mmrm(
        wanted["formula"],
        data(name),
        reml=wanted["reml"],
        df="kenward-roger-linear" if linear else DF[wanted["ddf"]],
        covariance_of_estimates="empirical" if robust else "model",
        levels=SEEN[name],
    )
    means = marginal_means(fit, "arm", by="visit")
    for lines, rows, estimate in (
        (means.lines, wanted["means"], "emmean"),
        (means.pairwise().lines, wanted["contrasts"], "estimate"),
    ):
        assert estimates(lines) == pytest.approx(column(rows, estimate), rel=1e-6, abs=1e-6)
        assert errors(lines) == pytest.approx(column(rows, "SE"), rel=1e-6)
        assert [line.df for line in lines] == pytest.approx(column(rows, "df"), rel=1e-4)
    assert [line.p for line in means.pairwise().lines] == pytest.approx(
        column(wanted["contrasts"], "p.value"), abs=1e-6
    )
    assert [line.ci_low for line in means.lines] == pytest.approx(column(wanted["means"], "lower.CL"), abs=1e-5)
