"""The parts of the model each on their own, where whole fits hardly come by."""

from __future__ import annotations

import numpy as np
import pytest

from daybreak.core.errors import FitError
from daybreak.stats.frame import frame
from daybreak.stats.freedom import pooled
from daybreak.stats.mmrm import mmrm
from daybreak.stats.mmrm.correlation import Toeplitz
from daybreak.stats.mmrm.covariance import Scaled
from daybreak.stats.mmrm.degrees import between_within
from daybreak.stats.mmrm.likelihood import Likelihood, NotPositiveError
from daybreak.stats.mmrm.model import laid_out
from daybreak.stats.mmrm.people import Rows, arrange
from daybreak.stats.mmrm.start import explain, moments
from daybreak.stats.optimise import newton
from tests.stats.mmrm.test_plain import rows


@pytest.mark.parametrize("kind", ["us(visit | id)", "toeph(visit | id)", "sp_exp(day | id)"])
def test_every_rung_of_the_ladder_leads_to_the_same_maximum(kind: str) -> None:
    model = laid_out(frame(f"y ~ base + arm + {kind}", rows(2, people=30)))
    family = model.family
    likelihood = Likelihood(model.people, family.covariances, family.size, 1, True)
    first = newton(likelihood.at, likelihood.at(family.starts()[0][1]), "first")[0]
    tried = [start for _, start in family.starts()] + [search() for _, search in family.rescues(likelihood)]
    assert len(tried) == 5
    for start in tried:
        found, _ = newton(likelihood.at, likelihood.at(start), "again")
        assert found.value == pytest.approx(first.value, abs=1e-9)


def plain_rows(response: list[float], columns: list[list[float]]) -> Rows:
    people = np.arange(len(response))
    nothing = np.zeros_like(people)
    return Rows(
        np.array(response), np.array(columns, dtype=float).T, people, nothing, nothing, np.ones(len(response)), 1
    )


def test_rows_that_say_nothing_are_refused() -> None:
    with pytest.raises(FitError, match="2 coefficients but only 2 complete rows"):
        arrange(plain_rows([1, 2], [[1, 1], [1, 2]]))
    with pytest.raises(FitError, match="depend on each other"):
        arrange(plain_rows([1, 2, 4, 1], [[1, 1, 1, 1], [1, 2, 3, 5], [3, 5, 7, 11]]))
    with pytest.raises(FitError, match="no spread"):
        arrange(plain_rows([1, 2, 3, 5], [[1, 1, 1, 1], [1, 2, 3, 5]]))


def test_correlations_that_make_no_covariance_are_drawn_towards_none_to_start() -> None:
    correlation = np.array([[1, 0.7, 0.7, -0.4], [0.7, 1, 0.7, 0.7], [0.7, 0.7, 1, 0.7], [-0.4, 0.7, 0.7, 1]])
    structure = Scaled(Toeplitz(4), alike=False)
    found = structure.shape(structure.start(correlation)).matrix
    assert np.linalg.eigvalsh(found)[0] > 0.01
    assert np.diag(found) == pytest.approx(np.ones(4))


def test_two_degrees_of_freedom_or_fewer_are_pooled_to_two() -> None:
    assert pooled(np.array([1.5, 8.0])) == 2.0
    assert pooled(np.array([5.0, 5.0])) == 5.0
    assert pooled(np.array([4.0, 6.0])) == pytest.approx(2 * 3.5 / 1.5)


def test_parameters_far_from_any_data_are_no_place() -> None:
    model = laid_out(frame("y ~ base + sp_exp(day | id)", rows(2)))
    likelihood = Likelihood(model.people, model.family.covariances, 2, 1, True)
    for theta in ([0.0, 1e4], [0.0, -1e4], [1e4, 0.0], [-1e3, 0.0]):
        with pytest.raises(NotPositiveError):
            likelihood.at(np.array(theta))


def test_visits_too_unlike_to_add_up_are_no_place() -> None:
    model = laid_out(frame("y ~ base + arm * visit + csh(visit | id)", rows(2)))
    likelihood = Likelihood(model.people, model.family.covariances, model.family.size, 1, True)
    with pytest.raises(NotPositiveError):
        likelihood.at(np.array([-40.0, 0.0, 40.0, 0.0]))


def few(seed: int) -> dict[str, list[object]]:
    """Return four to six people with two or three visits."""
    chance = np.random.default_rng(seed)
    people, visits = int(chance.integers(4, 7)), int(chance.integers(2, 4))
    kept = chance.random((people, visits)) < 0.75
    kept[:2] = True
    kept[np.arange(people), np.arange(people) % visits] = True
    who, when = np.nonzero(kept)
    y = (chance.normal(size=people) * 2)[who] + chance.normal(size=len(who))
    return {
        "id": [f"p{each}" for each in who],
        "visit": [f"v{each}" for each in when],
        "arm": [f"a{each % 2}" for each in who],
        "y": list(y),
    }


def test_kenward_roger_says_where_people_are_too_few_for_it() -> None:
    with pytest.raises(FitError, match="Kenward-Roger covariance of the estimates is not positive definite"):
        mmrm("y ~ arm + visit + us(visit | id)", few(0), df="kenward-roger")
    fit = mmrm("y ~ arm + visit + csh(visit | id)", few(21), df="kenward-roger-linear")
    with pytest.raises(FitError, match="no degrees of freedom"):
        fit.joint(np.eye(len(fit.beta))[1:])


def test_between_within_says_where_nothing_is_left_of_it() -> None:
    matrix = np.array([[1.0, 0.0], [1.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    with pytest.raises(FitError, match="between or within"):
        between_within(matrix, np.array([0, 0, 1, 2]), ("(Intercept)", "visit"))


def test_pairs_of_visits_that_contradict_each_other_still_give_a_start() -> None:
    """Each two visits are seen by other people: 1 goes with 2 and 2 with 3, but 1 goes against 3."""
    chance = np.random.default_rng(1)
    people = []
    for person in range(90):
        one, two, sign = ((0, 1, 1.0), (1, 2, 1.0), (0, 2, -1.0))[person % 3]
        level = chance.normal()
        people += [(person, one, level), (person, two, sign * level + 0.05 * chance.normal())]
    subject, slot, response = map(np.array, zip(*people, strict=True))
    nothing = np.zeros(len(subject), dtype=np.intp)
    whole = arrange(Rows(response, np.ones((len(subject), 1)), subject, slot, nothing, np.ones(len(subject)), 3))
    found = moments(whole, np.arange(90))
    assert np.linalg.eigvalsh(found)[0] > 0.01
    assert (found[0, 1], found[1, 2], -found[0, 2]) > (0.2, 0.2, 0.2)


@pytest.mark.parametrize("seed", range(25))
def test_four_to_six_people_get_an_answer_or_a_sentence(seed: int) -> None:
    try:
        fit = mmrm("y ~ arm + visit + toeph(visit | id)", few(seed))
    except FitError:
        pass
    else:
        assert all(np.isfinite([row.estimate, row.se, row.df, row.p]).all() for row in fit.coefficients)
        assert fit.optimiser.decrement < 1e-12


def test_an_end_without_a_reason_is_told_as_such() -> None:
    assert "No way of fitting the covariance us" in str(explain([np.eye(2)], ["v0", "v1"], "us", flat=False))
