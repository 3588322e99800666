"""Thousands of fits at once say what one fit says of the same data."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from daybreak.core.errors import FitError
from daybreak.stats.mmrm.batch import crossed, fit_moments, moments_of
from daybreak.stats.mmrm.batch.moments import pieces
from daybreak.stats.mmrm.batch.place import Place, entries
from daybreak.stats.mmrm.batch.start import starts
from daybreak.stats.results import Array
from tests.stats.mmrm.batches import Batch, drawn, like_single_fits, told

BACKENDS = ["numpy", "compiled"]
CASES = settings(max_examples=4, deadline=None, derandomize=True)
SEEDS = st.integers(0, 10_000)


@pytest.mark.evidence("double", "the exact single fit, one by one")
@pytest.mark.parametrize("backend", BACKENDS)
@given(seed=SEEDS, arms=st.integers(2, 3), visits=st.integers(2, 4))
@CASES
def test_a_batch_says_what_single_fits_say(backend: str, seed: int, arms: int, visits: int) -> None:
    batch = drawn(seed, replicates=2, people=20 * arms, arms=arms, visits=visits)
    like_single_fits(batch, batch.fit(backend=backend))


@pytest.mark.evidence("double", "the exact single fit, one by one")
@pytest.mark.parametrize("backend", BACKENDS)
def test_a_study_of_154_people_comes_out_as_one_by_one(backend: str) -> None:
    batch = drawn(7, replicates=3, people=154, arms=3, visits=6)
    fit = batch.fit(backend=backend)
    assert not fit.refitted.any()
    assert fit.backend == backend
    assert fit.steps.max() <= 7
    like_single_fits(batch, fit)


@pytest.mark.evidence("property", "multivariate regression: Sigma = residual SSCP / (n - K), df n - K")
@pytest.mark.parametrize("backend", BACKENDS)
@given(seed=SEEDS)
@CASES
def test_complete_data_have_their_closed_form(backend: str, seed: int) -> None:
    batch = drawn(seed, replicates=2, people=30, visits=3, missing=0.0)
    contrasts = np.eye(9)[[4]]
    fit = fit_moments(batch.moments, contrasts, backend=backend)
    for place in range(2):
        x, y = batch.z[place], batch.y[place]
        beta = np.linalg.lstsq(x, y, rcond=None)[0]
        sigma = (y - x @ beta).T @ (y - x @ beta) / 27
        assert fit.sigma[place] == pytest.approx(sigma, rel=1e-10)
        assert fit.coefficients[place] == pytest.approx(beta.reshape(-1), rel=1e-9)
        assert fit.df[place, 0] == pytest.approx(27, rel=1e-10)
        spread = sigma[1, 1] * np.linalg.inv(x.T @ x)[1, 1]
        assert fit.se[place, 0] == pytest.approx(np.sqrt(spread), rel=1e-10)
        p = 2 * special.stdtr(27, -abs(fit.estimate[place, 0]) / np.sqrt(spread))
        assert fit.p[place, 0] == pytest.approx(p, rel=1e-8)


@pytest.mark.parametrize("backend", BACKENDS)
def test_one_visit_is_linear_regression(backend: str) -> None:
    batch = drawn(3, replicates=1, people=30, visits=1)
    fit = batch.fit(backend=backend)
    kept = ~np.isnan(batch.y[0, :, 0])
    x, y = batch.z[0][kept], batch.y[0, kept, 0]
    beta, rest = np.linalg.lstsq(x, y, rcond=None)[:2]
    assert fit.coefficients[0] == pytest.approx(beta, rel=1e-9)
    assert fit.sigma[0, 0, 0] == pytest.approx(rest[0] / (len(y) - 3), rel=1e-10)
    assert fit.df[0] == pytest.approx(len(y) - 3, rel=1e-10)


@pytest.mark.parametrize("backend", BACKENDS)
@given(seed=SEEDS)
@CASES
def test_a_fit_does_not_depend_on_those_beside_it(backend: str, seed: int) -> None:
    batch = drawn(seed, replicates=4)
    whole = batch.fit(backend=backend)
    alone = Batch(batch.y[2:3], batch.arm, batch.baseline[2:3]).fit(backend=backend)
    assert told(alone, 0) == pytest.approx(told(whole, 2), rel=1e-9)


@pytest.mark.parametrize("backend", BACKENDS)
@given(seed=SEEDS, unit=st.sampled_from([1e-6, 1e5]))
@CASES
def test_the_unit_of_the_response_is_only_a_unit(backend: str, seed: int, unit: float) -> None:
    batch = drawn(seed, replicates=2)
    plain, scaled = batch.fit(backend=backend), Batch(batch.y * unit, batch.arm, batch.baseline).fit(backend=backend)
    assert scaled.estimate == pytest.approx(plain.estimate * unit, rel=1e-8)
    assert scaled.se == pytest.approx(plain.se * unit, rel=1e-8)
    assert scaled.df == pytest.approx(plain.df, rel=1e-8)
    assert scaled.p == pytest.approx(plain.p, rel=1e-7)


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_order_of_people_does_not_matter(backend: str) -> None:
    batch = drawn(11, replicates=1)
    order = np.random.default_rng(1).permutation(len(batch.arm))
    mixed = Batch(batch.y[:, order], batch.arm[order], batch.baseline[:, order])
    assert told(mixed.fit(backend=backend), 0) == pytest.approx(told(batch.fit(backend=backend), 0), rel=1e-9)


@pytest.mark.parametrize("backend", BACKENDS)
def test_without_degrees_of_freedom_tests_are_normal(backend: str) -> None:
    batch = drawn(5)
    plain, with_df = batch.fit(backend=backend, df=None), batch.fit(backend=backend)
    assert plain.se == pytest.approx(with_df.se, rel=1e-10)
    assert np.isinf(plain.df).all()
    assert plain.p == pytest.approx(2 * special.ndtr(-np.abs(plain.t)), rel=1e-12)


def lopsided() -> Batch:
    """Three replicates: sound data, a visit copied, and one where nobody kept both of two visits."""
    batch = drawn(9, replicates=3, visits=3)
    y = batch.y.copy()
    y[1, :, 2] = y[1, :, 1]
    later = np.arange(len(batch.arm)) // 2 % 2
    y[2, later == 0, 1] = np.nan
    y[2, later == 1, 2] = np.nan
    return Batch(y, batch.arm, batch.baseline)


@pytest.mark.parametrize("backend", BACKENDS)
def test_what_cannot_be_fitted_is_counted_and_explained(backend: str) -> None:
    batch = lopsided()
    fit = batch.fit(backend=backend)
    assert fit.converged.tolist() == [True, False, False]
    assert fit.refitted.tolist() == [False, True, True]
    assert "perfectly correlated" in fit.failures[1]
    assert "covariance cannot be told" in fit.failures[2]
    assert np.isnan(fit.p[1:]).all()
    assert np.isfinite(fit.p[0]).all()
    assert "3 fits" in fit.summary()
    assert "1 converged, 2 refitted one by one, 2 without a result" in fit.summary()


@pytest.mark.parametrize("backend", BACKENDS)
def test_where_a_batch_cannot_start_the_single_fit_takes_over(backend: str) -> None:
    batch = drawn(9, replicates=2, visits=3)
    y, baseline = batch.y.copy(), batch.baseline.copy()
    y[1, 12:, 2] = np.nan
    baseline[1, :12] = 28.0
    alike = Batch(y, batch.arm, baseline)
    fit = alike.fit(backend=backend)
    assert fit.refitted.tolist() == [False, True]
    assert not fit.failures
    like_single_fits(alike, fit, rel=1e-6)


@pytest.mark.parametrize("backend", BACKENDS)
def test_an_arm_without_people_is_explained(backend: str) -> None:
    batch = drawn(9, replicates=1)
    y = np.where(batch.arm[None, :, None] == 1, np.nan, batch.y)
    fit = Batch(y, batch.arm, batch.baseline).fit(backend=backend)
    assert "depend on each other" in fit.failures[0]
    assert "0.0 steps" in fit.summary()


@pytest.mark.parametrize("backend", BACKENDS)
def test_few_people_with_many_gaps_agree_or_are_refitted(backend: str) -> None:
    batch = drawn(3, replicates=6, people=24, missing=0.3)
    fit = batch.fit(backend=backend)
    for place in np.flatnonzero(fit.converged).tolist():
        estimate, se, df, *_ = batch.polished(place)
        assert fit.estimate[place] == pytest.approx(estimate, rel=1e-7)
        assert fit.se[place] == pytest.approx(se, rel=1e-7)
        assert fit.df[place] == pytest.approx(df, rel=1e-7)
    for place in fit.failures:
        with pytest.raises(FitError):
            batch.single(place)


@given(seed=SEEDS, missing=st.sampled_from([0.0, 0.1, 0.4]))
@CASES
def test_both_paths_say_the_same(seed: int, missing: float) -> None:
    batch = drawn(seed, replicates=4, people=36, missing=missing)
    slow, fast = (batch.fit(backend=backend) for backend in BACKENDS)
    assert fast.converged.tolist() == slow.converged.tolist()
    for place in np.flatnonzero(slow.converged).tolist():
        assert told(fast, place) == pytest.approx(told(slow, place), rel=1e-8)


def test_numba_is_not_loaded_until_it_is_needed() -> None:
    code = "import sys, daybreak.stats.mmrm.batch; sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_without_numba_the_numpy_path_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numba", None)
    assert drawn(1).fit().backend == "numpy"
    with pytest.raises(FitError, match="needs numba"):
        drawn(1).fit(backend="compiled")


def test_loops_stay_within_their_arrays() -> None:
    """Compiled loops check no index; the same loops run by Python do."""
    code = """
from tests.stats.mmrm.batches import drawn
batch = drawn(8, replicates=2, people=24, visits=3, missing=0.4)
one, two = (batch.fit(backend=each, df="kenward-roger") for each in ("compiled", "numpy"))
assert not one.refitted.any()
assert abs(one.estimate / two.estimate - 1).max() < 1e-8
assert abs(one.se / two.se - 1).max() < 1e-8
assert abs(one.df / two.df - 1).max() < 1e-8
"""
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1"}
    ended = subprocess.run([sys.executable, "-c", code], check=False, env=environment, capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_derivatives_are_those_of_the_value() -> None:
    batch = drawn(2, replicates=2, visits=3)
    moments, way = batch.moments, batch.way
    sigma = starts(moments)
    here = Place(moments, way, sigma)
    for place, direction in enumerate(entries(3)):
        over, under = (Place(moments, way, sigma + step * direction) for step in (1e-4, -1e-4))
        assert (over.value - under.value) / 2e-4 == pytest.approx(here.gradient[:, place], rel=1e-5, abs=1e-5)
        slope = (over.gradient - under.gradient) / 2e-4
        assert slope == pytest.approx(here.observed[:, :, place], rel=1e-5, abs=1e-6)


def test_the_short_hessian_is_the_whole_one_where_nothing_is_missing() -> None:
    batch = drawn(2, replicates=2, visits=3, missing=0.0)
    here = Place(batch.moments, np.eye(9), starts(batch.moments) * 1.3)
    assert here.near == pytest.approx(here.observed, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("backend", BACKENDS)
def test_moments_are_sums_over_people_with_the_same_visits(backend: str) -> None:
    batch = drawn(4, replicates=2, visits=3, missing=0.4)
    moments = moments_of(batch.y, batch.z, backend=backend)
    assert moments.count.sum() == (~np.isnan(batch.y)).any(axis=2).sum()
    assert moments.observations.sum() == (~np.isnan(batch.y)).sum()
    for replicate in range(2):
        for place, kept in enumerate(moments.kept):
            who = (~np.isnan(batch.y[replicate]) == kept).all(axis=1)
            z, y = batch.z[replicate, who], np.nan_to_num(batch.y[replicate, who])
            assert moments.count[replicate, place] == who.sum()
            assert moments.zz[replicate, place] == pytest.approx(z.T @ z)
            assert moments.zy[replicate, place] == pytest.approx(z.T @ y)
            assert moments.yy[replicate, place] == pytest.approx(y.T @ y)


@pytest.mark.parametrize("backend", BACKENDS)
def test_covariates_of_the_design_serve_every_replicate(backend: str) -> None:
    batch = drawn(4)
    one, all_ = (moments_of(batch.y, z, backend=backend) for z in (batch.z[0, :, :2], batch.z[:, :, :2]))
    assert one.zz == pytest.approx(all_.zz)


def test_a_replicate_without_any_response_has_no_people_and_no_fit() -> None:
    batch = drawn(4, replicates=2)
    y = batch.y.copy()
    y[1] = np.nan
    fit = Batch(y, batch.arm, batch.baseline).fit()
    assert fit.converged.tolist() == [True, False]
    assert "depend on each other" in fit.failures[1]


@pytest.mark.parametrize("backend", BACKENDS)
def test_many_replicates_are_summed_in_pieces(backend: str) -> None:
    batch = drawn(4, replicates=600, people=100, missing=0.4)
    y = batch.y.copy()
    parts = list(pieces(600, 100 * 7**2))
    assert len(parts) > 1
    y[parts[-1]] = np.nan
    moments = moments_of(y, batch.z, backend=backend)
    assert moments.count.sum() == (~np.isnan(y)).any(axis=2).sum()
    alone = moments_of(y[400:401], batch.z[400:401], backend=backend)
    assert moments.yy[400].sum(axis=0) == pytest.approx(alone.yy[0].sum(axis=0))


@pytest.mark.parametrize("backend", BACKENDS)
def test_nobody_need_have_kept_every_visit(backend: str) -> None:
    batch = drawn(6, replicates=2, people=90, visits=3, missing=0.0)
    y = batch.y.copy()
    for visit in range(3):
        y[:, visit::3, visit] = np.nan
    gapped = Batch(y, batch.arm, batch.baseline)
    like_single_fits(gapped, gapped.fit(backend=backend))


@pytest.mark.parametrize(
    ("y", "z", "sentence"),
    [
        (np.zeros((4, 3)), np.ones((4, 1)), "must have the axes"),
        (np.zeros((2, 0, 3)), np.ones((0, 1)), "must have the axes"),
        (np.zeros((2, 4, 3)), np.ones((5, 1)), "do not belong"),
        (np.zeros((2, 4, 3)), np.ones((3, 4, 1)), "do not belong"),
        (np.zeros((2, 4, 17)), np.ones((4, 1)), "takes 1 to 16 visits"),
        (np.zeros((2, 4, 3)), np.full((4, 1), np.nan), "is missing or infinite"),
        (np.full((2, 4, 3), np.inf), np.ones((4, 1)), "is infinite"),
        (np.full((2, 4, 3), np.nan), np.ones((4, 1)), "No response was seen"),
    ],
)
def test_arrays_that_are_no_data_are_refused(y: Array, z: Array, sentence: str) -> None:
    with pytest.raises(FitError, match=sentence):
        moments_of(y, z)


@pytest.mark.parametrize(
    ("choices", "sentence"),
    [
        ({"way": np.eye(3)}, "map of coefficients"),
        ({"way": np.ones((12, 2))}, "depend on each other"),
        ({"contrasts": np.ones((1, 3))}, "weight for each"),
        ({"contrasts": np.zeros((1, 12))}, "not all nil"),
        ({"df": "between-within"}, "no method between-within"),
        ({"backend": "abacus"}, "no backend abacus"),
    ],
)
def test_choices_that_do_not_go_together_are_refused(choices: dict[str, object], sentence: str) -> None:
    whole: dict[str, object] = {"contrasts": np.eye(12)[:1]} | choices
    with pytest.raises(FitError, match=sentence):
        fit_moments(drawn(1).moments, **whole)  # type: ignore[arg-type]


def test_a_covariate_not_crossed_has_one_coefficient_for_all_visits() -> None:
    way = crossed(2, [True, False])
    assert way.tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 1]]
