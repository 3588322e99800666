"""Contrasts: labels, arithmetic, families, and what cannot be told."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from daybreak.core.errors import FitError
from daybreak.stats.means import Contrasts, Means, marginal_means
from tests.stats.cast import LEVELS, data
from tests.stats.means.plain import least_squares
from tests.stats.means.test_marginal import holed, some_rows

SHAM, ACTIVE, SALINE = "ketamine-sham", "ketamine-training", "saline-training"


def study_means() -> Means:
    return marginal_means(
        least_squares("change ~ baseline + arm * visit", data("study-154"), LEVELS), "arm", by="visit"
    )


def estimates(contrasts: Contrasts) -> list[float | None]:
    return [line.estimate for line in contrasts.lines]


def test_pairs_run_as_the_means_do_and_can_be_reversed() -> None:
    means = study_means()
    a, b, c = (line.estimate or 0.0 for line in means.lines[:3])
    pairs = means.pairwise()
    assert [line.label for line in pairs.lines[:3]] == [
        f"{SHAM} - {ACTIVE}",
        f"{SHAM} - {SALINE}",
        f"{ACTIVE} - {SALINE}",
    ]
    assert estimates(pairs)[:3] == pytest.approx([a - b, a - c, b - c])
    back = means.pairwise(reverse=True)
    assert back.lines[0].label == f"{ACTIVE} - {SHAM}"
    assert estimates(back) == pytest.approx([-(x or 0.0) for x in estimates(pairs)])


def test_contrasts_by_text_by_weights_and_against_a_reference_agree() -> None:
    means = study_means()
    text = means.contrasts([f"{ACTIVE} - {SALINE}", f"({ACTIVE}) - ({SHAM})"])
    weighed = means.contrasts({"drug": {ACTIVE: 1, SALINE: -1}, "training": [-1, 1, 0]})
    assert [line.label for line in text.lines[:2]] == [f"{ACTIVE} - {SALINE}", f"({ACTIVE}) - ({SHAM})"]
    assert [line.label for line in weighed.lines[:2]] == ["drug", "training"]
    assert estimates(text) == pytest.approx(estimates(weighed))
    against = means.against(SHAM)
    assert [line.label for line in against.lines[:2]] == [f"{ACTIVE} - {SHAM}", f"{SALINE} - {SHAM}"]
    assert estimates(against)[0] == pytest.approx(estimates(text)[1])
    assert means.contrasts(f"{ACTIVE} - {SALINE}").lines[0] == text.lines[0]


def test_labels_may_hold_what_cuts_them() -> None:
    table = some_rows(7)
    table["f"] = [{"a": "on - off", "b": "off", "c": "on"}[level] for level in table["f"]]
    means = marginal_means(least_squares("y ~ f", table), "f")
    by_label = {line.label: line.estimate or 0.0 for line in means.lines}
    assert estimates(means.contrasts(["on - off - on"])) == pytest.approx([by_label["on - off"] - by_label["on"]])


def test_limits_and_p_are_those_of_t() -> None:
    line = study_means().pairwise().lines[0]
    assert line.estimate is not None
    assert line.se is not None
    assert line.df is not None
    half = stats.t.ppf(0.975, line.df) * line.se
    assert (line.ci_low, line.ci_high) == pytest.approx((line.estimate - half, line.estimate + half))
    assert line.p == pytest.approx(2 * stats.t.sf(abs(line.estimate / line.se), line.df))


def test_families_are_the_groups_or_everything() -> None:
    means = study_means()
    alone = np.array([line.p for line in means.against(SHAM).lines])
    groups = [line.p for line in means.against(SHAM, adjust="bonferroni").lines]
    everything = means.against(SHAM, adjust="bonferroni", family="all")
    assert groups == pytest.approx(np.minimum(1, 2 * alone).tolist())
    assert [line.p for line in everything.lines] == pytest.approx(np.minimum(1, 10 * alone).tolist())
    line = everything.lines[3]
    assert line.estimate is not None
    assert line.se is not None
    assert line.df is not None
    assert line.ci_high == pytest.approx(line.estimate + stats.t.isf(0.025 / 10, line.df) * line.se)
    assert [entry.p for entry in everything.adjusted("none").lines] == pytest.approx(alone.tolist())


def test_adjusted_limits_agree_with_adjusted_p() -> None:
    for adjust in ("dunnett", "tukey", "bonferroni"):
        means = study_means()
        table = means.pairwise(adjust=adjust) if adjust == "tukey" else means.against(SHAM, adjust=adjust)
        for line in table.lines:
            assert line.p is not None
            assert line.ci_low is not None
            assert line.ci_high is not None
            assert (line.ci_low > 0 or line.ci_high < 0) == (line.p < 0.05)


@pytest.mark.evidence("property", "two pairs of three independent means share one factor")
def test_dunnett_and_tukey_order_as_they_must() -> None:
    table = some_rows(8)
    means = marginal_means(least_squares("y ~ f", table), "f")
    p = {adjust: means.pairwise(adjust=adjust).lines for adjust in ("none", "tukey", "dunnett", "bonferroni")}
    for none, tukey, single, bonferroni in zip(*p.values(), strict=True):
        assert none.p is not None
        assert tukey.p is not None
        assert single.p is not None
        assert bonferroni.p is not None
        assert none.p < single.p <= bonferroni.p + 1e-12
        # near balance the range and the largest of the pairs' own correlations are all but one law
        assert single.p == pytest.approx(tukey.p, abs=2e-4)


def test_a_contrast_may_be_told_where_its_means_cannot() -> None:
    fit = least_squares("y ~ f * g", holed())
    means = marginal_means(fit, ["f", "g"])
    table = means.contrasts({"lost": {"c z": 1, "a z": -1}, "kept": {"c x": 1, "a x": -1}})
    assert [line.estimate is None for line in table.lines] == [True, False]
    assert table.warnings == ("The data leave open, so that no contrast is told: lost.",)
    adjusted = table.adjusted("dunnett")
    assert adjusted.lines[0] == table.lines[0]
    assert adjusted.lines[1].p == pytest.approx(table.lines[1].p)
    lost = marginal_means(fit, "f", by="g").against("c")
    assert lost.warnings[0].endswith("a - c at g z; b - c at g z.")
    assert [line.estimate for line in lost.adjusted("holm").lines[4:]] == [None, None]


def test_results_are_handed_on_with_their_labels() -> None:
    table = study_means().against(SHAM, adjust="dunnett")
    told = table.to_dict()
    assert (told["kind"], told["adjust"], told["family"], told["level"]) == ("reference", "dunnett", "group", 0.95)
    frame = table.to_polars()
    assert frame.columns == ["contrast", "visit", "estimate", "se", "df", "t", "p", "ci_low", "ci_high"]
    assert frame["visit"].to_list()[:3] == ["day-1", "day-1", "day-5"]
    head = table.summary().splitlines()[0]
    assert head == "Contrasts (reference), 95 % limits; p and limits by dunnett, family: group"
    assert "<0.0001" in study_means().contrasts({"level": [1, 0, 0]}).summary()


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (
            lambda means: means.against("placebo"),
            f"There is no mean of placebo. There are: {SHAM}, {ACTIVE}, {SALINE}.",
        ),
        (lambda means: means.contrasts([]), "No contrast is asked for."),
        (lambda means: means.contrasts(["training"]), "The contrast 'training' is not the difference of two means."),
        (lambda means: means.contrasts([f"{SHAM} - {SHAM}"]), "is not the difference of two means."),
        (lambda means: means.contrasts({"odd": [1, -1]}), "The contrast odd has 2 weights for 3 means."),
        (lambda means: means.contrasts({"odd": [0, 0, 0]}), "The contrast odd has no weights but nil."),
        (lambda means: means.contrasts({"odd": {"x": 1}}), "There is no mean of x."),
        (lambda means: means.against(SHAM, adjust="tukey"), "Tukey's adjustment is for all pairs of means"),
        (lambda means: means.pairwise(adjust="tukey", family="all"), "Tukey's adjustment is for all pairs of means"),
        (lambda means: means.pairwise(adjust="scheffe"), "There is no adjustment scheffe by group."),
        (
            lambda means: means.over(LEVELS["visit"]).contrasts({"all": [1, 1, 1]}).fit.joint(np.zeros((1, 16))),
            "nothing",
        ),
        (lambda means: marginal_means(means.fit, []).pairwise(), "There is a single mean"),
    ],
)
def test_a_mistake_gets_one_sentence(ask: Any, sentence: str) -> None:
    with pytest.raises(FitError) as caught:
        ask(study_means())
    assert sentence in caught.value.sentence()


def test_a_contrast_without_spread_is_refused() -> None:
    fit = least_squares("y ~ f", some_rows(9))
    means = marginal_means(fit, "f")
    with pytest.raises(FitError, match="no standard error"):
        means.contrasts({"nil": {"a": 1e-300, "b": -1e-300}})
