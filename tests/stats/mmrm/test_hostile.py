"""Data that make a model fail: a plain sentence or a right answer, never a silent wrong number."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from daybreak.core.errors import FitError, FormulaError
from daybreak.stats.mmrm import mmrm

PRIMARY = "y ~ base + arm * visit + us(visit | id)"
Rows = dict[str, list[object]]


def study(people: int = 40, visits: int = 4, seed: int = 5) -> Rows:
    """Return a study in which every person kept the first visit and most others."""
    chance = np.random.default_rng(seed)
    factor = np.linalg.cholesky(0.6 ** np.abs(np.subtract.outer(range(visits), range(visits))))
    y = 8 * chance.normal(size=(people, visits)) @ factor.T
    kept = chance.random((people, visits)) < 0.85
    kept[:, 0] = True
    who, when = np.nonzero(kept)
    base = chance.normal(30, 5, people)
    return {
        "id": [f"p{each}" for each in who],
        "visit": [f"v{each:02d}" for each in when],
        "day": [7.0 * each + 1 for each in when],
        "arm": [f"a{each % 2}" for each in who],
        "base": list(base[who]),
        "y": list(y[who, when] - 0.5 * base[who] + who % 2 * when),
    }


def kept(rows: Rows, wanted: Callable[[str, str, str], bool]) -> Rows:
    """Return the rows of persons, visits and arms wanted."""
    found = [wanted(str(a), str(b), str(c)) for a, b, c in zip(rows["id"], rows["visit"], rows["arm"], strict=True)]
    return {name: [value for value, yes in zip(column, found, strict=True) if yes] for name, column in rows.items()}


def replaced(rows: Rows, visit: str, by: Sequence[str]) -> Rows:
    """Return rows in which a visit's response is twice the sum of others' where these were kept."""
    at = {(who, when): y for who, when, y in zip(rows["id"], rows["visit"], rows["y"], strict=True)}
    y: list[object] = []
    for who, when, value in zip(rows["id"], rows["visit"], rows["y"], strict=True):
        others = [at.get((who, other)) for other in by]
        told = when == visit and all(other is not None for other in others)
        y.append(2.0 * sum(float(str(other)) for other in others) + 1 if told else value)
    return rows | {"y": y}


def test_visits_that_are_copies_of_each_other_are_named() -> None:
    with pytest.raises(FitError, match="v00 and v01 is perfectly correlated"):
        mmrm(PRIMARY, replaced(study(), "v01", ["v00"]))


def test_a_visit_that_follows_from_two_others_is_refused() -> None:
    rows = kept(study(), lambda who, when, arm: True)
    whole = {who for who in rows["id"] if rows["id"].count(who) == 4}
    with pytest.raises(FitError, match="follows from the other visits"):
        mmrm(PRIMARY, replaced(kept(rows, lambda who, *_: who in whole), "v03", ["v00", "v02"]))


def test_visits_never_kept_by_one_person_are_named() -> None:
    rows = study()
    second = {who for who, when in zip(rows["id"], rows["visit"], strict=True) if when == "v01"}
    apart = kept(rows, lambda who, when, _: not (when == "v03" and who in second))
    with pytest.raises(FitError, match="seen at both v01 and v03"):
        mmrm(PRIMARY, apart)
    assert np.isfinite(mmrm(PRIMARY.replace("us(", "toeph("), apart).loglik)


def test_too_few_people_for_the_visits_are_refused() -> None:
    with pytest.raises(FitError, match="too few people"):
        mmrm("y ~ visit + us(visit | id)", study(people=5, visits=4))


def test_an_empty_cell_is_dropped_and_named() -> None:
    fit = mmrm(PRIMARY, kept(study(), lambda _, when, arm: not (when == "v02" and arm == "a1")))
    assert [warning for warning in fit.warnings if "arma1:visitv02" in warning]
    assert all(np.isfinite([row.estimate, row.se, row.df, row.p]).all() for row in fit.coefficients)


def test_one_person_in_an_arm_gives_an_answer_but_for_the_jackknife() -> None:
    alone = kept(study(), lambda who, _, arm: arm == "a0" or who == "p1")
    assert all(row.se > 0 for row in mmrm(PRIMARY, alone, df="kenward-roger").coefficients)
    with pytest.raises(FitError, match="one person alone"):
        mmrm(PRIMARY, alone, covariance_of_estimates="jackknife")


def test_a_covariance_for_an_arm_of_one_person_is_refused() -> None:
    alone = kept(study(), lambda who, _, arm: arm == "a0" or who == "p1")
    with pytest.raises(FitError):
        mmrm("y ~ base + arm * visit + us(visit | arm / id)", alone)


def test_a_correlation_that_cannot_be_told_is_refused() -> None:
    once = kept(study(), lambda _, when, __: when == "v00")
    rows = kept(study(), lambda who, when, _: when == ("v00" if int(who[1:]) % 2 else "v01") or when == "v00")
    single = kept(rows, lambda who, when, _: (when == "v00") == (int(who[1:]) % 2 == 1))
    assert len(once["y"]) > 0
    with pytest.raises(FitError, match="cannot tell the parameters of the covariance cs apart"):
        mmrm("y ~ visit + cs(visit | id)", single)


def test_coordinates_that_never_differ_are_refused() -> None:
    once = kept(study(), lambda _, when, __: when == "v00")
    with pytest.raises(FitError, match="two different coordinates"):
        mmrm("y ~ base + sp_exp(day | id)", once)


@pytest.mark.parametrize("seed", [1, 5])
def test_a_spatial_correlation_that_ends_at_nil_is_refused(seed: int) -> None:
    rows = study(people=60, visits=5, seed=seed)
    noise = np.random.default_rng(seed).normal(size=len(rows["y"])) * 8
    who = np.array([str(each) for each in rows["id"]])
    y = [value - 0.5 * noise[who == name].mean() for name, value in zip(who, noise, strict=True)]
    with pytest.raises(FitError, match="no correlation that falls with distance"):
        mmrm("y ~ base + sp_exp(day | id)", rows | {"y": y})


def test_visits_of_very_different_scale_are_fitted() -> None:
    rows = study()
    spread = {"v00": 1e-3, "v01": 1.0, "v02": 30.0, "v03": 1e3}
    y = [float(str(y)) * spread[str(when)] for y, when in zip(rows["y"], rows["visit"], strict=True)]
    fit = mmrm("y ~ base * visit + arm * visit + us(visit | id)", rows | {"y": y})
    plain = mmrm("y ~ base * visit + arm * visit + us(visit | id)", rows)
    assert fit.coefficients[1].t == pytest.approx(plain.coefficients[1].t, rel=1e-6)


def test_thirty_visits_and_thousands_of_people_are_fitted() -> None:
    many = mmrm("y ~ base + arm * visit + cs(visit | id)", study(people=150, visits=30))
    assert many.optimiser.decrement < 1e-12
    crowd = mmrm(PRIMARY, study(people=5000))
    assert crowd.n_subjects == 5000
    assert crowd.optimiser.decrement < 1e-12


def test_two_values_at_one_visit_are_refused() -> None:
    rows = study()
    with pytest.raises(FitError, match="p3 has two rows"):
        mmrm(PRIMARY, {name: [*column, column[rows["id"].index("p3")]] for name, column in rows.items()})


def test_a_formula_without_a_covariance_is_refused() -> None:
    with pytest.raises(FormulaError, match="no covariance between visits"):
        mmrm("y ~ base + arm", study())


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"df": "containment"}, "no method containment"),
        ({"covariance_of_estimates": "hc3"}, "no covariance of the estimates hc3"),
        ({"df": "kenward-roger", "reml": False}, "needs restricted maximum likelihood"),
        ({"df": "kenward-roger", "covariance_of_estimates": "empirical"}, "its own covariance of the estimates"),
    ],
)
def test_methods_that_do_not_exist_or_go_together_are_refused(options: dict[str, object], sentence: str) -> None:
    with pytest.raises(FitError, match=sentence):
        mmrm(PRIMARY, study(), **options)  # type: ignore[arg-type]
