"""Means and contrasts per visit against emmeans 1.8.4, given the covariance that R's fit found."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from daybreak.stats.frame import frame
from daybreak.stats.means import Line, marginal_means
from tests.stats.cast import LEVELS, data, reference
from tests.stats.means.plain import with_covariances

FITS = [(name, place) for name in ("study-154", "small-24") for place in range(len(reference(name)["mmrm"]))]
SEEN = {"study-154": LEVELS, "small-24": {"visit": ["day-1", "day-5", "day-12", "day-30"]}}


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
