"""Marginal means and slopes: plain averages of predictions, weights, orders, and what the data leave open."""

from __future__ import annotations

import json
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daybreak.core.errors import FitError
from daybreak.stats.means import Means, marginal_means, trends
from daybreak.stats.results import Fitted
from tests.stats.cast import LEVELS, data
from tests.stats.means.plain import least_squares

ARMS = ("ketamine-sham", "ketamine-training", "saline-training")
ANCOVA = "change ~ baseline + site + arm * visit"


def study(formula: str = ANCOVA) -> Fitted:
    return least_squares(formula, data("study-154"), LEVELS)


def some_rows(seed: int, rows: int = 60) -> dict[str, Any]:
    """Draw a table in which every cell of two factors has rows."""
    draw = np.random.default_rng(seed)
    cells = list(product("abc", "xyz"))
    cell = [cells[i % 9] for i in range(rows)]
    return {
        "y": draw.normal(size=rows),
        "z": draw.normal(3, 2, size=rows),
        "f": [a for a, _ in cell],
        "g": [b for _, b in cell],
    }


def holed() -> dict[str, Any]:
    """Return two factors whose cell c, z has no row."""
    table = some_rows(5)
    keep = [i for i in range(60) if (table["f"][i], table["g"][i]) != ("c", "z")]
    return {name: [column[i] for i in keep] for name, column in table.items()}


def numbers(means: Means) -> list[float]:
    return [line.estimate for line in means.lines if line.estimate is not None]


@pytest.mark.evidence("double", "predictions of every combination, averaged by hand")
def test_a_mean_averages_the_predictions_of_the_other_factors_at_the_mean_of_covariates() -> None:
    fit = study()
    baseline = fit.coding.covariates["baseline"]
    for line in marginal_means(fit, "arm", by="visit").lines:
        sites = fit.coding.factors["site"]
        rows: dict[str, list[object]] = {
            "arm": [line.levels["arm"]] * len(sites),
            "visit": [line.levels["visit"]] * len(sites),
            "site": list(sites),
            "baseline": [baseline] * len(sites),
        }
        assert line.estimate == pytest.approx(float((fit.coding.code(rows) @ fit.beta).mean()), rel=1e-12)


def test_the_first_factor_changes_fastest_and_by_slowest() -> None:
    means = marginal_means(study(), ["visit", "arm"], by="site")
    assert [line.label for line in means.lines[:6]] == [
        *(f"{visit} {ARMS[0]}" for visit in LEVELS["visit"]),
        f"day-1 {ARMS[1]}",
    ]
    assert len({line.levels["site"] for line in means.lines[:15]}) == 1
    assert list(means.lines[0].levels) == ["visit", "arm", "site"]


def test_the_mean_of_all_needs_no_factor() -> None:
    overall = marginal_means(study(), [])
    by_arm = marginal_means(study(), "arm")
    assert len(overall.lines) == 1
    assert overall.lines[0].estimate == pytest.approx(np.mean(numbers(by_arm)))


@pytest.mark.evidence("property", "cell means of a saturated model")
def test_weights_are_even_as_seen_or_as_given() -> None:
    table = some_rows(1, 50)
    fit = least_squares("y ~ f * g", table)
    y, f, g = np.array(table["y"]), np.array(table["f"]), np.array(table["g"])
    cell = np.array([[y[(f == a) & (g == b)].mean() for b in "xyz"] for a in "abc"])
    share = np.array([(g == b).mean() for b in "xyz"])
    assert numbers(marginal_means(fit, "f")) == pytest.approx(cell.mean(axis=1))
    assert numbers(marginal_means(fit, "f", weights="proportional")) == pytest.approx(cell @ share)
    given_weights = marginal_means(fit, "f", weights={"g": {"x": 3, "z": 1}})
    assert numbers(given_weights) == pytest.approx(cell @ [0.75, 0, 0.25])
    assert numbers(marginal_means(fit, "f", at={"g": ["y", "z"]})) == pytest.approx(cell[:, 1:].mean(axis=1))
    seen = marginal_means(fit, "f", at={"g": ["y", "z"]}, weights="proportional")
    assert numbers(seen) == pytest.approx(cell[:, 1:] @ share[1:] / share[1:].sum())


def test_a_covariate_stands_where_it_is_asked_for() -> None:
    fit = least_squares("y ~ f * z", some_rows(2))
    there = marginal_means(fit, "f", by="z", at={"z": [1, 10]})
    assert [line.levels["z"] for line in there.lines] == ["1", "1", "1", "10", "10", "10"]
    rows = fit.coding.code({"f": ["a", "b", "c"], "z": [10, 10, 10]})
    assert numbers(there)[3:] == pytest.approx((rows @ fit.beta).tolist())
    between = numbers(marginal_means(fit, "f", at={"z": [1, 10]}))
    assert between == pytest.approx(numbers(marginal_means(fit, "f", at={"z": [5.5]})))
    assert numbers(marginal_means(fit, "f", at={"z": [1, 10]}, weights="proportional")) == pytest.approx(between)


@pytest.mark.evidence("double", "a regression of each level alone")
def test_slopes_are_those_of_separate_regressions() -> None:
    table = some_rows(3)
    z, y, f = (np.array(table[name]) for name in "zyf")
    slopes = trends(least_squares("y ~ f * z", table), "z", "f")
    own = [np.polyfit(z[f == level], y[f == level], 1)[0] for level in "abc"]
    assert numbers(slopes) == pytest.approx(own, rel=1e-9)
    assert slopes.quantity == "slope of z"
    differences = [line.estimate for line in slopes.pairwise().lines]
    assert differences == pytest.approx([own[0] - own[1], own[0] - own[2], own[1] - own[2]], rel=1e-9)


def test_the_slope_of_a_curve_is_that_at_the_value_asked_for() -> None:
    fit = least_squares("y ~ z + I(z^2)", some_rows(4))
    _, linear, square = fit.beta
    assert numbers(trends(fit, "z", [], at={"z": [2.5]})) == pytest.approx([linear + 5 * square], rel=1e-9)


def test_means_of_several_visits_are_averaged_evenly_or_by_weights() -> None:
    means = marginal_means(study(), "arm", by="visit")
    table = np.array(numbers(means)).reshape(5, 3)
    over = means.over(["day-1", "day-30"])
    assert [line.label for line in over.lines] == list(ARMS)
    assert (over.by, over.factors) == ((), ("arm",))
    assert numbers(over) == pytest.approx(table[[0, 4]].mean(axis=0))
    weighed = means.over({"day-5": 1, "day-12": 3}, factor="visit")
    assert numbers(weighed) == pytest.approx(table[1] / 4 + 3 * table[2] / 4)
    everything = means.over(LEVELS["visit"])
    assert everything.lines[0].se == pytest.approx(marginal_means(study(), "arm").lines[0].se)


def test_a_mean_that_the_data_leave_open_is_named_and_has_no_number() -> None:
    fit = least_squares("y ~ f * g", holed())
    means = marginal_means(fit, "f", by="g")
    lost = [line for line in means.lines if line.estimate is None]
    assert [(line.levels, line.se, line.df, line.p) for line in lost] == [({"f": "c", "g": "z"}, None, None, None)]
    assert means.warnings == ("The data leave open, so that no mean is told: f c, g z.",)
    assert "not estimable" in means.summary()
    assert [line.label for line in marginal_means(fit, "f").lines if line.estimate is None] == ["c"]
    assert all(line.estimate is not None for line in marginal_means(fit, "f", at={"g": ["x", "y"]}).lines)


def test_many_lost_means_are_named_in_part() -> None:
    table = some_rows(5)
    keep = [i for i in range(60) if table["f"][i] == "a" or table["g"][i] == "x"]
    crossed = {name: [column[i] for i in keep] for name, column in table.items()}
    crossed["h"] = ["u" if i % 2 else "v" for i in range(len(keep))]
    means = marginal_means(least_squares("y ~ f * g * h", crossed), ["f", "g", "h"])
    assert len([line for line in means.lines if line.estimate is None]) == 8
    assert means.warnings[0].endswith("; and 3 more.")


def test_results_are_handed_on_with_their_labels() -> None:
    means = marginal_means(study(), "arm", by="visit", level=0.9)
    told = json.loads(json.dumps(means.to_dict()))
    assert (told["factors"], told["by"], told["level"], told["warnings"]) == (["arm"], ["visit"], 0.9, [])
    assert told["means"][4]["arm"] == "ketamine-training"
    assert told["means"][4]["estimate"] == means.lines[4].estimate
    table = means.to_polars()
    assert table.columns == ["arm", "visit", "estimate", "se", "df", "t", "p", "ci_low", "ci_high"]
    assert table["ci_high"].to_list() == [line.ci_high for line in means.lines]
    lines = means.summary().splitlines()
    assert lines[0] == "Marginal means, 90 % limits"
    assert len(lines) == 17


@given(seed=st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_means_do_not_depend_on_the_reference_level(seed: int) -> None:
    table = some_rows(seed)
    one = marginal_means(least_squares("y ~ f * g + z", table), "f", by="g")
    two = marginal_means(least_squares("y ~ z + f * g", table, {"f": "cab", "g": "zyx"}), "f", by="g")
    first = {(line.levels["f"], line.levels["g"]): (line.estimate, line.se) for line in one.lines}
    for line in two.lines:
        assert (line.estimate, line.se) == pytest.approx(first[line.levels["f"], line.levels["g"]], rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (lambda fit: marginal_means(fit, "dose"), "The model has no factor dose. It has: site, arm, visit."),
        (lambda fit: marginal_means(fit, "baseline"), "baseline is a number, so that there is no mean"),
        (lambda fit: marginal_means(fit, ["arm", "arm"]), "arm is named twice."),
        (lambda fit: marginal_means(fit, "arm", by="arm"), "arm is named twice."),
        (lambda fit: marginal_means(fit, "arm", at={"dose": [1]}), "The model has no variable dose."),
        (lambda fit: marginal_means(fit, "arm", at={"visit": ["day-2"]}), "visit has no level day-2."),
        (lambda fit: marginal_means(fit, "arm", at={"visit": []}), "No level of visit is given."),
        (lambda fit: marginal_means(fit, "arm", at={"baseline": ["low"]}), "baseline is a number"),
        (lambda fit: marginal_means(fit, "arm", at={"baseline": []}), "baseline is a number"),
        (lambda fit: marginal_means(fit, "arm", weights="fair"), "There are no weights called fair."),
        (lambda fit: marginal_means(fit, "arm", weights={"arm": {}}), "Weights are given for arm, over which nothing"),
        (lambda fit: marginal_means(fit, "arm", weights={"visit": {"day-2": 1}}), "visit has no level day-2."),
        (lambda fit: marginal_means(fit, "arm", weights={"visit": {"day-1": -1}}), "The weights are not all"),
        (lambda fit: marginal_means(fit, "arm", level=95), "The confidence level 95 is not between 0 and 1."),
        (lambda fit: marginal_means(fit, "arm").over(["day-1"]), "No factor has all of the levels day-1."),
        (lambda fit: marginal_means(fit, "arm", by="visit").over({"day-1": 0}), "The weights are not all"),
        (lambda fit: trends(fit, "day", "arm"), "The model has no numeric variable day. It has: baseline."),
        (lambda fit: trends(fit, "baseline", "dose"), "The model has no factor dose."),
    ],
)
def test_a_mistake_gets_one_sentence(ask: Any, sentence: str) -> None:
    with pytest.raises(FitError) as caught:
        ask(study())
    assert sentence in caught.value.sentence()


def test_a_grid_that_no_computer_holds_is_refused_with_a_way_out() -> None:
    draw = np.random.default_rng(1)
    many = {f"f{place}": draw.permutation(["a", "b", "c"] * 20).tolist() for place in range(14)}
    table = {**many, "y": draw.normal(size=60).tolist()}
    fit = least_squares(f"y ~ {' + '.join(many)}", table)
    with pytest.raises(FitError, match="4782969 combinations of levels, too many"):
        marginal_means(fit, "f0")
    held = {name: ["a"] for name in list(many)[3:]}
    assert len(marginal_means(fit, "f0", at=held).lines) == 3


def test_thirty_visits_and_twenty_sites_are_no_matter() -> None:
    draw = np.random.default_rng(2)
    table: dict[str, Any] = {
        "visit": [f"v{visit:02d}" for _ in range(60) for visit in range(30)],
        "arm": [arm for person in range(60) for arm in ["abc"[person % 3]] * 30],
        "site": [site for person in range(60) for site in [f"s{person // 3:02d}"] * 30],
        "y": draw.normal(size=1800).tolist(),
    }
    means = marginal_means(least_squares("y ~ site + arm * visit", table), "arm", by="visit")
    assert len(means.lines) == 90
    y = np.array(table["y"]).reshape(60, 30)
    gap = y[0::3].mean(axis=0) - y[1::3].mean(axis=0)
    over = means.over(sorted(set(table["visit"])), factor="visit").pairwise().lines[0]
    assert over.estimate == pytest.approx(gap.mean(), rel=1e-9)


def test_levels_that_two_factors_share_need_the_factor_named() -> None:
    table = some_rows(6)
    table["h"] = ["x" if i % 2 else "y" for i in range(60)]
    means = marginal_means(least_squares("y ~ f + g + h", table), ["f", "g", "h"])
    with pytest.raises(FitError, match="More than one factor"):
        means.over(["x", "y"])
    assert means.over(["x", "y"], factor="h").factors == ("f", "g")
