"""Every fit of R mmrm in tests/stats/oracles comes out here."""

from __future__ import annotations

import numpy as np
import pytest

from daybreak.stats.results import Array
from tests.stats.mmrm.oracles import Reference, references, worst

ALL = list(references())


def column(fit: object, name: str) -> Array:
    return np.array([getattr(row, name) for row in fit.coefficients])  # type: ignore[attr-defined]


@pytest.mark.evidence("reference", "R mmrm 0.3.18, tightly converged")
@pytest.mark.parametrize("reference", ALL, ids=lambda each: each.name)
def test_a_fit_agrees_with_r(reference: Reference) -> None:
    fit, theirs = reference.ours(), reference.found
    assert [row.label for row in fit.coefficients] == theirs["terms"]
    assert worst(column(fit, "estimate"), theirs["estimate"]) < 1e-6
    assert worst(column(fit, "se"), theirs["se"], floor=0) < 1e-6
    assert worst(column(fit, "df"), theirs["df"], floor=0) < 1e-4
    assert worst(column(fit, "t"), theirs["t"]) < 1e-5
    assert worst(column(fit, "p"), theirs["p"]) < 1e-5
    assert fit.loglik == pytest.approx(theirs["loglik"], abs=1e-7)
    assert (fit.aic, fit.bic) == pytest.approx((theirs["aic"], theirs["bic"]), abs=1e-6)
    assert (fit.n_subjects, fit.n_obs) == (theirs["n_subjects"], theirs["n_obs"])


@pytest.mark.evidence("reference", "R mmrm 0.3.18, tightly converged")
@pytest.mark.parametrize("reference", ALL, ids=lambda each: each.name)
def test_the_covariance_of_visits_agrees_with_r(reference: Reference) -> None:
    fit, theirs = reference.ours(), reference.found["visit_covariance"]
    wanted = theirs if isinstance(theirs, dict) else {"": theirs}
    assert set(fit.visit_covariance) == set(wanted)
    for group, matrix in wanted.items():
        assert np.allclose(fit.visit_covariance[group], matrix, rtol=2e-5)


def test_every_fit_of_r_is_tried() -> None:
    assert len(ALL) == 47
    assert {each.found["covariance"] for each in ALL} == {
        "us", "toeph", "toep", "ar1h", "ar1", "csh", "cs", "adh", "ad"
    }  # fmt: skip
