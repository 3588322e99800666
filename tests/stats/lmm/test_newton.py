"""Newton's method finds bottoms, leaves saddles, and says so where it finds none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from daybreak.stats.lmm.newton import Descent, descend
from daybreak.stats.results import Array


@dataclass(frozen=True)
class Spot:
    theta: Array
    deviance: float
    gradient: Array
    hessian: Array


def bowl(theta: Array) -> Spot:
    """A valley along a curve (Rosenbrock's), with its bottom at 1, 1."""
    x, y = theta
    value = (1 - x) ** 2 + 100 * (y - x * x) ** 2
    slope = np.array([-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)])
    return Spot(theta, value, slope, np.array([[2 - 400 * (y - 3 * x * x), -400 * x], [-400 * x, 200.0]]))


def ridge(theta: Array) -> Spot:
    """Even in both: a saddle at nil, bottoms at x = -1 and 1."""
    x, y = theta
    slope = np.array([4 * x**3 - 4 * x, 2 * y])
    return Spot(theta, x**4 - 2 * x**2 + y**2, slope, np.diag([12 * x**2 - 4, 2.0]))


def fall(theta: Array) -> Spot:
    """No bottom at all."""
    return Spot(theta, float(-theta[0]), np.array([-1.0]), np.array([[0.0]]))


def down(landscape: Callable[[Array], Spot], *start: float) -> Descent[Spot]:
    return descend(landscape, landscape(np.array(start)))


def test_it_follows_a_curved_valley_to_its_bottom() -> None:
    found = down(bowl, -1.2, 1.0)
    assert found.converged
    assert found.decrement < 1e-12
    assert found.point.theta == pytest.approx([1, 1], abs=1e-12)


def test_it_leaves_a_saddle_though_the_slope_is_nil_there() -> None:
    found = down(ridge, 0.0, 0.5)
    assert found.converged
    assert abs(found.point.theta[0]) == pytest.approx(1, abs=1e-10)


def test_a_fall_without_end_is_not_called_a_bottom() -> None:
    found = down(fall, 0.0)
    assert not found.converged
    assert found.steps == 100


def test_a_landscape_that_cannot_be_told_around_the_start_is_not_called_a_bottom() -> None:
    start = bowl(np.array([-1.2, 1.0]))
    found = descend(lambda _: None, start)
    assert not found.converged
    assert found.point is start
