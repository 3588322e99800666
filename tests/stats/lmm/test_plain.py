"""The blocked likelihood and its derivatives are those of whole matrices, on random small data (a plain double)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from daybreak.stats.freedom import joint_kenward_roger, satterthwaite
from daybreak.stats.lmm.blocks import Blocks, assemble
from daybreak.stats.lmm.fit import Bottom, fit_arrays
from daybreak.stats.lmm.inference import kenward_roger
from daybreak.stats.lmm.inference import satterthwaite as by_satterthwaite
from daybreak.stats.lmm.likelihood import degrees, evaluate
from daybreak.stats.lmm.terms import Shape
from daybreak.stats.results import Array
from tests.stats.lmm.cases import Case, cases
from tests.stats.lmm.plain import Dense, blups, dense, parameters

both = pytest.mark.parametrize("reml", [True, False])
few = settings(max_examples=10, deadline=None, derandomize=True)


def setting(case: Case) -> tuple[Blocks, Shape]:
    return assemble(case.x, case.y, case.terms), Shape(tuple(term.columns.shape[1] for term in case.terms))


def at(blocks: Blocks, shape: Shape, theta: Array, sigma: float) -> Array:
    """Return variances and covariances at theta, in the data's own units."""
    found = []
    for factor, place in zip(shape.factors(theta), blocks.places, strict=True):
        scaled = sigma * place.mix @ factor
        found.append(scaled @ scaled.T)
    return parameters(found, sigma)


@both
@few
@given(cases(), st.integers(0, 2**32 - 1))
def test_the_deviance_anywhere_is_that_of_whole_matrices(reml: bool, case: Case, seed: int) -> None:
    blocks, shape = setting(case)
    theta = np.random.default_rng(seed).normal(size=len(shape.entries))
    point = evaluate(blocks, shape, theta, reml)
    sigma = np.sqrt(point.squares / degrees(blocks, reml))
    whole = dense(case.x, case.y, case.terms)
    assert point.deviance == pytest.approx(whole.deviance(at(blocks, shape, theta, sigma), reml), rel=1e-10)


@both
@few
@given(cases(), st.integers(0, 2**32 - 1))
def test_gradient_and_hessian_are_those_of_finite_differences(reml: bool, case: Case, seed: int) -> None:
    blocks, shape = setting(case)
    theta = np.random.default_rng(seed).normal(size=len(shape.entries))
    point, h = evaluate(blocks, shape, theta, reml), 1e-5
    ahead = [evaluate(blocks, shape, theta + h * axis, reml) for axis in np.eye(len(theta))]
    behind = [evaluate(blocks, shape, theta - h * axis, reml) for axis in np.eye(len(theta))]
    slopes = [(a.deviance - b.deviance) / (2 * h) for a, b in zip(ahead, behind, strict=True)]
    bends = [(a.gradient - b.gradient) / (2 * h) for a, b in zip(ahead, behind, strict=True)]
    np.testing.assert_allclose(point.gradient, slopes, rtol=1e-6, atol=1e-5)
    np.testing.assert_allclose(point.hessian, bends, rtol=1e-6, atol=1e-5 * (1 + np.abs(point.hessian).max()))


def fitted(case: Case, reml: bool) -> tuple[Bottom, Dense, Array]:
    bottom = fit_arrays(case.x, case.y, case.terms, reml=reml)
    return bottom, dense(case.x, case.y, case.terms), parameters(bottom.covariances, bottom.sigma)


@both
@few
@given(cases())
def test_at_the_fit_no_variance_can_move_to_make_the_data_likelier(reml: bool, case: Case) -> None:
    bottom, whole, values = fitted(case, reml)
    assert bottom.descent.converged
    height = whole.deviance(values, reml)
    assert bottom.point.deviance == pytest.approx(height, rel=1e-10)
    np.testing.assert_allclose(bottom.beta, whole.beta(values), rtol=1e-7, atol=1e-9)
    if not bottom.flat:
        np.testing.assert_allclose(whole.gradient(values, reml) * np.maximum(np.abs(values), 0.01), 0, atol=1e-6)
    rng = np.random.default_rng(0)
    for size in (0.3, 0.03):
        for _ in range(10):
            theta = bottom.point.theta + size * rng.normal(size=len(bottom.point.theta))
            assert evaluate(bottom.blocks, bottom.shape, theta, reml).deviance > height - 1e-8


@few
@given(cases())
def test_predicted_effects_are_those_of_the_textbook(case: Case) -> None:
    bottom, whole, values = fitted(case, True)
    for term, covariance, modes in zip(case.terms, bottom.covariances, bottom.modes, strict=True):
        expected = blups(case.x, case.y, term, covariance, whole.v(values))
        np.testing.assert_allclose(modes, expected, rtol=1e-6, atol=1e-8)


@both
@few
@given(cases())
def test_satterthwaite_is_that_of_variances_as_parameters(reml: bool, case: Case) -> None:
    bottom, whole, values = fitted(case, reml)
    assume(not bottom.flat)
    told, eye = by_satterthwaite(bottom), np.eye(case.x.shape[1])
    phi = whole.information(values)[0]
    np.testing.assert_allclose(told.plain, phi, rtol=1e-7, atol=1e-9)
    expected = satterthwaite(eye, phi, whole.slopes(values), whole.observed(values, reml))
    np.testing.assert_allclose(satterthwaite(eye, told.plain, told.slopes, told.uncertainty), expected, rtol=1e-5)


@few
@given(cases())
def test_kenward_roger_is_that_of_whole_matrices(case: Case) -> None:
    bottom, whole, values = fitted(case, True)
    assume(not bottom.flat)
    told, p = kenward_roger(bottom), case.x.shape[1]
    phi, slopes = whole.information(values)[0], whole.slopes(values)
    adjusted, spread = whole.kenward_roger(values)
    np.testing.assert_allclose(told.adjusted, adjusted, rtol=1e-6, atol=1e-9)
    ours = joint_kenward_roger(np.eye(p)[1:], bottom.beta, told.plain, told.adjusted, told.slopes, told.uncertainty)
    theirs = joint_kenward_roger(np.eye(p)[1:], bottom.beta, phi, adjusted, slopes, spread)
    assert (ours.f, ours.df2, ours.scale) == pytest.approx((theirs.f, theirs.df2, theirs.scale), rel=1e-5)
    df = satterthwaite(np.eye(p), told.plain, told.slopes, told.uncertainty)
    np.testing.assert_allclose(df, satterthwaite(np.eye(p), phi, slopes, spread), rtol=1e-6)
