"""Data that cannot tell a mixed model get a plain sentence or a named singularity, never a silent wrong number."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from daybreak.core.errors import FitError
from daybreak.stats.frame import frame
from daybreak.stats.lmm import fit_frame, lmm
from tests.stats.cast import data
from tests.stats.lmm.tables import DAY, PERSON, noise, table

SINGULAR = "Singular fit. "


def refused(formula: str, rows: Any, **options: Any) -> str:
    with pytest.raises(FitError) as caught:
        lmm(formula, rows, **options)
    return str(caught.value)


@pytest.mark.parametrize("blur", [0.0, 1e-8])
def test_an_outcome_that_never_varies_within_a_person_leaves_no_residual(blur: float) -> None:
    rows = table(noise(1, 20)[PERSON] + blur * noise(2))
    assert "residual variance is nil" in refused("y ~ day + (1 | id)", rows)


def test_straight_lines_without_error_leave_no_residual() -> None:
    rows = table(noise(1, 20)[PERSON] + noise(2, 20)[PERSON] * DAY)
    assert "residual variance is nil" in refused("y ~ day + (1 + day | id)", rows)


def test_a_residual_ten_thousand_times_smaller_than_people_differ_is_still_told() -> None:
    rows = table(noise(1, 20)[PERSON] + 1e-4 * noise(2))
    fit = lmm("y ~ day + (1 | id)", rows)
    assert fit.residual_sd == pytest.approx(1e-4, rel=0.2)
    assert fit.random[0].sds[0] == pytest.approx(np.std(noise(1, 20), ddof=1), rel=1e-3)


def test_people_who_do_not_differ_give_a_variance_of_nil_named_as_such() -> None:
    fit = lmm("y ~ day + (1 | id)", table(np.tile(noise(3, 5), 20) + 0.01 * noise(4)))
    assert fit.singular
    assert fit.random[0].variances[0] == 0
    assert fit.warnings == (SINGULAR + "The variance of (Intercept) over id is nil.",)
    assert fit.df(np.eye(2)) == pytest.approx([98, 98])
    assert fit.coefficients[0].se == pytest.approx(np.sqrt(fit.residual_sd**2 * (1 / 100 + 4 / 200)), rel=1e-9)


def test_effects_that_move_in_step_are_named_with_their_sign() -> None:
    y = noise(5)
    y = y - np.array([y[one == PERSON].mean() for one in PERSON])
    fit = lmm("y ~ day + (1 + day | id)", table(y))
    assert fit.singular
    assert fit.random[0].correlations[0, 1] == pytest.approx(-1)
    assert fit.warnings == (SINGULAR + "The correlation of (Intercept) and day over id is at its limit, -1.",)


def test_three_effects_short_of_one_combination_are_named_together() -> None:
    x, z = noise(6), noise(7)
    b, c = noise(8, 20)[PERSON], noise(9, 20)[PERSON]
    y = 3 * (b + c * x + (b + c) * z) + 0.1 * noise(10)
    fit = lmm("y ~ x + z + (1 + x + z | id)", table(y, x=x, z=z))
    assert fit.warnings == (SINGULAR + "A combination of (Intercept), x, z does not vary over id.",)


def test_two_names_for_the_same_groups_are_refused_not_shared_out_at_random() -> None:
    rows = table(noise(1) + noise(2, 20)[PERSON], twin=[f"q{one}" for one in PERSON])
    sentence = refused("y ~ day + (1 | id) + (1 | twin)", rows)
    assert "cannot tell the variance of ((Intercept) | id) and ((Intercept) | twin)" in sentence


def test_groups_that_a_fixed_factor_already_covers_are_refused() -> None:
    rows = data("study-154")
    sentence = refused("change ~ visit + (1 | id) + (1 | visit)", rows)
    assert "cannot tell the variance of ((Intercept) | visit)" in sentence


def test_a_random_effect_that_is_nil_or_said_twice_is_refused_by_name() -> None:
    rows = table(noise(1), z=np.zeros(100), twice=1 + 2 * DAY)
    assert "z is nil in every row" in refused("y ~ day + (1 + z | id)", rows)
    assert "twice is a combination of the effects before it" in refused("y ~ day + (1 + day + twice | id)", rows)


def test_two_large_crossed_factors_are_refused_with_the_limit() -> None:
    count = 2600
    rows = {
        "y": noise(1, count),
        "a": [f"a{k // 2}" for k in range(count)],
        "b": [f"b{k % 1001}" for k in range(count)],
    }
    assert "1001 levels, more than 1000" in refused("y ~ 1 + (1 | a) + (1 | b)", rows)


def test_what_a_mixed_model_cannot_do_is_said() -> None:
    rows = table(noise(1))
    assert "no random effects" in refused("y ~ day", rows)
    assert "rests on restricted likelihood" in refused("y ~ day + (1 | id)", rows, reml=False, df="kenward-roger")
    assert "no degrees of freedom called between" in refused("y ~ day + (1 | id)", rows, df="between")
    assert "level of 95 makes no sense" in refused("y ~ day + (1 | id)", rows, level=95)
    with pytest.raises(FitError, match="takes no weights"):
        fit_frame(frame("y ~ day + (1 | id)", {**rows, "w": DAY + 1}, weights="w"))


def test_a_person_alone_in_an_arm_still_has_an_answer() -> None:
    arm = np.where(PERSON == 0, "b", "a").tolist()
    fit = lmm("y ~ arm * day + (1 | id)", table(noise(1) + noise(2, 20)[PERSON], arm=arm), df="kenward-roger")
    among, alone = fit.coefficients[0].se, fit.coefficients[1].se
    assert alone > 3 * among
    assert 18 < fit.df(np.eye(4))[1] < 96
