"""Newton's method inside a region of trust: exact derivatives, saddles left behind, nearness measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import numpy as np

from daybreak.stats.results import Array

FLAT = 1e-9
NEAR = 1e-12
WIDEST = 1e8
BLUR = 1e-13


class Valley(Protocol):
    """A place in the landscape: where it is, its height, and the derivatives of the height."""

    @property
    def theta(self) -> Array:
        """Where it is."""

    @property
    def deviance(self) -> float:
        """How high it is."""

    @property
    def gradient(self) -> Array:
        """First derivatives."""

    @property
    def hessian(self) -> Array:
        """Second derivatives."""


P = TypeVar("P", bound=Valley)


@dataclass(frozen=True)
class Descent(Generic[P]):
    """Where the descent ended, after how many steps, and g'H^-1 g there: the Newton decrement."""

    point: P
    steps: int
    decrement: float
    converged: bool


@dataclass(frozen=True)
class Bend:
    """The Hessian by its axes; `falling` where it bends down along one of them."""

    values: Array
    axes: Array
    slope: Array

    @property
    def floor(self) -> float:
        """Return below what a curvature counts as none."""
        return FLAT * max(float(np.abs(self.values).max()), float(np.abs(self.slope).max()), 1e-30)

    @property
    def falling(self) -> bool:
        """Return whether it bends down: a saddle or a top, not a bottom."""
        return bool(self.values[0] < -self.floor)

    @property
    def decrement(self) -> float:
        """Return g'H^-1 g, flat axes held at the floor."""
        return float(np.sum(self.slope**2 / np.maximum(np.abs(self.values), self.floor)))

    def step(self, radius: float) -> Array:
        """Return the step to the lowest point of the parabola within `radius`."""
        lift = 0.0
        if self.falling or np.linalg.norm(self._plunge(0.0)) > radius:
            lift = self._lift(radius)
        along = self._plunge(lift)
        missing = radius**2 - float(along @ along)
        if self.falling and missing > 0:
            along[0] += np.copysign(np.sqrt(missing), along[0] or 1.0)
        return self.axes @ along

    def _plunge(self, lift: float) -> Array:
        return -self.slope / np.maximum(self.values + lift, self.floor)

    def _lift(self, radius: float) -> float:
        """Return by how much to raise all curvatures so that the step just reaches `radius`, by bisection."""
        base = max(0.0, -float(self.values[0]))
        low, high = self.floor, max(1.0, float(np.linalg.norm(self.slope)) / radius)
        for _ in range(60):
            middle = np.sqrt(low * high)
            if np.linalg.norm(self._plunge(base + middle)) > radius:
                low = middle
            else:
                high = middle
        return base + float(high)


def bend(point: Valley) -> Bend:
    """Return the Hessian of a point by its axes, lowest curvature first."""
    values, axes = np.linalg.eigh(point.hessian)
    return Bend(values, axes, axes.T @ point.gradient)


def descend(evaluate: Callable[[Array], P | None], start: P, most: int = 100) -> Descent[P]:
    """Return the lowest point reached from `start`; converged where the decrement is below 1e-12 and no axis falls.

    `evaluate` answers None where the landscape cannot be told.
    """
    point, radius = start, 1.0
    for steps in range(most):
        now = bend(point)
        if now.decrement < NEAR and not now.falling:
            return Descent(_polished(evaluate, point), steps, now.decrement, True)
        step = now.step(radius)
        there = evaluate(point.theta + step)
        agreement = -1.0 if there is None else _agreement(point, there, step)
        length = float(np.linalg.norm(step))
        radius = max(radius, min(2.5 * length, WIDEST)) if agreement > 0.1 else length / 4
        if there is not None and agreement > 1e-4:
            point = there
        if radius < 1e-14:
            break
    now = bend(point)
    return Descent(point, most, now.decrement, False)


def _agreement(point: Valley, there: Valley, step: Array) -> float:
    """Return how much of the promised fall came true; near the bottom, where rounding hides it, trust the promise."""
    promised = -float(point.gradient @ step + step @ point.hessian @ step / 2)
    fall = point.deviance - there.deviance
    blur = BLUR * max(1.0, abs(point.deviance))
    if promised < 10 * blur and abs(fall) < 100 * blur:
        return 1.0
    return fall / promised if promised > 0 else -1.0


def _polished(evaluate: Callable[[Array], P | None], point: P) -> P:
    """Return the point one Newton step on, if its slope is less: it costs little and gains digits."""
    now = bend(point)
    there = evaluate(point.theta + now.step(1.0))
    if there is not None and np.linalg.norm(there.gradient) < np.linalg.norm(point.gradient):
        return there
    return point
