"""Degrees of freedom of contrasts, by hand-worked cases."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from daybreak.core.errors import FitError
from daybreak.stats.freedom import joint_by_parts, joint_kenward_roger, satterthwaite
from daybreak.stats.lmm import lmm
from daybreak.stats.results import JointTest


def test_one_variance_from_a_chi_square_has_its_own_df() -> None:
    # Var(s^2) = 2 s^4 / 7, and the variance of the mean is s^2 / 8: Satterthwaite must give back 7.
    df = satterthwaite(np.eye(1), np.array([[3.0 / 8]]), np.array([[[1 / 8]]]), np.array([[2 * 9.0 / 7]]))
    assert df == pytest.approx([7])


def test_welchs_df_are_satterthwaites() -> None:
    a, b = np.array([3.0, 5, 4, 8, 9]), np.array([1.0, 2, 2, 14, 11, 0, 5])
    shares = np.array([a.var(ddof=1) / 5, b.var(ddof=1) / 7])
    slopes = np.array([np.diag([1 / 5, 0]), np.diag([0, 1 / 7])])
    spread = np.diag([2 * a.var(ddof=1) ** 2 / 4, 2 * b.var(ddof=1) ** 2 / 6])
    df = satterthwaite(np.array([[1.0, -1]]), np.diag(shares), slopes, spread)
    assert df == pytest.approx([stats.ttest_ind(a, b, equal_var=False).df])


def joint(nu: list[float]) -> JointTest:
    return joint_by_parts(np.eye(2), np.array([1.0, 2]), np.diag([0.5, 2.0]), lambda rows: np.array(nu)[: len(rows)])


def test_df_of_parts_are_pooled_through_the_mean_of_their_fs() -> None:
    # By hand: 5/3 + 10/8 = 35/12; 2 * 35/12 / (35/12 - 2) = 70/11.
    found = joint([5, 10])
    assert found.df2 == pytest.approx(70 / 11)
    assert found.f == pytest.approx((1 / 0.5 + 4 / 2) / 2)
    assert found.p == pytest.approx(stats.f.sf(2, 2, 70 / 11))


def test_a_part_without_a_mean_leaves_two_df_and_equal_parts_their_own() -> None:
    assert joint([1.5, 10]).df2 == 2
    assert joint([6, 6]).df2 == 6


def test_one_contrast_by_kenward_roger_is_a_t_test_unscaled() -> None:
    one = np.eye(1)
    slopes, spread = np.array([[[1 / 8]]]), np.array([[2 * 9.0 / 7]])
    found = joint_kenward_roger(one, np.array([1.5]), one * 3 / 8, one * 0.4, slopes, spread)
    assert (found.df2, found.scale, found.f) == pytest.approx((7, 1, 1.5**2 / 0.4))


def test_three_people_in_two_arms_are_too_few_for_a_scaled_f() -> None:
    rng = np.random.default_rng(0)
    person = np.repeat(np.arange(3), 3)
    rows = {
        "y": rng.normal(size=9) + rng.normal(size=3)[person],
        "day": np.tile([0.0, 1, 2], 3),
        "id": [f"p{one}" for one in person],
        "arm": (person % 2).astype(float),
    }
    fit = lmm("y ~ arm * day + (1 | id)", rows, df="kenward-roger")
    with pytest.raises(FitError, match="With so few people Kenward and Roger's F test has no degrees of freedom"):
        fit.joint(np.eye(4)[[1, 3]])
