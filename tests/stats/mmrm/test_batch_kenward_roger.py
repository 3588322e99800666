"""Kenward and Roger's tests of thousands of fits at once are those of one fit of the same data."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daybreak.core.errors import FitError
from daybreak.stats.mmrm.batch import BatchFit, fit_moments
from tests.stats.mmrm.batches import Batch, drawn, like_single_fits, told

FORMS = ["kenward-roger", "kenward-roger-linear"]
CASES = settings(max_examples=4, deadline=None, derandomize=True)
SEEDS = st.integers(0, 10_000)
both_backends = pytest.mark.parametrize("backend", ["numpy", "compiled"])
both_forms = pytest.mark.parametrize("df", FORMS)
single_fit = pytest.mark.evidence("double", "the exact single fit, one by one")


@single_fit
@both_backends
@both_forms
@given(seed=SEEDS, arms=st.integers(2, 3), visits=st.integers(2, 4))
@CASES
def test_a_batch_says_what_single_fits_say(backend: str, df: str, seed: int, arms: int, visits: int) -> None:
    batch = drawn(seed, replicates=2, people=20 * arms, arms=arms, visits=visits)
    fit = batch.fit(backend=backend, df=df)
    assert not fit.refitted.any()
    like_single_fits(batch, fit, df=df)


@single_fit
@both_backends
@both_forms
@pytest.mark.parametrize(("seed", "replicates", "people", "visits"), [(7, 3, 154, 6), (5, 4, 36, 5)])
def test_whole_studies_come_out_as_one_by_one(
    backend: str, df: str, seed: int, replicates: int, people: int, visits: int
) -> None:
    batch = drawn(seed, replicates=replicates, people=people, arms=3, visits=visits)
    fit = batch.fit(backend=backend, df=df)
    assert not fit.refitted.any()
    like_single_fits(batch, fit, df=df)


@both_backends
@both_forms
def test_with_few_people_standard_errors_differ_and_degrees_of_freedom_do_not(backend: str, df: str) -> None:
    batch = drawn(5, replicates=4, people=36, arms=3, visits=5)
    fit, plain = batch.fit(backend=backend, df=df), batch.fit(backend=backend)
    assert fit.df == pytest.approx(plain.df, rel=1e-9)
    assert (abs(fit.se / plain.se - 1) > 1e-3).all()


@both_backends
def test_few_people_are_judged_or_refused_as_the_single_fit_does(backend: str) -> None:
    batch = drawn(3, replicates=16, people=9, visits=3)
    fit, plain = (batch.fit(backend=backend, df=df) for df in ("kenward-roger", "satterthwaite"))
    unsure = fit.refitted & ~plain.refitted
    assert (unsure & fit.converged).sum() >= 1
    assert (unsure & ~fit.converged).sum() >= 3
    for place in np.flatnonzero(unsure).tolist():
        if place in fit.failures:
            assert "Kenward-Roger covariance of the estimates is not positive definite" in fit.failures[place]
            with pytest.raises(FitError, match="not positive definite"):
                batch.single(place, "kenward-roger")
    for place in np.flatnonzero(fit.converged).tolist():
        assert fit.se[place] == pytest.approx(batch.polished(place, "kenward-roger")[1], rel=1e-6)


@both_backends
def test_the_linear_form_never_makes_an_error_smaller(backend: str) -> None:
    batch = drawn(3, replicates=40, people=9, visits=3)
    fit, plain = (batch.fit(backend=backend, df=df) for df in ("kenward-roger-linear", "satterthwaite"))
    assert fit.refitted.tolist() == plain.refitted.tolist()
    done = fit.converged
    assert done.sum() > 30
    assert (fit.se[done] >= plain.se[done] * (1 - 1e-12)).all()
    assert (fit.se[done] > plain.se[done] * 1.001).any()


def complete(backend: str, df: str | None, seed: int, visits: int) -> tuple[BatchFit, Batch]:
    """The difference of two arms at each visit, everybody seen and every covariate crossed with visit."""
    batch = drawn(seed, replicates=2, people=30, visits=visits, missing=0.0)
    return fit_moments(batch.moments, np.eye(3 * visits)[visits : 2 * visits], df=df, backend=backend), batch


@pytest.mark.evidence("property", "multivariate regression: Kenward-Roger's sum of residual products is nil")
@both_backends
@given(seed=SEEDS)
@CASES
def test_complete_data_need_no_adjustment_of_the_linear_form(backend: str, seed: int) -> None:
    plain, _ = complete(backend, None, seed, 3)
    fit, _ = complete(backend, "kenward-roger-linear", seed, 3)
    assert fit.se == pytest.approx(plain.se, rel=1e-10)
    assert fit.df == pytest.approx(np.full((2, 3), 27.0), rel=1e-9)


@pytest.mark.evidence(
    "property", "second derivatives of Wishart's Sigma = LL': L diag(2i - 1) L' + diag(L)L' + L diag(L)"
)
@both_backends
@given(seed=SEEDS, visits=st.integers(1, 4))
@CASES
def test_complete_data_have_the_closed_form_of_the_curved_adjustment(backend: str, seed: int, visits: int) -> None:
    fit, batch = complete(backend, "kenward-roger", seed, visits)
    for place in range(2):
        sigma, free = fit.sigma[place], 30 - 3
        lower = np.linalg.cholesky(sigma)
        pivots = np.diag(np.diag(lower))
        turn = lower @ np.diag(2 * np.arange(1, visits + 1) - 1) @ lower.T
        bend = (turn + pivots @ lower.T + lower @ pivots - sigma) / free
        spread = np.linalg.inv(batch.z[place].T @ batch.z[place])[1, 1]
        assert fit.se[place] == pytest.approx(np.sqrt(spread * np.diag(sigma - bend / 2)), rel=1e-9)


@both_backends
@both_forms
@given(seed=SEEDS, unit=st.sampled_from([1e-6, 1e5]))
@CASES
def test_the_unit_of_the_response_is_only_a_unit(backend: str, df: str, seed: int, unit: float) -> None:
    batch = drawn(seed, replicates=2)
    plain, scaled = (Batch(batch.y * by, batch.arm, batch.baseline).fit(backend=backend, df=df) for by in (1.0, unit))
    assert scaled.se == pytest.approx(plain.se * unit, rel=1e-8)
    assert scaled.p == pytest.approx(plain.p, rel=1e-7)


@both_forms
@given(seed=SEEDS, missing=st.sampled_from([0.0, 0.1, 0.4]))
@CASES
def test_both_paths_say_the_same(df: str, seed: int, missing: float) -> None:
    batch = drawn(seed, replicates=4, people=36, missing=missing)
    slow, fast = (batch.fit(backend=backend, df=df) for backend in ("numpy", "compiled"))
    assert fast.converged.tolist() == slow.converged.tolist()
    assert fast.refitted.tolist() == slow.refitted.tolist()
    for place in np.flatnonzero(slow.converged).tolist():
        assert told(fast, place) == pytest.approx(told(slow, place), rel=1e-8)


@both_backends
@both_forms
def test_what_cannot_be_fitted_is_counted_and_explained(backend: str, df: str) -> None:
    batch = drawn(9, replicates=2, visits=3)
    y = batch.y.copy()
    y[1, :, 2] = y[1, :, 1]
    fit = Batch(y, batch.arm, batch.baseline).fit(backend=backend, df=df)
    assert fit.converged.tolist() == [True, False]
    assert fit.refitted.tolist() == [False, True]
    assert "perfectly correlated" in fit.failures[1]
    assert np.isnan(fit.p[1]).all()
