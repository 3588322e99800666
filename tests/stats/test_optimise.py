"""Newton and the ladder on functions whose minima are known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from daybreak.stats.optimise import TOLERANCE, NowhereError, bfgs, ladder, newton, simplex
from daybreak.stats.results import Array


@dataclass(frozen=True)
class Banana:
    """Rosenbrock's function, whose minimum is at (1, 1); `expected` is its Gauss-Newton matrix."""

    theta: Array

    @property
    def value(self) -> float:
        x, y = self.theta
        return float(100 * (y - x**2) ** 2 + (1 - x) ** 2)

    @property
    def gradient(self) -> Array:
        x, y = self.theta
        return np.array([-400 * x * (y - x**2) - 2 * (1 - x), 200 * (y - x**2)])

    @property
    def observed(self) -> Array:
        x, y = self.theta
        return np.array([[1200 * x**2 - 400 * y + 2, -400 * x], [-400 * x, 200.0]])

    @property
    def expected(self) -> Array:
        x = self.theta[0]
        return np.array([[800 * x**2 + 2, -400 * x], [-400 * x, 200.0]])


@dataclass(frozen=True)
class Valley:
    """x^2, whatever y: no least place."""

    theta: Array

    @property
    def value(self) -> float:
        return float(self.theta[0] ** 2)

    @property
    def gradient(self) -> Array:
        return np.array([2 * self.theta[0], 0.0])

    @property
    def observed(self) -> Array:
        return np.diag([2.0, 0.0])

    @property
    def expected(self) -> Array:
        return self.observed


@dataclass(frozen=True)
class Slope(Valley):
    """A function that falls for ever."""

    @property
    def value(self) -> float:
        return float(-self.theta.sum())

    @property
    def gradient(self) -> Array:
        return np.array([-1.0, -1.0])

    @property
    def observed(self) -> Array:
        return -np.eye(2)


def fenced(theta: Array) -> Banana:
    """Return Banana, which has no value where x is above 10 or below -2."""
    if not -2 <= theta[0] <= 10:
        raise ArithmeticError
    return Banana(theta)


@pytest.mark.evidence("reference", "Rosenbrock 1960: the minimum is at (1, 1)")
@pytest.mark.parametrize("start", [[-1.2, 1.0], [0.5, 2.0], [9.0, -9.0]])
def test_newton_reaches_the_minimum_to_rounding(start: list[float]) -> None:
    found, trail = newton(fenced, Banana(np.array(start)), "Newton")
    assert found.theta == pytest.approx([1, 1], abs=1e-6)
    assert trail.decrement < TOLERANCE
    assert trail.sentence().startswith(f"Newton, {trail.steps} steps, Newton decrement")


@pytest.mark.parametrize("search", [bfgs, simplex])
def test_other_ways_come_near_the_minimum_and_keep_off_the_fence(search: Callable[..., Array]) -> None:
    met = []

    def narrow(theta: Array) -> Banana:
        if not 0.9 <= theta[0] <= 1.31:
            met.append(theta)
            raise ArithmeticError
        return Banana(theta)

    assert search(narrow, np.array([1.3, 1.5])) == pytest.approx([1, 1], abs=1e-4)
    assert met


def test_the_ladder_takes_the_first_rung_that_leads_down() -> None:
    outside = np.array([20.0, 0.0])
    found, trail = ladder(
        fenced, [("afar", outside)], [("BFGS", lambda: bfgs(fenced, np.array([-1.0, 1.0])))], lambda _: False
    )
    assert found.theta == pytest.approx([1, 1], abs=1e-6)
    assert trail.way == "BFGS, then Newton"


def test_a_function_that_says_nothing_along_a_line_is_told_as_flat() -> None:
    with pytest.raises(NowhereError) as caught:
        ladder(Valley, [("here", np.array([0.0, 1.0])), ("there", np.array([1.0, 1.0]))], [], lambda _: False)
    assert caught.value.flat


def test_a_function_without_a_minimum_leads_nowhere() -> None:
    with pytest.raises(NowhereError) as caught:
        ladder(Slope, [("here", np.zeros(2))], [("again", lambda: np.ones(2))], lambda _: False)
    assert not caught.value.flat


def test_the_ladder_stops_where_there_is_no_hope() -> None:
    def never() -> Array:
        raise AssertionError

    with pytest.raises(NowhereError):
        ladder(Slope, [("here", np.zeros(2))], [("again", never)], lambda _: True)


def test_a_ladder_all_of_whose_rungs_lie_outside_leads_nowhere() -> None:
    with pytest.raises(NowhereError) as caught:
        ladder(fenced, [("afar", np.array([20.0, 0.0]))], [], lambda _: False)
    assert caught.value.theta == pytest.approx([20, 0])
