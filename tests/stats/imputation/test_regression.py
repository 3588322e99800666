"""The imputation model against the mixed model for repeated measures, closed forms and refusals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from daybreak.core.errors import FitError
from daybreak.stats.imputation import Outcomes, regression
from daybreak.stats.imputation.expectation import step, sums
from daybreak.stats.imputation.outcomes import lay_out
from daybreak.stats.imputation.regression import Regression, fit_regression, forgetting_rate, start_of
from daybreak.stats.mmrm import mmrm
from tests.stats.imputation.cases import long_table, made, study


def fitted(outcomes: Outcomes) -> Regression:
    layout = lay_out(outcomes)
    return fit_regression(sums(layout, np.ones((1, len(layout.people)))), start_of(layout))


@pytest.mark.evidence("double", "our MMRM by Newton's method, itself held to R mmrm")
@pytest.mark.parametrize(
    "outcomes", [study(), made(60, 4, 0.4, 0.15), made(154, 5, 0.8, 0.2)], ids=["study", "some gaps", "many gaps"]
)
def test_the_mixed_model_finds_the_same_covariance_of_visits(outcomes: Outcomes) -> None:
    (name,) = outcomes.covariates
    table = long_table(outcomes)
    fit = mmrm(
        f"y ~ {name} * visit + arm * visit + us(visit | id)",
        table,
        levels={"visit": list(dict.fromkeys(list(outcomes.visits) or sorted({str(each) for each in table["visit"]})))},
    )
    (theirs,) = fit.visit_covariance.values()
    assert np.abs(fitted(outcomes).sigma[0] / theirs - 1).max() < 1e-7


@pytest.mark.evidence("property", "complete data: residual sums of products over n - K")
def test_complete_data_have_the_residual_covariance() -> None:
    outcomes = made(lost=0, gaps=0)
    layout = lay_out(outcomes)
    beta, *_ = np.linalg.lstsq(layout.own, layout.values, rcond=None)
    rest = layout.values - layout.own @ beta
    fit = fitted(outcomes)
    assert fit.sigma[0] == pytest.approx(rest.T @ rest / (len(rest) - layout.own.shape[1]), rel=1e-9)
    assert fit.beta[0] == pytest.approx(beta, rel=1e-9)


@pytest.mark.evidence("property", "two visits, the second missing for some: regressions of each on what came before")
def test_two_visits_with_losses_have_a_closed_form() -> None:
    outcomes = made(80, 2, 0.4, 0)
    layout = lay_out(outcomes)
    first, second = layout.values.T
    whole = ~np.isnan(second)
    beta, *_ = np.linalg.lstsq(layout.own, first, rcond=None)
    both = np.column_stack([layout.own, first])[whole]
    slopes, *_ = np.linalg.lstsq(both, second[whole], rcond=None)
    n, k = layout.own.shape
    s11 = float(np.sum((first - layout.own @ beta) ** 2)) / (n - k)
    rest = float(np.sum((second[whole] - both @ slopes) ** 2))
    fit = fitted(outcomes)
    sigma = fit.sigma[0]
    assert sigma[0, 0] == pytest.approx(s11, rel=1e-9)
    assert sigma[0, 1] / sigma[0, 0] == pytest.approx(slopes[-1], rel=1e-9)
    assert sigma[1, 1] - sigma[0, 1] ** 2 / sigma[0, 0] == pytest.approx(rest / (whole.sum() - k), rel=1e-9)
    assert fit.beta[0][:, 1] == pytest.approx(slopes[:-1] + slopes[-1] * beta, rel=1e-8)


def test_many_fits_in_step_are_each_what_they_are_alone() -> None:
    outcomes = made(30)
    layout = lay_out(outcomes)
    weights = 1.0 - np.eye(30)[:5]
    together = fit_regression(sums(layout, weights), start_of(layout))
    for place in range(5):
        alone = fit_regression(sums(layout, weights[place : place + 1]), start_of(layout))
        assert together.sigma[place] == pytest.approx(alone.sigma[0], rel=1e-9)


@pytest.mark.evidence("double", "plain steps, one after the other, until the last ones shrink by one factor")
def test_the_rate_of_forgetting_is_that_of_plain_steps() -> None:
    layout = lay_out(made(60, 4, 0.5, 0.2, seed=3))
    known = sums(layout, np.ones((1, 60)))
    fit = fit_regression(known, start_of(layout))
    sigma, distances = start_of(layout)[None], []
    for _ in range(120):
        sigma = step(known, sigma)[1]
        distances.append(float(np.abs(sigma - fit.sigma).max()))
    late = [distance for distance in distances if 1e-6 < distance < 1e-2]
    assert forgetting_rate(known, fit) == pytest.approx((late[-1] / late[0]) ** (1 / (len(late) - 1)), rel=0.02)


def test_extrapolation_saves_most_steps_where_much_is_missing() -> None:
    layout = lay_out(made(154, 5, 0.8, 0.2))
    known = sums(layout, np.ones((1, 154)))
    fit = fit_regression(known, start_of(layout))
    rate = forgetting_rate(known, fit)
    assert 2 * fit.cycles < 0.3 * np.log(1e-12) / np.log(rate)


def test_a_fit_that_does_not_come_to_rest_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regression, "MOST_CYCLES", 2)
    with pytest.raises(FitError, match="does not converge"):
        fitted(made())


def test_what_tells_no_model_is_refused_in_a_sentence() -> None:
    base = made(lost=0, gaps=0)
    few = base.values.copy()
    few[4:, 2] = np.nan
    lone = base.values.copy()
    lone[20:, 2] = np.nan
    apart = base.values.copy()
    apart[::2, 1] = np.nan
    apart[1::2, 2] = np.nan
    flat = base.values.copy()
    flat[:, 1] = 5.0
    same = base.values.copy()
    same[:, 2] = 2 * same[:, 1]
    for values, says in [
        (few, "3: Too few people have a value"),
        (lone, "3: Too few people have a value"),
        (apart, "2 and 3: Too few people have both visits"),
        (flat, "2: The outcome does not vary"),
        (same, "told wholly by the others"),
    ]:
        with pytest.raises(FitError, match=says):
            fitted(replace(base, values=values))
