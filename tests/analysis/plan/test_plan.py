"""The parts of the plan: what is compared, how p values are adjusted, and what is refused in one sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from daybreak.analysis.export import Export, open_export
from daybreak.analysis.plan.attempt import Refusal
from daybreak.analysis.plan.contrasts import ModelResult, adjusted_p
from daybreak.analysis.plan.grouping import Grouping, without_arm
from daybreak.analysis.plan.material import Material, gather, long_table
from daybreak.analysis.plan.response import Proportion
from daybreak.analysis.plan.run import run_plan
from daybreak.analysis.plan.sensitivity import Sensitivity
from daybreak.analysis.plan.subgroups import run_subgroups
from daybreak.analysis.plan.unseen import run_imputed
from daybreak.core.errors import FitError
from daybreak.core.study import AnalysisRules, SensitivityRules
from tests.analysis.exported import ARMS, draw_people, write_export
from tests.analysis.exported.people import TEXT

SMALL = draw_people(36, excluded=4)


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Export:
    text = TEXT.replace('ddf = "kenward-roger-linear"', 'ddf = "kenward-roger"\nadjust = "holm"', 1)
    return open_export(write_export(tmp_path_factory.mktemp("plan") / "export", people=SMALL, text=text))


@pytest.fixture(scope="module")
def material(export: Export) -> Material:
    return gather(export)


@pytest.fixture(scope="module")
def primary(material: Material) -> ModelResult:
    found = run_plan(material).primary
    assert isinstance(found, ModelResult)
    return found


@pytest.mark.parametrize(
    ("formula", "without"),
    [
        (
            "change ~ baseline + arm * visit + us(visit | participant)",
            "change ~ baseline + visit + us(visit | participant)",
        ),
        ("change ~ arm * visit + us(visit | arm / participant)", "change ~ visit + us(visit | participant)"),
        ("value ~ arm + day + arm:day + (1 + day | participant)", "value ~ day + day + (1 + day | participant)"),
        ("value ~ visit * arm + cs(visit | participant)", "value ~ visit + cs(visit | participant)"),
        ("value ~ arm", "value ~ 1"),
    ],
)
def test_a_formula_loses_every_term_of_the_arm(formula: str, without: str) -> None:
    assert without_arm(formula) == without


def test_letters_are_all_compared_and_arms_as_planned(material: Material) -> None:
    rules = material.study.analysis["primary"]
    assert Grouping("letters", ("A", "B", "C")).contrasts(rules) == ("A - B", "A - C", "B - C")
    assert material.grouping.contrasts(rules) == rules.contrasts
    assert Grouping("arms", ARMS[:2]).contrasts(rules) == ("ketamine-training - ketamine-sham",)
    assert Grouping("pooled", ("pooled",)).contrasts(rules) == ()


@pytest.mark.evidence("reference", "statsmodels")
@given(st.lists(st.floats(1e-6, 1), min_size=1, max_size=12), st.sampled_from(["holm", "bonferroni", "hochberg"]))
def test_p_values_are_adjusted_as_statsmodels_does(p: list[float], how: str) -> None:
    method = {"hochberg": "simes-hochberg"}.get(how, how)
    assert adjusted_p(p, how) == pytest.approx(list(multipletests(p, method=method)[1]))


def test_an_open_contrast_is_not_counted_in_the_adjustment() -> None:
    assert adjusted_p([0.01, None, 0.04], "bonferroni") == [0.02, None, 0.08]
    assert adjusted_p([0.01, None], "none") == [0.01, None]


@pytest.mark.evidence("reference", "statsmodels")
@given(st.integers(0, 80), st.integers(1, 80))
def test_limits_of_shares_are_wilson_s(count: int, more: int) -> None:
    low, high = proportion_confint(count, count + more - 1 or 1, method="wilson") if count + more > 1 else (None, None)
    found = Proportion(count, count + more - 1)
    if found.share is not None:
        assert found.limits == pytest.approx((low, high), abs=1e-12)


def test_p_values_of_the_planned_differences_are_adjusted_together(primary: ModelResult) -> None:
    p = [row.p for row in primary.contrasts]
    assert len(p) == 4
    assert [row.p_adjusted for row in primary.contrasts] == pytest.approx(list(multipletests(p, method="holm")[1]))


def test_small_subgroups_are_refused_in_one_sentence(material: Material, primary: ModelResult) -> None:
    found = run_subgroups(material, material.study.analysis["primary"], primary)
    refused = [one.sentence() for one in found if isinstance(one, Refusal)]
    assert "Subgroups by site: an arm has fewer than 5 people in one of the subgroups." in refused


def test_imputation_needs_a_model_of_the_change(material: Material, primary: ModelResult) -> None:
    rules = material.study.analysis["primary"]
    other = ModelResult(**{**primary.__dict__, "formula": "value ~ arm * visit + us(visit | participant)"})
    found = run_imputed(material, rules, SensitivityRules(imputations=5), other)
    assert all(isinstance(one, Refusal) and "models of the change" in one.why for one in found)


def test_imputed_at_random_the_differences_are_near_the_model_s(material: Material, primary: ModelResult) -> None:
    rules = material.study.analysis["primary"]
    found = run_imputed(material, rules, SensitivityRules(imputations=60, seed=3), primary)
    random = next(one for one in found if isinstance(one, Sensitivity) and one.key == "mar")
    by_model = {(row.contrast, row.visit): row.estimate for row in primary.contrasts}
    for row in random.rows:
        assert abs(row.estimate - by_model[row.contrast, row.visit]) < 0.35 * row.se


def test_an_outcome_nobody_has_says_so(material: Material) -> None:
    rules = AnalysisRules(
        outcome="c-ssrs.ideation", formula="change ~ baseline + arm * visit + us(visit | participant)"
    )
    with pytest.raises(
        FitError, match=r"nobody has a value of c-ssrs.ideation after the baseline\. Wait for more data\."
    ):
        long_table(material, rules)


def test_doses_lie_between_nil_and_one(material: Material) -> None:
    doses = material.people["dose"].to_numpy()
    assert len(doses) == 36
    assert np.all((doses >= 0) & (doses <= 1))


def test_a_study_without_a_primary_analysis_says_so(tmp_path: Path) -> None:
    text = (
        TEXT[: TEXT.index("[analysis.primary]")] + TEXT[TEXT.index("[assumptions]") : TEXT.index("[analysis.primary.s")]
    )
    bare = gather(open_export(write_export(tmp_path / "bare", people=SMALL, text=text)))
    results = run_plan(bare)
    assert isinstance(results.primary, Refusal)
    assert "add [analysis.primary]" in results.primary.sentence()
    assert list(results.others) == []
