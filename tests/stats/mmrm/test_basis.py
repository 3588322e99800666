"""Covariates that exclude each other: the same model, with fewer products."""

from __future__ import annotations

import numpy as np
import pytest

from daybreak.stats.mmrm.batch import crossed, fit_moments, moments_of
from daybreak.stats.mmrm.batch.basis import apart, joints, linked, sparse
from daybreak.stats.mmrm.batch.place import Place
from daybreak.stats.mmrm.batch.start import starts
from daybreak.stats.mmrm.batch.workspace import reached
from tests.stats.mmrm.batches import drawn


def test_an_intercept_beside_groups_becomes_the_first_group() -> None:
    batch = drawn(1, people=42, arms=3)
    change, moments = apart(batch.moments)
    assert change.tolist() == [[1, 1, 1, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
    groups = (batch.arm[:, None] == np.arange(3)).astype(float)
    own = np.concatenate([np.broadcast_to(groups, (3, *groups.shape)), batch.baseline[:, :, None]], axis=2)
    asked = moments_of(batch.y, own)
    assert moments.zz == pytest.approx(asked.zz, abs=1e-9)
    assert moments.zy == pytest.approx(asked.zy, abs=1e-9)
    assert linked(moments.zz).tolist() == [[1, 0, 0, 1], [0, 1, 0, 1], [0, 0, 1, 1], [1, 1, 1, 1]]


def test_the_other_basis_has_the_same_likelihood_and_coefficients() -> None:
    batch = drawn(2, people=42, arms=3)
    moments, sigma = batch.moments, starts(batch.moments)
    basis = sparse(moments, batch.way)
    one, other = Place(moments, batch.way, sigma), Place(basis.moments, basis.way, sigma)
    assert other.value + basis.shift == pytest.approx(one.value, rel=1e-12)
    assert other.gamma @ basis.back.T == pytest.approx(one.gamma, rel=1e-9)
    assert other.observed == pytest.approx(one.observed, rel=1e-8)


def test_the_likelihood_keeps_its_constant_in_a_basis_of_another_size() -> None:
    batch = drawn(2)
    way = batch.way * 3.0
    fits = [fit_moments(batch.moments, batch.contrasts, way=way, backend=each) for each in ("compiled", "numpy")]
    assert fits[0].loglik == pytest.approx(fits[1].loglik, rel=1e-12)
    assert fits[0].coefficients == pytest.approx(fits[1].coefficients, rel=1e-8)
    assert fits[0].df == pytest.approx(fits[1].df, rel=1e-8)


def test_factors_are_nil_where_groups_do_not_meet() -> None:
    """The covariate that meets all others comes last, so that the groups stay apart."""
    batch = drawn(3, people=42, visits=3, arms=3)
    order = [0, 3, 1, 2]
    way = crossed(3, [True, False, True, True])
    basis = sparse(moments_of(batch.y, batch.z[:, :, order]), way)
    reach = reached(joints(basis.way, linked(basis.moments.zz)))
    assert reach.tolist() == [0, 0, 0, 3, 3, 3, 6, 6, 6, 0]
    lower = Place(basis.moments, basis.way, starts(basis.moments)).lower
    for row, first in enumerate(reach):
        assert (lower[:, row, :first] == 0).all()
        assert np.linalg.inv(lower)[:, row, :first] == pytest.approx(0, abs=1e-14)


def test_covariates_without_groups_stay_as_they_are() -> None:
    rng = np.random.default_rng(4)
    z = np.concatenate([np.ones((2, 40, 1)), rng.normal(size=(2, 40, 2))], axis=2)
    moments = moments_of(rng.normal(size=(2, 40, 3)), z)
    basis = sparse(moments, np.eye(9))
    assert (basis.moments.zz == moments.zz).all()
    assert (basis.back == np.eye(9)).all()
    assert linked(basis.moments.zz).all()


@pytest.mark.parametrize(
    "crossing", [[True, False, False, False], [False, False, False, True], [True, True, False, True]]
)
def test_models_with_fewer_products_with_visit_come_out_the_same(crossing: list[bool]) -> None:
    batch = drawn(5, people=60, arms=3)
    way = crossed(4, crossing)
    contrasts = np.eye(way.shape[1])[1:3]
    fast, slow = (fit_moments(batch.moments, contrasts, way=way, backend=backend) for backend in ("compiled", "numpy"))
    assert not fast.refitted.any()
    for name in ("estimate", "se", "df", "loglik", "sigma", "coefficients"):
        assert getattr(fast, name) == pytest.approx(getattr(slow, name), rel=1e-8)
