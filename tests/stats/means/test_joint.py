"""Joint tests: SAS's type III figures, sums of squares, and what an empty cell leaves of a term."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daybreak.stats.means import joint_tests, marginal_means
from daybreak.stats.mmrm import mmrm
from tests.stats.cast import LEVELS, data
from tests.stats.means.plain import least_squares
from tests.stats.means.test_marginal import holed, some_rows

TOY = {
    "treat": ["A"] * 4 + ["B"] * 6,
    "female": [1, 0, 0, 1, 0, 0, 0, 1, 1, 0],
    "resp": [17, 12, 14, 19, 28, 26, 26, 34, 33, 27],
}


@pytest.mark.evidence("reference", "type III tests of SAS, printed in emmeans' help page of joint_tests")
def test_type_three_tests_of_factors_are_those_of_sas() -> None:
    tests = joint_tests(least_squares("resp ~ treat * factor(female)", TOY))
    assert [test.term for test in tests.tests] == ["treat", "factor(female)", "treat:factor(female)"]
    assert [test.f for test in tests.tests] == pytest.approx([404.60, 65.29, 1.45], abs=0.005)
    assert [test.p for test in tests.tests][1:] == pytest.approx([0.0002, 0.2741], abs=5e-5)
    assert {(test.df1, test.df2) for test in tests.tests} == {(1, 6)}


@pytest.mark.evidence("reference", "the same page, female as a covariate; SAS takes it at nil")
def test_a_factor_is_tested_where_the_covariate_stands() -> None:
    fit = least_squares("resp ~ treat * female", TOY)
    at_nil = joint_tests(fit, at={"female": [0]})
    assert [test.f for test in at_nil.tests] == pytest.approx([208.62, 65.29, 1.45], abs=0.005)
    difference = marginal_means(fit, "treat").pairwise().lines[0]
    assert difference.t is not None
    assert joint_tests(fit)["treat"].f == pytest.approx(difference.t**2)


@pytest.mark.evidence("double", "sums of squares of nested fits")
def test_the_highest_term_is_tested_by_what_it_explains() -> None:
    table = some_rows(11)
    full, less = least_squares("y ~ z + f * g", table), least_squares("y ~ z + f + g", table)
    y = np.array(table["y"])

    def rest(fit: object) -> float:
        rows = fit.coding.code({name: table[name] for name in ("z", "f", "g")})  # type: ignore[attr-defined]
        return float(((y - rows @ fit.beta) ** 2).sum())  # type: ignore[attr-defined]

    test = joint_tests(full)["f:g"]
    assert (test.df1, test.df2) == (4, 50)
    assert test.f == pytest.approx((rest(less) - rest(full)) / 4 / (rest(full) / 50))


@given(seed=st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_tests_do_not_depend_on_the_reference_level_or_the_order_of_terms(seed: int) -> None:
    table = some_rows(seed)
    one = joint_tests(least_squares("y ~ f * g + z", table))
    two = joint_tests(least_squares("y ~ z + g * f", table, {"f": "bca", "g": "zxy"}))
    for term, other in (("f", "f"), ("g", "g"), ("z", "z"), ("f:g", "g:f")):
        assert (one[term].f, one[term].df1) == pytest.approx((two[other].f, two[other].df1), rel=1e-8)


def test_a_curve_is_tested_as_one_term_with_all_its_degrees() -> None:
    table = some_rows(12)
    test = joint_tests(least_squares("y ~ f + z + I(z^2)", table))["z"]
    assert test.df1 == 2
    assert not test.reduced


def test_an_empty_cell_costs_the_interaction_a_degree_and_says_so() -> None:
    tests = joint_tests(least_squares("y ~ f * g", holed()))
    assert (tests["f:g"].df1, tests["f:g"].reduced) == (3, True)
    assert tests["f"].df1 == 1
    assert tests.warnings[-1] == (
        "The data leave some contrasts of f:g open; the test has 3 numerator degrees of freedom."
    )


def test_a_term_that_is_left_open_altogether_is_not_tested() -> None:
    table = some_rows(13)
    table["h"] = table["f"]
    tests = joint_tests(least_squares("y ~ f + h", table))
    assert (tests["h"].f, tests["h"].df1, tests["h"].p) == (None, 0, None)
    assert "The data leave all contrasts of h open; it is not tested." in tests.warnings
    assert "-" in tests.summary()


def test_any_set_of_contrasts_is_tested_by_group() -> None:
    means = marginal_means(
        least_squares("change ~ baseline + arm * visit", data("study-154"), LEVELS), "arm", by="visit"
    )
    tests = means.pairwise().joint()
    assert [test.levels["visit"] for test in tests.tests] == LEVELS["visit"]
    assert [test.df1 for test in tests.tests] == [2] * 5
    assert tests.tests[0].f == pytest.approx(means.against("ketamine-sham").joint().tests[0].f)
    table = tests.to_polars()
    assert table.columns == ["term", "visit", "f", "df1", "df2", "p"]
    told = tests.to_dict()
    assert told["warnings"] == []
    assert tests.summary().splitlines()[0].split() == ["term", "visit", "f", "df1", "df2", "p"]


def test_all_pairs_and_differences_from_the_first_level_are_one_test_in_a_mixed_model() -> None:
    visits = {"visit": ["day-1", "day-5", "day-12", "day-30"]}
    fit = mmrm("change ~ baseline + arm * visit + us(visit | id)", data("small-24"), levels=visits)
    means = marginal_means(fit, "arm", by="visit")
    for pairs, first in zip(means.pairwise().joint().tests, means.against("ketamine-sham").joint().tests, strict=True):
        assert (pairs.f, pairs.df1, pairs.df2) == pytest.approx((first.f, first.df1, first.df2), rel=1e-9)
    interaction = joint_tests(fit)["arm:visit"]
    places = list(fit.coding.blocks["arm:visit"])
    coefficients = fit.joint(np.eye(len(fit.beta))[places])
    assert (interaction.f, interaction.df2) == pytest.approx((coefficients.f, coefficients.df2), rel=1e-9)
