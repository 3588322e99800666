"""The page of worst differences is whole, and every fit on it keeps its limits."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from validation import lmm, means, mmrm, published
from validation.sections import SECTIONS
from validation.worst import LIMITS, Differences

PAGE = Path(__file__).parents[1] / "docs" / "validation.md"


@pytest.mark.evidence("reference", "lmerTest 3.1.3 and pbkrtest 0.5.2")
@pytest.mark.parametrize(("label", "found"), lmm.compared())
def test_a_mixed_model_keeps_the_limits(label: str, found: Differences) -> None:
    assert found.within(LIMITS), (label, found)


@pytest.mark.evidence("reference", "R mmrm 0.3.18")
@pytest.mark.parametrize(("label", "found"), mmrm.compared())
def test_a_model_for_repeated_measures_keeps_the_limits(label: str, found: Differences) -> None:
    assert found.within(LIMITS), (label, found)


@pytest.mark.evidence("reference", "emmeans 1.8.4 on mmrm 0.3.18")
@pytest.mark.parametrize(("label", "worst"), means.compared())
def test_means_and_contrasts_keep_their_limits(label: str, worst: means.Worst) -> None:
    assert worst.within(means.LIMITS), (label, worst)


@pytest.mark.evidence("reference", "published bounds of nine digits")
@pytest.mark.parametrize(("label", "worst"), means.bounds())
def test_bounds_keep_their_limit(label: str, worst: float) -> None:
    assert worst <= means.NINE_DIGITS, label


@pytest.mark.evidence("reference", "Rubin's rules, Shrout & Fleiss 1979, Freireich 1963")
@pytest.mark.parametrize("figure", published.figures(), ids=lambda figure: figure.label)
def test_a_printed_figure_comes_out_to_its_last_digit(figure: published.Figure) -> None:
    assert figure.agrees(), figure


@pytest.mark.evidence("double", "our mixed model for repeated measures")
def test_imputation_at_random_gives_the_mixed_models_estimates() -> None:
    assert published.imputed() <= published.SAME_MODEL


def test_a_difference_above_its_limit_is_not_within() -> None:
    assert not Differences(estimate=0, se=2e-6, df=0, loglik=0).within(LIMITS)


def test_the_page_has_every_section_as_it_would_be_written_now() -> None:
    """Digits of rounding errors differ between machines: they are blotted out."""
    text = PAGE.read_text(encoding="utf-8")
    for section in SECTIONS:
        assert blotted(section()) in blotted(text)


def blotted(text: str) -> str:
    return re.sub(r"\d+e[-+]\d+", "#", text)
