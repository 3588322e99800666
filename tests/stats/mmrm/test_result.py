"""What a fit hands over: frozen, labelled, as text, as a table, as JSON."""

from __future__ import annotations

import dataclasses
import json

import pytest

from daybreak.stats.mmrm import MmrmFit, mmrm
from daybreak.stats.optimise import TOLERANCE
from tests.stats.cast import LEVELS, VISITS, data


@pytest.fixture(scope="module")
def fit() -> MmrmFit:
    return mmrm("change ~ baseline + arm * visit + us(visit | id)", data("study-154"), levels=LEVELS)


def test_a_fit_is_told_as_json(fit: MmrmFit) -> None:
    told = json.loads(json.dumps(fit.to_dict()))
    assert (told["n_subjects"], told["n_obs"], told["converged"]) == (154, 680, True)
    assert told["method"]["covariance"] == "us"
    assert told["covariance"]["visits"] == VISITS
    assert len(told["covariance"]["matrix"]) == len(VISITS)
    first = told["coefficients"][1]
    assert list(first) == ["term", "estimate", "se", "df", "t", "p", "ci_low", "ci_high"]
    assert first["term"] == "baseline"
    assert first["ci_low"] < first["estimate"] < first["ci_high"]


def test_a_fit_by_arm_tells_a_covariance_for_each() -> None:
    grouped = mmrm("change ~ baseline + arm * visit + cs(visit | arm / id)", data("study-154"), levels=LEVELS)
    assert list(grouped.to_dict()["covariance"]["groups"]) == ["ketamine-sham", "ketamine-training", "saline-training"]
    assert "Covariance of visits in saline-training" in grouped.summary()


def test_a_fit_is_told_as_a_table(fit: MmrmFit) -> None:
    table = fit.to_polars()
    assert table.columns == ["term", "estimate", "se", "df", "t", "p", "ci_low", "ci_high"]
    assert table["term"].to_list() == list(fit.coding.names)
    assert table["se"].to_list() == [row.se for row in fit.coefficients]


def test_a_fit_is_told_as_text(fit: MmrmFit) -> None:
    text = fit.summary()
    assert "680 rows of 154 people; REML; covariance us (15 parameters); df satterthwaite" in text
    assert "<0.0001" in text
    assert "Newton from residual covariances" in text


def test_a_fit_says_how_its_maximum_was_found(fit: MmrmFit) -> None:
    assert fit.optimiser.decrement < TOLERANCE
    assert 0 < fit.optimiser.steps < 10
    assert fit.converged


def test_a_fit_cannot_be_changed(fit: MmrmFit) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        fit.loglik = 0.0  # type: ignore[misc]
