"""Minimise a smooth function with exact derivatives: Newton, and a ladder of starts and ways where that fails.

A minimum is one only where the Newton decrement g' H^-1 g is below `TOLERANCE` and H is positive definite; the result
says which rung of the ladder found it, in how many steps, and what was left of the decrement.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np
from scipy import optimize

from daybreak.stats.results import Array

TOLERANCE = 1e-12
STEPS = 100
# Steps with the expected information before the observed one is trusted far from the minimum.
SCORING_STEPS = 2
# A decrement below which Newton's own step is taken at once.
NEAR = 1e-2
# A Hessian whose smallest eigenvalue, after scaling its diagonal to 1, is below this tells nothing in one direction.
FLAT = 1e-10


class Place(Protocol):
    """A function at `theta`, with derivatives reckoned when asked for."""

    @property
    def theta(self) -> Array:
        """Where."""

    @property
    def value(self) -> float:
        """The function."""

    @property
    def gradient(self) -> Array:
        """Its gradient."""

    @property
    def observed(self) -> Array:
        """Its Hessian."""

    @property
    def expected(self) -> Array:
        """The Hessian's expectation."""


P = TypeVar("P", bound=Place)


class NowhereError(Exception):
    """No minimum was found. `flat`: one was, but the function does not change along a direction."""

    def __init__(self, *, flat: bool, theta: Array) -> None:
        self.flat = flat
        self.theta = theta
        super().__init__("flat" if flat else "no minimum")


@dataclass(frozen=True)
class Trail:
    """How a minimum was found; `several`: it is the lowest of some."""

    way: str
    steps: int
    decrement: float
    several: bool = False

    def sentence(self) -> str:
        """Return it in words."""
        return f"{self.way}, {self.steps} steps, Newton decrement {self.decrement:.1e}"


def newton(at: Callable[[Array], P], start: P, way: str) -> tuple[P, Trail]:
    """Return the minimum reached from `start` by scoring, then Newton, with steps halved until the function falls.

    `at` raises an `ArithmeticError` outside its domain.

    Raises:
        NowhereError: none was reached.
    """
    here = start
    for step in range(STEPS):
        direction, decrement, exact = descent(here, scoring=step < SCORING_STEPS)
        if exact and decrement < TOLERANCE:
            return here, Trail(way, step, decrement)
        there = fall(at, here, direction, decrement)
        if there is None:
            break
        here = there
    raise NowhereError(flat=flat(here.observed), theta=here.theta)


def descent(here: Place, *, scoring: bool) -> tuple[Array, float, bool]:
    """Return a direction downhill, its decrement, and whether it is Newton's own.

    Scoring goes by the expected information, until so near that Newton's own step is as good.
    """
    if scoring and positive(here.expected):
        direction, decrement = solved(here.expected, here.gradient)
        if decrement > NEAR:
            return direction, decrement, False
    if positive(here.observed):
        return *solved(here.observed, here.gradient), True
    expected = here.expected
    return *solved(expected if positive(expected) else lifted(here.observed), here.gradient), False


def solved(hessian: Array, gradient: Array) -> tuple[Array, float]:
    """Return -H^-1 g and g' H^-1 g, reckoned with the diagonal of H scaled to 1."""
    scale = 1 / np.sqrt(np.diag(hessian))
    direction = -scale * np.linalg.solve(hessian * np.outer(scale, scale), scale * gradient)
    return direction, float(-gradient @ direction)


def positive(matrix: Array) -> bool:
    """Return whether a symmetric matrix is positive definite beyond rounding."""
    if not np.all(np.diag(matrix) > 0):
        return False
    scale = 1 / np.sqrt(np.diag(matrix))
    try:
        np.linalg.cholesky(matrix * np.outer(scale, scale) - FLAT * np.eye(len(matrix)))
    except np.linalg.LinAlgError:
        return False
    return True


def lowest(matrix: Array) -> float:
    """Return the smallest eigenvalue with the diagonal scaled to 1."""
    scale = 1 / np.sqrt(np.diag(matrix))
    return float(np.linalg.eigvalsh(matrix * np.outer(scale, scale))[0])


def flat(matrix: Array) -> bool:
    """Return whether a Hessian says nothing along a direction, rather than leading downhill."""
    diagonal = np.diag(matrix)
    if not np.all(diagonal > 0):
        return bool(np.any(np.abs(diagonal) <= FLAT * np.abs(diagonal).max()))
    return abs(lowest(matrix)) <= FLAT


def lifted(matrix: Array) -> Array:
    """Return a positive definite matrix near a symmetric one: eigenvalues made positive, none tiny."""
    values, vectors = np.linalg.eigh(matrix)
    values = np.maximum(np.abs(values), 1e-4 * np.abs(values).max())
    raised: Array = (vectors * values) @ vectors.T
    return raised


def fall(at: Callable[[Array], P], here: P, direction: Array, decrement: float) -> P | None:
    """Return the first place along `direction`, halving the step, at which the function fell; none: it never did."""
    rounding = 1e-11 * (1 + abs(here.value))
    length = 1.0
    for _ in range(40):
        try:
            there = at(here.theta + length * direction)
        except ArithmeticError:
            length /= 2
            continue
        if there.value <= here.value - 1e-4 * length * decrement + rounding:
            return there
        length /= 2
    return None


Rescue = tuple[str, Callable[[], Array]]


def ladder(
    at: Callable[[Array], P],
    starts: Sequence[tuple[str, Array]],
    rescues: Sequence[Rescue],
    hopeless: Callable[[Array], bool],
) -> tuple[P, Trail]:
    """Return the minimum by Newton from each start in turn, then from where each rescue ends.

    `hopeless` says of the place where a rung ended that the others would end there too.

    Raises:
        NowhereError: no rung led to a minimum; it is the first rung's.
    """
    first: NowhereError | None = None
    rungs: list[tuple[str, Array | Callable[[], Array]]] = [(f"Newton from {name}", start) for name, start in starts]
    rungs += [(f"{name}, then Newton", search) for name, search in rescues]
    for way, start in rungs:
        try:
            return newton(at, at(start() if callable(start) else start), way)
        except ArithmeticError:
            continue
        except NowhereError as nowhere:
            first = first or nowhere
            if nowhere.flat or hopeless(nowhere.theta):
                break
    raise first or NowhereError(flat=False, theta=starts[0][1])


def bfgs(at: Callable[[Array], P], start: Array) -> Array:
    """Return where scipy's BFGS ends."""

    def both(theta: Array) -> tuple[float, Array]:
        try:
            place = at(theta)
        except ArithmeticError:
            return 1e300, np.zeros_like(theta)
        return place.value, place.gradient

    found: Array = optimize.minimize(both, start, jac=True, method="BFGS", options={"gtol": 1e-8, "maxiter": 500}).x
    return found


def simplex(at: Callable[[Array], P], start: Array) -> Array:
    """Return where scipy's Nelder-Mead ends."""

    def value(theta: Array) -> float:
        try:
            return at(theta).value
        except ArithmeticError:
            return 1e300

    most = min(200 * len(start), 4000)
    found: Array = optimize.minimize(
        value, start, method="Nelder-Mead", options={"maxiter": most, "xatol": 1e-8, "fatol": 1e-10}
    ).x
    return found
