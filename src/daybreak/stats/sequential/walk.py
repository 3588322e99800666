"""The statistic of a study from look to look, as far as nobody stopped it.

The score S = z sqrt(t) at the information t has independent normal increments of mean drift dt and variance dt
(Jennison & Turnbull, Group Sequential Methods, 2000, chapters 3 and 19). Armitage, McPherson & Rowe (J R Stat Soc A
1969;132:235-244) integrate its density over the interval that goes on, look after look; here by Gauss-Legendre nodes,
as many as the narrowest step needs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from scipy import special

from daybreak.core.errors import FitError
from daybreak.stats.results import Array

REACH = 9.0
LEAST_NODES = 64
MOST_NODES = 1024
PER_WIDTH = 6.0
ROOT_2_PI = float(np.sqrt(2 * np.pi))


@dataclass(frozen=True, eq=False)
class Walk:
    """Where the score can be at `time` without having stopped: nodes, each with its probability.

    It set out at `start`, a time and a score; its mean grows by `drift` in one unit of information.
    """

    drift: float
    start: tuple[float, float]
    time: float
    nodes: Array
    mass: Array

    def above(self, z: float, time: float) -> float:
        """Return the probability of going on until `time` and standing above `z` then."""
        return float(self.mass @ special.ndtr(-self._steps(z, time)))

    def below(self, z: float, time: float) -> float:
        """Return the probability of going on until `time` and standing below `z` then."""
        return float(self.mass @ special.ndtr(self._steps(z, time)))

    def go_on(self, lower: float, upper: float, time: float, following: float) -> Walk:
        """Return the walk at `time` with whoever stands between the bounds; the next look is at `following`.

        Raises:
            FitError: the looks follow each other too closely to be told apart.
        """
        start, origin = self.start
        middle, width = origin + self.drift * (time - start), REACH * np.sqrt(time - start)
        low = max(lower * np.sqrt(time), middle - width)
        high = max(low, min(upper * np.sqrt(time), middle + width))
        step = np.sqrt(time - self.time)
        count = PER_WIDTH * (high - low) / min(step, float(np.sqrt(following - time)))
        if count > MOST_NODES:
            raise FitError(
                f"The looks at {time:g} and {following:g} are too close to each other.", remedy="Take one of them."
            )
        place, weight = gauss_legendre(max(LEAST_NODES, 32 * int(np.ceil(count / 32))))
        half = (high - low) / 2
        nodes = low + half * (place + 1)
        away = (nodes[:, None] - self.nodes - self.drift * (time - self.time)) / step
        density = np.exp(-(away**2) / 2) @ self.mass / (ROOT_2_PI * step)
        return replace(self, time=time, nodes=nodes, mass=half * weight * density)

    def _steps(self, z: float, time: float) -> Array:
        if np.isinf(z):
            return np.full(len(self.nodes), z)
        ahead = time - self.time
        return np.asarray((z * np.sqrt(time) - self.nodes - self.drift * ahead) / np.sqrt(ahead))


def set_out(drift: float, time: float = 0.0, score: float = 0.0) -> Walk:
    """Return the walk that stands at a score for sure: nil at the start of a study."""
    return Walk(drift, (time, score), time, np.array([score]), np.ones(1))


def exits(walk: Walk, times: list[float], lower: list[float], upper: list[float]) -> tuple[Array, Array]:
    """Return at each look the probabilities of leaving above and below."""
    above, below = np.zeros(len(times)), np.zeros(len(times))
    for look, time in enumerate(times):
        above[look], below[look] = walk.above(upper[look], time), walk.below(lower[look], time)
        if look + 1 < len(times):
            walk = walk.go_on(lower[look], upper[look], time, times[look + 1])
    return above, below


@lru_cache(maxsize=64)
def gauss_legendre(nodes: int) -> tuple[Array, Array]:
    """Return nodes and weights on -1 to 1."""
    place, weight = special.roots_legendre(nodes)
    return np.asarray(place), np.asarray(weight)
