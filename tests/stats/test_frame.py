"""The rows a model can use, and a plain sentence for those that it cannot."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import polars as pl
import pytest

from daybreak.core.errors import FitError, FormulaError
from daybreak.stats.frame import frame
from tests.stats.cast import LEVELS, VISITS, data, reference

MMRM = "change ~ baseline + arm * visit + us(visit | id)"
LMM = "change ~ baseline + arm * day + (1 + day | id)"


def small() -> dict[str, list[Any]]:
    """Four people at three visits."""
    people = [person for person in ("A", "B", "C", "D") for _ in range(3)]
    return {
        "id": people,
        "arm": [("one" if person in "AB" else "two") for person in people],
        "visit": ["v1", "v2", "v3"] * 4,
        "day": [1, 5, 9] * 4,
        "baseline": [{"A": 30, "B": 35, "C": 28, "D": 40}[person] for person in people],
        "change": [-1.0, -4.0, -2.0, -7.0, -3.0, -8.0, -2.5, 1.0, 0.0, -9.0, -11.0, -3.0],
    }


def first_person() -> dict[str, list[Any]]:
    return {name: column[:3] for name, column in small().items()}


def changed(name: str, row: int, value: object) -> dict[str, list[Any]]:
    rows = small()
    rows[name][row] = value
    return rows


def test_people_visits_and_groups_are_told() -> None:
    found = frame("change ~ baseline + arm * visit + us(visit | arm / id)", data("study-154"), levels=LEVELS)
    assert (len(found.response), len(found.subject.labels)) == (680, 154)
    assert found.visit.labels == tuple(VISITS)
    assert found.group.labels == ("ketamine-sham", "ketamine-training", "saline-training")
    assert found.subject.labels[found.subject.codes[0]] == "P001"
    assert found.left_out == 0
    assert found.warnings == ()
    assert found.random == ()


def test_a_covariance_for_all_has_one_nameless_group() -> None:
    found = frame(MMRM, small())
    assert found.group.labels == ("",)
    assert set(found.group.codes.tolist()) == {0}


def test_random_effects_have_columns_and_groups() -> None:
    (effects,) = frame(LMM, data("study-154")).random
    assert effects.names == ("(Intercept)", "day")
    assert effects.columns[:, 0].tolist() == [1.0] * 680
    assert effects.columns[:, 1].tolist() == data("study-154")["day"].to_list()
    assert (effects.group, len(effects.labels), effects.correlated) == ("id", 154, True)


def test_nested_groups_are_pairs() -> None:
    outer, inner = frame("change ~ arm + (1 | site/id)", data("study-154")).random
    assert outer.labels == ("S1", "S2", "S3")
    assert len(inner.labels) == 154
    rows = data("study-154")
    assert inner.labels[inner.codes[7]] == f"{rows['site'][7]}:{rows['id'][7]}"


def test_coordinates_of_a_spatial_covariance_are_numbers() -> None:
    found = frame("change ~ arm + sp_exp(day | id)", small())
    assert found.coordinates[:, 0].tolist() == small()["day"]
    assert found.visit.labels == ()


def test_rows_with_gaps_are_left_out_and_counted() -> None:
    rows = changed("change", 4, None)
    rows["baseline"][7] = float("nan")
    rows["arm"][8] = ""
    found = frame(MMRM.replace("us", "cs"), rows)
    assert found.left_out == 3
    assert found.places.tolist() == [0, 1, 2, 3, 5, 6, 9, 10, 11]
    assert found.warnings[0] == "3 of 12 rows were left out; missing are change in 1, baseline in 1, arm in 1."


def test_gaps_in_columns_the_model_does_not_name_do_not_matter() -> None:
    assert frame("change ~ baseline + us(visit | id)", changed("arm", 0, None)).left_out == 0


def test_a_level_without_usable_rows_is_left_out_and_named() -> None:
    rows = small()
    rows["change"] = [
        None if visit == "v3" else value for visit, value in zip(rows["visit"], rows["change"], strict=True)
    ]
    found = frame(MMRM, rows)
    assert found.visit.labels == ("v1", "v2")
    assert "No row that can be used has visit v3." in found.warnings


def test_of_many_levels_without_rows_a_few_are_named() -> None:
    rows = {name: column * 5 for name, column in small().items()}
    rows["id"] = [f"P{place // 3:02d}" for place in range(60)]
    rows["change"] = [None if place < 30 else value for place, value in enumerate(rows["change"])]
    told = frame("change ~ visit + us(visit | id)", rows).warnings[1]
    assert told == "No row that can be used has id P00, P01, P02, P03, P04, P05 and 4 more."


def test_weights_come_from_a_column() -> None:
    rows = {**small(), "w": [1.0, 2.0, 0.5] * 4}
    assert frame(MMRM, rows, weights="w").weights.tolist() == rows["w"]
    assert frame(MMRM, rows).weights.tolist() == [1.0] * 12


def test_the_outcome_may_be_worked_out() -> None:
    rows = small()
    found = frame("I(baseline + change) ~ arm * visit + us(visit | id)", rows)
    assert found.response[1] == 26.0
    assert frame("-(baseline - 2 * change / 1) ~ 1 + us(visit | id)", rows).response[1] == -38.0
    assert frame("log(baseline + change) ~ arm + us(visit | id)", rows).response[1] == pytest.approx(np.log(26.0))


def test_numbers_may_be_visits_and_people() -> None:
    rows = {**small(), "id": [10, 10, 10, 9, 9, 9, 2, 2, 2, 1, 1, 1]}
    found = frame("change ~ arm * factor(day) + us(day | id)", rows)
    assert found.visit.labels == ("1", "5", "9")
    assert found.subject.labels == ("1", "2", "9", "10")
    assert found.warnings == ()


def test_a_visit_that_is_a_number_and_a_slope_is_remarked_on() -> None:
    assert "day is a number" in frame("change ~ arm * day + us(day | id)", small()).warnings[0]
    assert frame("change ~ arm * day + us(day | id)", small(), levels={"day": [1, 5, 9]}).warnings == ()


def test_visits_in_the_order_of_the_alphabet_are_remarked_on_where_the_order_counts() -> None:
    rows = {**small(), "visit": ["day-1", "day-5", "day-12"] * 4}
    (told,) = frame("change ~ arm + ar1(visit | id)", rows).warnings
    assert told.endswith("the order day-1, day-12, day-5; if that is not so, give levels: day-1,day-5,day-12.")
    assert frame("change ~ arm + ar1(visit | id)", rows, levels={"visit": ["day-1", "day-5", "day-12"]}).warnings == ()
    assert frame("change ~ arm + us(visit | id)", rows).warnings == ()
    assert frame("change ~ arm + ar1(visit | id)", small()).warnings == ()


def test_levels_that_differ_by_spaces_or_capitals_are_remarked_on() -> None:
    rows = small()
    rows["arm"] = ["two " if place == 11 else arm for place, arm in enumerate(rows["arm"])]
    told = frame("change ~ arm + cs(visit | id)", rows).warnings
    assert told == ("arm has both 'two' and 'two ': are they one, but for spaces or capitals?",)


def test_numbers_written_as_text_are_remarked_on() -> None:
    rows = {**small(), "site": ["1", "2", "1"] * 4}
    assert "site holds numbers written as text" in frame("change ~ site + (1 | id)", rows).warnings[0]


@pytest.mark.parametrize(
    ("formula", "rows", "said"),
    [
        (MMRM, {name: [] for name in small()}, "The data have no rows."),
        (MMRM, {**small(), "change": [None] * 12}, "No row is complete; missing are change in 12."),
        (MMRM, {**small(), "arm": ["one"] * 11}, "The columns differ in length"),
        (MMRM.replace("baseline", "basline"), small(), "The data have no column 'basline'. Did you mean baseline?"),
        (MMRM.replace("baseline", "zzz"), small(), "no column 'zzz'. It has id, arm, visit"),
        (MMRM, changed("change", 3, "n/a"), "row 4: change is 'n/a', which is no number."),
        (MMRM, changed("baseline", 5, "unknown"), "row 6: baseline is 'unknown', which is no number."),
        (MMRM, changed("change", 5, float("inf")), "row 6: change is infinite."),
        (MMRM, {**small(), "change": [2.0] * 12}, "change is 2 in every row."),
        (MMRM, {**small(), "arm": ["one"] * 12}, "arm is 'one' in every row that can be used."),
        (MMRM, {**small(), "change": small()["baseline"]}, "explain change without any error"),
        (MMRM, first_person(), "arm is 'one' in every row"),
        ("change ~ visit + us(visit | id)", first_person(), "3 rows cannot tell 3"),
        (MMRM, changed("visit", 1, "v1"), "rows 1 and 2: A has two rows for visit v1. Keep one row"),
        ("change ~ 1 + sp_exp(day | id)", changed("day", 1, 1), "rows 1 and 2: A has two rows for day."),
        ("change ~ 1 + sp_exp(visit | id)", small(), "row 1: visit is 'v1', which is no number."),
        ("change ~ 1 + us(visit | arm / id)", changed("arm", 1, "two"), "id A is in more than one arm."),
        ("change ~ log(change + 4) + us(visit | id)", small(), "row 2: log(change + 4) has no value: change is -4."),
        ("change ~ log(arm) + us(visit | id)", small(), "arm holds categories, so log(arm) has no value."),
        ("change ~ 0 + us(visit | id)", small(), "The model has no terms."),
        ("change ~ arm + (1 | all)", {**small(), "all": ["x"] * 12}, "all is x in every row."),
        ("change ~ arm + (visit | id)", small(), "12 rows cannot tell 12 random effects of id."),
        ("change ~ arm + (arm || id)", small(), "Effects of arm by id cannot be uncorrelated."),
        ("change ~ log(us) + us(visit | id)", small(), "no column 'us'"),
    ],
)  # fmt: skip
def test_what_cannot_be_fitted_is_said_in_a_sentence(formula: str, rows: dict[str, list[Any]], said: str) -> None:
    with pytest.raises(FitError) as caught:
        frame(formula, rows)
    assert said in str(caught.value)
    assert caught.value.code == "fit"
    assert caught.value.remedy


def test_an_outcome_that_is_no_arithmetic_is_refused() -> None:
    for outcome in ("change:baseline", "factor(change)", "log(change, 2)"):
        with pytest.raises(FormulaError, match="This is no arithmetic that can be worked out"):
            frame(f"{outcome} ~ 1 + us(visit | id)", small())


def test_a_visit_needs_a_variance_of_its_own_only_where_the_covariance_has_one() -> None:
    still = small()
    still["change"] = [
        3.0 if visit == "v2" else value for visit, value in zip(still["visit"], still["change"], strict=True)
    ]
    few = small()
    few["change"] = [None if (v, who) in {("v3", "A"), ("v3", "C")} else one
                     for v, who, one in zip(few["visit"], few["id"], few["change"], strict=True)]  # fmt: skip
    for rows, said in (
        (still, "The outcome is 3 in all 4 rows at v2. Leave the visit out"),
        (few, "At v3 there are 2 rows for 2 coefficients, so its variance cannot be told."),
    ):
        for kind in ("us", "toeph", "ar1h", "csh", "adh"):
            with pytest.raises(FitError) as caught:
                frame(MMRM.replace("us", kind), rows)
            assert said in str(caught.value)
        for kind in ("toep", "ar1", "cs", "ad"):
            assert frame(MMRM.replace("us", kind), rows).visit.labels == ("v1", "v2", "v3")


def test_an_unstructured_covariance_needs_more_people_than_visits() -> None:
    three = {name: column[:9] for name, column in small().items()}
    with pytest.raises(FitError, match="3 people cannot tell an unstructured covariance of 3 visits"):
        frame("change ~ visit + us(visit | id)", three)
    with pytest.raises(FitError, match="2 people of one cannot tell an unstructured covariance of 3 visits"):
        frame("change ~ visit + us(visit | arm / id)", small())
    assert frame("change ~ visit + csh(visit | id)", three).matrix.shape == (9, 3)


@pytest.mark.parametrize(
    ("column", "said"),
    [([1.0] * 11 + [0.0], "row 12: The weight w is 0."), ([1.0] * 11 + ["x"], "row 12: w is 'x', which is no number.")],
)
def test_weights_are_numbers_above_nil(column: list[object], said: str) -> None:
    with pytest.raises(FitError) as caught:
        frame(MMRM, {**small(), "w": column}, weights="w")
    assert said in str(caught.value)


def test_a_number_with_levels_is_no_outcome() -> None:
    with pytest.raises(FitError, match="change must be a number, and is taken as categories"):
        frame(MMRM, small(), levels={"change": sorted(set(small()["change"]))})


def test_text_with_a_number_among_it_is_a_category() -> None:
    rows = {**small(), "site": ["north", "3", "north"] * 4}
    assert frame("change ~ site + (1 | id)", rows).coding.names == ("(Intercept)", "sitenorth")


def test_as_many_people_and_visits_as_the_reference_fits() -> None:
    for name in ("study-154", "small-24"):
        found, fit = frame(MMRM, data(name), levels=LEVELS), reference(name)["mmrm"][0]
        assert (len(found.subject.labels), len(found.response)) == (fit["n_subjects"], fit["n_obs"])


@pytest.mark.alone
def test_five_thousand_people_at_thirty_visits_are_coded_in_moments() -> None:
    people, visits = 5000, 30
    rng = np.random.default_rng(1)
    rows = pl.DataFrame(
        {
            "id": np.repeat([f"p{one}" for one in range(people)], visits),
            "visit": np.tile([f"v{one:02d}" for one in range(visits)], people),
            "arm": np.repeat(rng.choice(["a", "b", "c"], people), visits),
            "baseline": np.repeat(rng.normal(size=people), visits),
            "change": rng.normal(size=people * visits),
        }
    )
    start = time.perf_counter()
    assert frame(MMRM, rows).matrix.shape == (150_000, 91)
    assert time.perf_counter() - start < 10.0
