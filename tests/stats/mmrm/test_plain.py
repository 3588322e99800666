"""The fast model is the dense one: likelihood, derivatives, Kenward-Roger, sandwiches, on random small data."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daybreak.stats.frame import frame
from daybreak.stats.mmrm import MmrmFit, fit_frame
from daybreak.stats.mmrm.covariance import KINDS, Cholesky, Structure, Unstructured
from daybreak.stats.mmrm.family import ByVisit, over_visits
from daybreak.stats.mmrm.likelihood import Covariances, Likelihood, Local
from daybreak.stats.mmrm.model import laid_out
from daybreak.stats.mmrm.people import Block
from daybreak.stats.results import Array
from tests.stats.mmrm.plain import Plain, differences, hessian

SEEDS = st.integers(0, 10_000)
CASES = settings(max_examples=6, deadline=None, derandomize=True)


def rows(seed: int, people: int = 12, visits: int = 3) -> dict[str, list[object]]:
    """Return a small study with gaps, weights, groups of people, and each one's own days."""
    chance = np.random.default_rng(seed)
    factor = np.linalg.cholesky(0.5 * np.eye(visits) + 0.5)
    kept = chance.random((people, visits)) < 0.8
    kept[np.arange(people), np.arange(people) % visits] = True
    kept[:4] = True
    who, when = np.nonzero(kept)
    base = chance.normal(20, 4, people)
    y = (chance.normal(size=(people, visits)) @ factor.T)[who, when] * 3 + 0.4 * base[who] + who % 2 * when
    return {
        "id": [f"p{each:02d}" for each in who],
        "visit": [f"v{each}" for each in when],
        "arm": [f"a{each % 2}" for each in who],
        "day": list(when * 5 + chance.normal(0, 0.5, len(who))),
        "base": list(base[who]),
        "w": list(chance.uniform(0.5, 2, len(who))),
        "y": list(y),
    }


def both(data: dict[str, list[object]], kind: str, *, reml: bool, grouped: bool = False) -> tuple[Likelihood, Plain]:
    """Return the fast likelihood in mmrm's parameters (response in units of its scale) and the dense one."""
    where = "day" if kind == "sp_exp" else "visit"
    formula = f"y ~ base + arm * {where} + {kind}({where} | {'arm / ' if grouped else ''}id)"
    coded = frame(formula, data, weights="w")
    model = laid_out(coded)
    covariances: Covariances = model.family.covariances
    size = model.family.size
    if isinstance(model.family, ByVisit):
        structure: Structure = model.family.structure
        if isinstance(structure, Unstructured):
            structure = Cholesky(structure.visits)
        covariances = partial(over_theta, structure)
    fast = Likelihood(model.people, covariances, size, len(model.groups), reml)
    plain = Plain(
        y=coded.response / model.people.scale,
        x=coded.matrix,
        subject=model.rows.subject.astype(float),
        visit=model.rows.slot.astype(float),
        kind=kind,
        reml=reml,
        weights=coded.weights,
        group=model.rows.group.astype(float),
        days=np.array(data["day"], dtype=float),
    )
    return fast, plain


def over_theta(structure: Structure, theta: Array, _: Block) -> Local:
    """Return a structure's covariance for any block."""
    return over_visits(structure, theta)


def somewhere(plain: Plain, seed: int, groups: int = 1) -> Array:
    """Return parameters at which the covariance is positive definite."""
    found = np.random.default_rng(seed).normal(0, 0.3, plain.size * groups)
    return np.abs(found) if plain.kind[:2] in ("to", "ad") else found


@pytest.mark.evidence("double", "tests/stats/mmrm/plain.py: one dense covariance of all rows")
@pytest.mark.parametrize("reml", [True, False])
@pytest.mark.parametrize("kind", [*KINDS, "sp_exp"])
@given(seed=SEEDS)
@CASES
def test_likelihood_and_gradient_are_the_dense_ones(kind: str, reml: bool, seed: int) -> None:
    fast, plain = both(rows(seed), kind, reml=reml, grouped=seed % 2 == 1)
    theta = somewhere(plain, seed, fast.groups)
    point = fast.at(theta)
    scale = fast.people.scale
    shift = (len(plain.y) - (plain.x.shape[1] if reml else 0)) * 2 * np.log(scale)
    assert point.value + fast.constant == pytest.approx(plain.deviance(theta) + shift, rel=1e-10)
    slopes = differences(lambda at: np.array(plain.deviance(at)), theta)
    assert point.gradient == pytest.approx(np.array(slopes), rel=1e-6, abs=1e-6)


@pytest.mark.evidence("double", "tests/stats/mmrm/plain.py: differences of the dense likelihood")
@pytest.mark.parametrize("reml", [True, False])
@pytest.mark.parametrize("kind", [kind for kind in (*KINDS, "sp_exp") if kind != "us"])
@given(seed=SEEDS)
@settings(max_examples=2, deadline=None, derandomize=True)
def test_the_hessian_is_that_of_the_dense_likelihood(kind: str, reml: bool, seed: int) -> None:
    fast, plain = both(rows(seed, people=8), kind, reml=reml)
    theta = somewhere(plain, seed)
    assert fast.at(theta).observed == pytest.approx(hessian(plain.deviance, theta), rel=1e-5, abs=1e-5)


@pytest.mark.evidence("double", "differences of the gradient")
@given(seed=SEEDS)
@CASES
def test_the_hessian_of_an_unstructured_covariance_is_the_slope_of_its_gradient(seed: int) -> None:
    model = laid_out(frame("y ~ base + arm * visit + us(visit | arm / id)", rows(seed, people=24), weights="w"))
    fast = Likelihood(model.people, model.family.covariances, model.family.size, 2, True)
    theta = model.family.starts()[0][1]
    slopes = np.array(differences(lambda at: fast.at(at).gradient, theta))
    assert fast.at(theta).observed == pytest.approx(slopes, rel=1e-7, abs=1e-6)


@pytest.mark.evidence("double", "tests/stats/mmrm/plain.py: tr(P V_a P V_b)")
@pytest.mark.parametrize("reml", [True, False])
def test_the_expected_information_is_the_dense_one(reml: bool) -> None:
    fast, plain = both(rows(3), "toeph", reml=reml)
    theta = somewhere(plain, 3)
    inverse = np.linalg.inv(plain.covariance(theta))
    project = inverse - inverse @ plain.x @ plain.estimates(theta)[1] @ plain.x.T @ inverse if reml else inverse
    slopes = [project @ each for each in differences(plain.covariance, theta)]
    expected = np.array([[np.sum(one * two.T) for two in slopes] for one in slopes])
    assert fast.at(theta).expected == pytest.approx(expected, rel=1e-7, abs=1e-7)


def fitted(data: dict[str, list[object]], kind: str, df: str, estimates: str = "model") -> tuple[MmrmFit, Plain, Array]:
    """Return our fit, the dense model in the units of the data, and its parameters at our maximum."""
    where = "day" if kind == "sp_exp" else "visit"
    coded = frame(f"y ~ base + arm * {where} + {kind}({where} | id)", data, weights="w")
    fit = fit_frame(coded, df=df, covariance_of_estimates=estimates)
    model = laid_out(coded)
    _, plain = both(data, kind, reml=True)
    plain = replace(plain, y=coded.response)
    found = fit.visit_covariance[""]
    if kind == "us":
        return fit, plain, Cholesky(len(found)).start(found)
    if kind == "sp_exp":
        rho = found[0, 1] / found[0, 0]
        return fit, plain, np.array([np.log(found[0, 0]), np.log(rho / (1 - rho))])
    assert isinstance(model.family, ByVisit)
    return fit, plain, model.family.structure.start(found)


@pytest.mark.evidence("double", "tests/stats/mmrm/plain.py: differences of the dense covariance")
@pytest.mark.parametrize("kind", ["us", "toeph", "ar1", "csh", "ad", "sp_exp"])
def test_satterthwaite_and_kenward_roger_are_the_dense_ones(kind: str) -> None:
    fit, plain, theta = fitted(rows(11, people=16), kind, "kenward-roger")
    assert fit.loglik == pytest.approx(-plain.deviance(theta) / 2, abs=1e-8)
    assert fit.beta == pytest.approx(plain.estimates(theta)[0], rel=1e-7, abs=1e-8)
    assert fit.df(np.eye(len(fit.beta))) == pytest.approx(plain.satterthwaite(theta), rel=1e-4)
    assert fit.beta_covariance == pytest.approx(plain.kenward_roger(theta), rel=2e-4, abs=1e-5)


@pytest.mark.evidence("double", "tests/stats/mmrm/plain.py: Bell and McCaffrey with n by n matrices")
@pytest.mark.parametrize("estimates", ["empirical", "bias-reduced", "jackknife"])
@pytest.mark.parametrize("kind", ["us", "ar1h", "sp_exp"])
def test_sandwiches_are_the_dense_ones(kind: str, estimates: str) -> None:
    fit, plain, theta = fitted(rows(7, people=20), kind, "satterthwaite", estimates)
    spread, df = plain.sandwich(theta, estimates)
    assert fit.beta_covariance == pytest.approx(spread, rel=1e-6, abs=1e-8)
    assert fit.df(np.eye(len(df))) == pytest.approx(df, rel=1e-6)
